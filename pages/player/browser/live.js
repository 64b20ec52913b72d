// A chart that is drawn again in place: what somebody has zoomed or hidden stays while its data grow. (Streamlit's own
// chart is taken away and put back whenever anything in it changes.)

import { loadPlotly } from "./loading.js";

// Plotly has a button that sends a chart's data to its maker's server: here they stay where they are.
const OPTIONS = { displaylogo: false, responsive: false, showSendToCloud: false };
// Nothing can be selected. Where nothing hovers the buttons always stand: few, or they would hide the title.
const UNUSED = ["select2d", "lasso2d"];
const FOR_A_MOUSE = ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d"];

// An arrow onto a line, as for everything that is taken home.
const ICON = { width: 24, height: 24, path: "M11 3h2v9l3-3 1.4 1.4L12 15.8 6.6 10.4 8 9l3 3zM5 18h14v2H5z" };
const charts = new WeakMap();

export function showFigure({ data, parentElement }, { plotly }) {
  let chart = charts.get(parentElement);
  if (!chart) {
    chart = new LiveChart(parentElement, plotly);
    charts.set(parentElement, chart);
  }
  if (data) chart.receive(data);
  // React also calls this when a newer message overtakes: only a removed element ends the chart.
  return () => setTimeout(() => {
    if (parentElement.isConnected || charts.get(parentElement) !== chart) return;
    charts.delete(parentElement);
    chart.destroy();
  });
}

function handleOf({ layout }) {
  return layout?.sliders?.[0];
}

class LiveChart {
  constructor(root, address) {
    this.address = address;
    this.place = document.createElement("div");
    this.place.className = "dh-figure";
    this.place.setAttribute("role", "img");
    this.place.dataset.drawn = "0";
    root.append(this.place);
    this.work = Promise.resolve();
    // Nothing is drawn under a hand that is pulling a frame around a part of the chart.
    this.place.addEventListener("pointerdown", () => { this.held = true; }, true);
    this.letGo = () => { this.held = false; this.draw(); };
    for (const event of ["pointerup", "pointercancel"]) addEventListener(event, this.letGo);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.place);
  }

  receive({ figure, label, svg }) {
    const touched = matchMedia("(hover: none)").matches;
    this.options = { ...OPTIONS, modeBarButtonsToRemove: touched ? [...UNUSED, ...FOR_A_MOUSE] : UNUSED };
    if (svg) this.options.modeBarButtonsToAdd = [this.saving(svg)];
    this.place.setAttribute("aria-label", label);
    if (figure === this.text) return;
    this.text = figure;
    const { layout } = this.figure = JSON.parse(figure);
    this.place.style.minHeight = `${layout.height}px`;
    this.draw();
  }

  draw() {
    this.work = this.work.then(() => this.update()).catch((error) => console.error(error));
  }

  async update() {
    const plotly = await loadPlotly(this.address);
    const { figure } = this;
    if (this.held || this.ended || figure === this.shown) return;
    this.shown = figure;
    this.plotly = plotly;
    const start = handleOf(figure)?.active;
    await plotly.react(this.place, figure.data, figure.layout, this.options);
    const handle = handleOf(this.place);
    // Plotly keeps a handle where somebody has left it, but draws what belongs to its start.
    if (handle && handle.active !== start) await this.moveHandle(handle.active);
    this.tellHandle();
    this.width = this.place.clientWidth;
    this.place.dataset.drawn = `${Number(this.place.dataset.drawn) + 1}`;
  }

  async moveHandle(to) {
    const { steps } = handleOf(this.place);
    const [data, layout] = steps[to].args;
    await this.plotly.update(this.place, data, { ...layout, "sliders[0].active": to });
  }

  // Plotly's handle knows the mouse and the finger only: to the keyboard the chart itself is the slider.
  tellHandle() {
    const handle = handleOf(this.place);
    if (!handle) return;
    const { active, steps, currentvalue } = handle;
    const told = {
      role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": steps.length - 1, "aria-valuenow": active,
      "aria-valuetext": `${currentvalue?.prefix ?? ""}${steps[active].label}`,
    };
    for (const [name, value] of Object.entries(told)) this.place.setAttribute(name, value);
    if (this.handled) return;
    this.handled = true;
    this.place.addEventListener("keydown", (event) => this.press(event));
    this.place.on("plotly_sliderchange", () => this.tellHandle());
  }

  press(event) {
    const handle = handleOf(this.place);
    const last = handle ? handle.steps.length - 1 : 0;
    const to = { ArrowLeft: handle?.active - 1, ArrowDown: handle?.active - 1, ArrowRight: handle?.active + 1,
      ArrowUp: handle?.active + 1, Home: 0, End: last }[event.key];
    if (!handle || to === undefined || event.target !== this.place) return;
    event.preventDefault();
    if (to < 0 || to > last || to === handle.active) return;
    this.work = this.work.then(() => this.moveHandle(to)).then(() => this.tellHandle());
  }

  saving(title) {
    const click = (chart) => this.plotly.downloadImage(chart, { format: "svg", filename: "downhill" });
    return { name: "svg", title, icon: this.icon ??= { ...ICON }, click };
  }

  fit() {
    const { clientWidth } = this.place;
    if (!this.plotly || !clientWidth || clientWidth === this.width) return;
    this.width = clientWidth;
    this.work = this.work.then(() => this.ended || this.plotly.Plots.resize(this.place));
  }

  destroy() {
    this.ended = true;
    this.observer.disconnect();
    for (const event of ["pointerup", "pointercancel"]) removeEventListener(event, this.letGo);
    this.plotly?.purge(this.place);
    this.place.remove();
  }
}
