// The sweeps received so far: what can be swept, and the rows of one entry for every value of a knob.

import { Arrivals } from "./arrivals.js";
import { correctSizes, numbersOf } from "./digits.js";
import { Row } from "./run.js";
import { unpack } from "./unpack.js";

// As in sweep.py.
const GAP = 65535, HALF = 32767;

export const sweeps = new Arrivals(4);

export async function receiveSweep(message) {
  const { header, arrays } = await unpack(message);
  const swept = header.swept ? new Swept(header.swept, arrays) : null;
  sweeps.put(header.digest, { digest: header.digest, knobs: header.knobs, swept });
}

class Swept {
  constructor(header, arrays) {
    Object.assign(this, header, { arrays });
    this.runs = arrays.rows.length / 4 / this.values.length;
    this.width = arrays.losses.length / (arrays.rows.length / 4);
    this.read = [];
  }

  // For each run of value `index`, in which of the `ends` it ended.
  endsAt(index) {
    return this.arrays.ended.subarray(index * this.runs, (index + 1) * this.runs);
  }

  // `run` with the rows of value `index` in place of the entry's own.
  instead(run, index) {
    const rows = this.rowsAt(run, index);
    return { ...run, rows: run.rows.map((row) => rows.get(row.number) ?? row) };
  }

  allRows(run) {
    return this.values.flatMap((_, index) => [...this.rowsAt(run, index).values()]);
  }

  rowsAt(run, index) {
    if (this.of !== run) [this.of, this.read] = [run, []];
    return this.read[index] ??= new Map(
      run.rows.filter((row) => row.entry === this.entry).map((row, i) => [row.number, this.rowOf(run, row, index * this.runs + i)]));
  }

  // Rows come in the same order as in a run: starts, each with its noise seeds.
  rowOf(run, { number, entry, start, seed }, r) {
    const { arrays, box: [[xLow, yLow], [xHigh, yHigh]], loss_range: [low, high] } = this;
    const [outcome, stopped, settled, count] = arrays.rows.subarray(4 * r, 4 * r + 4), first = r * this.width;
    const of = (name) => arrays[name]?.subarray(first, first + count);
    const axis = (name, from, to) => Float32Array.from(of(name), (whole) =>
      whole === GAP ? NaN : from + (whole / (GAP - 1)) * (to - from));
    const sizes = of("sizes").slice();
    correctSizes(sizes, of("lengths"), of("norms"));
    const above = Float32Array.from(of("losses"), (whole) => {
      if (whole === GAP) return NaN;
      const size = whole ? 10 ** (low + (((whole - 1) % HALF) / (HALF - 1)) * (high - low)) : 0;
      return (whole > HALF ? -size : size) + (this.floor - run.floor);
    });
    return new Row({
      number, entry, start, seed, stopped, count, settled: settled === GAP ? -1 : settled, outcome: this.outcomes[outcome], floor: run.floor, above,
      x: axis("x", xLow, xHigh), y: axis("y", yLow, yHigh), steps: of("steps"),
      norms: numbersOf(of("norms")), lengths: numbersOf(of("lengths")), sizes: numbersOf(sizes),
    });
  }
}
