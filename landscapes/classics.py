"""The classic polynomial test functions of optimization.

Formulas keep to operations whose result for one point does not depend on how many points are
evaluated at once: in torch ``x**2`` and ``x**3`` are products, but higher powers are not and differ
in the last bit between its scalar and vector code, so they are built from squares.
"""

from __future__ import annotations

from torch import Tensor

from landscapes.surface import Bounds, CriticalPoint, Points, surface

SURVEY = "Jamil and Yang, A literature survey of benchmark functions, 2013, arXiv 1308.4008"


def point_symmetric(*points: CriticalPoint) -> Points:
    """Each point followed by its image through the origin, where f(-x, -y) = f(x, y)."""
    return tuple(
        CriticalPoint(sign * p.x, sign * p.y, p.value, p.kind) for p in points for sign in (1, -1)
    )


def swapped(*points: CriticalPoint) -> Points:
    """Each point followed by its image across the diagonal, where f(x, y) = f(y, x)."""
    images = (CriticalPoint(p.y, p.x, p.value, p.kind) for p in points)
    return tuple(point for pair in zip(points, images, strict=True) for point in pair)


@surface(
    key="rosenbrock",
    title="Rosenbrock's banana",
    bounds=Bounds(-2.0, 2.0, -1.0, 3.0),
    start=(-1.5, 2.2),
    descent_rate=0.001,
    minima=(CriticalPoint(1.0, 1.0, 0.0),),
    log_z=True,
    traits=frozenset({"ravine", "curved valley", "ill-conditioned"}),
    source="H. H. Rosenbrock, The Computer Journal 3, 1960",
    story="A curved valley: finding it is easy, following its floor to the end is slow.",
)
def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@surface(
    key="beale",
    title="Beale",
    bounds=Bounds(-4.5, 4.5, -4.5, 4.5),
    start=(-2.5, 2.0),
    descent_rate=0.001,
    minima=(CriticalPoint(3.0, 0.5, 0.0),),
    saddles=(
        CriticalPoint(0.0, 1.0, 14.203125, "saddle"),
        CriticalPoint(0.100537937324158, -2.64451358502312, 9.8645122847556, "saddle"),
    ),
    log_z=True,
    traits=frozenset({"plateau", "steep walls", "saddle", "ill-conditioned"}),
    source="E. M. L. Beale, Technical Report 25, Princeton University, 1958",
    story="Towering corners around a flat middle: steps are too long at first and too short later.",
)
def beale(x: Tensor, y: Tensor) -> Tensor:
    xy = x * y
    xy2 = xy * y
    xy3 = xy2 * y
    return (1.5 - x + xy) ** 2 + (2.25 - x + xy2) ** 2 + (2.625 - x + xy3) ** 2


@surface(
    key="himmelblau",
    title="Himmelblau's four wells",
    bounds=Bounds(-5.0, 5.0, -5.0, 5.0),
    start=(-0.6, -1.6),
    minima=(
        CriticalPoint(3.0, 2.0, 0.0),
        CriticalPoint(3.58442834033049, -1.8481265269644, 0.0),
        CriticalPoint(-3.77931025337775, -3.28318599128617, 0.0),
        CriticalPoint(-2.80511808695274, 3.13131251825057, 0.0),
    ),
    saddles=(
        CriticalPoint(3.38515418360702, 0.0738518798377493, 13.311926270406, "saddle"),
        CriticalPoint(0.0866775045553963, 2.88425470117478, 67.719150087526, "saddle"),
        CriticalPoint(-3.07302575076439, -0.0813530442879675, 104.01516291756, "saddle"),
        CriticalPoint(-0.12796134673068, -1.95371498024458, 178.33723920193, "saddle"),
    ),
    maxima=(CriticalPoint(-0.270844590667348, -0.923038556479982, 181.61652152258, "maximum"),),
    log_z=True,
    traits=frozenset({"several global minima", "saddle"}),
    source="D. M. Himmelblau, Applied Nonlinear Programming, McGraw-Hill, 1972",
    story="Four equally deep wells: start and optimizer decide together which one is found.",
)
def himmelblau(x: Tensor, y: Tensor) -> Tensor:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@surface(
    key="six_hump_camel",
    title="Six-hump camel",
    bounds=Bounds(-3.0, 3.0, -2.0, 2.0),
    start=(-1.9, -1.6),
    minima=point_symmetric(
        CriticalPoint(0.0898420131003181, -0.71265640302074, -1.0316284534899),
        CriticalPoint(1.70360671496998, -0.796083568672625, -0.21546382438372),
        CriticalPoint(1.6071047529202, 0.568651454884131, 2.1042503103113),
    ),
    saddles=(
        CriticalPoint(0.0, 0.0, 0.0, "saddle"),
        *point_symmetric(
            CriticalPoint(1.10920533680479, -0.76826809250954, 0.54371860097819, "saddle"),
            CriticalPoint(1.63806798418978, 0.228674069044394, 2.2293571975307, "saddle"),
            CriticalPoint(1.29607026716711, 0.605084388038658, 2.2294708180299, "saddle"),
        ),
    ),
    maxima=point_symmetric(
        CriticalPoint(1.23022987651665, 0.162334584458995, 2.4962953510236, "maximum"),
    ),
    log_z=True,
    traits=frozenset({"several global minima", "local minima", "saddle"}),
    source="Dixon and Szego, Towards Global Optimisation 2, North-Holland, 1978",
    story="Six wells in three pairs of different depth: rolling into the nearest is not enough.",
)
def six_hump_camel(x: Tensor, y: Tensor) -> Tensor:
    x2 = x**2
    y2 = y**2
    return (4 + x2 * (x2 / 3 - 2.1)) * x2 + x * y + (4 * y2 - 4) * y2


