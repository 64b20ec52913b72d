// The strip under the player: what happened inside the step under its cursor. All the steps of one run have come
// in one message; here the numbers of the present one are put in, on the player's own clock, and nobody is asked.

import { Arrows } from "./arrows.js";
import { element } from "./elements.js";
import { counts } from "./exposed.js";
import { follow } from "./following.js";
import { icon } from "./icons.js";
import { InsideRun } from "./insiderun.js";
import { InsideCharts } from "./insidechart.js";
import { fill } from "./legend.js";
import { loadStyle } from "./loading.js";
import { Meters } from "./meters.js";
import { Rule } from "./rule.js";
import { readTheme } from "./theme.js";
import { unpack } from "./unpack.js";

const strips = new WeakMap();

export function showInside({ data, parentElement }, { style }) {
  let strip = strips.get(parentElement);
  if (!strip) {
    strip = new Strip(parentElement, style);
    strips.set(parentElement, strip);
  }
  if (data) strip.receive(data);
  strip.host.classList.toggle("dh-dark", readTheme(strip.host).dark);
  // React also calls this when a newer message overtakes: only a removed element ends the strip.
  return () => setTimeout(() => {
    if (parentElement.isConnected || strips.get(parentElement) !== strip) return;
    strips.delete(parentElement);
    strip.destroy();
  });
}

const repaint = () => counts.latest?.show(0, true);

class Strip {
  constructor(root, style) {
    this.host = element("section", "dh-inside");
    this.heading = element("output", "dh-inside-heading");
    this.scrub = Object.assign(element("input", "dh-inside-scrub"), { type: "range", min: 0, max: 1, step: 1, value: 0 });
    this.scrub.addEventListener("input", () => counts.latest?.clock.seek(Number(this.scrub.value)));
    const turn = (by, word) => {
      const button = Object.assign(element("button", "dh-inside-turn", icon(word)), { type: "button" });
      button.addEventListener("click", () => counts.latest?.clock.seek(Math.round(counts.latest.clock.frame) + by));
      button.dataset.word = word;
      return button;
    };
    this.turns = [turn(-1, "step_back"), turn(1, "step_forward")];
    this.head = element("div", "dh-inside-head", this.turns[0], this.scrub, this.turns[1], this.heading);
    this.note = element("p", "dh-inside-note");
    this.marks = element("p", "dh-inside-marks");
    this.marks.setAttribute("aria-live", "polite");
    this.body = element("div", "dh-inside-body");
    this.host.append(this.head, this.marks, this.note, this.body);
    this.host.hidden = true;
    root.append(this.host);
    this.arrows = new Arrows(repaint);
    this.styled = loadStyle(style);
    this.stop = follow((player) => this.frame(player));
  }

  receive(message) {
    if (message === this.message) return;
    this.message = message;
    Promise.all([unpack(message), this.styled]).then(([{ header, arrays }]) => {
      if (message !== this.message || this.ended) return;
      this.show(new InsideRun(header, arrays));
    }).catch((error) => {
      counts.error = String(error?.stack ?? error);
      console.error(error);
    });
  }

  show(run) {
    const { words } = run;
    this.run = run;
    this.host.setAttribute("aria-label", words.inside);
    this.scrub.setAttribute("aria-label", words.scrub);
    for (const button of this.turns) button.title = words[button.dataset.word];
    for (const button of this.turns) button.setAttribute("aria-label", words[button.dataset.word]);
    this.rule = new Rule(run);
    this.meters = new Meters(run);
    this.charts = new InsideCharts(run, (step) => counts.latest?.clock.seek(step));
    const side = element("div", "dh-inside-side", this.meters.element, this.arrows.legend(run), this.charts.element);
    this.body.replaceChildren(this.rule.element, side, this.rule.table);
    this.shown = undefined;
    this.host.hidden = false;
    repaint();
  }

  // The step on the way, or the one that led to where the clock stands.
  frame(player) {
    const { run } = this;
    if (!run || !player.run) return;
    const step = Math.ceil(player.clock.frame - 1e-9), swept = player.run !== player.plain;
    const state = `${step}/${player.clock.steps}/${swept}`;
    if (state === this.shown) return;
    this.shown = state;
    const { words } = run, at = swept || step < 1 ? -1 : run.place(step), kept = at < 0 ? 0 : run.steps[at];
    this.host.dataset.step = String(kept);
    this.heading.textContent = fill(words, "heading", { step, steps: player.clock.steps });
    Object.assign(this.scrub, { max: player.clock.steps, value: step });
    this.scrub.setAttribute("aria-valuetext", this.heading.textContent);
    this.note.textContent = swept ? words.sweeping : step < 1 ? words.at_start
      : step > run.last ? fill(words, "ended", { step: run.last })
      : kept !== step ? fill(words, "nearest", { every: run.every, step: kept }) : "";
    this.note.hidden = !this.note.textContent;
    this.body.hidden = at < 0;
    this.marks.replaceChildren(...run.marksAt(at).map((sentence) => element("span", "dh-inside-mark", sentence)));
    this.arrows.take(run, at);
    if (at >= 0) for (const part of [this.rule, this.meters, this.charts]) part.frame(at);
  }

  destroy() {
    this.ended = true;
    this.stop();
    this.arrows.destroy();
    this.host.remove();
    repaint();
  }
}
