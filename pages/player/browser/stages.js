// The surfaces received so far.

import { Arrivals } from "./arrivals.js";
import { unpack } from "./unpack.js";

export const stages = new Arrivals(6);

export async function receive(message) {
  const { header, arrays } = await unpack(message);
  stages.put(header.digest, new Stage(header, arrays.heights));
}

class Stage {
  constructor(header, heights) {
    Object.assign(this, header);
    this.size = Math.round(Math.sqrt(heights.length));
    this.heights = heights;
    this.empty = this.low === undefined;
    this.holes = heights.some(Number.isNaN);
    const [xLow, xHigh, yLow, yHigh] = this.bounds;
    const along = (low, high) =>
      Float64Array.from({ length: this.size }, (_, i) => low + ((high - low) * i) / (this.size - 1));
    this.x = along(xLow, xHigh);
    this.y = along(yLow, yHigh);
    if (!this.empty) this.lift = 0.03 * (this.top - this.low);
  }

  // The grid as rows for Plotly, cut at the top of the picture.
  rows() {
    return Array.from({ length: this.size }, (_, row) =>
      Array.from(this.heights.subarray(row * this.size, (row + 1) * this.size), (z) =>
        Number.isNaN(z) ? null : Math.min(Math.max(z, this.low), this.top)));
  }

  drawn(loss) {
    if (!this.scale.log) return loss;
    const above = loss - this.scale.offset;
    return Math.sign(above) * Math.log10(1 + Math.abs(above));
  }

  lossOf(drawn) {
    if (!this.scale.log) return drawn;
    return this.scale.offset + Math.sign(drawn) * (10 ** Math.abs(drawn) - 1);
  }

  // The loss at a place, between the grid points around it; NaN outside.
  lossAt(x, y) {
    const [xLow, xHigh, yLow, yHigh] = this.bounds, last = this.size - 1;
    const u = ((x - xLow) / (xHigh - xLow)) * last, v = ((y - yLow) / (yHigh - yLow)) * last;
    if (!(u >= 0 && u <= last && v >= 0 && v <= last)) return NaN;
    const i = Math.min(Math.floor(u), last - 1), j = Math.min(Math.floor(v), last - 1);
    const at = (row, column) => this.heights[row * this.size + column];
    const lower = at(j, i) + (at(j, i + 1) - at(j, i)) * (u - i);
    const upper = at(j + 1, i) + (at(j + 1, i + 1) - at(j + 1, i)) * (u - i);
    return this.lossOf(lower + (upper - lower) * (v - j));
  }
}
