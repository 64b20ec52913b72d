// The arrows of one step on the map, and the points that some rules have beside their path.

import { paint } from "./following.js";
import { element } from "./elements.js";
import { drawMarker } from "./marks.js";

const COLOURS = { gradient: "#e4572e", momentum: "#2f7de1", direction: "#a23bd0", move: "" };
const LENGTH = 62, DASH = { direction: [5, 4] };
const TRACKS = ["#0a9f6a", "#b8860b"];

// What somebody has switched on or off holds for every strip of this visit.
const off = new Set();

export class Arrows {
  // `repaint()` draws the maps anew.
  constructor(repaint) {
    this.repaint = repaint;
    this.stop = paint((pen, map) => this.draw(pen, map));
  }

  take(run, at) {
    Object.assign(this, { run, at });
  }

  legend(run) {
    const { words } = run, list = element("div", "dh-arrows");
    list.append(element("p", "dh-rule-title", words.arrows));
    const one = (name, colour, title, dashed) => {
      const box = element("input", ""), line = element("span", "dh-arrow-line");
      Object.assign(box, { type: "checkbox", checked: !off.has(name) });
      box.dataset.arrow = name;
      box.addEventListener("change", () => {
        if (box.checked) off.delete(name);
        else off.add(name);
        this.repaint();
      });
      line.style.setProperty("--dh-colour", colour || "currentColor");
      line.classList.toggle("dh-dashed", Boolean(dashed));
      return element("label", "", box, line, element("span", "", title));
    };
    const roles = Object.keys(COLOURS).filter((role) => run.vectors.has(role));
    list.append(...roles.map((role) => one(role, COLOURS[role], words[`arrow_${role}`], DASH[role])));
    list.append(...run.tracks.map((key, i) => one(`track ${key}`, TRACKS[i], run.named.get(key).title, true)));
    list.append(element("p", "dh-inside-small", words.arrows_about));
    return list;
  }

  draw(pen, map) {
    const { run, at } = this;
    if (!run || at < 0) return;
    const row = map.run.rows.find(({ entry, start }) => entry === run.entry && start === run.start);
    if (!row) return;
    run.tracks.forEach((key, i) => off.has(`track ${key}`) || this.drawTrack(pen, map, key, TRACKS[i]));
    const from = map.toPixel(...run.point("before", at)), to = map.toPixel(...run.point("after", at));
    const pixels = (role) => {
      const values = run.vectors.get(role);
      if (!values) return [0, 0];
      const [x, y] = run.pair(values, at);
      return [(x * map.area.width) / (map.x[1] - map.x[0]), (-y * map.area.height) / (map.y[1] - map.y[0])];
    };
    const length = LENGTH * map.scale, g = pixels("gradient"), m = pixels("momentum"), d = pixels("direction");
    const longest = Math.max(...[g, m, [g[0] + m[0], g[1] + m[1]]].map((v) => Math.hypot(...v)));
    const arrow = (role, [x, y], scale) => {
      if (!off.has(role)) drawArrow(pen, from, [from[0] + x * scale, from[1] + y * scale], this.colour(role, map), map, DASH[role]);
    };
    if (longest > 0 && Number.isFinite(longest)) {
      arrow("gradient", g, length / longest);
      arrow("momentum", m, length / longest);
    }
    const far = Math.hypot(...d);
    if (far > 0 && Number.isFinite(far)) arrow("direction", d, length / far);
    if (!off.has("move")) drawArrow(pen, from, to, this.colour("move", map), map);
  }

  colour(role, map) {
    return COLOURS[role] || map.theme.text;
  }

  // A thin line through the points so far, and a marker at the present one.
  drawTrack(pen, map, key, colour) {
    const { run, at } = this;
    pen.beginPath();
    for (let i = 0; i <= at; i++) {
      const [x, y] = map.toPixel(...run.point(key, i));
      if (Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) < 1e5 && Math.abs(y) < 1e5) pen.lineTo(x, y);
    }
    pen.setLineDash([2, 4]);
    pen.lineWidth = 1.8;
    pen.strokeStyle = colour;
    pen.stroke();
    pen.setLineDash([]);
    const here = map.toPixel(...run.point(key, at));
    if (here.every((value) => Math.abs(value) < 1e5)) drawMarker(pen, "diamond", ...here, 6 * map.scale, colour, map.theme.halo);
  }

  destroy() {
    this.stop();
    this.run = null;
  }
}

function drawArrow(pen, [x, y], [u, v], colour, map, dash = []) {
  const length = Math.hypot(u - x, v - y);
  if (!(length > 1.5) || length > 1e5) return;
  const angle = Math.atan2(v - y, u - x), head = Math.min(9 * map.scale, length * 0.6);
  const neck = [u - head * Math.cos(angle), v - head * Math.sin(angle)];
  for (const [style, width, pattern] of [[map.theme.halo, 6, []], [colour, 3, dash]]) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(...neck);
    pen.setLineDash(pattern);
    pen.lineCap = "butt";
    pen.strokeStyle = style;
    pen.lineWidth = width * map.scale;
    pen.stroke();
  }
  pen.setLineDash([]);
  drawMarker(pen, "arrow", u - 0.9 * head * Math.cos(angle), v - 0.9 * head * Math.sin(angle), 0.75 * head, colour, map.theme.halo, angle);
}
