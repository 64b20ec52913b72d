// The line-up with each entry's loss and state, and the badges over the contour map.

import { coordinate, figures } from "./figures.js";
import { dashOf, shapeOf } from "./marks.js";
import { write } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const ENDED = ["diverged", "left_the_domain"];
const MOST_BADGES = 1;

// The numbers of the present step, in the order of their columns, each with its word.
const COLUMNS = { x: "column_x", y: "column_y", loss: "axis_loss", norm: "column_norm", length: "column_length" };

export function fill(words, name, values) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A short piece of the entry's line with its marker.
export function swatch(entry, colour) {
  const make = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const svg = make("svg", { width: 56, height: 24, viewBox: "0 0 56 24", "aria-hidden": "true", class: "dh-swatch" });
  const dash = dashOf(entry.dash, 4).join(" ");
  svg.append(make("line", { x1: 3, y1: 12, x2: 53, y2: 12, stroke: colour, "stroke-width": 4, "stroke-dasharray": dash, "stroke-linecap": "round" }));
  const corners = shapeOf(entry.marker);
  const look = entry.marker.includes("-open")
    ? { fill: "var(--st-background-color)", stroke: colour, "stroke-width": 2.5 }
    : { fill: colour, stroke: "var(--st-background-color)", "stroke-width": 2 };
  svg.append(corners
    ? make("polygon", { points: corners.map(([x, y]) => `${28 + 8 * x},${12 + 8 * y}`).join(" "), ...look })
    : make("circle", { cx: 28, cy: 12, r: 7, ...look }));
  return svg;
}

export class Legend {
  // `toggle(entry)` hides an entry or shows it again.
  constructor(list, badges, toggle) {
    Object.assign(this, { list, badges, toggle, hidden: new Set() });
  }

  draw(run, colours, bounds, words) {
    Object.assign(this, { run, bounds, words, colours });
    const focused = this.lines?.findIndex(({ button }) => button === document.activeElement);
    this.lines = run.entries.map((entry, e) => {
      const line = element("li", "dh-entry"), button = element("button", "dh-toggle"), digit = element("kbd", "dh-digit", String(e + 1));
      button.type = "button";
      button.title = fill(words, "hide_or_show", { digit: e + 1 });
      button.addEventListener("click", () => this.toggle(e));
      digit.setAttribute("aria-hidden", "true");
      const [title, state] = [element("span", "dh-title", entry.title), element("span", "dh-state")];
      const told = element("span", "dh-told"), cells = this.cells(() => "");
      told.append(title, state);
      button.append(digit, swatch(entry, colours[e]), told, ...Object.values(cells));
      line.append(button);
      return { line, button, cells, loss: cells.loss, state, rows: run.rows.filter((row) => row.entry === e) };
    });
    const heads = element("li", "dh-columns");
    heads.setAttribute("aria-hidden", "true");
    // Of several runs of an entry only the best loss is told.
    heads.hidden = this.lines.every(({ rows }) => rows.length > 1);
    heads.append(...Object.values(this.cells((word) => words[word])));
    this.list.replaceChildren(heads, ...this.lines.map(({ line }) => line));
    this.lines[focused]?.button.focus({ preventScroll: true });
    this.hide(this.hidden);
    this.time = 0;
  }

  // A place for each number of the present step.
  cells(text) {
    return Object.fromEntries(Object.entries(COLUMNS).map(([name, word]) => [name, element("span", `dh-number dh-${name}`, text(word))]));
  }

  // Which entries are out of sight.
  hide(hidden) {
    this.hidden = hidden;
    this.shown = undefined;
    this.lines.forEach(({ button }, e) => button.setAttribute("aria-pressed", String(!hidden.has(e))));
  }

  // Other rows for the same entries.
  morph(run) {
    this.run = run;
    this.lines.forEach((line, e) => { line.rows = run.rows.filter((row) => row.entry === e); });
  }

