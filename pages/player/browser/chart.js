// One measure of all the rows against the step. Axes and curves are drawn once for each run; cursor,
// dots and the veil over what has not happened yet on a canvas above. Dragging in it scrubs.

import { Layer, dashOf, drawMarker } from "./marks.js";
import { linearTicks, logTicks } from "./ticks.js";
import { tracePath } from "./trails.js";

const MARGIN = { left: 58, right: 20, top: 52, bottom: 46 };

// What explodes beyond this many times its beginning leaves the chart and is told in words.
const TALLEST = 1e4;

export class Chart {
  // `measure.value(row, vertex, log)` is NaN where there is none; `measure.span` is the fewest powers
  // of ten that a log axis shows, `measure.depth` the most.
  constructor(panel, measure, seek) {
    Object.assign(this, { panel, measure, at: 0 });
    this.curves = new Layer(panel, "dh-curves");
    this.layer = new Layer(panel, "dh-cursor");
    const plot = panel.querySelector(".dh-plot");
    const scrub = (event) => {
      if (!this.area || !(event.buttons & 1)) return;
      const share = (event.clientX - panel.getBoundingClientRect().left - panel.clientLeft - this.area.left) / this.area.width;
      seek(share * this.run.steps);
    };
    plot.addEventListener("pointerdown", (event) => {
      plot.setPointerCapture(event.pointerId);
      scrub(event);
    });
    plot.addEventListener("pointermove", scrub);
  }

  // A swept entry is left to the upper canvas, which draws it anew at once; `swept` has all the rows
  // that it may get, for which there must be room.
  draw({ run, colours, theme, words }, log, swept) {
    Object.assign(this, { run, colours, theme, words, log });
    this.live = swept?.entry ?? -1;
    this.range = this.rangeOf([...run.rows, ...(swept?.rows ?? [])]);
    this.resize();
  }

  // Along the axis: the value or its power of ten.
  along(row, vertex) {
    const value = this.measure.value(row, vertex, this.log);
    if (!this.log) return value;
    return value > 0 ? Math.log10(value) : NaN;
  }

  rangeOf(rows) {
    let low = Infinity, high = -Infinity, start = -Infinity;
    for (const row of rows) {
      let begun = false;
      for (let i = 0; i < row.count; i++) {
        const value = this.along(row, i);
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
        if (!begun) start = Math.max(start, value);
        begun = true;
      }
    }
    if (!Number.isFinite(high)) return this.log ? [-1, 1] : [0, 1];
    if (this.log) {
      const { span, depth } = this.measure, top = Math.min(high, start + Math.log10(TALLEST)), bottom = Math.max(low, top - depth);
      const room = Math.max(0.05 * (top - bottom), 0.1, (span - (top - bottom)) / 2);
      return [bottom - room, top + room];
    }
    const top = Math.min(high, start + 1.5 * Math.max(start - low, 1e-12));
    const room = 0.06 * (top - low) || Math.max(0.1, 0.1 * Math.abs(top));
    return [low - room, top + room];
  }

  resize() {
    if (!this.run) return;
    const { panel, curves, layer } = this, [width, height] = [panel.clientWidth, panel.clientHeight], { left, right, top, bottom } = MARGIN;
    this.area = { left, top, width: Math.max(width - left - right, 1), height: Math.max(height - top - bottom, 1) };
    curves.resize(width, height);
    layer.resize(width, height);
    curves.clear();
    this.drawAxes(curves.pen);
    this.drawCurves(curves.pen, (row) => row.entry !== this.live);
    this.frame(this.at);
  }

  x(step) {
    return this.area.left + (step / this.run.steps) * this.area.width;
  }

  y(along) {
    const [low, high] = this.range, share = (along - low) / (high - low);
    // What explodes goes straight up: a canvas takes no number of any size.
    return this.area.top + (1 - Math.min(Math.max(share, -9), 9)) * this.area.height;
  }

