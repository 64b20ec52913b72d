// What a place on the contour map means, as a start and in words.

import { fill } from "./legend.js";
import { formatLoss } from "./marks.js";

// A start with as many digits as the picture can show: it stands in the link.
export function startAt(stage, x, y) {
  const [xLow, xHigh, yLow, yHigh] = stage.bounds;
  const round = (value, size) => {
    const digits = Math.min(Math.max(3 - Math.floor(Math.log10(size)), 0), 12);
    return Number(value.toFixed(digits));
  };
  return { x: round(x, xHigh - xLow), y: round(y, yHigh - yLow) };
}

// The vertex of a path that the pointer is near to, or else the place itself, or the start there.
export function readout({ run, stage }, { nearest, plane, start }) {
  const { words } = stage;
  if (nearest) {
    const { row, vertex } = nearest, { title } = run.entries[row.entry];
    return fill(words, "readout_path", { title, step: row.stepOf(vertex), loss: formatLoss(row.floor + row.above[vertex]) });
  }
  const [x, y] = plane, loss = stage.lossAt(x, y);
  const found = { x: formatLoss(x), y: formatLoss(y), loss: Number.isFinite(loss) ? formatLoss(loss) : "–" };
  if (!Number.isInteger(start) || run.starts.length === 1) return fill(words, "readout", found);
  return fill(words, "readout_start", { number: start + 1, ...found });
}
