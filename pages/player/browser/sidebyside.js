// Small multiples: a panel for each entry in sight, all with the same axes. What is done to one map is done
// to all, and their ground is drawn once.

import { Ground } from "./ground.js";
import { SmallMap } from "./smallmap.js";
import { SmallScene } from "./smallscene.js";

// Panels beside each other, by how many there are; on a narrow screen.
const COLUMNS = [1, 1, 2, 3, 2, 3, 3, 4, 4], NARROW = [1, 1, 1, 2, 2, 2, 2, 2, 2];

export class SideBySide {
  // `actions` as in views.js. The button `reset` stands in the head of the last panel: over a picture it would cover some of it.
  constructor(element, reset, actions) {
    Object.assign(this, { element, reset, actions });
    this.ground = new Ground();
    this.maps = new Map();
  }

  // A picture as in views.js. Panels stay as they are as far as they can.
  async draw(picture) {
    const { run, stage, theme, solid } = picture, entries = [...new Set(run.rows.map((row) => row.entry))];
    const elsewhere = this.picture?.stage.bounds.join() !== stage.bounds.join();
    Object.assign(this, { picture, stage, theme });
    if (elsewhere) this.resetAxes();
    const before = [...this.maps.keys()].join(), other = this.solid !== solid;
    this.solid = solid;
    if (other) this.clear();
    for (const [entry, map] of this.maps) {
      if (entries.includes(entry)) continue;
      map.destroy();
      this.maps.delete(entry);
    }
    for (const entry of entries) {
      if (!this.maps.has(entry)) this.maps.set(entry, this.make(entry));
    }
    entries.sort((a, b) => a - b);
    if (other || before !== entries.join()) {
      this.maps = new Map(entries.map((entry) => [entry, this.maps.get(entry)]));
      this.element.replaceChildren(...[...this.maps.values()].map((map) => map.element));
      const [wide, narrow] = [COLUMNS, NARROW].map((columns) => columns[Math.min(entries.length, 8)]);
      this.element.style.setProperty("--dh-columns", wide);
      this.element.style.setProperty("--dh-narrow", narrow);
      this.element.style.setProperty("--dh-narrow-rows", Math.max(Math.ceil(entries.length / narrow), 1));
      if (!entries.length) this.element.append(Object.assign(document.createElement("p"), { className: "dh-nothing", textContent: picture.words.all_hidden }));
      this.element.dataset.rows = Math.ceil(entries.length / wide);
    }
    for (const map of this.maps.values()) {
      await map.setRun(picture);
      if (this.picture !== picture) return;
    }
    const head = [...this.maps.values()].at(-1)?.head;
    // Put there anew it would lose the focus.
    if (this.reset.parentElement !== head) head?.append(this.reset);
    await this.resize(true);
  }

  make(entry) {
    return this.solid
      ? new SmallScene(entry, { ...this.actions, camera: () => this.camera, turn: (turned, camera) => this.turn(turned, camera) })
      : new SmallMap(entry, { ...this.actions, look: (axes) => this.follow(axes) });
  }

  // At most once for each picture of the screen, whatever moved.
  turn(turned, camera) {
    this.camera = camera;
    cancelAnimationFrame(this.turning);
    this.turning = requestAnimationFrame(() => {
      for (const small of this.maps.values()) if (small !== turned) small.scene?.follow(camera);
    });
  }

  resetAxes() {
    const [xLow, xHigh, yLow, yHigh] = this.stage.bounds;
    Object.assign(this, { x: [xLow, xHigh], y: [yLow, yHigh] });
  }

  // The same part of the plane in every panel, at the next picture of the screen.
  follow({ x, y }) {
    if (![...x, ...y].every(Number.isFinite) || !(x[1] - x[0] > 1e-9 * Math.abs(x[0])) || !(y[1] - y[0] > 1e-9 * Math.abs(y[0]))) return;
    Object.assign(this, { x: [...x], y: [...y] });
    // Those who ask again before it is drawn mean what they saw last.
    if (this.solid) return;
    for (const { map } of this.maps.values()) Object.assign(map, { x: this.x, y: this.y });
    cancelAnimationFrame(this.moving);
    this.moving = requestAnimationFrame(() => this.place());
  }

  resetView() {
    this.resetAxes();
    if (!this.solid) return this.place();
    this.camera = undefined;
    for (const { scene } of this.maps.values()) scene.resetView();
  }

  place() {
    const [first] = this.maps.values();
    if (!first) return;
    const { clientWidth: width, clientHeight: height } = first.panel;
    if (width < 40 || height < 40) return;
    this.size = { width, height };
    const more = this.theme.sizes.tick - 14, left = 42 + 2 * more, bottom = 24 + 2 * more;
    const place = { x: this.x, y: this.y, width, height, area: { left, top: 2, width: width - left - 8, height: height - bottom - 2 } };
    this.ground.draw(this.stage, this.theme, place);
    for (const map of this.maps.values()) {
      map.place(this.ground, place);
      map.frame(this.at ?? 0, this.ghost);
    }
  }

  morph(run) {
    for (const map of this.maps.values()) map.morph(run);
  }

  frame(step, ghost, now, passed) {
    Object.assign(this, { at: step, ghost });
    for (const map of this.maps.values()) map.frame(step, ghost, now, passed);
  }

  tell(told) {
    for (const [entry, map] of this.maps) map.tell(told(entry));
  }

  resize(again = false) {
    const [first] = this.maps.values();
    if (this.solid) return Promise.all([...this.maps.values()].map(({ scene }) => scene.resize()));
    if (first && (again || first.panel.clientWidth !== this.size?.width || first.panel.clientHeight !== this.size?.height)) this.place();
  }

  clear() {
    for (const map of this.maps.values()) map.destroy();
    this.maps.clear();
  }

  destroy() {
    cancelAnimationFrame(this.moving);
    cancelAnimationFrame(this.turning);
    this.clear();
  }
}
