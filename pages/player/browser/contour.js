// The contour map. Plotly draws the map and its axes; the paths are drawn on two canvases over it,
// one that only grows while playing and one for the moving heads, so a frame costs what it adds.
// Nothing here needs Plotly's private parts: the plot area is the panel without the fixed margins,
// and the axes are linear.

import { clipped, contains, exit } from "./clip.js";
import { Layer, drawEnding, drawMarker, drawPlaces } from "./marks.js";
import { Pointer } from "./pointer.js";
import { plotlyScale } from "./theme.js";
import { drawGhosts, lengthOf, strokePath } from "./trails.js";

export const LEVELS = 18;

export class Contour {
  constructor(panel, actions) {
    this.panel = panel;
    this.chart = panel.querySelector(".dh-plot");
    this.trails = new Layer(panel, "dh-trails");
    this.heads = new Layer(panel, "dh-heads");
    this.grown = [];
    this.pointer = new Pointer(this, actions);
  }

  margins() {
    const narrow = this.panel.clientWidth < 370;
    return { l: narrow ? 44 : 56, r: narrow ? 62 : 76, t: 46, b: 46 };
  }

  async draw(plotly, stage, theme, words) {
    Object.assign(this, { plotly, stage, theme });
    const [xLow, xHigh, yLow, yHigh] = stage.bounds;
    const axis = (range, title) => ({
      range, title: { text: title, font: { size: 16 }, standoff: 6 }, gridcolor: theme.grid, zeroline: false,
      color: theme.text, tickfont: { size: 14 }, nticks: 6, uirevision: stage.bounds.join(), ticks: "",
    });
    const size = (stage.top - stage.low) / LEVELS;
    const trace = {
      type: "contour", x: stage.x, y: stage.y, z: stage.rows(), colorscale: plotlyScale(theme), showscale: false,
      zmin: stage.low, zmax: stage.top, autocontour: false, hoverinfo: "skip",
      contours: { start: stage.low + size, end: stage.top - size / 2, size, coloring: "fill" },
      line: { width: 1, color: theme.level, smoothing: 1 },
    };
    const layout = {
      margin: this.margins(), paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false,
      font: { family: theme.font, color: theme.text, size: 14 }, uirevision: stage.bounds.join(),
      hovermode: false, dragmode: "pan", xaxis: axis([xLow, xHigh], "x"), yaxis: axis([yLow, yHigh], "y"),
      width: this.panel.clientWidth, height: this.panel.clientHeight,
    };
    const config = { displayModeBar: false, scrollZoom: true, doubleClick: false, responsive: false, showAxisDragHandles: false };
    await plotly.react(this.chart, [trace], layout, config);
    if (!this.bound) {
      this.bound = true;
      this.chart.on("plotly_relayouting", (change) => this.moved(change));
      this.chart.on("plotly_relayout", (change) => this.moved(change));
    }
    this.words = words;
    this.moved({});
  }

  // Paths and heads of the entry `front` lie over the others.
  setRun(run, colours, front = -1) {
    this.run = run;
    const behind = (row) => Number(row.entry === front);
    this.order = run.rows.map((_, r) => r).sort((a, b) => behind(run.rows[a]) - behind(run.rows[b]) || a - b);
    this.colours = colours;
    this.width = run.rows.length > 16 ? 3 : 4;
    this.reset();
  }

  // Other rows for some of the paths, in the same view.
  morph(run) {
    const before = this.run;
    this.run = run;
    if (!this.paths) return;
    this.paths = run.rows.map((row, r) => (row === before.rows[r] ? this.paths[r] : this.pathOf(row)));
    this.erase();
  }

  // The visible part of the plane changed: the axes' ranges are public, in the layout or the event.
  moved(change) {
    const part = (name, end) =>
      change[`${name}.range[${end}]`] ?? change[`${name}.range`]?.[end] ?? this.chart.layout[name].range[end];
    this.x = [Number(part("xaxis", 0)), Number(part("xaxis", 1))];
    this.y = [Number(part("yaxis", 0)), Number(part("yaxis", 1))];
    const { l, r, t, b } = this.margins();
    this.area = { left: l, top: t, width: this.panel.clientWidth - l - r, height: this.panel.clientHeight - t - b };
    this.reset();
    this.frame(this.at ?? 0, this.ghost);
  }

  toPixel(x, y) {
    const { left, top, width, height } = this.area;
    return [
      left + ((x - this.x[0]) / (this.x[1] - this.x[0])) * width,
      top + ((this.y[1] - y) / (this.y[1] - this.y[0])) * height,
    ];
  }

  toPlane(px, py) {
    const { left, top, width, height } = this.area;
    return [
      this.x[0] + ((px - left) / width) * (this.x[1] - this.x[0]),
      this.y[1] - ((py - top) / height) * (this.y[1] - this.y[0]),
    ];
  }

  // Pixels of every row anew, cut some way outside the view so that no number grows without bound.
  reset() {
    if (!this.area || !this.run) return;
    const { left, top, width, height } = this.area;
    this.view = [[left, left + width], [top, top + height]];
    this.around = this.view.map(([low, high]) => [low - 2 * (high - low), high + 2 * (high - low)]);
    this.paths = this.run.rows.map((row) => this.pathOf(row));
    this.trails.resize(this.panel.clientWidth, this.panel.clientHeight);
    this.heads.resize(this.panel.clientWidth, this.panel.clientHeight);
    this.erase();
  }

