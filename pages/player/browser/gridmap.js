// Panels of coloured cells: what a cell says is told under the pointer, and a click or Enter picks it.

import { unpack } from "./unpack.js";
import { areaOf, drawSample, heightOf, paint, raster, tile } from "./gridpaint.js";
import { loadStyle } from "./loading.js";
import { readTheme, visible } from "./theme.js";

const maps = new WeakMap();
const counts = { drawn: 0, latest: null };

globalThis.downhill_map ??= Object.freeze({
  get drawn() { return counts.drawn; },
  get header() { return counts.latest?.grid?.header ?? null; },
  // The middle of a cell on the screen.
  pixel(panel, column, row) { return counts.latest?.pixel(panel, column, row) ?? null; },
  told(panel, column, row) { return counts.latest?.tell(panel, { column, row }) ?? null; },
});

export function showGridMap(component, { style }) {
  const { parentElement } = component;
  let map = maps.get(parentElement);
  if (!map) {
    map = new GridMap(parentElement, style);
    maps.set(parentElement, map);
  }
  map.receive(component);
  // React also calls this when a newer message overtakes: only a removed element ends the map.
  return () => setTimeout(() => {
    if (parentElement.isConnected || maps.get(parentElement) !== map) return;
    maps.delete(parentElement);
    map.destroy();
  });
}

