// One player on a page: a clock, three panels, a transport bar and a line-up.

import { arrange } from "./arranging.js";
import { Charts } from "./charts.js";
import { Clock } from "./clock.js";
import { wire } from "./controls.js";
import { counts } from "./exposed.js";
import { told } from "./following.js";
import { icon } from "./icons.js";
import { Legend, fill } from "./legend.js";
import { loadPlotly, loadStyle } from "./loading.js";
import { morph, release } from "./morphing.js";
import { build, drawBar, name } from "./panels.js";
import { readout } from "./places.js";
import { Presentation, samePaths } from "./presentation.js";
import { choose, present, toggle, turnSolid } from "./presenting.js";
import { readRun } from "./run.js";
import { offer } from "./saving.js";
import { stages } from "./stages.js";
import { SweepBar } from "./sweepbar.js";
import { sweeps } from "./sweeps.js";
import { write } from "./texts.js";
import { readTheme, visible } from "./theme.js";
import { Views } from "./views.js";

const autoplayed = new Set();
export class Player {
  constructor(root, assets) {
    counts.mounts++;
    counts.latest = this;
    this.assets = assets;
    this.parts = build();
    this.parts.host.classList.add("dh-loading");
    // The frame is what the style sheet measures to lay out the player inside it.
    this.frameElement = document.createElement("div");
    this.frameElement.className = "dh-frame";
    this.frameElement.append(this.parts.host);
    root.append(this.frameElement);
    // Without its style it would lie about the page in black frames.
    this.parts.host.style.display = "none";
    this.frameElement.style.minHeight = "60vh";
    loadStyle(assets.style).then(() => {
      this.parts.host.style.display = this.frameElement.style.minHeight = "";
    });
    this.clock = new Clock((passed) => this.show(passed));
    this.legend = new Legend(this.parts.list, this.parts.badges, (entry) => toggle(this, entry));
    this.presentation = new Presentation((present) => this.setTriggerValue("present", present));
    this.queue = Promise.resolve();
    this.listen();
  }

  receive({ data, key, name: component, setTriggerValue }) {
    this.setTriggerValue = setTriggerValue;
    this.id = `${component}/${key}`;
    if (!data) return;
    // Only a new message is read again; a new theme comes with the old one.
    if (data !== this.message) {
      this.message = data;
      this.reading = readRun(data);
    }
    this.reading.then((run) => { if (data === this.message && !this.destroyed) this.expect(run); }).catch((error) => this.fail(error));
  }

  // A run is drawn as soon as its surface and its sweep are there.
  expect(run) {
    this.incoming = run;
    this.stopWaiting?.();
    const ready = (stage, sweep) => {
      this.incomingStage = stage;
      this.incomingSweep = sweep;
      this.enqueue(() => this.update());
    };
    const { stage: staged, sweep: swept } = run;
    this.stopWaiting = undefined;
    // What is there already is handed over at once, and then the wait for the sweep has begun.
    const stop = stages.when(staged, (stage) => {
      if (!swept) ready(stage, null);
      else this.stopWaiting = sweeps.when(swept.digest, (sweep) => ready(stage, sweep));
    });
    this.stopWaiting ??= stop;
  }

  async update() {
    const run = this.incoming, stage = this.incomingStage, sweep = this.incomingSweep;
    if (stage.digest !== run.stage || sweep?.digest !== run.sweep?.digest) return;
    const [plotly] = await Promise.all([loadPlotly(this.assets.plotly), loadStyle(this.assets.style)]);
    if (this.destroyed) return;
    const { presentation } = this, first = !this.run;
    if (this.plain !== run) presentation.receive(run.present, run.entries.length);
    const theme = readTheme(this.parts.host, presentation.projector);
    const before = { stage: this.stage, theme: this.theme?.key, run: this.plain };
    const looks = JSON.stringify(run.entries) + run.rows.length;
    if (before.run === run && before.stage === stage && before.theme === theme.key) return;
    const colours = run.entries.map((entry) => visible(entry.colour, theme));
    // What a sweep shows in place of `plain` is in `run`.
    Object.assign(this, { plotly, stage, run, plain: run, theme, looks, colours, swept: sweep?.swept ?? null });
    const { parts } = this, { words } = stage;
    // Somebody's choice of axis holds for a surface; the next one is shown as suits it.
    if (before.stage?.digest !== stage.digest) this.chosenLog = undefined;
    this.log = this.chosenLog ?? run.log_losses;
    name(parts, words);
    this.starts.receive(run, stage);
    parts.host.classList.remove("dh-loading");
    parts.host.classList.toggle("dh-dark", theme.dark);
    parts.host.classList.toggle("dh-projector", presentation.projector);
    parts.whole.hidden = !stage.empty;
    parts.whole.textContent = words.no_surface;
    parts.host.classList.toggle("dh-empty", stage.empty);
    this.clock.setSteps(run.steps);
    // What nobody has seen yet is not given away.
    if (!samePaths(before.run, run)) this.reached = 0;
    parts.scrub.max = run.steps;
    this.legend.draw(run, colours, stage.bounds, words);
    this.sweepBar.show(run, sweep, words, theme);
    if (!stage.empty) {
      if (!this.views) this.makePanels();
      drawBar(parts.bar, stage, theme);
      await present(this);
      // Whatever replaces this player plays its first run itself.
      if (this.destroyed) return;
    }
    if (this.swept && this.sweepBar.index !== undefined) morph(this, this.sweepBar.index);
    this.show(0, true);
    this.drawn = run.digest;
    counts.updates++;
    if (first) this.autoplay();
  }

