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
export function strokePath(pen, points, from, end, { colour, dash, width, halo }, along) {
  tracePath(pen, points, from, end);
  pen.lineJoin = "round";
  pen.setLineDash([]);
  // Paths grow by pieces shorter than a pixel: round ends of the halo would wipe out the piece before.
  pen.lineCap = "butt";
  pen.strokeStyle = halo;
  pen.lineWidth = width + 3;
  pen.stroke();
  pen.lineCap = "round";
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  const pattern = dashOf(dash, width);
  if (pattern.length) {
    // A faint line through the gaps, so that the eye can follow a dashed path.
    pen.globalAlpha = 0.4;
    pen.stroke();
    pen.globalAlpha = 1;
    pen.lineCap = dash.includes("dot") ? "round" : "butt";
    pen.setLineDash(pattern);
    pen.lineDashOffset = along;
  }
  pen.stroke();
  pen.setLineDash([]);
}

// What is still to come of each path, faintly.
export function drawGhosts(pen, paths, colours) {
  pen.globalAlpha = 0.45;
  paths.forEach(({ points }, r) => {
    tracePath(pen, points, 0, points[0].length);
    pen.lineJoin = pen.lineCap = "round";
    pen.strokeStyle = colours[r];
    pen.lineWidth = 2;
    pen.stroke();
  });
  pen.globalAlpha = 1;
}
