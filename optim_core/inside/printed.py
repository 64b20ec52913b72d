"""How the numbers of a step are printed: to five digits, here and in the browser alike."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

DIGITS = 5
"""Significant digits of what a step computes."""

EXACT_DIGITS = 12
"""Significant digits of what somebody has set: all that a slider or a link can say."""

PLAIN_FROM, PLAIN_TO = -4, 6
"""The powers of ten that are written out; beyond them stands a factor."""


def printed(value: float, digits: int = DIGITS) -> tuple[str, int | None]:
    """``value`` as its digits and the power of ten that they are times, None for no such factor.

    Raises:
        ValueError: for a number that is not finite, which nothing can be computed from.
    """
    if not math.isfinite(value):
        raise ValueError("only finite numbers are printed")
    if value == 0:
        return "0", None
    exact = Decimal(value)
    last = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    # Halves go away from zero, as in a browser; Python's own formatting takes the even neighbour.
    rounded = exact.quantize(last, rounding=ROUND_HALF_UP)
    exponent = rounded.adjusted()
    if PLAIN_FROM <= exponent < PLAIN_TO:
        return _shortened(format(rounded, "f")), None
    return _shortened(format(rounded.scaleb(-exponent), "f")), exponent


def printed_latex(value: float, digits: int = DIGITS) -> str:
    """``value`` in LaTeX."""
    mantissa, exponent = printed(value, digits)
    return mantissa if exponent is None else rf"{mantissa} \times 10^{{{exponent}}}"


def printed_value(value: float, digits: int = DIGITS) -> float:
    """The number that a reader of the printed ``value`` has."""
    mantissa, exponent = printed(value, digits)
    return float(mantissa) if exponent is None else float(f"{mantissa}e{exponent}")


def _shortened(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
