// The surface in 3D with the paths of one entry among several. Each is a drawing of its own (a browser keeps
// sixteen of them); whoever turns one turns all.

import { Scene } from "./scene.js";
import { SmallPanel } from "./smallpanel.js";

export class SmallScene extends SmallPanel {
  constructor(entry, actions) {
    super(entry);
    this.actions = actions;
    this.scene = new Scene(this.panel, (lost) => {
      if (!lost && !this.gone) actions.redraw(() => this.scene.draw(this.picture));
    });
    this.scene.shared = actions.camera;
    this.scene.onTurned = (camera) => actions.turn(this, camera);
  }

  // The entry as if it were the only one.
  alone(picture) {
    const { whole, colours } = picture, entries = [whole.entries[this.entry]];
    return { ...picture, whole: { ...whole, entries, rows: this.rows(whole) }, colours: [colours[this.entry]], hidden: new Set(), looks: JSON.stringify(entries) };
  }

  rows(run) {
    return this.own(run).rows.map((row, number) => Object.assign(Object.create(Object.getPrototypeOf(row)), row, { entry: 0, number }));
  }

  async setRun(picture) {
    this.label(picture);
    this.picture = this.alone(picture);
    const { scene } = this;
    if (scene.shows(this.picture)) return scene.setPicture(this.picture);
    await scene.draw(this.picture);
    if (this.gone) scene.destroy();
  }

  morph(run) {
    this.scene.morph({ ...run, entries: this.picture.whole.entries, rows: this.rows(run) }, undefined, this.scene.at ?? 0);
  }

  frame(step, _ghost, now, passed) {
    this.scene.frame(step, now, passed);
  }

  destroy() {
    this.gone = true;
    this.scene.destroy();
    this.element.remove();
  }
}
