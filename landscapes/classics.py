"""The classic test functions of optimization."""

from __future__ import annotations

from torch import Tensor

from landscapes.surface import Bounds, CriticalPoint, surface


@surface(
    key="rosenbrock",
    title="Rosenbrock's banana",
    bounds=Bounds(-2.0, 2.0, -1.0, 3.0),
    start=(-1.5, 2.2),
    minima=(CriticalPoint(1.0, 1.0, 0.0),),
    log_z=True,
    traits=frozenset({"ravine", "curved valley"}),
    source="H. H. Rosenbrock, The Computer Journal 3, 1960",
    story="A curved valley: finding it is easy, following its floor to the end is slow.",
)
def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2