  // `now` writes at once; while playing, ten times a second is as fast as anybody reads.
  frame(step, now) {
    const time = performance.now();
    if (!now && time - this.time < 100) return;
    this.time = time;
    const told = [];
    this.lines.forEach(({ line, cells, state, rows }, e) => {
      const summary = this.summary(rows, step);
      for (const [name, cell] of Object.entries(cells)) write(cell, summary[name] ?? "");
      line.classList.toggle("dh-many", rows.length > 1);
      write(state, summary.state);
      line.dataset.state = summary.kind;
      const badge = this.hidden.has(e) ? null : this.badge(this.run.entries[e].title, rows, step);
      if (badge) told.push([badge, this.colours[e]]);
    });
    // The list tells each; more than one would hide the map.
    if (told.length > MOST_BADGES) {
      const sentence = fill(this.words, "many_ended", { count: told.length });
      told.splice(0, told.length, [sentence, "currentColor"]);
    }
    const text = JSON.stringify(told);
    if (text === this.shown) return;
    this.shown = text;
    this.badges.replaceChildren(...told.map(([sentence, colour]) => {
      const badge = element("span", "dh-badge", sentence);
      badge.style.setProperty("--dh-colour", colour);
      return badge;
    }));
  }

  // What the list says of an entry, which other panels repeat.
  told(e) {
    const { line, state } = this.lines[e];
    return { kind: line.dataset.state, state: state.textContent };
  }

  summary(rows, step) {
    const { words } = this, states = rows.map((row) => row.statusAt(step, this.bounds));
    const losses = rows.map((row) => row.lossAt(step)).filter(Number.isFinite);
    if (rows.length === 1) {
      const [{ kind, step: when }] = states;
      const { x, y, loss, norm, length } = rows[0].numbersAt(step), [xLow, xHigh, yLow, yHigh] = this.bounds;
      return {
        x: coordinate(x, xHigh - xLow), y: coordinate(y, yHigh - yLow), loss: figures(loss), norm: figures(norm), length: figures(length),
        kind, state: fill(words, `status_${kind}`, { step: when }),
      };
    }
    const count = (...kinds) => states.filter(({ kind }) => kinds.includes(kind)).length;
    const [converged, diverged] = [count("converged"), count(...ENDED)];
    return {
      loss: fill(words, "best_loss", { loss: figures(losses.length ? Math.min(...losses) : NaN) }),
      kind: diverged ? "diverged" : converged === rows.length ? "converged" : "running",
      state: fill(words, diverged ? "status_some_diverged" : "status_some", { converged, diverged, runs: rows.length }),
    };
  }

  // What must not be missed: a run that ended badly or that cannot be seen.
  badge(title, rows, step) {
    const { words } = this, states = rows.map((row) => row.statusAt(step, this.bounds)), runs = rows.length;
    for (const kind of ENDED) {
      const hit = states.filter((state) => state.kind === kind);
      if (hit.length && runs === 1) return fill(words, kind, { title, step: hit[0].step });
      if (hit.length) return fill(words, `${kind}_some`, { title, count: hit.length, runs });
    }
    const out = states.filter((state) => state.kind === "outside");
    if (!out.length) return null;
    if (runs > 1) return fill(words, "left_view_some", { title, count: out.length, runs });
    return fill(words, out[0].step === 0 ? "starts_outside" : "left_view", { title, step: out[0].step });
  }

  // One sentence for each entry, for those who listen.
  spoken(step) {
    return this.lines.map(({ rows, loss, state }, e) => {
      if (this.hidden.has(e)) return null;
      const { title } = this.run.entries[e], [first] = rows;
      const kind = rows.length === 1 ? first.statusAt(step, this.bounds).kind : "some";
      const told = { title, loss: loss.textContent, state: state.textContent };
      return fill(this.words, kind === "running" ? "at_step" : "at_step_state", told);
    }).filter(Boolean).join(this.words.between);
  }
}
