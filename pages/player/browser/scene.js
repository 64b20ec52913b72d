// The 3D surface with the paths on it.
//
// A frame goes straight to the WebGL objects behind the line traces, which costs a tenth of
// Plotly.restyle (that recalculates the surface too). Those objects are private to Plotly.js: their
// presence is checked, any failure switches to Plotly.restyle at a lower rate for good, and
// `?player=public` in the address does so from the start.

import { outliveLoss } from "./outliving.js";
import { stopPicking } from "./picking.js";
import { keptCamera, surfaceTrace, viewpoint } from "./scenelook.js";
import { ScenePaths } from "./scenepaths.js";
import { MANY } from "./sizes.js";
import { blend } from "./theme.js";
import { TAIL } from "./trails.js";
import { listenToTurns } from "./turning.js";

const PUBLIC_INTERVAL = 150;

// The sides of the box.
const ASPECT = [1, 1, 0.55];

// In a panel lower than this the numbers would take the room of the surface: it goes without, and is larger.
const LOW = 250, LARGEST = 1.3;

// Plotly's dashes are much finer in 3D than in 2D under the same name: a name coarser looks alike.
const DASHES = { dot: "dash", dash: "longdash", dashdot: "longdashdot" };

export function hasWebGL() {
  try {
    const context = document.createElement("canvas").getContext("webgl");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return Boolean(context);
  } catch {
    return false;
  }
}

export class Scene {
  constructor(panel, onLost) {
    this.panel = panel;
    this.chart = panel.querySelector(".dh-plot");
    this.onLost = onLost;
    this.usesPrivate = new URLSearchParams(location.search).get("player") !== "public";
    this.nextAt = 0;
    listenToTurns(this.chart, this);
  }

  // Whether a picture (views.js) needs nothing but other paths.
  shows({ stage, theme, looks }) {
    return this.bound && this.stage === stage && this.theme.key === theme.key && this.looks === looks;
  }

  async draw(picture) {
    if (this.lost) return;
    const { plotly, stage, theme, colours, looks } = picture;
    Object.assign(this, { plotly, stage, theme, colours, looks });
    this.setPicture(picture);
    const range = (stage.top - stage.low), narrow = this.panel.clientWidth < 370;
    const [xLow, xHigh, yLow, yHigh] = stage.bounds, camera = this.shared?.() ?? keptCamera(this);
    this.seenBy = camera;
    const axis = (title, more) => ({
      title: { text: this.low ? "" : title, font: { size: theme.sizes.title } }, showticklabels: !this.low, tickfont: { size: narrow ? 12 : theme.sizes.tick }, color: theme.text, gridcolor: theme.grid,
      zeroline: false, showbackground: false, showspikes: false, nticks: narrow ? 4 : 6, ...more,
    });
    const size = this.measure(), [x, y, z] = this.sides;
    const layout = {
      margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "rgba(0,0,0,0)", showlegend: false, uirevision: "kept", hovermode: false,
      font: { family: theme.font, color: theme.text, size: theme.sizes.tick },
      ...size,
      scene: {
        uirevision: "kept", aspectmode: "manual", aspectratio: { x, y, z }, hovermode: false, dragmode: false,
        camera: structuredClone(camera),
        xaxis: axis("x", { range: [xLow, xHigh] }),
        yaxis: axis("y", { range: [yLow, yHigh] }),
        // Heights are read off the colours: seen at an angle, their labels would run into those of the ground.
        zaxis: axis("", {
          range: [stage.low - 0.02 * range, this.paths.ceiling],
          tickmode: "array", tickvals: stage.ticks.map(([z]) => z), showticklabels: false,
        }),
      },
    };
    const config = { displayModeBar: false, responsive: false, plotGlPixelRatio: Math.min(globalThis.devicePixelRatio || 1, 1.5) };
    await plotly.react(this.chart, [surfaceTrace(stage, theme), ...this.lines(Infinity), this.headTrace(this.at ?? 0)], layout, config);
    if (!this.bound) {
      this.bound = true;
      this.chart.on("plotly_webglcontextlost", ({ event }) => this.lose(event));
    }
    // Somebody may have turned it while it was being drawn.
    if (this.seenBy !== camera) await this.follow(this.seenBy);
    this.frame(this.at ?? 0, true);
  }

