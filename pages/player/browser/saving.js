// The pictures of a run as files: Plotly draws each once more, larger, with what our own canvases show over it.

import { clipped } from "./clip.js";
import { fill } from "./legend.js";
import { formatScale } from "./marks.js";
import { MANY } from "./sizes.js";

const WIDTH = 1000, LOWEST = 560, HIGHEST = 1000;

// Plotly reads some HTML in its texts.
const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

// Makes the button open its menu, and each choice there save its picture.
export function offer({ save, saveMenu, saves, host }, player) {
  const open = (on) => {
    saveMenu.hidden = !on;
    save.setAttribute("aria-expanded", String(on));
  };
  const solid = () => Boolean(player.views?.scene?.bound && !player.views.scene.lost);
  save.addEventListener("click", () => {
    for (const [name, choice] of Object.entries(saves)) choice.hidden = name.startsWith("surface") && !solid();
    open(saveMenu.hidden);
  });
  host.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !save.parentElement.contains(relatedTarget)) open(false);
  });
  host.addEventListener("pointerdown", ({ target }) => { if (!save.parentElement.contains(target)) open(false); });
  save.parentElement.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || saveMenu.hidden) return;
    event.stopPropagation();
    open(false);
    save.focus();
  });
  for (const [name, choice] of Object.entries(saves)) {
    choice.addEventListener("click", () => {
      const [picture, format] = name.split("_");
      open(false);
      save.focus();
      player.enqueue(() => download(player, picture, format));
    });
  }
}

function download(player, picture, format) {
  const figure = picture === "surface" ? surfaceFigure(player) : contourFigure(player);
  const { width, height } = figure.layout;
  return player.plotly.downloadImage(figure, { format, width, height, scale: format === "png" ? 2 : 1, filename: `downhill-${picture}` });
}

// The map as it is zoomed, with each path as far as it is shown.
function contourFigure(player) {
  const { contour } = player.views, { chart, run, colours, stage, theme } = contour, { sizes } = theme;
  const step = player.clock.frame, { halo } = theme, many = run.rows.length > MANY;
  const width = many ? sizes.thinLine : sizes.line;
  const box = [contour.x, contour.y].map(([low, high]) => [low - 2 * (high - low), high + 2 * (high - low)]);
  const paths = run.entries.flatMap((entry, e) => {
    const rows = run.rows.filter((row) => row.entry === e);
    if (!rows.length) return [];
    const [x, y] = joined(rows, step, box), heads = rows.map((row) => row.place(step));
    const line = { type: "scatter", mode: "lines", x, y, hoverinfo: "skip", showlegend: false, legendgroup: `${e}` };
    return [
      { ...line, line: { color: halo, width: width + sizes.halo } },
      { ...line, name: plain(entry.title), showlegend: true, line: { color: colours[e], width, dash: entry.dash } },
      {
        ...line, mode: "markers", x: heads.map((head) => head.x), y: heads.map((head) => head.y),
        marker: { size: 2 * (many ? sizes.smallHead : sizes.head), color: colours[e], symbol: entry.marker, line: { color: halo, width: 2 } },
      },
    ];
  });
  const losses = formatScale(stage.ticks.map(([, loss]) => loss));
  const bar = { tickvals: stage.ticks.map(([height]) => height), ticktext: losses, title: { text: stage.words.axis_loss }, outlinewidth: 0, thickness: 14 };
  return whole(player, chart, [{ ...chart.data[0], showscale: true, colorbar: bar }, ...paths], { l: 70, r: 20, t: 20, b: 64 });
}

// The points of some rows up to `step`, one list a dimension, with gaps between the rows.
function joined(rows, step, box) {
  const lists = [[], []];
  for (const row of rows) {
    const { points, ends } = clipped([row.x, row.y], row.count, box), end = ends[row.vertexAt(step)[0]];
    const { x, y } = row.place(step), head = [x, y];
    const inside = head.every((value, d) => value >= box[d][0] && value <= box[d][1]);
    lists.forEach((list, d) => list.push(...points[d].slice(0, end), ...(inside ? [head[d]] : []), null));
  }
  return lists;
}

function surfaceFigure(player) {
  const { scene } = player.views, { chart, run, hidden } = scene, step = player.clock.frame;
  const lines = scene.lines(step).map((trace, number) => {
    const e = number >> 1, told = number % 2 === 1 && !hidden.has(e);
    return { ...trace, name: plain(run.entries[e].title), showlegend: told };
  });
  const figure = whole(player, chart, [chart.data[0], ...lines, { ...scene.headTrace(step), showlegend: false }], { l: 0, r: 0, t: 20, b: 40 });
  figure.layout.scene = { ...chart.layout.scene, camera: structuredClone(scene.camera()) };
  return figure;
}

// A figure as large as a page is wide, on the page's ground, with its names and its step.
function whole({ theme, stage, clock }, chart, data, margin) {
  const { clientWidth, clientHeight } = chart, { words } = stage;
  const height = Math.min(Math.max((WIDTH * clientHeight) / clientWidth || LOWEST, LOWEST), HIGHEST);
  const step = fill(words, "step_of", { step: Math.floor(clock.frame + 1e-9), steps: clock.steps });
  const layout = {
    ...chart.layout, width: WIDTH, height, margin, paper_bgcolor: theme.background, showlegend: true,
    // A file does not bring the page's own font along, and texts would be measured by it.
    font: { ...chart.layout.font, family: "sans-serif" },
    legend: { orientation: "h", x: 0, y: 1.01, yanchor: "bottom", font: { size: theme.sizes.tick } },
    annotations: [{ text: step, showarrow: false, xref: "paper", yref: "paper", x: 1, y: 0, xshift: margin.r - 10, yshift: -margin.b, xanchor: "right", yanchor: "bottom" }],
  };
  return { data, layout, config: { plotGlPixelRatio: 2 } };
}