  drawAxes(pen) {
    const { left, top, width, height } = this.area, { theme } = this, [low, high] = this.range;
    pen.font = `14px ${theme.font}`;
    pen.fillStyle = theme.text;
    pen.strokeStyle = theme.grid;
    pen.lineWidth = 1;
    pen.setLineDash([]);
    pen.beginPath();
    [pen.textAlign, pen.textBaseline] = ["right", "middle"];
    for (const [at, label] of (this.log ? logTicks : linearTicks)(low, high, Math.max(Math.floor(height / 34), 2))) {
      const y = Math.round(this.y(at)) + 0.5;
      pen.moveTo(left, y);
      pen.lineTo(left + width, y);
      pen.fillText(label, left - 8, y);
    }
    [pen.textAlign, pen.textBaseline] = ["center", "top"];
    for (const [at, label] of linearTicks(0, this.run.steps, Math.max(Math.floor(width / 70), 2))) {
      const x = Math.round(this.x(at)) + 0.5;
      pen.moveTo(x, top);
      pen.lineTo(x, top + height);
      pen.fillText(label, x, top + height + 6);
    }
    pen.stroke();
    pen.font = `15px ${theme.font}`;
    pen.fillText(this.words.axis_step, left + width / 2, top + height + 24);
    pen.textAlign = "start";
  }

  drawCurves(pen, which) {
    const { left, top, width, height } = this.area, { run } = this, thick = run.rows.length > 16 ? 2 : 3;
    pen.save();
    pen.beginPath();
    pen.rect(left, top - 2, width, height + 4);
    pen.clip();
    pen.lineWidth = thick;
    pen.lineJoin = "round";
    for (const row of run.rows) {
      if (!which(row)) continue;
      const x = new Float64Array(row.count), y = new Float64Array(row.count);
      for (let i = 0; i < row.count; i++) {
        const along = this.along(row, i);
        x[i] = Number.isNaN(along) ? NaN : this.x(row.stepOf(i));
        y[i] = this.y(along);
      }
      const { dash } = run.entries[row.entry];
      pen.strokeStyle = this.colours[row.entry];
      pen.setLineDash(dashOf(dash, thick));
      pen.lineCap = dash.includes("dot") ? "round" : "butt";
      tracePath(pen, [x, y], 0, row.count);
      pen.stroke();
    }
    pen.restore();
  }

  morph(run, step, reached) {
    this.run = run;
    this.frame(step, reached);
  }

  // What was seen before, up to the step `reached`, is behind the veil; what was not is not shown.
  frame(step, reached = this.reached) {
    Object.assign(this, { at: step, reached });
    if (!this.area) return;
    const { pen } = this.layer, { left, top, width, height } = this.area, { theme, run } = this, [low, high] = this.range;
    this.layer.clear();
    if (this.live >= 0) this.drawCurves(pen, (row) => row.entry === this.live);
    const x = this.x(Math.min(step, run.steps)), unseen = Math.max(this.x(Math.min(reached ?? run.steps, run.steps)), x);
    pen.fillStyle = theme.background;
    for (const [from, to, alpha] of [[x, unseen, 0.72], [unseen, left + width, 1]]) {
      pen.globalAlpha = alpha;
      if (from < to) pen.fillRect(from, top - 2, to - from + (to < left + width ? 0 : 2), height + 4);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = theme.text;
    pen.lineWidth = 2;
    pen.setLineDash([]);
    pen.beginPath();
    pen.moveTo(x, top);
    pen.lineTo(x, top + height);
    pen.stroke();
    for (const row of run.rows) {
      const along = this.along(row, row.vertexAt(step)[0]);
      if (!(along >= low && along <= high)) continue;
      drawMarker(pen, run.entries[row.entry].marker, this.x(Math.min(step, row.stopped)), this.y(along), 6, this.colours[row.entry], theme.halo);
    }
  }
}
