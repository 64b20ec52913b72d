// The charts under the panels: loss, effective step size and gradient norm, on the one clock.

import { Chart } from "./chart.js";
import { fill } from "./legend.js";
import { formatLoss } from "./marks.js";

// Where a loss is so near to the lowest one that a log axis would go down for ever.
const LOWEST = 1e-16;

const MEASURES = {
  // On a log axis only what is above the lowest loss can be shown.
  losses: { span: 0, depth: 16, value: (row, i, log) => (log ? Math.max(row.above[i], LOWEST) : row.floor + row.above[i]) },
  sizes: { span: 1, depth: 12, value: (row, i) => row.sizes[i] },
  norms: { span: 1, depth: 16, value: (row, i) => row.norms[i] },
};

export class Charts {
  constructor(parts, seek) {
    this.parts = parts;
    this.all = Object.entries(MEASURES).map(([name, measure]) => [name, new Chart(parts[name], measure, seek)]);
  }

  get panels() {
    return this.all.map(([, { panel }]) => panel);
  }

  // `log` is about the losses: the others are ratios of any size.
  draw(player, log) {
    const { stage: { words }, presentation, plain, run } = player, swept = presentation.hidden.has(player.swept?.entry) ? null : player.swept;
    const live = swept && { entry: swept.entry, rows: swept.allRows(plain) };
    const look = { run: presentation.visible(run), colours: player.colours, theme: player.theme, words };
    for (const [name, chart] of this.all) {
      // Paths of networks come without gradients: no room for charts that nothing is known of.
      chart.panel.hidden = name !== "losses" && !run.rows.some((row) => row[name].some(Number.isFinite));
      chart.draw(look, name === "losses" ? log : true, live);
    }
    const above = log && run.floor !== 0;
    this.parts.title.textContent = above ? fill(words, "axis_loss_above", { floor: formatLoss(run.floor) }) : words.axis_loss;
  }

  morph(run, step, reached) {
    for (const [, chart] of this.all) chart.morph(run, step, reached);
  }

  frame(step, reached) {
    for (const [, chart] of this.all) chart.frame(step, reached);
  }

  resize() {
    for (const [, chart] of this.all) chart.resize();
  }
}
