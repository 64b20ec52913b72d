// Two meters: how much of its direction each axis is given, and how near the step is to being unstable.

import { element } from "./elements.js";
import { fill } from "./legend.js";
import { written } from "./printed.js";
import { write } from "./texts.js";

export class Meters {
  constructor(run) {
    this.run = run;
    const { words } = run;
    this.bars = ["x", "y"].map((axis) => {
      const bar = element("span", "dh-meter-bar"), value = element("span", "dh-meter-value");
      bar.dataset.axis = axis;
      return { row: element("div", "dh-meter", element("span", "dh-rule-axis", axis), element("span", "dh-meter-track", bar), value), bar, value };
    });
    this.gauge = element("span", "dh-meter-bar");
    const limit = element("span", "dh-meter-limit"), track = element("span", "dh-meter-track", this.gauge, limit);
    this.gaugeRow = element("div", "dh-meter dh-gauge", track);
    this.line = element("div", "dh-number-line");
    this.line.setAttribute("aria-hidden", "true");
    [this.eigenvalues, this.own, this.over] = [0, 1, 2].map(() => element("p", "dh-inside-small"));
    this.over.classList.add("dh-inside-over");
    this.over.textContent = words.over_limit;
    this.element = element("div", "dh-meters",
      element("p", "dh-rule-title", words.rates), ...this.bars.map(({ row }) => row),
      element("p", "dh-rule-title", words.curvature), this.eigenvalues, this.line, this.own, this.gaugeRow, this.over);
  }

  frame(at) {
    const { run } = this, rates = run.pair(run.rates, at), most = Math.max(...rates.map(Math.abs));
    this.bars.forEach(({ bar, value }, axis) => {
      bar.style.width = `${most > 0 ? (100 * Math.abs(rates[axis])) / most : 0}%`;
      write(value, written(rates[axis]));
    });
    const [large, small] = run.pair(run.curvatures, at), { words } = run;
    const known = Number.isFinite(large);
    write(this.eigenvalues, known ? fill(words, "eigenvalues", { large: written(large), small: written(small) }) : words.no_curvature);
    this.drawLine(large, small, 2 / run.number("learning_rate", at, 0));
    const sharp = run.sharpness[at], limit = run.limits[at], told = Number.isFinite(sharp) && Number.isFinite(limit);
    this.own.hidden = this.gaugeRow.hidden = !told;
    this.over.hidden = !(told && sharp > limit);
    if (!told) return;
    write(this.own, fill(words, "own_limit", { value: written(sharp), limit: written(limit) }));
    // The limit stands at two thirds of the meter.
    this.gauge.style.width = `${Math.min(Math.max((200 / 3) * (sharp / limit), 0), 100)}%`;
    this.gaugeRow.classList.toggle("dh-over", sharp > limit);
  }

  // Both eigenvalues and 2 / learning rate on one line of numbers.
  drawLine(large, small, edge) {
    this.line.hidden = ![large, small, edge].every(Number.isFinite);
    if (this.line.hidden) return;
    const low = Math.min(0, small), high = Math.max(large, edge, low + 1e-300), room = (high - low) / 20;
    const place = (value) => `${(100 * (value - low + room)) / (high - low + 2 * room)}%`;
    const at = (value, name, label) => {
      const made = element("span", name);
      made.style.left = place(value);
      if (label) made.append(element("span", place(value) > "50%" && value > (low + high) / 2 ? "dh-label dh-left" : "dh-label", label));
      return made;
    };
    this.line.replaceChildren(
      at(0, "dh-zero"), at(edge, "dh-edge", `${this.run.words.two_over} = ${written(edge)}`),
      at(large, "dh-eigenvalue"), at(small, "dh-eigenvalue"));
  }
}
