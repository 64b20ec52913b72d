// One run message as rows that know where they are at each step.

import { correctLengths, correctSizes, numbersOf } from "./digits.js";
import { unpack } from "./unpack.js";

export async function readRun(message) {
  const { header, arrays } = await unpack(message);
  const count = arrays.rows.length / 7;
  const width = count ? arrays.x.length / count : 0;
  const rows = Array.from({ length: count }, (_, number) => {
    const [entry, start, seed, outcome, stopped, settled, length] = arrays.rows.subarray(number * 7, number * 7 + 7);
    const of = (name) => arrays[name]?.subarray(number * width, number * width + length);
    const [x, y, norms, lengths, sizes] = ["x", "y", "norms", "lengths", "sizes"].map(of);
    correctLengths(lengths, x, y);
    correctSizes(sizes, lengths, norms);
    return new Row({
      number, entry, start, seed, stopped, settled, count: length, outcome: header.outcomes[outcome], floor: header.floor,
      x, y, above: of("above"), steps: of("steps"), norms: numbersOf(norms), lengths: numbersOf(lengths), sizes: numbersOf(sizes),
    });
  });
  return { ...header, rows };
}

// One path: `x`, `y` and the loss `above` the `floor` at each of `count` vertices, whose true steps
// are `steps` (left out when every step is there). To three digits: the `norms` of the gradient there,
// the `lengths` of the steps that led there, and the effective step `sizes`.
export class Row {
  constructor(fields) {
    Object.assign(this, fields);
  }

  stepOf(vertex) {
    return this.steps ? this.steps[vertex] : vertex;
  }

  // The last vertex at or before `step`, and how far (0 to 1) the way to the next is done.
  vertexAt(step) {
    const last = this.count - 1;
    if (step >= this.stepOf(last)) return [last, 0];
    let vertex = Math.max(0, Math.floor(step));
    if (this.steps) {
      let low = 0, high = last;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (this.steps[middle] <= step) low = middle;
        else high = middle;
      }
      vertex = low;
    }
    const here = this.stepOf(vertex);
    return [vertex, (step - here) / (this.stepOf(vertex + 1) - here)];
  }

  // The true loss at the last drawn step up to `step`.
  lossAt(step) {
    return this.floor + this.above[this.vertexAt(step)[0]];
  }

  // The numbers of the last drawn step up to `step`, none of them between two steps.
  numbersAt(step) {
    const vertex = this.vertexAt(step)[0];
    return { x: this.x[vertex], y: this.y[vertex], loss: this.floor + this.above[vertex], norm: this.norms[vertex], length: this.lengths[vertex], size: this.sizes[vertex] };
  }

  place(step) {
    const [vertex, part] = this.vertexAt(step);
    const mix = (list) => (part ? list[vertex] + (list[vertex + 1] - list[vertex]) * part : list[vertex]);
    return { x: mix(this.x), y: mix(this.y), loss: this.lossAt(step) };
  }

  // Since which step the row has been outside the bounds without a break; -1 while it is inside.
  outsideSince(step, [xLow, xHigh, yLow, yHigh]) {
    let vertex = this.vertexAt(step)[0];
    const inside = (i) => this.x[i] >= xLow && this.x[i] <= xHigh && this.y[i] >= yLow && this.y[i] <= yHigh;
    if (inside(vertex)) return -1;
    while (vertex > 0 && !inside(vertex - 1)) vertex--;
    return this.stepOf(vertex);
  }

  // What there is to tell at `step`: an outcome once it has happened, "outside" or "running".
  statusAt(step, bounds) {
    const over = step >= this.stopped - 1e-9;
    if (over && (this.outcome === "diverged" || this.outcome === "left_the_domain")) {
      return { kind: this.outcome, step: this.stopped };
    }
    const outside = this.outsideSince(step, bounds);
    if (outside >= 0) return { kind: "outside", step: outside };
    if (this.outcome === "converged" && this.settled >= 0 && step >= this.settled) {
      return { kind: "converged", step: this.settled };
    }
    if (over && this.outcome === "ran_out_of_steps") return { kind: this.outcome, step: this.stopped };
    return { kind: "running", step: Math.floor(step) };
  }
}
