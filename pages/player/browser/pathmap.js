// The paths over a map of the plane, on two canvases: one that only grows while playing and one for the
// moving heads, so a frame costs what it adds. What the map is drawn with is not known here: it sets the
// visible part of the plane (`x` and `y`) and the pixels it fills (`area`).

import { clipped, contains, exit } from "./clip.js";
import { painted } from "./following.js";
import { fill } from "./legend.js";
import { Layer, drawEnding, drawMarker, drawPlaces } from "./marks.js";
import { Pointer } from "./pointer.js";
import { Remover, drawStarts } from "./rings.js";
import { MANY } from "./sizes.js";
import { drawFading, drawGhosts, lengthOf, strokePath } from "./trails.js";

export class PathMap {
  constructor(panel, actions) {
    this.panel = panel;
    this.chart = panel.querySelector(".dh-plot");
    this.trails = new Layer(panel, "dh-trails");
    this.heads = new Layer(panel, "dh-heads");
    this.grown = [];
    this.scale = 1;
    this.starts = actions.starts;
    this.remover = new Remover(this);
    this.deafen = this.starts.listen(() => this.paths && this.drawHeads(this.at ?? 0));
    this.pointer = new Pointer(this, actions);
  }

  // Paths and heads of the entry `front` lie over the others; `fading` leaves only the last steps of each.
  setRun(run, colours, { front = -1, fading = false } = {}) {
    this.run = run;
    const behind = (row) => Number(row.entry === front);
    this.order = run.rows.map((_, r) => r).sort((a, b) => behind(run.rows[a]) - behind(run.rows[b]) || a - b);
    this.colours = colours;
    this.fading = fading;
    this.live = new Set();
    this.reset();
  }

  // Other rows for some of the paths, in the same view. From then on these are left to the upper canvas,
  // which is drawn anew at every frame: the others stay as they are.
  morph(run) {
    const { rows } = this.run, other = run.rows.map((_, r) => r).filter((r) => run.rows[r] !== rows[r]);
    this.run = run;
    if (!this.paths) return;
    for (const r of other) this.paths[r] = this.pathOf(run.rows[r]);
    if (other.every((r) => this.live.has(r))) return;
    this.live = new Set(other);
    this.erase();
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

  // Shows the run at `step`; up to the step `ghost` also faintly what has been shown before.
  frame(step, ghost = 0) {
    this.at = step;
    this.ghost = ghost;
    if (!this.paths) return;
    const { pen } = this.trails;
    if (this.fading) {
      this.erase();
      this.clip(pen);
      for (const r of this.order) drawFading(pen, this.run.rows[r], this.paths[r], step, this.look(r));
    } else {
      const still = this.order.filter((r) => !this.live.has(r));
      if (still.some((r) => this.endOf(r, step) < this.grown[r].done) || this.ghosted !== ghost) this.erase();
      this.clip(pen);
      if (ghost > step && this.ghosted !== ghost) this.drawGhosts(pen, still, ghost);
      this.ghosted = ghost;
      for (const r of still) this.grow(pen, r, step);
    }
    pen.restore();
    this.drawHeads(step);
  }

  endOf(r, step) {
    return this.paths[r].ends[this.run.rows[r].vertexAt(step)[0]];
  }

  drawGhosts(pen, which, step) {
    drawGhosts(pen, which.map((r) => ({ points: this.paths[r].points, end: this.endOf(r, step), look: this.look(r) })));
  }

  grow(pen, r, step) {
    const grown = this.grown[r], end = this.endOf(r, step);
    if (end <= grown.done) return;
    // One point back, to join on to what is there.
    const from = Math.max(grown.done - 1, 0);
    const { points } = this.paths[r];
    strokePath(pen, points, from, end, this.look(r), grown.length);
    grown.length += lengthOf(points, from, end);
    grown.done = end;
  }

  look(r) {
    const { entry } = this.run.rows[r], { sizes, halo } = this.theme;
    const width = (this.run.rows.length > MANY ? sizes.thinLine : sizes.line) * this.scale;
    return { colour: this.colours[entry], dash: this.run.entries[entry].dash, width, ghost: sizes.ghost, halo, wider: sizes.halo };
  }

  drawHeads(step) {
    const pen = this.heads.pen, { run, theme } = this, { sizes } = theme;
    this.heads.clear();
    this.clip(pen);
    if (!this.fading) this.drawLive(pen, step);
    drawPlaces(pen, this.stage, theme, (x, y) => this.toPixel(x, y), this.scale);
    drawStarts(pen, this);
    this.remover.place();
    painted(pen, this);
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
    const radius = (run.rows.length > MANY ? sizes.smallHead : sizes.head) * this.scale;
    for (const { row, path, vertex, pixel, inside } of heads) {
      const entry = run.entries[row.entry], colour = this.colours[row.entry];
      if (inside) drawMarker(pen, entry.marker, ...pixel, radius, colour, theme.halo);
      else this.drawExit(pen, path, vertex, colour, this.endedAt(row, step));
    }
  }

  drawLive(pen, step) {
    const live = [...this.live];
    if (this.ghost > step) this.drawGhosts(pen, live, this.ghost);
    for (const r of live) {
      this.grown[r] = { done: 0, length: 0 };
      this.grow(pen, r, step);
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
    const size = this.theme.sizes.arrow * this.scale;
    const [low, high] = [this.view.map((side) => side[0] + 0.8 * size), this.view.map((side) => side[1] - 0.8 * size)];
    const [x, y] = found.point.map((value, d) => Math.min(Math.max(value, low[d]), high[d]));
    drawMarker(pen, "arrow", x, y, size, colour, this.theme.halo, Math.atan2(found.direction[1], found.direction[0]));
    if (ended === null || this.run.rows.length > MANY) return;
    drawEnding(pen, `\u2715 ${fill(this.words, "ended_at", { step: ended })}`, x, y, this.area, this.theme);
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

  destroy() {
    this.deafen();
    this.pointer.destroy();
  }
}
