// Numbers as printed.py prints them: a few significant digits, and a power of ten where they are far from one.

const PLAIN_FROM = -4, PLAIN_TO = 6;

// The digits, and the power of ten that they are times; null for no such factor.
export function printed(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e"), exponent = Number(power);
  if (Number(mantissa) === 0) return ["0", null];
  if (exponent >= PLAIN_FROM && exponent < PLAIN_TO) {
    return [shortened(Number(`${mantissa}e${exponent}`).toFixed(Math.max(digits - 1 - exponent, 0))), null];
  }
  return [shortened(mantissa), exponent];
}

// As plain text, with a true minus.
export function written(value, digits = 5) {
  if (!Number.isFinite(value)) return "–";
  const [mantissa, exponent] = printed(value, digits);
  const text = exponent === null ? mantissa : `${mantissa}e${exponent}`;
  return text.replaceAll("-", "−");
}

function shortened(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
