// The loss against the step. Plotly draws the curves once for each run; cursor, dots and the veil
// over what has not happened yet are on a canvas above. Dragging in it scrubs.

import { fill } from "./legend.js";
import { Layer, dashOf, drawMarker, formatLoss } from "./marks.js";
import { tracePath } from "./trails.js";

const LOWEST = 1e-16;

export class Losses {
  constructor(panel, seek) {
    this.panel = panel;
    this.chart = panel.querySelector(".dh-plot");
    this.layer = new Layer(panel, "dh-cursor");
    this.at = 0;
    const scrub = (event) => {
      if (!this.area || !(event.buttons & 1)) return;
      const share = (event.clientX - panel.getBoundingClientRect().left - this.area.left) / this.area.width;
      seek(share * this.run.steps);
    };
    this.chart.addEventListener("pointerdown", (event) => {
      this.chart.setPointerCapture(event.pointerId);
      scrub(event);
    });
    this.chart.addEventListener("pointermove", scrub);
  }

  margins() {
    return { l: 58, r: 20, t: 52, b: 46 };
  }

  title(run, words, log) {
    return log && run.floor !== 0 ? fill(words, "axis_loss_above", { floor: formatLoss(run.floor) }) : words.axis_loss;
  }

  // A swept entry is left to the canvas, which draws it anew at once; `swept` has all the rows that
  // it may get, for which there must be room.
  async draw(plotly, run, colours, theme, words, log, swept) {
    Object.assign(this, { plotly, run, colours, theme, log });
    this.live = swept?.entry ?? -1;
    // On a log axis only what is above the lowest loss can be shown.
    this.value = log ? (row, i) => Math.max(row.above[i], LOWEST) : (row, i) => row.floor + row.above[i];
    const traces = run.rows.filter((row) => row.entry !== this.live).map((row) => ({
      type: "scatter", mode: "lines", hoverinfo: "skip",
      x: Array.from({ length: row.count }, (_, i) => row.stepOf(i)),
      y: Array.from({ length: row.count }, (_, i) => this.value(row, i)),
      line: { color: colours[row.entry], dash: run.entries[row.entry].dash, width: this.width(run) },
    }));
    this.range = this.rangeOf([...run.rows, ...(swept?.rows ?? [])], log);
    const axis = (title, more) => ({
      title: { text: title, font: { size: 15 }, standoff: 8 }, color: theme.text, gridcolor: theme.grid, zeroline: false,
      tickfont: { size: 14 }, fixedrange: true, ...more,
    });
    const layout = {
      margin: this.margins(), paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, hovermode: false,
      font: { family: theme.font, color: theme.text, size: 14 }, dragmode: false,
      width: this.panel.clientWidth, height: this.panel.clientHeight,
      xaxis: axis(words.axis_step, { range: [0, run.steps], nticks: 8 }),
      yaxis: axis("", { type: log ? "log" : "linear", range: this.range, nticks: 5, exponentformat: "power" }),
    };
    await plotly.react(this.chart, traces, layout, { staticPlot: true, responsive: false });
    this.bound = true;
    this.place();
    this.frame(this.at);
  }

  // As high as the starts, with room; what explodes beyond leaves the picture and is told in words.
  rangeOf(rows, log) {
    let low = Infinity, high = -Infinity, start = -Infinity;
    for (const row of rows) {
      for (let i = 0; i < row.count; i++) {
        const value = this.value(row, i);
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
        if (i === 0) start = Math.max(start, value);
      }
    }
    if (!Number.isFinite(high)) return log ? [-1, 1] : [0, 1];
    if (!Number.isFinite(start)) start = high;
    if (log) {
      const top = Math.log10(Math.min(high, Math.max(start, LOWEST) * 1e4)), bottom = Math.max(Math.log10(low), top - 16);
      const room = Math.max(0.05 * (top - bottom), 0.1);
      return [bottom - room, top + room];
    }
    const top = Math.min(high, start + 1.5 * Math.max(start - low, 1e-12));
    const room = 0.06 * (top - low) || Math.max(0.1, 0.1 * Math.abs(top));
    return [low - room, top + room];
  }

  width(run) {
    return run.rows.length > 16 ? 2 : 3;
  }

  morph(run, step) {
    this.run = run;
    this.frame(step);
  }

  // The curves that Plotly does not draw.
  drawLive(pen) {
    const rows = this.run.rows.filter((row) => row.entry === this.live);
    if (!rows.length) return;
    const { left, top, width, height } = this.area, [low, high] = this.range, thick = this.width(this.run);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    pen.strokeStyle = this.colours[this.live];
    pen.lineWidth = thick;
    pen.lineJoin = "round";
    pen.setLineDash(dashOf(this.run.entries[this.live].dash, thick));
    for (const row of rows) {
      const x = new Float64Array(row.count), y = new Float64Array(row.count);
      for (let i = 0; i < row.count; i++) {
        const value = this.value(row, i), share = ((this.log ? Math.log10(value) : value) - low) / (high - low);
        x[i] = Number.isFinite(share) ? left + (row.stepOf(i) / this.run.steps) * width : NaN;
        // What explodes goes straight up: a canvas takes no number of any size.
        y[i] = top + (1 - Math.min(Math.max(share, -9), 9)) * height;
      }
      tracePath(pen, [x, y], 0, row.count);
      pen.stroke();
    }
    pen.restore();
  }

  place() {
    const { l, r, t, b } = this.margins();
    const [width, height] = [this.panel.clientWidth, this.panel.clientHeight];
    this.area = { left: l, top: t, width: width - l - r, height: height - t - b };
    this.layer.resize(width, height);
  }

  frame(step) {
    this.at = step;
    if (!this.area) return;
    const { pen } = this.layer, { left, top, width, height } = this.area, { theme, run } = this;
    this.layer.clear();
    this.drawLive(pen);
    const x = left + (Math.min(step, run.steps) / run.steps) * width;
    pen.globalAlpha = 0.72;
    pen.fillStyle = theme.background;
    if (x < left + width) pen.fillRect(x, top - 1, left + width - x + 2, height + 1);
    pen.globalAlpha = 1;
    pen.strokeStyle = theme.text;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(x, top);
    pen.lineTo(x, top + height);
    pen.stroke();
    const [low, high] = this.range;
    for (const row of run.rows) {
      const value = this.value(row, row.vertexAt(step)[0]);
      const share = ((this.log ? Math.log10(value) : value) - low) / (high - low);
      if (!(share >= 0 && share <= 1)) continue;
      const across = left + (Math.min(step, row.stopped) / run.steps) * width;
      drawMarker(pen, run.entries[row.entry].marker, across, top + (1 - share) * height, 6, this.colours[row.entry], theme.halo);
    }
  }

  resize() {
    if (!this.bound) return;
    return this.plotly.relayout(this.chart, { width: this.panel.clientWidth, height: this.panel.clientHeight })
      .then(() => { this.place(); this.frame(this.at); });
  }

  destroy() {
    if (this.bound) this.plotly.purge(this.chart);
  }
}
