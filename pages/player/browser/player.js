// The player: one clock, three panels, a transport bar and a line-up. Python sends two kinds of
// messages (stage.py and run.py); this module is called again with each, for the same element.

import { Clock } from "./clock.js";
import { Contour } from "./contour.js";
import { icon } from "./icons.js";
import { Legend, fill } from "./legend.js";
import { Losses } from "./losses.js";
import { formatLoss } from "./marks.js";
import { build, drawBar, name } from "./panels.js";
import { readRun } from "./run.js";
import { Scene, hasWebGL } from "./scene.js";
import { receive, whenStaged } from "./stages.js";
import { readTheme, visible } from "./theme.js";

const players = new WeakMap();
const autoplayed = new Set();
const counts = { mounts: 0, updates: 0, error: null, latest: null };

// What tests may look at, and nothing they could change.
globalThis.downhill_player ??= Object.freeze({
  get mounts() { return counts.mounts; },
  get updates() { return counts.updates; },
  get error() { return counts.error; },
  get frame() { return counts.latest?.clock.frame; },
  get steps() { return counts.latest?.clock.steps; },
  get playing() { return counts.latest?.clock.playing; },
  get speed() { return counts.latest?.clock.speed; },
  get drawn() { return counts.latest?.drawn ?? null; },
  get stage() { return counts.latest?.stage?.digest ?? null; },
  get heads() { return counts.latest?.heads() ?? []; },
  get camera() { return structuredClone(counts.latest?.scene?.camera() ?? null); },
  get view() { const c = counts.latest?.contour; return c?.x ? { x: [...c.x], y: [...c.y] } : null; },
  get private_drawing() { return counts.latest?.scene?.usesPrivate ?? null; },
  pixel(x, y) { return counts.latest?.contour.toPixel(x, y); },
});

export function receiveStage({ data }) {
  if (data) receive(data);
}

export function showRun(component, assets) {
  const { parentElement } = component;
  let player = players.get(parentElement);
  if (!player) {
    player = new Player(parentElement, assets);
    players.set(parentElement, player);
  }
  player.receive(component);
  // React also calls this when a newer message overtakes: only a removed element ends the player.
  return () => setTimeout(() => {
    if (parentElement.isConnected || players.get(parentElement) !== player) return;
    players.delete(parentElement);
    player.destroy();
  });
}

let plotlyLoading;
function loadPlotly(address) {
  plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      plotlyLoading = undefined;
      reject(new Error("Plotly.js did not load"));
    };
    document.head.append(script);
  });
  return plotlyLoading;
}

let styled;
function loadStyle(address) {
  styled ??= new Promise((resolve) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: address, onload: resolve, onerror: resolve });
    document.head.append(link);
  });
  return styled;
}

