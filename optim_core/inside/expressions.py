"""Expressions: the right-hand side of a line of an update rule, as a tree.

One tree is the formula in LaTeX, the same formula with a step's numbers put in, the arithmetic that
the numbers stand for, and the plain lists from which a browser typesets both. Python's operators
build it: ``beta1 * before + (1 - beta1) * gradient``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landscapes import Phrase
from optim_core.inside.symbols import Symbol

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
"""The numbers of each quantity by its key, (K, 1) or (K, 2), or with K = 1 where none changes."""

Writer = Callable[["Quantity", int | None], str]
"""A quantity as text; of which axis (0 or 1), or None for the axis at hand."""

SUM, PRODUCT, ATOM = 1, 2, 3
"""How firmly a part holds together: a looser one needs brackets."""


class Expression(ABC):
    """Anything that has a value at each step."""

    binding = ATOM

    @abstractmethod
    def evaluate(self, values: Values) -> Floats:
        """Its numbers at every step at once."""

    @abstractmethod
    def latex(self, write: Writer) -> str:
        """It in LaTeX; ``write`` says what stands for a quantity."""

    @abstractmethod
    def tree(self) -> list[object]:
        """It as nested lists of JSON values, an operator's name first."""

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it is made of, in the order of print."""
        return ()

    def leaves(self) -> Iterator[Quantity | Number]:
        """The quantities and numbers in it, in the order of print."""
        for part in self.parts:
            yield from part.leaves()

    def __add__(self, other: Part) -> Expression:
        return Sum(self, expression(other))

    def __radd__(self, other: Part) -> Expression:
        return Sum(expression(other), self)

    def __sub__(self, other: Part) -> Expression:
        return Difference(self, expression(other))

    def __rsub__(self, other: Part) -> Expression:
        return Difference(expression(other), self)

    def __mul__(self, other: Part) -> Expression:
        return Product(self, expression(other))

    def __rmul__(self, other: Part) -> Expression:
        return Product(expression(other), self)

    def __truediv__(self, other: Part) -> Expression:
        return Quotient(self, expression(other))

    def __rtruediv__(self, other: Part) -> Expression:
        return Quotient(expression(other), self)

    def __pow__(self, other: Part) -> Expression:
        return Power(self, expression(other))

    def __neg__(self) -> Expression:
        return Negative(self)


Part = Expression | float


def expression(part: Part) -> Expression:
    """``part`` itself, or the number as an expression."""
    return part if isinstance(part, Expression) else Number(float(part))


@dataclass(frozen=True)
class Quantity(Expression):
    """Something a rule computes or was given.

    Attributes:
        key: its name among the values.
        symbol: what stands for it in formulas.
        title: what it is called.
        exact: whether somebody has set it, so that all of its digits are printed.
    """

    key: str
    symbol: Symbol
    title: Phrase
    exact: bool = False

    def evaluate(self, values: Values) -> Floats:
        return values[self.key]

    def latex(self, write: Writer) -> str:
        return write(self, None)

    def tree(self) -> list[object]:
        return ["quantity", self.key]

    def leaves(self) -> Iterator[Quantity | Number]:
        yield self


@dataclass(frozen=True)
class Number(Expression):
    """A number of the rule itself."""

    value: float

    def evaluate(self, values: Values) -> Floats:
        return np.array([[self.value]])

    def latex(self, write: Writer) -> str:
        return f"{self.value:g}"

    def tree(self) -> list[object]:
        return ["number", self.value]

    def leaves(self) -> Iterator[Quantity | Number]:
        yield self


@dataclass(frozen=True)
class _Two(Expression):
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.left, self.right

    def tree(self) -> list[object]:
        return [type(self).__name__.lower(), self.left.tree(), self.right.tree()]


@dataclass(frozen=True)
class _One(Expression):
    inner: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inner,)

    def tree(self) -> list[object]:
        return [type(self).__name__.lower(), self.inner.tree()]


class Sum(_Two):
    """``left + right``."""

    binding = SUM

    def evaluate(self, values: Values) -> Floats:
        return self.left.evaluate(values) + self.right.evaluate(values)

    def latex(self, write: Writer) -> str:
        return f"{self.left.latex(write)} + {held(self.right, PRODUCT, write)}"


class Difference(_Two):
    """``left - right``."""

    binding = SUM

    def evaluate(self, values: Values) -> Floats:
        return self.left.evaluate(values) - self.right.evaluate(values)

    def latex(self, write: Writer) -> str:
        return f"{self.left.latex(write)} - {held(self.right, PRODUCT, write)}"


class Product(_Two):
    """``left * right``."""

    binding = PRODUCT

    def evaluate(self, values: Values) -> Floats:
        return self.left.evaluate(values) * self.right.evaluate(values)

    def latex(self, write: Writer) -> str:
        return rf"{held(self.left, PRODUCT, write)} \cdot {held(self.right, PRODUCT, write)}"


class Quotient(_Two):
    """``left / right``, drawn as a fraction."""

    def evaluate(self, values: Values) -> Floats:
        return self.left.evaluate(values) / self.right.evaluate(values)

    def latex(self, write: Writer) -> str:
        return rf"\frac{{{self.left.latex(write)}}}{{{self.right.latex(write)}}}"


class Power(_Two):
    """``left ** right``."""

    def evaluate(self, values: Values) -> Floats:
        return np.asarray(self.left.evaluate(values) ** self.right.evaluate(values))

    def latex(self, write: Writer) -> str:
        return f"{held(self.left, ATOM, write)}^{{{self.right.latex(write)}}}"


class Largest(_Two):
    """The larger of both."""

    def evaluate(self, values: Values) -> Floats:
        return np.maximum(self.left.evaluate(values), self.right.evaluate(values))

    def latex(self, write: Writer) -> str:
        return rf"\max({self.left.latex(write)},\; {self.right.latex(write)})"


class Dot(_Two):
    """The scalar product of two vectors, one number for both axes. Both must be quantities."""

    binding = PRODUCT

    def evaluate(self, values: Values) -> Floats:
        product = self.left.evaluate(values) * self.right.evaluate(values)
        return np.asarray(product.sum(axis=1, keepdims=True))

    def latex(self, write: Writer) -> str:
        assert isinstance(self.left, Quantity) and isinstance(self.right, Quantity)
        both = [write(part, axis) for axis in (0, 1) for part in (self.left, self.right)]
        if both[0] == both[2]:  # symbols: the same whichever axis is asked for
            return rf"{both[0]}^\top {both[1]}"
        first, second, third, fourth = (_bracketed(text) for text in both)
        return rf"({first} \cdot {second} + {third} \cdot {fourth})"


class Root(_One):
    """The square root."""

    def evaluate(self, values: Values) -> Floats:
        return np.sqrt(self.inner.evaluate(values))

    def latex(self, write: Writer) -> str:
        return rf"\sqrt{{{self.inner.latex(write)}}}"


class Size(_One):
    """The absolute value."""

    def evaluate(self, values: Values) -> Floats:
        return np.abs(self.inner.evaluate(values))

    def latex(self, write: Writer) -> str:
        return rf"\left|{self.inner.latex(write)}\right|"


class Negative(_One):
    """``-inner``."""

    binding = SUM

    def evaluate(self, values: Values) -> Floats:
        return -self.inner.evaluate(values)

    def latex(self, write: Writer) -> str:
        return f"-{held(self.inner, PRODUCT, write)}"


@dataclass(frozen=True)
class Held(Expression):
    """``inner``, but at least ``low`` and at most ``high``."""

    inner: Expression
    low: Expression
    high: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.inner, self.low, self.high

    def evaluate(self, values: Values) -> Floats:
        low, high = self.low.evaluate(values), self.high.evaluate(values)
        return np.minimum(np.maximum(self.inner.evaluate(values), low), high)

    def latex(self, write: Writer) -> str:
        listed = r",\; ".join(part.latex(write) for part in self.parts)
        return rf"\mathrm{{clip}}({listed})"

    def tree(self) -> list[object]:
        return ["held", *(part.tree() for part in self.parts)]


def held(part: Expression, binding: int, write: Writer) -> str:
    """``part`` in LaTeX, in brackets where it is looser than ``binding`` or begins with a minus."""
    text = part.latex(write)
    # A number with a factor is itself a product.
    loose = part.binding < binding or (binding == ATOM and r"\times" in text)
    return rf"\left({text}\right)" if loose else _bracketed(text)


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)" if text.startswith("-") else text
