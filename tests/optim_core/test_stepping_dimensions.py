"""The loop in many dimensions: the same rules, the same steps, whatever D is."""

import numpy as np
import pytest
import torch
from eager_settings import run_eager

from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario, get_optimizer, trace
from optim_core.gradients import Field
from optim_core.grouping import groups_of_entries
from optim_core.maps.fields import Quadratics
from optim_core.scenario import Schedule
from optim_core.stepping import Stepper

ROWS, STEPS = 3, 25


def path_of(field: Field, entry: Entry, starts: np.ndarray, steps: int) -> np.ndarray:
    groups = groups_of_entries((entry,), starts.shape[1], Schedule(), steps)
    stepper = Stepper(field, groups, starts.copy())
    path = [stepper.points.copy()]
    stepper.run(steps, lambda step: path.append(stepper.points.copy()))
    return np.array(path)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_steps_seven_parameters_as_its_own_python_does(key: str) -> None:
    chance = np.random.default_rng(7)
    curvatures = chance.uniform(-0.2, 1.0, (7, ROWS))
    starts = chance.standard_normal((7, ROWS))
    settings = {"learning_rate": 0.02}
    replayed = path_of(Quadratics(curvatures), Entry(key, settings), starts, STEPS)
    hessian = torch.from_numpy(curvatures.T.copy())
    eager = run_eager(
        get_optimizer(key),
        [settings] * ROWS,
        torch.from_numpy(starts.T.copy()),
        lambda points: hessian * points,
        STEPS,
    )
    np.testing.assert_allclose(replayed.transpose(0, 2, 1), eager.numpy(), rtol=1e-9, atol=1e-12)


def test_in_two_dimensions_it_is_the_loop_of_surfaces() -> None:
    entry = Entry("nadam", {"learning_rate": 0.05})
    on_surface = trace(
        Scenario(
            surface="ravine",
            surface_settings={"condition": 30.0},
            entries=(entry,),
            starts=((-1.8, 0.9),),
            config=RunConfig(steps=60),
        )
    )
    field = Quadratics(np.array([[1.0], [30.0]]))
    path = path_of(field, entry, np.array([[-1.8], [0.9]]), 60)
    np.testing.assert_allclose(path[:, :, 0], on_surface.positions[:, 0], rtol=1e-9)
