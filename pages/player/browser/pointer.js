// Clicks on the contour map, and what is under the pointer.

import { contains } from "./clip.js";

const CLICK_PIXELS = 5;

export class Pointer {
  constructor(map, actions) {
    Object.assign(this, { map, actions });
    const { panel, chart } = map;
    panel.addEventListener("pointerdown", (event) => {
      const starts = chart.contains(event.target) && event.button === 0 && event.isPrimary;
      this.down = starts ? this.local(event) : null;
    }, true);
    // Plotly covers the page while a button is down, so the release arrives at the window.
    this.release = (event) => this.up(event);
    addEventListener("pointerup", this.release, true);
    addEventListener("pointercancel", this.release, true);
    panel.addEventListener("pointermove", (event) => {
      if (!map.area || !map.run || event.buttons) return;
      const pixel = this.local(event);
      if (!chart.contains(event.target) || !contains(pixel, map.view)) actions.hover(null);
      else actions.hover({ plane: map.toPlane(...pixel), nearest: map.nearest(...pixel) });
    });
    panel.addEventListener("pointerleave", () => actions.hover(null));
  }

  local(event) {
    const box = this.map.panel.getBoundingClientRect();
    return [event.clientX - box.left - this.map.panel.clientLeft, event.clientY - box.top - this.map.panel.clientTop];
  }

  up(event) {
    const { down, map } = this;
    this.down = null;
    if (!down || !map.area || event.type !== "pointerup") return;
    const pixel = this.local(event), moved = Math.hypot(pixel[0] - down[0], pixel[1] - down[1]);
    if (moved < CLICK_PIXELS && contains(pixel, map.view)) this.actions.click(...map.toPlane(...pixel));
  }

  destroy() {
    removeEventListener("pointerup", this.release, true);
    removeEventListener("pointercancel", this.release, true);
  }
}
