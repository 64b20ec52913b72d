// A chart that is drawn again in place: what somebody has zoomed or hidden stays while its data grow. (Streamlit's own
// chart is taken away and put back whenever anything in it changes.)

import { loadPlotly } from "./loading.js";

const OPTIONS = { displaylogo: false, responsive: false };

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
    this.options = svg ? { ...OPTIONS, modeBarButtonsToAdd: [this.saving(svg)] } : OPTIONS;
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
    await plotly.react(this.place, figure.data, figure.layout, this.options);
    this.width = this.place.clientWidth;
    this.place.dataset.drawn = `${Number(this.place.dataset.drawn) + 1}`;
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