function make(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

class GridMap {
  constructor(root, style) {
    this.style = style;
    this.host = make("div", "dh-gridmap");
    this.panels = make("div", "dh-gridmap-panels");
    this.legend = make("div", "dh-gridmap-legend");
    this.tip = make("div", "dh-gridmap-tip");
    this.tip.setAttribute("role", "status");
    this.tip.hidden = true;
    this.save = make("button", "dh-gridmap-save");
    this.save.type = "button";
    this.save.addEventListener("click", () => this.savePicture());
    this.host.append(this.panels, make("div", "dh-gridmap-foot", this.legend, this.save), this.tip);
    root.append(this.host);
    this.shown = [];
    this.observer = new ResizeObserver(() => this.layOut());
    this.observer.observe(this.host);
  }

  receive({ data, setTriggerValue }) {
    this.setTriggerValue = setTriggerValue;
    if (!data) return;
    if (data !== this.message) {
      this.message = data;
      this.reading = unpack(data);
    }
    Promise.all([this.reading, loadStyle(this.style)])
      .then(([grid]) => { if (data === this.message && !this.ended) this.show(grid); })
      .catch((error) => console.error(error));
  }

  show(grid) {
    const theme = readTheme(this.host);
    if (grid === this.grid && theme.key === this.theme?.key) return;
    this.grid = grid;
    this.theme = theme;
    const { header } = grid;
    this.host.setAttribute("role", "group");
    this.host.setAttribute("aria-label", header.label);
    while (this.shown.length > header.panels.length) this.shown.pop().figure.remove();
    header.panels.forEach((panel, index) => this.fill(this.shown[index] ??= this.build(index), panel, index));
    this.legend.replaceChildren(...this.keys(this.lines()));
    this.save.textContent = header.says.picture;
    this.layOut();
    counts.latest = this;
    counts.drawn++;
  }

  build(index) {
    const swatch = make("span", "dh-gridmap-swatch"), title = make("span", "dh-gridmap-title");
    const canvas = make("canvas", ""), told = make("div", "dh-gridmap-told");
    const figure = make("figure", "dh-gridmap-panel", make("figcaption", "", swatch, title), canvas, told);
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.addEventListener("pointermove", (event) => this.point(index, this.cellAt(index, event)));
    canvas.addEventListener("pointerleave", () => this.point(index, null));
    canvas.addEventListener("blur", () => this.point(index, null));
    // What is told is what is picked: a click knows whole pixels only, and cells may be smaller.
    canvas.addEventListener("click", (event) => this.pick(index, this.shown[index].over ?? this.cellAt(index, event)));
    canvas.addEventListener("keydown", (event) => this.press(index, event));
    this.panels.append(figure);
    return { figure, swatch, title, canvas, told };
  }

  fill(shown, panel, index) {
    shown.swatch.style.background = panel.colour ? visible(panel.colour, this.theme) : "none";
    shown.title.textContent = panel.title;
    shown.told.replaceChildren(...this.keys(panel.told));
    const told = panel.told.map(({ title }) => title).join("; ");
    shown.canvas.setAttribute("aria-label", [panel.title, told, this.grid.header.says.pick].filter(Boolean).join(". "));
    shown.cells = raster(this.grid, index, this.theme.dark);
  }

  // The lines of the legend: inks, then courses.
  lines() {
    const { legend, courses } = this.grid.header;
    return [...legend, ...courses.map(({ title, dash }) => ({ inks: [], title, dash }))];
  }

  keys(keys) {
    return keys.map((key) => {
      const sample = make("canvas", "dh-gridmap-key"), shown = key.inks.length || key.dash !== undefined;
      sample.width = 44;
      sample.height = 28;
      this.sample(sample.getContext("2d"), key, sample.width, sample.height);
      return make("span", "", ...(shown ? [sample] : []), key.title);
    });
  }

  sample(pen, { inks, dash }, width, height) {
    const { dark } = this.theme, chosen = inks.map((ink) => this.grid.header.inks[ink]);
    if (dash !== undefined) drawSample(pen, dash, width, height);
    if (!chosen.length) return;
    const scale = pen.createLinearGradient(0, 0, width, 0);
    chosen.forEach((ink, i) => scale.addColorStop(chosen.length > 1 ? i / (chosen.length - 1) : 0, dark ? ink[1] : ink[0]));
    pen.fillStyle = scale;
    pen.fillRect(0, 0, width, height);
    if (chosen[0][2]) {
      pen.fillStyle = tile(pen, chosen[0][2], this.theme, 2);
      pen.fillRect(0, 0, width, height);
    }
  }

  layOut() {
    if (!this.grid) return;
    const { header } = this.grid, count = header.panels.length, whole = this.host.clientWidth;
    if (!whole) return;
    const columns = whole < 560 ? 1 : count <= 3 ? count : count === 4 ? (whole < 1000 ? 2 : 4) : Math.ceil(count / 2);
    this.panels.style.setProperty("--dh-columns", columns);
    const rows = Math.ceil(count / columns), most = Math.max(220, (innerHeight * 0.78 - 190) / Math.min(rows, 2) - 40);
    for (const shown of this.shown) {
      const width = shown.figure.clientWidth;
      shown.size = { width, height: heightOf(header, width, most) };
      const { canvas } = shown, dense = devicePixelRatio || 1;
      canvas.style.height = `${shown.size.height}px`;
      canvas.width = Math.round(width * dense);
      canvas.height = Math.round(shown.size.height * dense);
      this.paint(shown, dense);
    }
  }

  paint(shown, dense = devicePixelRatio || 1) {
    const pen = shown.canvas.getContext("2d");
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    paint(pen, { header: this.grid.header, cells: shown.cells, theme: this.theme, ...shown.size, over: shown.over });
  }

  cellAt(index, event) {
    const { canvas, size } = this.shown[index], box = canvas.getBoundingClientRect(), { header } = this.grid;
    const area = areaOf(header, size.width, size.height);
    const across = (event.clientX - box.left - area.x) / area.width, along = 1 - (event.clientY - box.top - area.y) / area.height;
    if (across < 0 || across >= 1 || along < 0 || along >= 1) return null;
    return { column: Math.floor(across * header.x.values.length), row: Math.floor(along * header.y.values.length) };
  }

  pixel(index, column, row) {
    const { canvas, size } = this.shown[index], box = canvas.getBoundingClientRect(), { x, y } = this.grid.header;
    const area = areaOf(this.grid.header, size.width, size.height);
    return [box.left + area.x + area.width * (column + 0.5) / x.values.length, box.top + area.y + area.height * (1 - (row + 0.5) / y.values.length)];
  }

  point(index, cell) {
    const shown = this.shown[index];
    if (!cell && !shown.over) return;
    shown.over = cell;
    this.paint(shown);
    this.tip.hidden = !cell;
    if (!cell) return;
    this.tip.replaceChildren(...this.tell(index, cell).map((line) => make("div", "", line)));
    const [x, y] = this.pixel(index, cell.column, cell.row), box = this.host.getBoundingClientRect();
    const left = Math.min(Math.max(0, x - box.left + 14), Math.max(0, box.width - this.tip.offsetWidth));
    const above = y - box.top - this.tip.offsetHeight - 14;
    this.tip.style.transform = `translate(${left}px, ${above > -40 ? above : y - box.top + 18}px)`;
  }

  // What a cell says, line by line.
  tell(index, { column, row }) {
    const { header, arrays } = this.grid, { x, y, says } = header;
    const cell = (index * y.values.length + row) * x.values.length + column;
    const place = { x_title: x.title, y_title: y.title, x: digits(x.values[column]), y: digits(y.values[row]) };
    const numbers = header.numbers.flatMap((text, i) => {
      const value = arrays[`number${i}`][cell];
      return Number.isFinite(value) ? [filled(text, { value: digits(value) })] : [];
    });
    return [header.endings[arrays.ending[cell]], ...numbers, filled(says.place, place)];
  }

  press(index, event) {
    const { header } = this.grid, { x, y } = header, shown = this.shown[index];
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const at = shown.over ?? { column: x.values.length >> 1, row: y.values.length >> 1 };
    if (event.key === "Enter" || event.key === " ") this.pick(index, at);
    else if (moves) {
      const far = event.shiftKey ? 10 : 1, within = (value, count) => Math.min(count - 1, Math.max(0, value));
      this.point(index, { column: within(at.column + far * moves[0], x.values.length), row: within(at.row + far * moves[1], y.values.length) });
    } else return;
    event.preventDefault();
  }

  pick(panel, cell) {
    if (!cell) return;
    const { x, y } = this.grid.header;
    this.setTriggerValue("picked", { panel, x: x.values[cell.column], y: y.values[cell.row] });
  }

  // All the panels with their titles and shares, as a PNG.
  savePicture() {
    const { header } = this.grid, dense = 2, told = Math.max(...header.panels.map((panel) => panel.told.length));
    const columns = Math.min(this.shown.length, 4), { width, height } = this.shown[0].size, room = 34, line = 22;
    const tall = height + room + line * told + 12, rows = Math.ceil(this.shown.length / columns);
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = dense * (columns * (width + 16) + 16);
    canvas.height = dense * (rows * tall + 16 + line * this.lines().length);
    pen.scale(dense, dense);
    pen.fillStyle = this.theme.background;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const list = (keys, x, y) => keys.forEach((key, i) => {
      pen.save();
      pen.translate(x, y + i * line + 3);
      this.sample(pen, key, 22, 14);
      pen.restore();
      this.write(pen, key.title, x + 30, y + i * line, "14px");
    });
    this.shown.forEach((shown, index) => {
      const x = 16 + (index % columns) * (width + 16), y = 8 + Math.floor(index / columns) * tall;
      this.write(pen, header.panels[index].title, x, y + 8, "600 16px");
      const own = document.createElement("canvas");
      own.width = dense * width;
      own.height = dense * height;
      const inner = own.getContext("2d");
      inner.scale(dense, dense);
      paint(inner, { header, cells: shown.cells, theme: this.theme, width, height });
      pen.drawImage(own, x, y + room, width, height);
      list(header.panels[index].told, x, y + room + height);
    });
    list(this.lines(), 16, rows * tall + 8);
    canvas.toBlob((blob) => {
      const link = make("a", "");
      link.href = URL.createObjectURL(blob);
      link.download = `${header.name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }

  write(pen, text, x, y, font) {
    pen.fillStyle = this.theme.text;
    pen.font = `${font} ${this.theme.font}`;
    pen.textBaseline = "top";
    pen.textAlign = "left";
    pen.fillText(text, x, y);
  }

  destroy() {
    this.ended = true;
    this.observer.disconnect();
    this.host.remove();
    if (counts.latest === this) counts.latest = null;
  }
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Four digits, as people write them.
function digits(value) {
  const size = Math.abs(value);
  const text = size && (size < 1e-4 || size >= 1e6) ? value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e") : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", "−");
}
