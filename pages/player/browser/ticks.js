// Round numbers along an axis, and how they are written.

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
export const power = (exponent) => `10${[...String(exponent)].map((digit) => RAISED[digit]).join("")}`;

function written(value, step) {
  const size = Math.abs(value);
  if (size && (size >= 1e5 || step < 1e-4)) return value.toExponential(1).replace(".0e", "e").replace("e+", "e").replaceAll("-", "−");
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))).replace("-", "−");
}

// About `most` numbers between `low` and `high`, as [place, label]; at least two, for one tells no scale.
export function linearTicks(low, high, most) {
  const rough = (high - low) / Math.max(most, 1), unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5].find((times) => times * unit >= rough * 0.999) ?? 10), found = [];
  for (let n = Math.ceil(low / step - 1e-9); n <= high / step + 1e-9; n++) found.push([n * step, written(n * step, step)]);
  return found.length > 1 || most > 8 ? found : linearTicks(low, high, 2 * Math.max(most, 1));
}

// The same over powers of ten, between exponents; between two powers if there would be only one.
export function logTicks(low, high, most) {
  const step = [1, 2, 3, 5, 10, 20].find((times) => (high - low) / times <= most) ?? 50, found = [];
  for (let n = Math.ceil(low / step - 1e-9); n <= high / step + 1e-9; n++) found.push(n * step);
  const plain = found.every((exponent) => exponent >= -3 && exponent <= 4);
  const ticks = found.map((exponent) => [exponent, plain ? String(Number(`1e${exponent}`)) : power(exponent)]);
  if (ticks.length > 1 || step > 1) return ticks;
  for (const times of [2, 5]) {
    for (let n = Math.floor(low); n <= high; n++) {
      const at = n + Math.log10(times);
      if (at >= low && at <= high) ticks.push([at, plain && n >= -3 && n <= 4 ? String(Number(`${times}e${n}`)) : `${times}·${power(n)}`]);
    }
  }
  return ticks.sort((one, other) => one[0] - other[0]);
}
