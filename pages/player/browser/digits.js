// Numbers of three decimal digits in 16 bits: see digits.py, with which every operation here agrees.

const NONE = 65535;
const DECADES = 72, LOWEST_POWER = -36, MANTISSAS = 900;
const POWERS = Float64Array.from({ length: DECADES + 1 }, (_, k) => Number(`1e${LOWEST_POWER + k}`));

function codeOf(number) {
  if (!(number < POWERS[DECADES])) return NONE;
  if (number < POWERS[0]) return 0;
  let low = 0, high = DECADES;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (POWERS[middle] <= number) low = middle;
    else high = middle;
  }
  return 1 + MANTISSAS * low + Math.floor((number / POWERS[low]) * 100 + 0.5) - 100;
}

function numberOf(code) {
  if (code === 0) return 0;
  if (code === NONE) return NaN;
  const power = Math.floor((code - 1) / MANTISSAS);
  return ((((code - 1) % MANTISSAS) + 100) * POWERS[power]) / 100;
}

export function numbersOf(codes) {
  return Float64Array.from(codes, numberOf);
}

// Turns what the lengths of steps are off, in place, into their codes; one row.
export function correctLengths(off, x, y) {
  off[0] += NONE;
  for (let i = 1; i < off.length; i++) {
    const across = x[i] - x[i - 1], along = y[i] - y[i - 1];
    off[i] += codeOf(Math.sqrt(across * across + along * along));
  }
}

// The same for effective step sizes, from the codes of lengths and gradient norms.
export function correctSizes(off, lengths, norms) {
  off[0] += NONE;
  for (let i = 1; i < off.length; i++) off[i] += codeOf(numberOf(lengths[i]) / numberOf(norms[i - 1]));
}
