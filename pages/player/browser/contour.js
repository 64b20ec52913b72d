// The contour map of all entries. Plotly draws the map and its axes; nothing here needs its private
// parts: the plot area is the panel without the fixed margins, and the axes are linear.

import { PathMap } from "./pathmap.js";
import { plotlyScale } from "./theme.js";

export const LEVELS = 18;

export class Contour extends PathMap {
  margins() {
    const narrow = this.panel.clientWidth < 370, more = 14 * (this.theme.sizes.tick / 14 - 1);
    return { l: (narrow ? 44 : 56) + 2 * more, r: (narrow ? 62 : 76) + 2 * more, t: 46 + more, b: 46 + 2 * more };
  }

  shows(stage, theme) {
    return this.stage === stage && this.theme?.key === theme.key;
  }

  async draw(plotly, stage, theme, words) {
    Object.assign(this, { plotly, stage, theme, words });
    const [xLow, xHigh, yLow, yHigh] = stage.bounds, { tick, title } = theme.sizes;
    const axis = (range, text) => ({
      range, title: { text, font: { size: title }, standoff: 6 }, gridcolor: theme.grid, zeroline: false,
      color: theme.text, tickfont: { size: tick }, nticks: 6, uirevision: stage.bounds.join(), ticks: "",
    });
    const size = (stage.top - stage.low) / LEVELS;
    const trace = {
      type: "contour", x: stage.x, y: stage.y, z: stage.rows(), colorscale: plotlyScale(theme), showscale: false,
      zmin: stage.low, zmax: stage.top, autocontour: false, hoverinfo: "skip",
      contours: { start: stage.low + size, end: stage.top - size / 2, size, coloring: "fill" },
      line: { width: 1, color: theme.level, smoothing: 1 },
    };
    const layout = {
      margin: this.margins(), paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false,
      font: { family: theme.font, color: theme.text, size: tick }, uirevision: stage.bounds.join(),
      hovermode: false, dragmode: "pan", xaxis: axis([xLow, xHigh], "x"), yaxis: axis([yLow, yHigh], "y"),
      ...this.measure(),
    };
    const config = { displayModeBar: false, scrollZoom: true, doubleClick: false, responsive: false, showAxisDragHandles: false };
    await plotly.react(this.chart, [trace], layout, config);
    if (!this.bound) {
      this.bound = true;
      this.chart.on("plotly_relayouting", (change) => this.moved(change));
      this.chart.on("plotly_relayout", (change) => this.moved(change));
    }
    this.moved({});
  }

  // The visible part of the plane changed: the axes' ranges are public, in the layout or the event.
  moved(change) {
    const part = (name, end) =>
      change[`${name}.range[${end}]`] ?? change[`${name}.range`]?.[end] ?? this.chart.layout[name].range[end];
    this.x = [Number(part("xaxis", 0)), Number(part("xaxis", 1))];
    this.y = [Number(part("yaxis", 0)), Number(part("yaxis", 1))];
    const { l, r, t, b } = this.margins();
    this.area = { left: l, top: t, width: this.panel.clientWidth - l - r, height: this.panel.clientHeight - t - b };
    this.reset();
    this.frame(this.at ?? 0, this.ghost);
  }

  // Shows the same part of the plane as another map.
  follow({ x, y }) {
    if (this.x.every((value, i) => value === x[i]) && this.y.every((value, i) => value === y[i])) return;
    return this.plotly.relayout(this.chart, { "xaxis.range": [...x], "yaxis.range": [...y] });
  }

  resetView() {
    const [xLow, xHigh, yLow, yHigh] = this.stage.bounds;
    return this.follow({ x: [xLow, xHigh], y: [yLow, yHigh] });
  }

  measure() {
    return this.size = { width: this.panel.clientWidth, height: this.panel.clientHeight };
  }

  resize() {
    const { size } = this, { clientWidth, clientHeight } = this.panel;
    // Out of sight a panel has no size; back again it often has the one it had.
    if (!this.bound || !clientWidth || (size.width === clientWidth && size.height === clientHeight)) return;
    return this.plotly.relayout(this.chart, { ...this.measure(), margin: this.margins() }).then(() => this.moved({}));
  }

  destroy() {
    super.destroy();
    if (this.bound) this.plotly.purge(this.chart);
  }
}
