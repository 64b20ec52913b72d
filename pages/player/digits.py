"""Numbers to three decimal digits in 16 bits: what people read of a norm, a length or a rate.

Code 0 is zero; ``1 + 900 * k + m - 100`` is ``m / 100 * 10 ** (k - 36)`` for 100 <= m <= 999. So
the digits shown are exactly those of the full number, which 16 bits of its logarithm would not give
(its roundings fall elsewhere). ``digits.js`` computes the same with the same operations, each of
which IEEE 754 leaves no choice about: both sides can predict one number from others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

NONE = 65_535
"""The code of what is not a number, or too large."""

DECADES = 72
LOWEST_POWER = -36
MANTISSAS = 900

POWERS = np.array([float(f"1e{LOWEST_POWER + k}") for k in range(DECADES + 1)])

Codes = NDArray[np.uint16]


def digits_of(values: ArrayLike) -> Codes:
    """The codes of ``values`` >= 0, same shape; 0 below 1e-36, ``NONE`` for NaN and from 1e36."""
    numbers = np.asarray(values, dtype=np.float64)
    power = np.clip(np.searchsorted(POWERS, numbers, side="right") - 1, 0, DECADES - 1)
    with np.errstate(over="ignore", invalid="ignore"):
        mantissa = np.floor(numbers / POWERS[power] * 100 + 0.5)
        known = numbers < POWERS[-1]
        code = np.where(numbers < POWERS[0], 0, 1 + MANTISSAS * power + mantissa - 100)
    # A mantissa that rounds up to 1000 is the first of the next power, as it should be.
    return np.where(known, code, NONE).astype(np.uint16)


def numbers_of(codes: Codes) -> NDArray[np.float64]:
    """The numbers that ``codes`` stand for, same shape; NaN for ``NONE``."""
    power, mantissa = np.divmod(codes.astype(np.int64) - 1, MANTISSAS)
    numbers = (mantissa + 100) * POWERS[np.clip(power, 0, DECADES)] / 100
    return np.where(codes == 0, 0.0, np.where(codes == NONE, np.nan, numbers))


def quotients(lengths: Codes, norms: Codes) -> Codes:
    """A guess at the effective step sizes (R, V) from the lengths of steps and the norms before.

    It is off by a few in the last digit where the vertices are neighbouring steps.
    """
    before = np.full(norms.shape, np.nan)
    before[:, 1:] = numbers_of(norms[:, :-1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return digits_of(numbers_of(lengths) / before)


def distances(x: NDArray[np.float32], y: NDArray[np.float32]) -> Codes:
    """A guess at the lengths of steps from the points (R, V) between which they lead."""
    guess = np.full(x.shape, np.nan)
    across = np.diff(x.astype(np.float64), axis=1)
    along = np.diff(y.astype(np.float64), axis=1)
    guess[:, 1:] = np.sqrt(across * across + along * along)
    return digits_of(guess)