  // New paths under the same surface, styles and theme.
  setPicture({ whole, hidden, fading }) {
    Object.assign(this, { hidden, fading });
    this.setRun(whole);
  }

  setRun(run) {
    this.run = run;
    this.paths = new ScenePaths(this.stage, run);
  }

  // Other rows for one entry, and nothing else: what a sweep does many times a second. Where frames
  // only go through Plotly's public door this waits until the sweep rests.
  morph(run, entry, step) {
    if (!this.bound || this.lost) return;
    this.run = run;
    this.paths = new ScenePaths(this.stage, run, this.paths);
    this.at = step;
    if (this.usesPrivate) this.usesPrivate = this.throughPrivate(step, entry);
  }

  // A GPU may go away (a driver update, a laptop that slept) and come back: Plotly then draws the
  // scene again by itself, and the present frame follows.
  lose(event) {
    event.preventDefault();
    this.lost = true;
    this.onLost(true);
    event.target.addEventListener("webglcontextrestored", () => requestAnimationFrame(() => requestAnimationFrame(() => {
      this.lost = false;
      this.onLost(false);
    })), { once: true });
  }

  // Two traces for each entry: one under the path, which sets it off from the ground and fills the
  // gaps of a dashed line with a fainter colour, and the path itself.
  lines(step) {
    const { run, theme } = this, { sizes } = theme, width = run.rows.length > MANY ? sizes.sceneThinLine : sizes.sceneLine;
    const trace = ([x, y, z], line) => ({ type: "scatter3d", mode: "lines", x, y, z, line, hoverinfo: "skip", connectgaps: false });
    const ground = theme.dark ? "#050b14" : "#ffffff";
    return run.entries.flatMap((entry, e) => {
      const under = entry.dash === "solid" ? ground : blend(this.colours[e], ground, 0.55);
      const [low, high] = this.linePoints(e, step);
      return [
        trace(low, { width: entry.dash === "solid" ? width + sizes.sceneHalo : width, color: under }),
        trace(high, { width, color: this.colours[e], dash: DASHES[entry.dash] ?? entry.dash }),
      ];
    });
  }

  // The points of both traces of an entry. A crowd of paths goes without the lower ones.
  linePoints(e, step) {
    const { run, stage } = this, rows = this.hidden.has(e) ? [] : run.rows.filter((row) => row.entry === e);
    const drop = stage.lift * 0.35, since = this.fading ? step - TAIL : 0;
    return [this.paths.points(run.rows.length > MANY ? [] : rows, step, drop, since), this.paths.points(rows, step, 0, since)];
  }

  // Where the scene is seen from, in the data's own units: Plotly counts from the middle, in sides of the box.
  eye() {
    const { x, y, z } = this.seenBy.eye;
    return [x, y, z].map((part, d) => {
      const [low, high] = this.paths.box[d];
      return (low + high) / 2 + (part * (high - low)) / this.sides[d];
    });
  }

  heads(step) {
    return this.paths.heads(step, this.hidden, this.eye());
  }

  headTrace(step) {
    const { run, theme } = this, places = this.heads(step);
    return {
      type: "scatter3d", mode: "markers", hoverinfo: "skip", x: places.x, y: places.y, z: places.z,
      marker: {
        size: run.rows.length > MANY || this.low ? theme.sizes.sceneSmallHead : theme.sizes.sceneHead, opacity: 1, color: run.rows.map((row) => this.colours[row.entry]), symbol: places.symbol,
        line: { width: 2, color: theme.dark ? "#ffffff" : "#101820" },
      },
    };
  }

  // Shows the run at `step`. Drawing in 3D may be slower than the clock (no GPU, very many paths):
  // then it takes part less often and the other panels stay smooth.
  frame(step, now = false, passed = 0) {
    this.at = step;
    if (!this.bound || this.lost) return;
    const time = performance.now();
    if (this.followed) {
      this.interval = this.usesPrivate ? (passed > 40 ? Math.min(passed * 2, 600) : 0) : PUBLIC_INTERVAL;
      this.nextAt = time + this.interval;
      this.followed = false;
    }
    if (!now && time < this.nextAt) return;
    this.followed = !now;
    if (this.usesPrivate) this.usesPrivate = this.throughPrivate(step);
    if (this.usesPrivate) return;
    this.throughPublic(step);
  }

