// Small charts of what only some rules have, over the steps, with the cursor of the player; a click seeks.

import { formula, symbol } from "./formula.js";
import { element } from "./elements.js";
import { fill } from "./legend.js";
import { linearTicks, logTicks } from "./ticks.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 420, HEIGHT = 170, LEFT = 62, RIGHT = 10, TOP = 8, BOTTOM = 28;
const DASHES = ["", "7 4", "2 3", ""];

function draw(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export class InsideCharts {
  constructor(run, seek) {
    this.charts = run.charts.map((chart) => new InsideChart(run, chart, seek));
    this.element = element("div", "dh-inside-charts", ...this.charts.map((chart) => chart.element));
  }

  frame(at) {
    for (const chart of this.charts) chart.frame(at);
  }
}

class InsideChart {
  constructor(run, { title, log, quantities }, seek) {
    Object.assign(this, { run, log });
    this.series = quantities.flatMap((key, i) => {
      const { axes } = run.named.get(key);
      return Array.from({ length: axes }, (_, axis) => ({ key, axis, name: axes === 1 ? "" : ["x", "y"][axis], dash: DASHES[i] }));
    });
    this.range = this.rangeOf();
    this.cursor = draw("line", { y1: TOP, y2: HEIGHT - BOTTOM, class: "dh-cursor-line" });
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": fill(run.words, "chart", { title }) },
      ...this.axes(), ...this.series.map((one) => this.curve(one)), this.cursor);
    const seekTo = (event) => {
      const { left, width } = svg.getBoundingClientRect(), share = (((event.clientX - left) / width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
      seek(Math.max(1, share * run.last));
    };
    svg.addEventListener("pointerdown", seekTo);
    svg.addEventListener("pointermove", (event) => { if (event.buttons & 1) seekTo(event); });
    const keys = this.series.map(({ key, name, dash }) => {
      const line = draw("svg", { width: 26, height: 10, viewBox: "0 0 26 10", "aria-hidden": "true" },
        draw("line", { x1: 0, x2: 26, y1: 5, y2: 5, "stroke-dasharray": dash, class: `dh-curve dh-axis-${name || "both"}` }));
      const { symbol: sign, title: called } = run.named.get(key);
      const made = element("span", "", line, formula(symbol(sign)), name);
      made.title = called;
      return made;
    });
    this.element = element("figure", "dh-inside-chart", element("figcaption", "", title), svg, element("div", "dh-inside-keys", ...keys));
  }

  along(value) {
    if (!this.log) return value;
    return value > 0 ? Math.log10(value) : NaN;
  }

  value({ key, axis }, at) {
    return this.along(this.run.number(key, at, axis));
  }

  rangeOf() {
    let low = Infinity, high = -Infinity;
    for (const one of this.series) {
      for (let at = 0; at < this.run.steps.length; at++) {
        const value = this.value(one, at);
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (!Number.isFinite(high)) return [0, 1];
    // What has vanished more than a dozen powers below the rest would flatten it.
    if (this.log) low = Math.max(low, high - 12);
    const room = Math.max(0.06 * (high - low), this.log ? 0.1 : 0.02 * Math.abs(high), 1e-12);
    return [low - room, high + room];
  }

  x(step) {
    return LEFT + (step / this.run.last) * (WIDTH - LEFT - RIGHT);
  }

  y(value) {
    const [low, high] = this.range;
    return TOP + (1 - Math.min(Math.max((value - low) / (high - low), -0.2), 1.2)) * (HEIGHT - TOP - BOTTOM);
  }

  axes() {
    const found = [], [low, high] = this.range, text = (x, y, anchor, label) => draw("text", { x, y, "text-anchor": anchor }, label);
    for (const [at, label] of (this.log ? logTicks : linearTicks)(low, high, 4)) {
      found.push(draw("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: this.y(at), y2: this.y(at), class: "dh-grid-line" }), text(LEFT - 6, this.y(at) + 4, "end", label));
    }
    for (const [step, label] of linearTicks(0, this.run.last, 5)) found.push(text(this.x(step), HEIGHT - 6, "middle", label));
    return found;
  }

  curve(one) {
    const { run } = this, parts = [];
    let open = false;
    for (let at = 0; at < run.steps.length; at++) {
      const value = this.value(one, at);
      if (!Number.isFinite(value)) open = false;
      else {
        parts.push(`${open ? "L" : "M"}${this.x(run.steps[at]).toFixed(1)} ${this.y(value).toFixed(1)}`);
        open = true;
      }
    }
    return draw("path", { d: parts.join(""), "stroke-dasharray": one.dash, class: `dh-curve dh-axis-${one.name || "both"}` });
  }

  frame(at) {
    const x = this.x(this.run.steps[at]).toFixed(1);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
  }
}
