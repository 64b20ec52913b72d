// The map of one entry among several: the common ground, and the paths of that entry alone.

import { listenToGestures } from "./gestures.js";
import { Layer } from "./marks.js";
import { PathMap } from "./pathmap.js";
import { SmallPanel } from "./smallpanel.js";

export class SmallMap extends SmallPanel {
  constructor(entry, actions) {
    super(entry);
    this.readout = Object.assign(document.createElement("div"), { className: "dh-readout" });
    this.ground = new Layer(this.panel, "dh-ground");
    this.map = new PathMap(this.panel, {
      ...actions,
      hover: (found) => { this.readout.textContent = found ? actions.readout(found) : ""; },
    });
    this.map.scale = 0.85;
    this.panel.append(this.readout);
    listenToGestures(this.chart, this.map, actions.look);
  }

  // `ground` has been drawn for this size and this part of the plane.
  place(ground, { x, y, width, height, area }) {
    Object.assign(this.map, { x, y, area });
    this.ground.resize(width, height);
    this.ground.clear();
    this.ground.pen.drawImage(ground.canvas, 0, 0, width, height);
    this.map.reset();
  }

  setRun(picture) {
    const { run, stage, colours, theme, words, fading } = picture;
    this.label(picture);
    Object.assign(this.map, { stage, theme, words });
    this.map.setRun(this.own(run), colours, { fading });
  }

  morph(run) {
    this.map.morph(this.own(run));
  }

  frame(step, ghost) {
    this.map.frame(step, ghost);
  }

  destroy() {
    this.map.destroy();
    this.element.remove();
  }
}