  // The heads, and all the entries' lines or those of `only` one.
  throughPrivate(step, only) {
    try {
      const full = this.chart._fullData, { traces, glplot } = this.chart._fullLayout.scene._scene;
      outliveLoss(glplot);
      // What is drawn now is lost too, and no reason to think ill of these objects.
      if (glplot.gl.isContextLost()) return true;
      stopPicking(glplot);
      const update = (number, points, symbol) => {
        const data = full[number], object = traces[data.uid];
        [data.x, data.y, data.z] = points;
        data._length = points[0].length;
        if (symbol) data.marker.symbol = symbol;
        object.update(data);
      };
      this.run.entries.forEach((_, e) => {
        if (only !== undefined && e !== only) return;
        const [low, high] = this.linePoints(e, step);
        update(2 * e + 1, low);
        update(2 * e + 2, high);
      });
      const heads = this.heads(step);
      update(2 * this.run.entries.length + 1, [heads.x, heads.y, heads.z], heads.symbol);
      return true;
    } catch {
      return false;
    }
  }

  throughPublic(step) {
    if (this.busy) return;
    this.busy = true;
    const heads = this.headTrace(step), traces = [...this.lines(step), heads];
    const change = { x: traces.map((t) => t.x), y: traces.map((t) => t.y), z: traces.map((t) => t.z) };
    const numbers = traces.map((_, i) => i + 1);
    const done = () => {
      this.busy = false;
      if (this.at !== step && !this.lost) this.throughPublic(this.at);
    };
    this.plotly.restyle(this.chart, change, numbers)
      .then(() => this.plotly.restyle(this.chart, { "marker.symbol": [heads.marker.symbol] }, [traces.length]))
      .then(done, done);
  }

  // Somebody turns the scene: it follows at the next picture of the screen, and others hear of it.
  look(camera) {
    this.seenBy = camera;
    cancelAnimationFrame(this.looking);
    this.looking = requestAnimationFrame(() => this.follow(camera));
    this.onTurned?.(camera);
  }

  // Seen as in another drawing of the surface. What is not drawn yet follows when it is.
  async follow(camera) {
    if (!camera) return;
    this.seenBy = camera;
    if (!this.bound || this.lost) return;
    const drawn = this.plotly.relayout(this.chart, { "scene.camera": structuredClone(camera) });
    // The heads turn with it.
    if (this.usesPrivate) this.usesPrivate = this.throughPrivate(this.at ?? 0, -1);
    await drawn;
  }

  camera() {
    return this.seenBy;
  }

  resetView() {
    return this.follow(this.given = viewpoint(this.stage, this.panel)).then(() => this.frame(this.at, true));
  }

  measure() {
    return this.size = { width: this.panel.clientWidth, height: this.panel.clientHeight };
  }

  get low() {
    return this.size.height < LOW;
  }

  get sides() {
    const { width, height } = this.size, larger = this.low ? Math.min(Math.max(width / height, 1), LARGEST) : 1;
    return ASPECT.map((side) => side * larger);
  }

  resize() {
    const { size } = this, { clientWidth, clientHeight } = this.panel;
    // Out of sight a panel has no size; back again it often has the one it had.
    if (!this.bound || this.lost || !clientWidth || (size.width === clientWidth && size.height === clientHeight)) return;
    const before = String(this.sides), change = this.measure(), { low, sides } = this, [x, y, z] = sides;
    // Only what has changed: this may come while somebody turns the scene.
    if (before !== String(sides)) change["scene.aspectratio"] = { x, y, z };
    if (low !== size.height < LOW) {
      for (const name of ["x", "y"]) Object.assign(change, { [`scene.${name}axis.showticklabels`]: !low, [`scene.${name}axis.title.text`]: low ? "" : name });
    }
    // Plotly draws the traces anew from its own copy; the present frame has to follow.
    return this.plotly.relayout(this.chart, change)
      .then(() => this.frame(this.at, true));
  }

  destroy() {
    cancelAnimationFrame(this.looking);
    if (!this.bound) return;
    this.onLost = () => {};
    this.lost = true;
    // A context that is not given back counts until the browser tidies up, and takes another's place.
    for (const canvas of this.chart.querySelectorAll("canvas")) canvas.getContext("webgl")?.getExtension("WEBGL_lose_context")?.loseContext();
    this.plotly.purge(this.chart);
  }
}
