"""One step of all the networks by the optimizers' own rules, on matrices (R, D)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from optim_core.grouping import groups_of_entries
from optim_core.rules import Path, Rule, leaves, mapped
from optim_core.scenario import Entry, Schedule
from optim_core.spec import State
from optim_core.training.row_settings import RowSettings


@dataclass
class Team:
    """Rows that share a rule and its choices.

    Attributes:
        rule: what they step by.
        settings: of its rows.
        place: its rows among those of the updater.
        state: what the rule remembers.
    """

    rule: Rule
    settings: RowSettings
    place: slice
    state: State


class Updater:
    """Steps the rows of a line-up; they lie team by team.

    Args:
        entries: the line-up.
        seeds: how many rows each entry has.
        schedule: of the learning rate.
        steps: how many will be taken.

    Attributes:
        order: (R,) ``order[i]`` is the row of the experiment that lies at place i.
        back: (R,) where each row of the experiment lies.
    """

    def __init__(
        self, entries: Sequence[Entry], seeds: int, schedule: Schedule, steps: int
    ) -> None:
        self._groups = groups_of_entries(entries, seeds, schedule, steps)
        self.order: NDArray[np.int64] = np.concatenate([group.rows for group in self._groups])
        self.back: NDArray[np.int64] = np.argsort(self.order)
        self._teams: list[Team] = []

    def start(self, points: Tensor) -> None:
        """Begin at ``points`` (R, D), in the order of :attr:`order`."""
        first, self._teams = 0, []
        for group in self._groups:
            place = slice(first, first + len(group.rows))
            settings = RowSettings(
                group.settings, group.entry_of_row, points.dtype, points.device
            ).at(1)
            with torch.no_grad():
                # A copy: some rules keep the start, and what they keep must stay.
                state = group.rule.init(points[place].clone(), settings)
            self._teams.append(Team(group.rule, settings, place, state))
            first = place.stop

    def remembered(self) -> dict[str, Tensor]:
        """What the rules remember, each tensor under a name of its own."""
        return {
            _name(number, path): tensor
            for number, team in enumerate(self._teams)
            for path, tensor in leaves(team.state)
        }

    def recall(self, filled: Callable[[Tensor, str], Tensor]) -> None:
        """Go on from what was :meth:`remembered`: ``filled(like, name)`` gives it back."""
        for number, team in enumerate(self._teams):

            def given(path: Path, like: Tensor, number: int = number) -> Tensor:
                return filled(like, _name(number, path))

            team.state = mapped(team.state, given)

    def asked(self, step: int, points: Tensor) -> Tensor:
        """Where the rules want their gradients at ``step``: mostly ``points`` itself."""
        if all(team.rule.probe is None for team in self._teams):
            return points
        with torch.no_grad():
            parts = [
                points[team.place]
                if team.rule.probe is None
                else team.rule.probe(points[team.place], team.state, team.settings.at(step))
                for team in self._teams
            ]
            return parts[0] if len(parts) == 1 else torch.cat(parts)

    def step(self, step: int, points: Tensor, gradients: Tensor) -> Tensor:
        """The points (R, D) after ``step``, counted from 1."""
        moved = []
        with torch.no_grad():
            for team in self._teams:
                place = team.place
                after, team.state = team.rule.step(
                    points[place], gradients[place], team.state, team.settings.at(step)
                )
                moved.append(after)
            return moved[0] if len(moved) == 1 else torch.cat(moved)

    def effective_rates(self, step: int, points: Tensor, gradients: Tensor, row: int) -> Tensor:
        """How far one more unit of gradient would move each parameter of the row at ``row``, (D,).

        Asked of the rule itself: the difference between its step with a thousandth of the present
        gradient and its step with none, over that thousandth, in float64. For plain SGD this is the
        learning rate; for Adam about ``(1 - beta1) lr / sqrt(v)``, AdaBound's bounds included.
        NaN where the present gradient is 0, which says nothing.
        """
        probe = gradients[row].double() * 1e-3
        still, moved = self._ends(step, points, (torch.zeros_like(probe), probe), row)
        return torch.where(probe == 0, torch.nan, (still - moved) / probe)

    def present_rates(self, step: int, points: Tensor, gradients: Tensor, row: int) -> Tensor:
        """How far the step at ``step`` moves each parameter a unit of the present gradient, (D,).

        Half the difference between the steps with this gradient and with its opposite: what is
        remembered cancels, and second moments do not see the sign. So for Adam it is exactly
        ``(1 - beta1) lr / ((1 - beta1^t) (sqrt(v) + epsilon))`` with this gradient in v, and for a
        rule without second moments what it multiplies a gradient by. In float64; NaN where the
        gradient is 0.
        """
        own = gradients[row].double()
        forth, back = self._ends(step, points, (own, -own), row)
        return torch.where(own == 0, torch.nan, (back - forth) / (2 * own))

    def _ends(
        self, step: int, points: Tensor, gradients: tuple[Tensor, Tensor], row: int
    ) -> list[Tensor]:
        """Where the row at ``row`` would be after ``step`` with each of ``gradients``, float64."""
        team = next(t for t in self._teams if t.place.start <= row < t.place.stop)
        local = row - team.place.start
        settings = team.settings.at(step).of_row(local)
        state = mapped(team.state, lambda path, part: part[local : local + 1].double())
        here = points[row : row + 1].double()
        with torch.no_grad():
            return [team.rule.step(here, given[None], state, settings)[0][0] for given in gradients]


def _name(team: int, path: Path) -> str:
    return ".".join(("team", str(team), *path))