@surface(
    key="three_hump_camel",
    title="Three-hump camel",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(-1.95, -1.6),
    descent_rate=0.02,
    minima=(
        CriticalPoint(0.0, 0.0, 0.0),
        *point_symmetric(CriticalPoint(1.74755234583029, -0.873776172915144, 0.29863844223686)),
    ),
    saddles=point_symmetric(
        CriticalPoint(1.07054229182366, -0.53527114591183, 0.87736155776314, "saddle"),
    ),
    traits=frozenset({"local minima", "saddle"}),
    source=SURVEY,
    story="The best well lies between two worse ones: a small test of leaving a local minimum.",
)
def three_hump_camel(x: Tensor, y: Tensor) -> Tensor:
    x2 = x**2
    return x2 * (2 + x2 * (x2 / 6 - 1.05)) + y * (x + y)


STYBLINSKI_LOW = -2.90353402777118
"""The three roots of 4x^3 - 32x + 5 = 0, where each axis of Styblinski-Tang is flat."""
STYBLINSKI_HIGH = 2.74680277099084
STYBLINSKI_TOP = 0.15673125678034


@surface(
    key="styblinski_tang",
    title="Styblinski-Tang",
    bounds=Bounds(-5.0, 5.0, -5.0, 5.0),
    start=(4.4, 0.8),
    minima=(
        CriticalPoint(STYBLINSKI_LOW, STYBLINSKI_LOW, -78.332331407543),
        *swapped(CriticalPoint(STYBLINSKI_LOW, STYBLINSKI_HIGH, -64.195612359055)),
        CriticalPoint(STYBLINSKI_HIGH, STYBLINSKI_HIGH, -50.058893310568),
    ),
    saddles=swapped(
        CriticalPoint(STYBLINSKI_LOW, STYBLINSKI_TOP, -38.970553344716, "saddle"),
        CriticalPoint(STYBLINSKI_HIGH, STYBLINSKI_TOP, -24.833834296229, "saddle"),
    ),
    maxima=(CriticalPoint(STYBLINSKI_TOP, STYBLINSKI_TOP, 0.39122471811072, "maximum"),),
    traits=frozenset({"local minima", "saddle", "separable"}),
    source="Styblinski and Tang, Neural Networks 3, 1990",
    story="One well in each quarter, only one of them deepest, and a hill between all four.",
)
def styblinski_tang(x: Tensor, y: Tensor) -> Tensor:
    x2 = x**2
    y2 = y**2
    return 0.5 * (x2 * (x2 - 16) + y2 * (y2 - 16) + 5 * (x + y))


@surface(
    key="goldstein_price",
    title="Goldstein-Price",
    bounds=Bounds(-2.0, 2.0, -2.0, 2.0),
    start=(1.2, 1.6),
    descent_rate=5e-6,
    minima=(
        CriticalPoint(0.0, -1.0, 3.0),
        CriticalPoint(-0.6, -0.4, 30.0),
        CriticalPoint(1.8, 0.2, 84.0),
        CriticalPoint(1.2, 0.8, 840.0),
    ),
    saddles=(
        CriticalPoint(-0.4, -0.6, 35.0, "saddle"),
        CriticalPoint(1.2, -0.2, 99.0, "saddle"),
        CriticalPoint(1.4, 0.6, 980.0, "saddle"),
        CriticalPoint(0.6, 0.4, 990.0, "saddle"),
    ),
    maxima=(CriticalPoint(0.8, 0.2, 1155.0, "maximum"),),
    log_z=True,
    traits=frozenset({"local minima", "saddle", "steep walls", "ill-conditioned"}),
    source="Goldstein and Price, Mathematics of Computation 25, 1971",
    story="Heights from three to a million: one learning rate cannot suit the walls and the wells.",
)
def goldstein_price(x: Tensor, y: Tensor) -> Tensor:
    p = x + y
    q = 2 * x - 3 * y
    inner = 1 + (p + 1) ** 2 * (19 - 14 * p + 3 * p**2)
    outer = 30 + q**2 * (18 - 16 * q + 3 * q**2)
    return inner * outer
