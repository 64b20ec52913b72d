// What the canvases draw: dashes, markers with a halo, arrows, stars and rings.

import { power } from "./ticks.js";

const DASHES = {
  solid: [], dot: [0.1, 2.2], dash: [3.4, 2.2], longdash: [6, 2.4],
  dashdot: [3.6, 2, 0.1, 2], longdashdot: [6, 2.2, 0.1, 2.2],
};

export function dashOf(name, width) {
  return (DASHES[name] ?? []).map((length) => length * width);
}

function polygon(sides, turn, inner) {
  const corners = inner ? sides * 2 : sides;
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (i * 2 * Math.PI) / corners, radius = inner && i % 2 ? inner : 1;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

const UP = -Math.PI / 2;
const CROSS = [[-.35, -1], [.35, -1], [.35, -.35], [1, -.35], [1, .35], [.35, .35], [.35, 1], [-.35, 1], [-.35, .35], [-1, .35], [-1, -.35], [-.35, -.35]];
const turned = (points, angle) =>
  points.map(([x, y]) => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)]);

const SHAPES = {
  square: polygon(4, Math.PI / 4), diamond: polygon(4, UP), cross: CROSS, x: turned(CROSS, Math.PI / 4),
  star: polygon(5, UP, 0.45), arrow: [[1.2, 0], [-.8, .9], [-.35, 0], [-.8, -.9]],
};

// The outline of a marker (a Plotly name) as corners in units of its radius; null for a circle.
export function shapeOf(name) {
  return SHAPES[name.replace("-open", "")] ?? null;
}

export function drawMarker(pen, name, x, y, radius, fill, halo, angle = 0) {
  const corners = shapeOf(name);
  pen.beginPath();
  if (!corners) pen.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    for (const [u, v] of angle ? turned(corners, angle) : corners) pen.lineTo(x + u * radius * 1.15, y + v * radius * 1.15);
    pen.closePath();
  }
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = halo;
  pen.lineWidth = 2.6 + 0.3 * radius;
  pen.stroke();
  const open = name.includes("-open");
  pen.fillStyle = open ? halo : fill;
  pen.fill();
  if (open) {
    pen.strokeStyle = fill;
    pen.lineWidth = 0.31 * radius;
    pen.stroke();
  }
}

function drawCross(pen, x, y, radius, colour, halo, line) {
  for (const [style, width] of [[halo, 2.4 * line], [colour, line]]) {
    pen.beginPath();
    pen.moveTo(x - radius, y - radius);
    pen.lineTo(x + radius, y + radius);
    pen.moveTo(x + radius, y - radius);
    pen.lineTo(x - radius, y + radius);
    pen.setLineDash([]);
    pen.lineCap = "round";
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.stroke();
  }
}

function drawText(pen, text, x, y, { align, colour, halo, font, size }) {
  pen.font = `600 ${size}px ${font}`;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = halo;
  pen.lineWidth = 4;
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
  pen.textAlign = "start";
}

// A text beside the point (x, y), towards the middle of `area`.
export function drawEnding(pen, text, x, y, { left, top, width, height }, theme) {
  const right = x > left + width / 2, down = Math.min(Math.max(y, top + 14), top + height - 14);
  drawText(pen, text, x + (right ? -18 : 18), down, {
    align: right ? "right" : "left", colour: theme.text, halo: theme.halo, font: theme.font, size: theme.sizes.text,
  });
}

export function drawRing(pen, x, y, radius, { text, halo, sizes }) {
  for (const [style, width] of [[halo, 2.4 * sizes.mark], [text, sizes.mark]]) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.setLineDash([]);
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.stroke();
  }
}

// The number of a ring, `across` and `down` of its middle.
export function drawNumber(pen, number, [x, y], radius, [across, down], { text, halo, font, sizes }) {
  const look = { align: across < 0 ? "end" : "start", colour: text, halo, font, size: sizes.text };
  drawText(pen, String(number), x + across * (radius + 5), y + down * radius, look);
}

// Minima and saddles, at the pixels that `toPixel` finds; smaller on a small map.
export function drawPlaces(pen, stage, theme, toPixel, scale = 1) {
  const { cross, star, mark } = theme.sizes;
  for (const [x, y] of stage.saddles) drawCross(pen, ...toPixel(x, y), cross * scale, theme.text, theme.halo, mark * scale);
  for (const [x, y] of stage.minima) drawMarker(pen, "star", ...toPixel(x, y), star * scale, theme.dark ? "#ffd24a" : "#c98500", theme.halo);
}

// A canvas over `panel` that takes no clicks, in CSS pixels whatever the screen.
export class Layer {
  constructor(panel, name) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = `dh-layer ${name}`;
    this.canvas.setAttribute("aria-hidden", "true");
    panel.append(this.canvas);
    this.pen = this.canvas.getContext("2d");
  }

  resize(width, height) {
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    [this.width, this.height] = [width, height];
  }

  clear() {
    this.pen.clearRect(0, 0, this.width, this.height);
  }
}

export function formatLoss(value) {
  if (!Number.isFinite(value)) return "∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-3 || size >= 1e5) return value.toExponential(2).replace("-", "−").replace("e-", "e−").replace("e+", "e");
  if (size >= 1000) return value.toFixed(0).replace("-", "−");
  return value.toPrecision(3).replace("-", "−").replace(/\.?0+$/, (zeros) => (zeros.includes(".") ? "" : zeros));
}

// Numbers along one scale, all written alike: as powers of ten where one of them would need it.
export function formatScale(values) {
  const plain = values.map(formatLoss);
  return plain.some((text) => text.includes("e")) ? values.map(formatPower) : plain;
}

function formatPower(value) {
  if (value === 0 || !Number.isFinite(value)) return formatLoss(value);
  const [digits, exponent] = Math.abs(value).toExponential(1).split("e");
  const factor = Number(digits) === 1 ? "" : `${Number(digits)}·`;
  return `${value < 0 ? "−" : ""}${factor}${power(Number(exponent))}`;
}