class Player {
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
    this.clock = new Clock((passed) => this.show(passed));
    this.legend = new Legend(this.parts.list, this.parts.badges);
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
      this.incoming = readRun(data);
    }
    this.stopWaiting?.();
    this.stopWaiting = whenStaged(this.incoming.stage, (stage) => {
      this.incomingStage = stage;
      // One update at a time, always with the newest data.
      this.queue = this.queue.then(() => this.update()).catch((error) => this.fail(error));
    });
  }

  async update() {
    if (this.destroyed) return;
    const run = this.incoming, stage = this.incomingStage;
    if (stage.digest !== run.stage) return;
    const [plotly] = await Promise.all([loadPlotly(this.assets.plotly), loadStyle(this.assets.style)]);
    const theme = readTheme(this.parts.host), first = !this.run;
    const before = { stage: this.stage, theme: this.theme?.key, run: this.run, looks: this.looks };
    const looks = JSON.stringify(run.entries) + run.rows.length;
    if (before.run === run && before.stage === stage && before.theme === theme.key) return;
    const colours = run.entries.map((entry) => visible(entry.colour, theme));
    Object.assign(this, { plotly, stage, run, theme, looks, colours });
    const { parts } = this, { words } = stage;
    this.log ??= run.log_losses;
    name(parts, words);
    parts.host.classList.remove("dh-loading");
    parts.host.classList.toggle("dh-dark", theme.dark);
    parts.whole.hidden = !stage.empty;
    parts.whole.textContent = words.no_surface;
    parts.host.classList.toggle("dh-empty", stage.empty);
    this.clock.setSteps(run.steps);
    parts.scrub.max = run.steps;
    this.legend.draw(run, colours, stage.bounds, words);
    const newGround = before.stage !== stage || before.theme !== theme.key;
    if (!stage.empty) {
      if (first) this.makePanels();
      drawBar(parts.bar, stage, theme, formatLoss);
      this.contour.setRun(run, colours);
      if (newGround) await this.contour.draw(plotly, stage, theme, words);
      this.contour.setRun(run, colours);
      await this.drawLosses();
      if (this.scene) {
        if (newGround || before.looks !== looks) await this.scene.draw(plotly, stage, run, colours, theme);
        else this.scene.setRun(run);
      }
    }
    this.show(0, true);
    this.drawn = run.digest;
    counts.updates++;
    if (first) this.autoplay();
  }

  makePanels() {
    const { parts } = this;
    this.contour = new Contour(parts.contour, {
      click: (x, y) => this.click(x, y),
      hover: (found) => this.hover(found),
    });
    this.losses = new Losses(parts.losses, (frame) => this.clock.seek(frame));
    if (hasWebGL()) this.scene = new Scene(parts.surface, (lost) => this.lost3D(lost));
    else this.note3D("no_webgl");
    this.watch = new ResizeObserver(() => this.resized());
    for (const panel of [parts.contour, parts.surface, parts.losses]) this.watch.observe(panel);
  }

  // A sentence in place of the 3D panel, or the panel again.
  note3D(word) {
    const note = this.parts.surface.querySelector(".dh-note");
    note.textContent = word ? this.stage.words[word] : "";
    note.hidden = !word;
    this.parts.surface.classList.toggle("dh-without", Boolean(word));
  }

  lost3D(lost) {
    this.note3D(lost ? "lost_webgl" : null);
    if (lost || this.destroyed) return;
    const { plotly, stage, run, colours, theme } = this;
    this.queue = this.queue.then(() => this.scene.draw(plotly, stage, run, colours, theme)).catch((error) => this.fail(error));
  }

  drawLosses() {
    const { parts } = this;
    for (const [scale, choice] of Object.entries(parts.scales)) choice.setAttribute("aria-pressed", String((scale === "log") === this.log));
    parts.title.textContent = this.losses.title(this.run, this.stage.words, this.log);
    return this.losses.draw(this.plotly, this.run, this.colours, this.theme, this.stage.words, this.log);
  }

  // The first run plays by itself, once, unless somebody has asked for less motion.
  autoplay() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || autoplayed.has(this.id) || this.stage.empty) this.clock.seek(this.clock.steps);
    else this.clock.play();
    autoplayed.add(this.id);
  }

  show(passed, now = false) {
    const { clock, parts } = this;
    if (!this.run || this.stage.empty) return;
    const step = clock.frame, whole = Math.floor(step + 1e-9), settled = !clock.playing;
    this.contour.frame(step, settled && step < clock.steps);
    this.losses.frame(step);
    this.scene?.frame(step, now || settled, passed);
    this.legend.frame(step, now || settled);
    if (this.seen !== whole || now) {
      this.seen = whole;
      const text = fill(this.stage.words, "step_of", { step: whole, steps: clock.steps });
      parts.counter.textContent = text;
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
      this.parts.live.textContent = `${this.parts.counter.textContent}. ${this.legend.spoken(this.clock.frame)}`;
    }, 400);
  }

  click(x, y) {
    // As many digits as the picture can show: the start stands in the link.
    const [xLow, xHigh, yLow, yHigh] = this.stage.bounds;
    const round = (value, size) => {
      const digits = Math.min(Math.max(3 - Math.floor(Math.log10(size)), 0), 12);
      return Number(value.toFixed(digits));
    };
    this.setTriggerValue("start", { x: round(x, xHigh - xLow), y: round(y, yHigh - yLow) });
  }

  hover(found) {
    const { readout } = this.parts, { words } = this.stage;
    if (!found) readout.textContent = "";
    else if (found.nearest) {
      const { row, vertex } = found.nearest, title = this.run.entries[row.entry].title;
      readout.textContent = fill(words, "readout_path", { title, step: row.stepOf(vertex), loss: formatLoss(row.floor + row.above[vertex]) });
    } else {
      const [x, y] = found.plane, loss = this.stage.lossAt(x, y);
      readout.textContent = fill(words, "readout", { x: formatLoss(x), y: formatLoss(y), loss: Number.isFinite(loss) ? formatLoss(loss) : "–" });
    }
  }

  resized() {
    cancelAnimationFrame(this.resizing);
    this.resizing = requestAnimationFrame(() => {
      this.queue = this.queue.then(async () => {
        if (this.destroyed) return;
        await Promise.all([this.contour.resize(), this.losses.resize(), this.scene?.resize()]);
        this.show(0, true);
      }).catch((error) => this.fail(error));
    });
  }

  listen() {
    const { host, buttons, scrub, speed, scales, contour, surface, contourReset, surfaceReset } = this.parts, { clock } = this;
    this.icons = { play: buttons.play.firstChild, pause: icon("pause") };
    const actions = {
      play: () => clock.toggle(),
      to_start: () => clock.seek(0),
      to_end: () => clock.seek(clock.steps),
      step_back: () => clock.seek(Math.ceil(clock.frame) - 1),
      step_forward: () => clock.seek(Math.floor(clock.frame) + 1),
    };
    for (const [action, button] of Object.entries(buttons)) button.addEventListener("click", actions[action]);
    scrub.addEventListener("input", () => clock.seek(Number(scrub.value)));
    speed.addEventListener("change", () => { clock.speed = Number(speed.value); });
    for (const [scale, choice] of Object.entries(scales)) {
      choice.addEventListener("click", () => {
        this.log = scale === "log";
        this.queue = this.queue.then(() => this.drawLosses()).catch((error) => this.fail(error));
      });
    }
    const keys = { " ": "play", ArrowLeft: "step_back", ArrowRight: "step_forward", Home: "to_start", End: "to_end" };
    host.addEventListener("keydown", (event) => {
      const action = keys[event.key], { tagName } = event.target;
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      // Selects and pressed buttons have keys of their own; the slider's arrows do the same as ours.
      if (tagName === "SELECT" || (tagName === "BUTTON" && event.key === " ")) return;
      event.preventDefault();
      event.stopPropagation();
      actions[action]();
    });
    for (const panel of [contour, surface]) {
      panel.addEventListener("pointerdown", (event) => {
        if (event.target.closest("button")) return;
        host.focus({ preventScroll: true });
      }, true);
      // The wheel zooms once the player is in use; before, it scrolls the page as anywhere.
      panel.addEventListener("wheel", (event) => {
        if (!host.contains(document.activeElement)) event.stopPropagation();
      }, { capture: true, passive: true });
    }
    contourReset.addEventListener("click", () => this.contour?.resetView());
    surfaceReset.addEventListener("click", () => this.scene?.resetView());
  }

  heads() {
    if (!this.run) return [];
    return this.run.rows.map((row) => ({
      entry: row.entry, start: row.start, seed: row.seed, ...row.place(this.clock.frame),
      status: row.statusAt(this.clock.frame, this.stage.bounds).kind,
    }));
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
    this.contour?.destroy();
    this.scene?.destroy();
    this.losses?.destroy();
    this.frameElement.remove();
    if (counts.latest === this) counts.latest = null;
  }
}
