// The message of inside.py as a run whose steps can be asked.

const numbersIn = (array) => new Float64Array(array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength));

export class InsideRun {
  constructor(header, arrays) {
    Object.assign(this, header);
    this.steps = arrays.steps;
    this.last = this.steps.at(-1);
    this.named = new Map(header.quantities.map((quantity) => [quantity.key, quantity]));
    this.values = new Map(header.quantities.map(({ key, value }) => [key, value ?? numbersIn(arrays[`quantity ${key}`])]));
    this.whens = header.lines.map(({ when }) => (when ? arrays[when] : null));
    this.marked = header.marks.map((sentence, number) => [sentence, arrays[`mark ${number}`]]);
    const exact = (name) => numbersIn(arrays[name]);
    this.vectors = new Map(header.arrows.map((role) => [role, exact(`arrow ${role}`)]));
    [this.rates, this.curvatures, this.sharpness, this.limits] = ["rates", "curvatures", "sharpness", "limits"].map(exact);
  }

  // Where the kept step `step`, or the last one before it, lies among them.
  place(step) {
    let low = 0, high = this.steps.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.steps[middle] <= step) low = middle;
      else high = middle;
    }
    return low;
  }

  // The number of a quantity at the kept step `at` on `axis`.
  number(key, at, axis) {
    const { axes, value } = this.named.get(key), values = this.values.get(key), of = axis % axes;
    return value ? values[of] : values[at * axes + of];
  }

  // Both coordinates of a point or a vector.
  pair(values, at) {
    return [values[2 * at], values[2 * at + 1]];
  }

  point(key, at) {
    return [this.number(key, at, 0), this.number(key, at, 1)];
  }

  marksAt(at) {
    return this.marked.filter(([, when]) => at >= 0 && when[at]).map(([sentence]) => sentence);
  }

  // Whether the line with this number holds at the kept step `at`, and has numbers.
  holds(line, at) {
    const when = this.whens[line];
    if (when && !when[at]) return false;
    const { quantity, tree } = this.lines[line];
    return [quantity, ...keysIn(tree)].every((key) => [0, 1].every((axis) => Number.isFinite(this.number(key, at, axis))));
  }
}

function keysIn([name, ...parts]) {
  if (name === "quantity") return parts;
  return name === "number" ? [] : parts.flatMap(keysIn);
}
