// Lines on a canvas: points with NaN where the path is out of the picture.

import { dashOf } from "./marks.js";

export function lengthOf([x, y], from, end) {
  let length = 0;
  for (let i = from + 1; i < end; i++) length += Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]) || 0;
  return length;
}

export function tracePath(pen, [x, y], from, end) {
  pen.beginPath();
  let open = false;
  for (let i = from; i < end; i++) {
    if (Number.isNaN(x[i])) open = false;
    else if (open) pen.lineTo(x[i], y[i]);
    else {
      pen.moveTo(x[i], y[i]);
      open = true;
    }
  }
}

// A line with a halo, seen on any ground. `along` is how long the path already is, so that dashes
// go on where they were.
export function strokePath(pen, points, from, end, { colour, dash, width, halo, wider }, along, alpha = 1) {
  tracePath(pen, points, from, end);
  pen.globalAlpha = alpha;
  pen.lineJoin = "round";
  pen.setLineDash([]);
  // Paths grow by pieces shorter than a pixel: round ends of the halo would wipe out the piece before.
  pen.lineCap = "butt";
  pen.strokeStyle = halo;
  pen.lineWidth = width + wider;
  pen.stroke();
  pen.lineCap = "round";
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  const pattern = dashOf(dash, width);
  if (pattern.length) {
    // A faint line through the gaps, so that the eye can follow a dashed path.
    pen.globalAlpha = 0.4 * alpha;
    pen.stroke();
    pen.globalAlpha = alpha;
    pen.lineCap = dash.includes("dot") ? "round" : "butt";
    pen.setLineDash(pattern);
    pen.lineDashOffset = along;
  }
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

// What has been shown before of each path, as far as `end`, faintly.
export function drawGhosts(pen, paths) {
  pen.globalAlpha = 0.45;
  for (const { points, end, look: { colour, ghost } } of paths) {
    tracePath(pen, points, 0, end);
    pen.lineJoin = pen.lineCap = "round";
    pen.setLineDash([]);
    pen.strokeStyle = colour;
    pen.lineWidth = ghost;
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

// How many steps of a fading path are seen, and in how many shades.
export const TAIL = 40;
const SHADES = 8;

// The last steps of a path, the older the fainter.
export function drawFading(pen, row, { points, ends }, step, look) {
  const since = Math.max(step - TAIL, 0), endOf = (at) => ends[row.vertexAt(at)[0]];
  let from = Math.max(endOf(since) - 1, 0), along = lengthOf(points, 0, from + 1);
  for (let shade = 1; shade <= SHADES; shade++) {
    const end = endOf(since + ((step - since) * shade) / SHADES);
    if (end - from < 2) continue;
    // Over the whole of a short beginning nothing has faded yet.
    const age = (1 - shade / SHADES) * Math.min((step - since) / TAIL, 1);
    strokePath(pen, points, from, end, look, along, 1 - age);
    along += lengthOf(points, from, end);
    from = end - 1;
  }
}
