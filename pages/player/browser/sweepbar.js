// The sweep: a choice of a knob, and a slider over its values that morphs the entry's paths here and
// tells the server only when it is let go.

import { fill } from "./legend.js";
import { drawEnds, drawStrip } from "./strip.js";
import { write } from "./texts.js";

// How long the keys must rest before their value counts as chosen.
const REST = 600;

export class SweepBar {
  // `morph(index)` shows a value, `release(index)` makes it the entry's, `choose(entry, knob)`.
  constructor(parts, actions) {
    Object.assign(this, { parts, actions });
    const { choice, slider } = parts;
    choice.addEventListener("change", () => {
      const [entry, ...knob] = choice.value.split(":");
      this.release();
      actions.choose(entry === "" ? -1 : Number(entry), knob.join(":"));
    });
    slider.addEventListener("pointerdown", () => { this.keys = false; });
    slider.addEventListener("keydown", (event) => {
      this.keys = true;
      if (event.key === "Enter") this.release();
    });
    slider.addEventListener("input", () => this.move());
    // Each press of an arrow is a change of its own; a drag is one, at its end.
    slider.addEventListener("change", () => {
      if (!this.keys) return this.release();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.release(), REST);
    });
    slider.addEventListener("blur", () => this.release());
  }

  // Whether the slider shows a value that the run does not have (yet).
  get index() {
    return this.moved;
  }

  move() {
    this.moved = Number(this.parts.slider.value);
    this.holding = true;
    this.write();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => { if (this.moved !== undefined) this.actions.morph(this.moved); });
  }

  release() {
    clearTimeout(this.resting);
    if (!this.holding) return;
    this.holding = false;
    if (this.moved === this.present) this.moved = undefined;
    this.actions.release(this.moved);
  }

  // A new run or sweep. What is being dragged stays where the hand is.
  show(run, sweep, words, theme) {
    const { parts } = this;
    parts.sweep.hidden = !sweep;
    this.swept = sweep?.swept ?? null;
    parts.host.classList.toggle("dh-sweeping", Boolean(this.swept));
    if (!sweep) return;
    this.present = run.sweep.present;
    if (!this.holding) this.moved = undefined;
    this.list(run, sweep, words);
    if (!this.swept) {
      this.moved = undefined;
      this.holding = false;
      return;
    }
    const { swept } = this;
    parts.slider.max = swept.values.length - 1;
    parts.slider.setAttribute("aria-label", this.title);
    parts.strip.setAttribute("aria-label", fill(words, "sweep_told", { told: swept.told }));
    parts.strip.title = swept.told;
    if (this.moved === undefined) parts.slider.value = this.present;
    else if (this.moved >= swept.values.length) this.moved = swept.values.length - 1;
    drawEnds(parts.ends, swept, theme);
    this.theme = theme;
    this.resize();
    this.write();
  }

  // Entry and knob in one list: what is chosen has to be read in one glance.
  list(run, { knobs, swept }, words) {
    const { choice } = this.parts, chosen = swept ? `${swept.entry}:${swept.knob}` : "";
    const options = [["", words.sweep_off]];
    knobs.forEach((list, entry) => list.forEach(([knob, title]) =>
      options.push([`${entry}:${knob}`, fill(words, "sweep_of", { title: run.entries[entry]?.title ?? "", knob: title })])));
    this.title = options.find(([value]) => value === chosen)?.[1] ?? "";
    const text = JSON.stringify(options);
    if (text !== this.listed) {
      this.listed = text;
      choice.replaceChildren(...options.map(([value, title]) => new Option(title, value)));
    }
    choice.value = chosen;
  }

  write() {
    const { slider, value } = this.parts, at = this.moved ?? this.present, text = this.swept.texts[at] ?? "";
    write(value, text);
    slider.setAttribute("aria-valuetext", text);
    slider.style.setProperty("--dh-done", "0%");
  }

  resize() {
    if (this.swept) drawStrip(this.parts.strip, this.swept, this.present, this.theme);
  }

  destroy() {
    clearTimeout(this.resting);
    cancelAnimationFrame(this.frame);
  }
}
