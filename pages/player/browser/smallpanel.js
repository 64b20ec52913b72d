// What the panel of one entry has whatever it shows: a title with the entry's swatch, and how it ended.

import { swatch } from "./legend.js";
import { write } from "./texts.js";

const make = (name, className) => Object.assign(document.createElement(name), { className });

export class SmallPanel {
  constructor(entry) {
    this.entry = entry;
    this.element = make("figure", "dh-small");
    this.element.setAttribute("role", "figure");
    this.head = make("figcaption", "dh-small-head");
    [this.title, this.state] = [make("span", "dh-title"), make("span", "dh-state")];
    [this.panel, this.chart] = [make("div", "dh-small-map"), make("div", "dh-plot")];
    this.chart.setAttribute("aria-hidden", "true");
    this.panel.append(this.chart);
    // Below the picture: over it, it would cover the very path that it speaks of.
    this.element.append(this.head, this.panel, this.state);
  }

  label({ run, colours }) {
    const entry = run.entries[this.entry], look = JSON.stringify([entry, colours[this.entry]]);
    if (look === this.look) return;
    this.look = look;
    this.title.textContent = this.title.title = entry.title;
    this.element.setAttribute("aria-label", entry.title);
    this.head.replaceChildren(swatch(entry, colours[this.entry]), this.title);
  }

  own(run) {
    return { ...run, rows: run.rows.filter((row) => row.entry === this.entry) };
  }

  tell({ kind, state }) {
    this.element.dataset.state = kind;
    if (this.state.title === state) return;
    write(this.state, state);
    this.state.title = state;
  }
}