  makePanels() {
    const { parts } = this;
    this.views = new Views(parts, {
      starts: this.starts,
      readout: (found) => readout(this, found),
      redraw: (change) => this.enqueue(change),
      words: () => this.stage.words,
    });
    this.charts = new Charts(parts, (frame) => this.clock.seek(frame));
    this.watch = new ResizeObserver(() => this.resized());
    for (const panel of [parts.contour, parts.surface, ...this.charts.panels, parts.side]) this.watch.observe(panel);
  }

  drawCharts() {
    for (const [scale, choice] of Object.entries(this.parts.scales)) choice.setAttribute("aria-pressed", String((scale === "log") === this.log));
    this.charts.draw(this, this.log);
  }

  // The first run plays by itself, once, unless somebody has asked for less motion.
  autoplay() {
    if (this.rests) this.clock.seek(this.clock.steps);
    else this.clock.play();
    autoplayed.add(this.id);
  }

  get rests() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches || autoplayed.has(this.id) || this.stage.empty;
  }

  // What is seen while the scene is being drawn: where the run will stand then.
  showFirst() {
    if (!this.drawn && this.rests) this.clock.seek(this.clock.steps);
    else this.show(0, true);
  }

  show(passed, now = false) {
    const { clock, parts } = this;
    if (!this.run || this.stage.empty) return;
    const step = clock.frame, whole = Math.floor(step + 1e-9), settled = !clock.playing;
    this.reached = Math.max(this.reached, step);
    told(this);
    this.views.frame(step, settled ? this.reached : 0, now || settled, passed);
    this.charts.frame(step, this.reached);
    this.legend.frame(step, now || settled);
    this.views.tell((entry) => this.legend.told(entry));
    if (this.seen !== whole || now) {
      this.seen = whole;
      const text = fill(this.stage.words, "step_of", { step: whole, steps: clock.steps });
      write(parts.counter, text);
      parts.scrub.value = whole;
      parts.scrub.style.setProperty("--dh-done", `${(100 * whole) / clock.steps}%`);
      parts.scrub.setAttribute("aria-valuetext", text);
    }
    if (this.shownPlaying !== clock.playing) {
      this.shownPlaying = clock.playing;
      const word = clock.playing ? "pause" : "play";
      parts.buttons.play.replaceChildren(this.icons[word]);
      parts.buttons.play.dataset.word = word;
      parts.buttons.play.title = this.stage.words[word];
      parts.buttons.play.setAttribute("aria-label", this.stage.words[word]);
    }
    if (settled) this.speak();
  }

  // Told once things stand still: a reader cannot follow sixty frames a second.
  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      if (this.destroyed || this.clock.playing) return;
      this.parts.live.textContent = fill(this.stage.words, "spoken", { step: this.parts.counter.textContent, entries: this.legend.spoken(this.clock.frame) });
    }, 400);
  }

  resized() {
    cancelAnimationFrame(this.resizing);
    this.resizing = requestAnimationFrame(() => {
      this.enqueue(async () => {
        this.sweepBar.resize();
        this.charts.resize();
        await this.views.resize();
        this.show(0, true);
      });
    });
  }

  listen() {
    this.icons = { play: this.parts.buttons.play.firstChild, pause: icon("pause") };
    this.starts = arrange(this);
    this.sweepBar = new SweepBar(this.parts, {
      morph: (index) => morph(this, index),
      release: (index) => release(this, index),
      choose: (entry, knob) => this.setTriggerValue("sweep", { entry, knob }),
    });
    offer(this.parts, this);
    this.stopListening = wire(this.parts, this.clock, {
      scale: (scale) => {
        this.log = this.chosenLog = scale === "log";
        this.enqueue(() => this.drawCharts());
      },
      reset: () => this.views?.axes.resetView(),
      resetSurface: () => { if (this.views?.scene?.bound) this.views.scene.resetView(); },
      choose: (change) => choose(this, change),
      toggle: (entry) => toggle(this, entry),
      turnSolid: () => turnSolid(this),
      inCharge: () => counts.latest === this && Boolean(this.run),
      frame: this.frameElement,
    });
  }

  // One change at a time, in order.
  enqueue(change) {
    this.queue = this.queue.then(() => (this.destroyed ? undefined : change())).catch((error) => this.fail(error));
  }

  fail(error) {
    counts.error = String(error?.stack ?? error);
    console.error(error);
    this.parts.whole.hidden = false;
    this.parts.whole.textContent = this.stage?.words.failed ?? "";
  }

  destroy() {
    this.destroyed = true;
    this.clock.pause();
    this.stopWaiting?.();
    this.watch?.disconnect();
    this.sweepBar.destroy();
    clearTimeout(this.rested);
    this.starts.destroy();
    this.stopListening();
    this.views?.destroy();
    this.frameElement.remove();
    if (counts.latest === this) counts.latest = null;
  }
}