  pathOf(row) {
    const px = new Float64Array(row.count), py = new Float64Array(row.count);
    for (let i = 0; i < row.count; i++) [px[i], py[i]] = this.toPixel(row.x[i], row.y[i]);
    return { axes: [px, py], exits: new Map(), ...clipped([px, py], row.count, this.around) };
  }

  erase() {
    this.trails.clear();
    this.ghosted = undefined;
    this.grown = this.run.rows.map(() => ({ done: 0, length: 0 }));
  }

  clip(pen) {
    const { left, top, width, height } = this.area;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
  }

  // Shows the run at `step`; with `ghost`, also faintly what is still to come.
  frame(step, ghost = false) {
    this.at = step;
    this.ghost = ghost;
    if (!this.paths) return;
    const ends = this.run.rows.map((row, r) => this.paths[r].ends[row.vertexAt(step)[0]]);
    if (ends.some((end, r) => end < this.grown[r].done) || this.ghosted !== ghost) this.erase();
    this.clip(this.trails.pen);
    if (ghost && this.ghosted !== ghost) drawGhosts(this.trails.pen, this.paths, this.run.rows.map((row) => this.colours[row.entry]));
    this.ghosted = ghost;
    for (const r of this.order) this.grow(r, ends[r]);
    this.trails.pen.restore();
    this.drawHeads(step);
  }

  grow(r, end) {
    const grown = this.grown[r];
    if (end <= grown.done) return;
    // One point back, to join on to what is there.
    const from = Math.max(grown.done - 1, 0);
    const { points } = this.paths[r];
    strokePath(this.trails.pen, points, from, end, this.look(r), grown.length);
    grown.length += lengthOf(points, from, end);
    grown.done = end;
  }

  look(r) {
    const { entry } = this.run.rows[r];
    return { colour: this.colours[entry], dash: this.run.entries[entry].dash, width: this.width, halo: this.theme.halo };
  }

  drawHeads(step) {
    const pen = this.heads.pen, { run, theme } = this;
    this.heads.clear();
    this.clip(pen);
    drawPlaces(pen, this.stage, run.starts, theme, (x, y) => this.toPixel(x, y));
    const heads = this.order.map((r) => {
      const row = run.rows[r], path = this.paths[r], [vertex, part] = row.vertexAt(step);
      const place = row.place(step), pixel = this.toPixel(place.x, place.y);
      // The piece from the last whole step to the head, which is on its way.
      if (part) {
        const [a, b] = path.axes;
        const piece = clipped([[a[vertex], pixel[0]], [b[vertex], pixel[1]]], 2, this.view).points;
        strokePath(pen, piece, 0, piece[0].length, this.look(r), this.grown[r].length);
      }
      return { row, path, vertex, pixel, inside: contains(pixel, this.view) };
    });
    pen.restore();
    const radius = run.rows.length > 16 ? 6 : 8;
    for (const { row, path, vertex, pixel, inside } of heads) {
      const entry = run.entries[row.entry], colour = this.colours[row.entry];
      if (inside) drawMarker(pen, entry.marker, ...pixel, radius, colour, theme.halo);
      else this.drawExit(pen, path, vertex, colour, this.endedAt(row, step));
    }
  }

  // The step at which a row ended badly, once it has; null before that and for the others.
  endedAt(row, step) {
    const status = row.statusAt(step, this.stage.bounds);
    return status.kind === "diverged" || status.kind === "left_the_domain" ? status.step : null;
  }

  // An arrow at the edge where the path left the view, with the step if the run is over.
  drawExit(pen, path, vertex, colour, ended) {
    if (!path.exits.has(vertex)) {
      if (path.exits.size > 64) path.exits.clear();
      path.exits.set(vertex, exit(path.axes, vertex, this.view));
    }
    const found = path.exits.get(vertex);
    if (!found) return;
    const [low, high] = [this.view.map((side) => side[0] + 9), this.view.map((side) => side[1] - 9)];
    const [x, y] = found.point.map((value, d) => Math.min(Math.max(value, low[d]), high[d]));
    drawMarker(pen, "arrow", x, y, 11, colour, this.theme.halo, Math.atan2(found.direction[1], found.direction[0]));
    if (ended === null || this.run.rows.length > 16) return;
    drawEnding(pen, `\u2715 ${this.words.axis_step} ${ended}`, x, y, this.area, this.theme);
  }

  // The drawn vertex nearest to a pixel, within reach, of what has been shown so far.
  nearest(px, py) {
    let best = null, reach = 14 ** 2;
    this.run?.rows.forEach((row, r) => {
      const [x, y] = this.paths[r].axes, last = row.vertexAt(this.at)[0];
      for (let i = 0; i <= last; i++) {
        const distance = (x[i] - px) ** 2 + (y[i] - py) ** 2;
        if (distance < reach) [best, reach] = [{ row, vertex: i }, distance];
      }
    });
    return best;
  }

  resetView() {
    const [xLow, xHigh, yLow, yHigh] = this.stage.bounds;
    return this.plotly.relayout(this.chart, { "xaxis.range": [xLow, xHigh], "yaxis.range": [yLow, yHigh] });
  }

  resize() {
    if (!this.bound) return;
    const size = { width: this.panel.clientWidth, height: this.panel.clientHeight, margin: this.margins() };
    return this.plotly.relayout(this.chart, size).then(() => this.moved({}));
  }

  destroy() {
    this.pointer.destroy();
    if (this.bound) this.plotly.purge(this.chart);
  }
}
