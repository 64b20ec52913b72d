// Where the starts are on a contour map: a ring each, numbered, and the button that removes one.

import { icon } from "./icons.js";
import { fill } from "./legend.js";
import { drawNumber, drawRing } from "./marks.js";
import { sidesOfNumbers } from "./numbers.js";

// How far from a ring's middle a mouse and a finger still get hold of it, in pixels.
const REACH = { mouse: 16, touch: 28 };

// The button stands up and left of its ring: the number stands right.
const BUTTON = 22;

export function drawStarts(pen, map) {
  const { starts, theme, scale } = map, { held, several } = starts, radius = theme.sizes.ring * scale;
  if (held) drawWay(pen, map.toPixel(...starts.points[held.index]), map.toPixel(...held.point), theme);
  const pixels = starts.shown.map((point) => map.toPixel(...point)), faint = (index) => held?.index === index && held.outside;
  pixels.forEach(([x, y], index) => {
    const holding = held?.index === index;
    pen.globalAlpha = faint(index) ? 0.45 : 1;
    if (holding || starts.selected === index) drawRing(pen, x, y, 1.5 * radius, { ...theme, text: theme.accent });
    else if (starts.hovered === index) drawRing(pen, x, y, 1.3 * radius, theme);
    drawRing(pen, x, y, radius, theme);
  });
  const inHand = [held?.index, starts.hovered, starts.selected];
  const sides = several ? sidesOfNumbers(pixels, { radius, size: theme.sizes.text, view: map.view, left: (x) => labelledLeft(map, x) }, inHand) : [];
  sides.forEach((side, index) => {
    pen.globalAlpha = faint(index) ? 0.45 : 1;
    if (side) drawNumber(pen, index + 1, pixels[index], radius, side, theme);
  });
  pen.globalAlpha = 1;
}

// Where a number on the right would be cut off by the edge of the map.
function labelledLeft(map, x) {
  return x + 2.5 * map.theme.sizes.ring + map.theme.sizes.text > map.view[0][1];
}

// From where a start was to where it is held.
function drawWay(pen, from, to, theme) {
  for (const [style, width] of [[theme.halo, 5], [theme.text, 2]]) {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.setLineDash([6, 6]);
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.stroke();
  }
  pen.setLineDash([]);
}

// The start nearest to a pixel of `map`, and whether the pixel is on its ring.
export function startUnder(map, pixel, pointer) {
  let nearest = 0, distance = Infinity;
  map.starts.shown.forEach((point, index) => {
    const [x, y] = map.toPixel(...point), length = Math.hypot(x - pixel[0], y - pixel[1]);
    if (length < distance) [nearest, distance] = [index, length];
  });
  return { nearest, ring: distance <= (REACH[pointer] ?? REACH.touch) ? nearest : null };
}

// The button beside the ring that is under the pointer, or else selected.
export class Remover {
  constructor(map) {
    this.map = map;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "dh-remover";
    this.button.hidden = true;
    this.button.append(icon("remove"));
    this.button.addEventListener("click", () => map.starts.remove(this.index));
    map.panel.append(this.button);
  }

  place() {
    const { button, map } = this, { starts, view } = map;
    const index = starts.held || !starts.several || !starts.editable ? null : starts.hovered ?? starts.selected;
    if (index === null) {
      // Said again it would be styled again, at every frame.
      if (!button.hidden) button.hidden = true;
      return;
    }
    this.index = index;
    const [x, y] = map.toPixel(...starts.points[index]);
    const [[left, right], [top, bottom]] = view;
    const inside = x >= left && x <= right && y >= top && y <= bottom;
    button.hidden = !inside;
    if (!inside) return;
    // At an edge of the map, or beside a number, on the other side of the ring.
    const across = x - BUTTON < left + 12 ? 1 : -1;
    const down = y - BUTTON < top + 12 || (across < 0 && labelledLeft(map, x)) ? 1 : -1;
    button.style.transform = `translate(${x + across * BUTTON}px, ${y + down * BUTTON}px) translate(-50%, -50%)`;
    button.title = fill(map.words, "remove_start", { number: index + 1 });
    button.setAttribute("aria-label", button.title);
  }
}
