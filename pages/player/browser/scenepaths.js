// The rows in drawn heights, lifted off the surface, cut some way outside the box.

import { clipped, contains, exit } from "./clip.js";

// The symbols that Plotly draws in 3D and every font has (its "x" is an emoji). Only filled ones: the
// surface cuts an open one into pieces.
const SYMBOLS = new Set(["circle", "cross", "diamond", "square"]);

// How far markers stand above their path, as a share of the height.
const HEAD_LIFT = 0.05;

// How far markers are moved towards the eye, as a share of the way there: along that line they stay where
// they are on the screen, and the ground around them no longer cuts into them. What is behind a hill stays
// behind it. Later entries stand before earlier ones, as on the contour.
const NEARER = 0.1, NEARER_EACH = 0.003;

function symbolOf(marker) {
  const filled = marker.replace("-open", "");
  if (SYMBOLS.has(filled)) return filled;
  return marker.startsWith("x") ? "cross" : "circle";
}

export class ScenePaths {
  // Rows that `before` has too are not worked out again.
  constructor(stage, run, before) {
    const range = stage.top - stage.low, [xLow, xHigh, yLow, yHigh] = stage.bounds;
    Object.assign(this, { run, lift: HEAD_LIFT * range, ceiling: stage.top + 0.08 * range });
    this.box = [[xLow, xHigh], [yLow, yHigh], [stage.low - 0.02 * range, this.ceiling]];
    this.around = this.box.map(([low, high]) => [low - (high - low), high + (high - low)]);
    this.paths = run.rows.map((row, r) => {
      if (before?.run.rows[r] === row) return before.paths[r];
      const z = Float64Array.from(row.above, (above) => stage.drawn(row.floor + above) + stage.lift);
      const axes = [row.x, row.y, z];
      return { axes, exits: new Map(), ...clipped(axes, row.count, this.around) };
    });
  }

  // The points of some rows up to `step` (from step `since` on), `drop` lower, one list a dimension, with gaps
  // between the rows.
  points(rows, step, drop, since = 0) {
    const lists = [[], [], []];
    for (const row of rows) {
      const path = this.paths[row.number], [vertex, part] = row.vertexAt(step), end = path.ends[vertex];
      const first = since > 0 ? Math.max(path.ends[row.vertexAt(since)[0]] - 1, 0) : 0;
      for (let d = 0; d < 3; d++) {
        const from = path.points[d], list = lists[d], less = d === 2 ? drop : 0;
        for (let i = first; i < end; i++) list.push(from[i] - less);
      }
      if (part) {
        const head = this.headOf(row, step);
        if (contains(head, this.around)) head.forEach((value, d) => lists[d].push(d === 2 ? value - drop : value));
      }
      lists.forEach((list) => list.push(NaN));
    }
    return lists;
  }

  headOf(row, step) {
    const [vertex, part] = row.vertexAt(step);
    return this.paths[row.number].axes.map((axis) =>
      part ? axis[vertex] + (axis[vertex + 1] - axis[vertex]) * part : axis[vertex]);
  }

  // Where the heads are; at the wall of the box, as an open diamond, for those that left it.
  // Those of `hidden` entries are nowhere. `eye` is where it all is seen from.
  heads(step, hidden, eye) {
    const lists = { x: [], y: [], z: [], symbol: [] };
    for (const row of this.run.rows) {
      let place = this.headOf(row, step), symbol = symbolOf(this.run.entries[row.entry].marker);
      if (hidden.has(row.entry)) place = [NaN, NaN, NaN];
      else if (contains(place, this.box)) place[2] = Math.min(place[2] + this.lift, this.ceiling);
      else {
        place = this.exitOf(row, step);
        symbol = "diamond-open";
      }
      place = this.nearer(place, eye, NEARER + NEARER_EACH * row.entry);
      ["x", "y", "z"].forEach((name, d) => lists[name].push(place[d]));
      lists.symbol.push(symbol);
    }
    return lists;
  }

  // On the line from `place` to the eye, and still in the box, outside of which nothing is drawn.
  nearer(place, eye, most) {
    let share = most;
    const way = eye.map((value, d) => value - place[d]);
    way.forEach((move, d) => {
      const wall = this.box[d][move > 0 ? 1 : 0];
      if (move) share = Math.min(share, Math.max(0, 0.98 * (wall - place[d]) / move));
    });
    return place.map((value, d) => value + share * way[d]);
  }

  exitOf(row, step) {
    const path = this.paths[row.number], vertex = row.vertexAt(step)[0];
    if (!path.exits.has(vertex)) {
      // A row that has stopped asks for the same vertex at every frame.
      if (path.exits.size > 64) path.exits.clear();
      path.exits.set(vertex, exit(path.axes, vertex, this.box));
    }
    const found = path.exits.get(vertex);
    return found ? found.point.map((value, d) => Math.min(Math.max(value, this.box[d][0]), this.box[d][1])) : [NaN, NaN, NaN];
  }
}
