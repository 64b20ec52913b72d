// Paints one panel of a grid map: its cells, their patterns, and the lines and marks over them.

import { linearTicks, logTicks } from "./ticks.js";

// Around the cells; where x and y are settings they have names as well as numbers.
const ROOM = { left: 44, right: 10, top: 8, bottom: 24 }, NAMED = { ...ROOM, top: 26, bottom: 44 };
const roomOf = (header) => header.square ? ROOM : NAMED;
const PITCH = 7;

// Where a value lies along an axis, from 0 to 1.
export function share(axis, value) {
  const { low, high, log } = axis;
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

// The cells of one panel as two pictures with a pixel a cell: the colours, and which have a pattern.
export function raster(grid, panel, dark) {
  const { header, arrays } = grid, width = header.x.values.length, height = header.y.values.length;
  const inks = header.inks.map(([light, night]) => parse(dark ? night : light));
  const ink = arrays.ink.subarray(panel * width * height, (panel + 1) * width * height);
  const colours = picture(width, height, (cell) => [...inks[ink[cell]], 255], ink);
  const patterns = {};
  for (const pattern of new Set(header.inks.map(([, , name]) => name).filter(Boolean))) {
    const has = header.inks.map(([, , name]) => name === pattern);
    if (ink.some((index) => has[index])) patterns[pattern] = picture(width, height, (cell) => [0, 0, 0, has[ink[cell]] ? 255 : 0]);
  }
  return { colours, patterns };
}

function parse(colour) {
  return [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
}

// The first row of the cells is the lowest one.
function picture(width, height, of) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) image.data.set(of((height - 1 - row) * width + column), 4 * (row * width + column));
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

// The part of a panel (in pixels) where the cells are.
export function areaOf(header, width, height) {
  const { left, right, top, bottom } = roomOf(header);
  return { x: left, y: top, width: width - left - right, height: height - top - bottom };
}

export function heightOf(header, width, most) {
  const { left, right, top, bottom } = roomOf(header), across = width - left - right, { x, y } = header;
  const high = header.square ? across * (y.high - y.low) / (x.high - x.low) : across * 0.8;
  return Math.round(Math.min(most, Math.max(150, high + top + bottom)));
}

export function paint(pen, { header, cells, theme, width, height, over }) {
  const area = areaOf(header, width, height);
  pen.clearRect(0, 0, width, height);
  pen.imageSmoothingEnabled = header.smooth;
  pen.drawImage(cells.colours, area.x, area.y, area.width, area.height);
  for (const [pattern, mask] of Object.entries(cells.patterns)) overlay(pen, pattern, mask, area, theme);
  pen.save();
  pen.beginPath();
  pen.rect(area.x, area.y, area.width, area.height);
  pen.clip();
  const place = (x, y) => [area.x + area.width * share(header.x, x), area.y + area.height * (1 - share(header.y, y))];
  for (const course of header.courses) drawCourse(pen, course, place, theme);
  for (const [kind, x, y] of header.marks) drawMark(pen, kind, ...place(x, y), area);
  if (over) outline(pen, header, over, area);
  pen.restore();
  drawAxes(pen, header, area, theme);
}

function overlay(pen, pattern, mask, area, theme) {
  const layer = document.createElement("canvas"), scale = pen.getTransform().a;
  layer.width = Math.ceil(area.width * scale);
  layer.height = Math.ceil(area.height * scale);
  const own = layer.getContext("2d");
  own.imageSmoothingEnabled = false;
  own.drawImage(mask, 0, 0, layer.width, layer.height);
  own.globalCompositeOperation = "source-in";
  own.fillStyle = tile(own, pattern, theme, scale);
  own.fillRect(0, 0, layer.width, layer.height);
  pen.drawImage(layer, area.x, area.y, area.width, area.height);
}

export function tile(pen, pattern, theme, scale = 1) {
  const square = document.createElement("canvas"), pitch = Math.round(PITCH * scale);
  square.width = square.height = pitch;
  const own = square.getContext("2d");
  own.strokeStyle = own.fillStyle = theme.dark ? "rgba(255,255,255,0.55)" : "rgba(0,0,0,0.5)";
  if (pattern === "dots") {
    own.beginPath();
    own.arc(pitch / 2, pitch / 2, scale * 1.2, 0, 7);
    own.fill();
  } else {
    own.lineWidth = 1.2 * scale;
    own.beginPath();
    for (const shift of [-pitch, 0, pitch]) {
      own.moveTo(shift - 1, pitch + 1);
      own.lineTo(shift + pitch + 1, -1);
    }
    own.stroke();
  }
  return pen.createPattern(square, "repeat");
}

// A piece of a line, for the legend.
export function drawSample(pen, dash, width, height) {
  pen.setLineDash(dash ? [7, 5] : []);
  twice(pen, () => {
    pen.beginPath();
    pen.moveTo(0, height / 2);
    pen.lineTo(width, height / 2);
    pen.stroke();
  }, 2);
  pen.setLineDash([]);
}

// Twice: dark under light, so that it is seen on any colour.
function twice(pen, draw, wide) {
  for (const [colour, width] of [["rgba(0,0,0,0.75)", wide + 2], ["#ffffff", wide]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    draw();
  }
}

function drawCourse(pen, { x, y, dash }, place) {
  pen.setLineDash(dash ? [7, 5] : []);
  twice(pen, () => {
    pen.beginPath();
    let down = false;
    x.forEach((value, i) => {
      if (value === null || y[i] === null) { down = false; return; }
      const [across, along] = place(value, y[i]);
      if (down) pen.lineTo(across, along);
      else pen.moveTo(across, along);
      down = true;
    });
    pen.stroke();
  }, 2);
  pen.setLineDash([]);
}

function drawMark(pen, kind, x, y, area) {
  twice(pen, () => {
    pen.beginPath();
    if (kind === "cross") {
      pen.moveTo(area.x, y);
      pen.lineTo(area.x + area.width, y);
      pen.moveTo(x, area.y);
      pen.lineTo(x, area.y + area.height);
    } else if (kind === "minimum") {
      for (const turn of [0, Math.PI / 4, Math.PI / 2, 3 * Math.PI / 4]) {
        pen.moveTo(x - 6 * Math.cos(turn), y - 6 * Math.sin(turn));
        pen.lineTo(x + 6 * Math.cos(turn), y + 6 * Math.sin(turn));
      }
    } else pen.arc(x, y, 5.5, 0, 7);
    pen.stroke();
  }, kind === "cross" ? 1.2 : 2);
}

function outline(pen, header, { column, row }, area) {
  const across = area.width / header.x.values.length, along = area.height / header.y.values.length;
  const side = Math.max(9, across), tall = Math.max(9, along);
  const x = area.x + (column + 0.5) * across, y = area.y + area.height - (row + 0.5) * along;
  twice(pen, () => pen.strokeRect(x - side / 2, y - tall / 2, side, tall), 2);
}

function drawAxes(pen, header, area, theme) {
  pen.strokeStyle = theme.grid;
  pen.lineWidth = 1;
  pen.strokeRect(area.x - 0.5, area.y - 0.5, area.width + 1, area.height + 1);
  pen.fillStyle = theme.text;
  pen.font = `13px ${theme.font}`;
  pen.textBaseline = "top";
  pen.textAlign = "center";
  let end = -Infinity;
  for (const [at, label] of ticks(header.x, area.width / 46)) {
    const x = area.x + area.width * at, half = pen.measureText(label).width / 2;
    const middle = Math.min(x, area.x + area.width + ROOM.right - half);
    if (middle - half < end) continue;
    end = middle + half + 6;
    pen.fillText(label, middle, area.y + area.height + 6);
  }
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const [at, label] of ticks(header.y, area.height / 40)) pen.fillText(label, area.x - 6, area.y + area.height * (1 - at));
  if (!header.square) drawNames(pen, header, area);
}

// The name of y stands level over its axis: it is read without turning the head, and costs no width.
function drawNames(pen, header, area) {
  pen.textBaseline = "top";
  pen.textAlign = "right";
  pen.fillText(`${header.x.title} →`, area.x + area.width, area.y + area.height + 26, area.width);
  pen.textAlign = "left";
  pen.fillText(`↑ ${header.y.title}`, area.x, area.y - 20, area.width);
}

function ticks({ low, high, log }, most) {
  if (!log) return linearTicks(low, high, most).map(([value, label]) => [(value - low) / (high - low), label]);
  const [from, to] = [Math.log10(low), Math.log10(high)];
  return logTicks(from, to, most).map(([value, label]) => [(value - from) / (to - from), label]);
}
