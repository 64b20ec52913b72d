// Numbers of the present step, written so that a column of them does not jump while it changes.

const minus = (text) => text.replaceAll("-", "−");

// Three digits, with the zeros that formatLoss leaves out.
export function figures(value) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return "∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 9.995e-4 || size >= 99999.5) return minus(value.toExponential(2).replace("e+", "e"));
  return minus(size >= 999.5 ? value.toFixed(0) : value.toPrecision(3));
}

// A coordinate with as many decimals as the picture can show.
export function coordinate(value, span) {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1e4) return minus(value.toExponential(1).replace("e+", "e"));
  const text = value.toFixed(Math.min(Math.max(3 - Math.floor(Math.log10(span)), 0), 6));
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}
