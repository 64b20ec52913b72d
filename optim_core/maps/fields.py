"""Losses of many parameters: random quadratics, and sums of double wells.

Every column has a loss of its own, drawn anew, so that a statement about "a random loss in D
dimensions" rests on as many losses as there are runs.
"""

from __future__ import annotations

import numpy as np

from optim_core.gradients import Field
from optim_core.settings import Floats

TILT = 0.3
"""Of each double well, as on the surface ``double_well``: it lifts one of the two wells."""


def mixed(points: Floats, signs: Floats) -> Floats:
    """An orthogonal transform of each column that leaves no axis where it was.

    Random signs, then a Hartley transform: each new axis has a share of all the old ones, for the
    price of a Fourier transform instead of a product with a matrix. For D = 2 it turns by 45
    degrees (and may mirror).

    Args:
        points: (D, N).
        signs: (D, N) of plus and minus one.

    Returns:
        (D, N); :func:`unmixed` takes it back.

    Source: N. Ailon and B. Chazelle, SIAM Journal on Computing 39, 2009 (signs before a fast
    orthogonal transform); R. Bracewell, Journal of the Optical Society of America 73, 1983.
    """
    return _hartley(signs * points)


def unmixed(points: Floats, signs: Floats) -> Floats:
    """The inverse (and transpose) of :func:`mixed`."""
    return signs * _hartley(points)


def _hartley(points: Floats) -> Floats:
    """Orthonormal and its own inverse: sums with cos + sin in place of exp."""
    count = len(points)
    waves = np.fft.rfft(points, axis=0)
    made = np.empty_like(points)
    made[: len(waves)] = waves.real - waves.imag
    mirrored = count - len(waves)
    made[len(waves) :] = (waves.real + waves.imag)[1 : mirrored + 1][::-1]
    made /= np.sqrt(count)
    return made


class Quadratics(Field):
    """``z' T z / 2`` with a tridiagonal T for each column, z the mixed (or plain) parameters.

    Args:
        diagonal: (D, N) of T.
        beside: (D - 1, N) beside the diagonal; None for a diagonal T, whose entries are the
            curvatures.
        signs: (D, N) for :func:`mixed`; None leaves the curvatures along the axes.
    """

    def __init__(
        self, diagonal: Floats, beside: Floats | None = None, signs: Floats | None = None
    ) -> None:
        self._diagonal, self._beside, self._signs = diagonal, beside, signs

    def value(self, points: Floats) -> Floats:
        """The loss (N,)."""
        z = points if self._signs is None else mixed(points, self._signs)
        total: Floats = (z * self._times(z)).sum(axis=0) / 2
        return total

    def gradient(self, points: Floats, out: Floats) -> None:
        """Write the gradient (D, N)."""
        z = points if self._signs is None else mixed(points, self._signs)
        slope = self._times(z)
        np.copyto(out, slope if self._signs is None else unmixed(slope, self._signs))

    def _times(self, z: Floats) -> Floats:
        product = self._diagonal * z
        if self._beside is not None:
            product[:-1] += self._beside * z[1:]
            product[1:] += self._beside * z[:-1]
        return product


class DoubleWells(Field):
    """The sum over the (mixed or plain) parameters z of ``(z^2 - 1)^2 + tilt z``.

    Args:
        tilt: of each well; up to 1.54 both are there.
        signs: (D, N) for :func:`mixed`; None for a sum along the axes.
    """

    def __init__(self, tilt: float = TILT, signs: Floats | None = None) -> None:
        self.tilt, self._signs = tilt, signs

    def coordinates(self, points: Floats) -> Floats:
        """z, (D, N)."""
        return points if self._signs is None else mixed(points, self._signs)

    def placed(self, coordinates: Floats) -> Floats:
        """The points (D, N) with these :meth:`coordinates`."""
        return coordinates if self._signs is None else unmixed(coordinates, self._signs)

    def value(self, points: Floats) -> Floats:
        """The loss (N,)."""
        total: Floats = well(self.coordinates(points), self.tilt).sum(axis=0)
        return total

    def gradient(self, points: Floats, out: Floats) -> None:
        """Write the gradient (D, N)."""
        z = self.coordinates(points)
        slope = 4 * z * (z * z - 1) + self.tilt
        np.copyto(out, slope if self._signs is None else unmixed(slope, self._signs))


def well(z: Floats, tilt: float) -> Floats:
    """One double well."""
    return (z * z - 1) ** 2 + tilt * z


def critical_points(tilt: float) -> tuple[float, float, float]:
    """The lower minimum, the maximum between and the upper minimum of one well.

    Raises:
        ValueError: for a tilt that leaves only one minimum.
    """
    found = np.roots([4.0, 0.0, -4.0, tilt])
    if np.abs(found.imag).max() > 1e-9:
        raise ValueError("tilted so far a double well has only one minimum")
    left, middle, right = np.sort(found.real).tolist()
    return (left, middle, right) if tilt >= 0 else (right, middle, left)
