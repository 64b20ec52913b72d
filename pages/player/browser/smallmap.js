// The map of one entry among several: a title, the common ground, and the paths of that entry alone.

import { swatch } from "./legend.js";
import { listenToGestures } from "./gestures.js";
import { Layer } from "./marks.js";
import { PathMap } from "./pathmap.js";

export class SmallMap {
  constructor(entry, actions) {
    this.entry = entry;
    const make = (name, className) => Object.assign(document.createElement(name), { className });
    this.element = make("figure", "dh-small");
    this.element.setAttribute("role", "figure");
    this.head = make("figcaption", "dh-small-head");
    [this.title, this.state] = [make("span", "dh-title"), make("span", "dh-state")];
    const panel = make("div", "dh-small-map"), chart = make("div", "dh-plot");
    chart.setAttribute("aria-hidden", "true");
    panel.append(chart);
    this.readout = make("div", "dh-readout");
    this.element.append(this.head, panel);
    this.ground = new Layer(panel, "dh-ground");
    this.map = new PathMap(panel, {
      ...actions,
      hover: (found) => { this.readout.textContent = found ? actions.readout(found) : ""; },
    });
    this.map.scale = 0.85;
    panel.append(this.readout, this.state);
    listenToGestures(chart, this.map, actions.look);
  }

  // `ground` has been drawn for this size and this part of the plane.
  place(ground, { x, y, width, height, area }) {
    Object.assign(this.map, { x, y, area });
    this.ground.resize(width, height);
    this.ground.clear();
    this.ground.pen.drawImage(ground.canvas, 0, 0, width, height);
    this.map.reset();
  }

  setRun({ run, stage, colours, theme, words, fading }) {
    Object.assign(this.map, { stage, theme, words });
    const entry = run.entries[this.entry], look = JSON.stringify([entry, colours[this.entry]]);
    if (look !== this.look) {
      this.look = look;
      this.title.textContent = this.title.title = entry.title;
      this.element.setAttribute("aria-label", entry.title);
      this.head.replaceChildren(swatch(entry, colours[this.entry]), this.title);
    }
    this.map.setRun(this.own(run), colours, { fading });
  }

  own(run) {
    return { ...run, rows: run.rows.filter((row) => row.entry === this.entry) };
  }

  morph(run) {
    this.map.morph(this.own(run));
  }

  frame(step, ghost) {
    this.map.frame(step, ghost);
  }

  tell({ kind, state }) {
    this.element.dataset.state = kind;
    if (this.state.textContent !== state) this.state.textContent = state;
  }

  destroy() {
    this.map.destroy();
    this.element.remove();
  }
}
