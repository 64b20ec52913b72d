// What a pointer does on a contour map: hold a ring and move it, click, press long, or look around.
// What is no business of ours stays Plotly's, which moves and zooms the map.

import { contains } from "./clip.js";
import { startUnder } from "./rings.js";

// A mouse and a finger that moved less than this, in pixels, have not moved.
const STILL = { mouse: 5, touch: 10 };

// A finger that rests so long, in milliseconds, adds a start.
const LONG_PRESS = 500;

// So far outside the map, in pixels, a start that is let go is gone.
const AWAY = 14;

// A pointer near a ring keeps it, so that it can reach the button beside it.
const LEAVE = 44;

export class Pointer {
  constructor(map, actions) {
    Object.assign(this, { map, actions, starts: actions.starts, down: null });
    const { panel } = map, own = (event) => this.own(event), hard = { capture: true, passive: false };
    this.ending = new AbortController();
    const { signal } = this.ending;
    panel.addEventListener("pointerdown", (event) => this.press(event), { capture: true, signal });
    // Plotly listens to these: what holds a ring must not move the map as well.
    for (const name of ["mousedown", "touchstart", "contextmenu"]) panel.addEventListener(name, own, { ...hard, signal });
    panel.addEventListener("pointermove", (event) => this.look(event), { signal });
    panel.addEventListener("pointerleave", () => this.leave(), { signal });
    // Plotly covers the page while a button is down, so the rest arrives at the window.
    addEventListener("touchmove", own, { ...hard, signal });
    addEventListener("pointermove", (event) => this.drag(event), { capture: true, signal });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => this.up(event), { capture: true, signal });
  }

  local(event) {
    const box = this.map.panel.getBoundingClientRect();
    return [event.clientX - box.left - this.map.panel.clientLeft, event.clientY - box.top - this.map.panel.clientTop];
  }

  // Keeps an event from Plotly while a ring is held.
  own(event) {
    if (!this.down?.holds || !event.cancelable) return;
    event.preventDefault();
    event.stopPropagation();
  }

  press(event) {
    const { map, starts } = this;
    // A second finger: the two of them zoom.
    if (this.down) this.stop();
    if (!map.chart.contains(event.target) || event.button !== 0 || !event.isPrimary || !map.area || !map.run) return;
    const pixel = this.local(event), kind = event.pointerType === "mouse" ? "mouse" : "touch";
    if (!contains(pixel, map.view)) return;
    const under = starts.editable ? startUnder(map, pixel, kind) : { ring: null };
    this.down = { ...under, id: event.pointerId, pixel, kind, holds: under.ring !== null && !event.shiftKey };
    if (kind === "touch" && starts.editable && under.ring === null) {
      this.resting = setTimeout(() => this.pressLong(), LONG_PRESS);
    }
  }

  pressLong() {
    const { down, map, starts } = this;
    if (!down || down.moved || !starts.holdNew(map.toPlane(...down.pixel))) return;
    Object.assign(down, { holds: true, held: true, moved: true, ring: starts.held.index });
    navigator.vibrate?.(15);
  }

  drag(event) {
    const { down, map, starts } = this;
    if (!down || event.pointerId !== down.id) return;
    const pixel = this.local(event);
    if (!down.moved) {
      if (Math.hypot(pixel[0] - down.pixel[0], pixel[1] - down.pixel[1]) < STILL[down.kind]) return;
      down.moved = true;
      clearTimeout(this.resting);
    }
    // Escape has taken the start out of the hand.
    if (!down.holds || (down.held && !starts.held)) return;
    down.held = true;
    const view = map.view.map(([low, high]) => [low - AWAY, high + AWAY]);
    const inside = pixel.map((value, d) => Math.min(Math.max(value, map.view[d][0]), map.view[d][1]));
    const outside = !contains(pixel, view), plane = map.toPlane(...inside);
    starts.hold(down.ring, plane, outside);
    this.actions.hover({ plane, nearest: null, start: down.ring });
  }

  up(event) {
    const { down, map, starts } = this;
    if (!down || event.pointerId !== down.id) return;
    const pixel = this.local(event);
    this.down = null;
    clearTimeout(this.resting);
    if (starts.held) {
      if (event.type === "pointerup") starts.drop();
      else starts.cancel();
    } else if (!down.moved && event.type === "pointerup" && contains(pixel, map.view)) {
      starts.click(map.toPlane(...pixel), { ring: down.ring, nearest: down.nearest, more: event.shiftKey });
    }
    if (down.kind === "touch") this.leave();
  }

  look(event) {
    const { map, starts } = this;
    if (!map.area || !map.run || event.buttons || event.pointerType === "touch") return;
    const pixel = this.local(event), onMap = map.chart.contains(event.target) && contains(pixel, map.view);
    if (!onMap) {
      this.actions.hover(null);
      if (!event.target.closest(".dh-remover")) this.over(null);
      return;
    }
    const plane = map.toPlane(...pixel), { ring } = startUnder(map, pixel, "mouse");
    this.over(starts.editable ? ring ?? this.near(pixel) : null);
    map.panel.classList.toggle("dh-over-ring", starts.editable && ring !== null);
    this.actions.hover({ plane, nearest: ring === null ? map.nearest(...pixel) : null, start: ring });
  }

  // The ring that was under the pointer last, as long as the pointer stays near.
  near(pixel) {
    const { map, starts } = this;
    if (starts.hovered === null) return null;
    const [x, y] = map.toPixel(...starts.points[starts.hovered]);
    return Math.hypot(x - pixel[0], y - pixel[1]) < LEAVE ? starts.hovered : null;
  }

  over(index) {
    this.starts.hover(index);
    if (index === null) this.map.panel.classList.remove("dh-over-ring");
  }

  leave() {
    this.actions.hover(null);
    if (!this.down) this.over(null);
  }

  // Whatever was going on is over, and nothing comes of it.
  stop() {
    clearTimeout(this.resting);
    if (this.starts.held) this.starts.cancel();
    this.down = null;
  }

  destroy() {
    this.stop();
    this.ending.abort();
  }
}
