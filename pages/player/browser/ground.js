// The map of a surface as one bitmap with its axes, for any number of panels that show the same part of
// the plane: it is coloured pixel by pixel from the grid, which takes a few milliseconds, so it can follow
// a zoom.

import { LEVELS } from "./contour.js";
import { blend, rgb } from "./theme.js";
import { linearTicks } from "./ticks.js";

export class Ground {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.map = document.createElement("canvas");
  }

  // `width` and `height` of a panel and the `area` of the map in it in CSS pixels; `x` and `y` the
  // part of the plane that is seen.
  draw(stage, theme, { x, y, width, height, area }) {
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2), pen = this.canvas.getContext("2d");
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    this.colourMap(stage, theme, x, y, Math.max(Math.round(area.width * ratio), 1), Math.max(Math.round(area.height * ratio), 1));
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.drawImage(this.map, area.left, area.top, area.width, area.height);
    this.drawAxes(pen, theme, x, y, area);
  }

  colourMap(stage, theme, x, y, width, height) {
    if (this.theme !== theme.key) {
      this.theme = theme.key;
      this.bands = Array.from({ length: LEVELS }, (_, band) => bandColour(theme, (band + 0.5) / LEVELS));
      this.line = rgba(theme.level);
    }
    [this.map.width, this.map.height] = [width, height];
    const pen = this.map.getContext("2d"), image = pen.createImageData(width, height), { data } = image;
    const { size, heights, low, top, bounds: [xLow, xHigh, yLow, yHigh] } = stage, { bands } = this;
    const toLevels = LEVELS / (top - low), [red, green, blue, strength] = this.line, last = size - 1;
    const column = new Int32Array(width), share = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      const u = ((x[0] + ((i + 0.5) / width) * (x[1] - x[0]) - xLow) / (xHigh - xLow)) * last;
      column[i] = u >= 0 && u <= last ? Math.min(Math.floor(u), last - 1) : -1;
      share[i] = u - column[i];
    }
    let above = new Float64Array(width).fill(NaN), here = new Float64Array(width);
    for (let j = 0; j < height; j++) {
      const v = ((y[1] - ((j + 0.5) / height) * (y[1] - y[0]) - yLow) / (yHigh - yLow)) * last;
      const row = v >= 0 && v <= last ? Math.min(Math.floor(v), last - 1) : -1, part = v - row;
      for (let i = 0; i < width; i++) {
        const c = column[i];
        if (row < 0 || c < 0) here[i] = NaN;
        else {
          const at = row * size + c, s = share[i];
          const near = heights[at] + (heights[at + 1] - heights[at]) * s;
          const far = heights[at + size] + (heights[at + size + 1] - heights[at + size]) * s;
          here[i] = Math.min(Math.max((near + (far - near) * part - low) * toLevels, 0), LEVELS);
        }
      }
      for (let i = 0; i < width; i++) {
        const value = here[i];
        if (value !== value) continue;
        // How much a pixel spans says how sharp the border between two bands is.
        const slope = (Math.abs(value - here[i ? i - 1 : 1]) || 0) + (Math.abs(value - above[i]) || 0) || 1e-9;
        const border = Math.min(Math.max(Math.round(value), 1), LEVELS - 1);
        const side = Math.min(Math.max((value - border) / slope + 0.5, 0), 1);
        const inside = Math.min(Math.floor(value), LEVELS - 1);
        const lower = side > 0 && side < 1 ? bands[border - 1] : bands[inside], upper = side > 0 && side < 1 ? bands[border] : bands[inside];
        const line = strength * Math.max(1 - Math.abs(value - border) / slope, 0), k = 4 * (j * width + i);
        data[k] = (lower[0] + (upper[0] - lower[0]) * side) * (1 - line) + red * line;
        data[k + 1] = (lower[1] + (upper[1] - lower[1]) * side) * (1 - line) + green * line;
        data[k + 2] = (lower[2] + (upper[2] - lower[2]) * side) * (1 - line) + blue * line;
        data[k + 3] = 255;
      }
      [above, here] = [here, above];
    }
    pen.putImageData(image, 0, 0);
  }

  drawAxes(pen, theme, x, y, { left, top, width, height }) {
    const size = Math.max(theme.sizes.tick - 2, 12);
    pen.strokeStyle = theme.grid;
    pen.lineWidth = 1;
    pen.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
    pen.fillStyle = theme.text;
    pen.font = `${size}px ${theme.font}`;
    const draw = (ticks, range, length, write) => {
      for (const [value, text] of ticks) write(text, ((value - range[0]) / (range[1] - range[0])) * length);
    };
    pen.textAlign = "center";
    pen.textBaseline = "top";
    draw(linearTicks(...x, width / (4.5 * size)), x, width, (text, at) => pen.fillText(text, Math.min(left + at, left + width - size / 2), top + height + 5));
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    draw(linearTicks(...y, height / (2.6 * size)), y, height, (text, at) => pen.fillText(text, left - 6, Math.min(Math.max(top + height - at, top + size / 2), top + height - size / 2)));
  }
}

function bandColour({ scale }, share) {
  const place = share * (scale.length - 1), first = Math.min(Math.floor(place), scale.length - 2);
  return rgb(blend(scale[first], scale[first + 1], place - first));
}

function rgba(colour) {
  return colour.match(/[\d.]+/g).map(Number);
}
