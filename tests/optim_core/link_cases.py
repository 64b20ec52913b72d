"""Any scenario at all, and what holds for the reading of any link: shared by the link tests."""

import math

from hypothesis import strategies as st

from landscapes import SURFACES
from optim_core import (
    NOISES,
    OPTIMIZERS,
    SCHEDULES,
    WRAPPERS,
    Entry,
    Noise,
    RunConfig,
    Scenario,
    Schedule,
    from_query,
    to_query,
)
from optim_core.link_format import (
    MAX_PROBLEMS,
)
from optim_core.run_knobs import COORDINATE, OPTIONAL, RUN_KNOBS
from optim_core.scenario import MAX_LINE_UP


def knob_values(knob):
    """Any value that a knob accepts."""
    if knob.scale == "choice":
        return st.sampled_from([choice.key for choice in knob.choices])
    if knob.scale == "switch":
        return st.booleans()
    if knob.scale == "integer":
        return st.integers(math.ceil(knob.low), math.floor(knob.high))
    return st.floats(knob.low, knob.high)


def settings_of(spec):
    return st.fixed_dictionaries({}, optional={k.key: knob_values(k) for k in spec.knobs})


def keyed(registry):
    """A key of ``registry`` with settings."""
    return st.sampled_from(list(registry)).flatmap(
        lambda key: st.tuples(st.just(key), settings_of(registry[key]))
    )


def entries():
    plain = keyed(OPTIMIZERS).map(lambda pair: Entry(*pair))
    if not WRAPPERS:
        return plain
    wrapped = st.tuples(keyed(OPTIMIZERS), keyed(WRAPPERS)).map(
        lambda pairs: Entry(*pairs[0], *pairs[1])
    )
    return plain | wrapped


def run_configs():
    numbers = {
        key: knob_values(knob) | (st.none() if key in OPTIONAL else st.nothing())
        for key, knob in RUN_KNOBS.items()
    }
    return st.builds(
        RunConfig,
        **numbers,
        schedule=keyed(SCHEDULES).map(lambda pair: Schedule(*pair)),
        noise=keyed(NOISES).map(lambda pair: Noise(*pair)),
    )


def scenarios():
    coordinate = knob_values(COORDINATE)
    return st.builds(
        lambda surface, line_up, starts, config: Scenario(
            surface=surface[0],
            surface_settings=surface[1],
            entries=line_up,
            starts=starts,
            config=config,
        ),
        keyed(SURFACES),
        st.lists(entries(), min_size=1, max_size=MAX_LINE_UP),
        st.lists(st.tuples(coordinate, coordinate), max_size=5),
        run_configs(),
    )


def well_behaved(result):
    """What holds for the reading of any link whatever."""
    assert isinstance(result.scenario, Scenario)
    assert len(result.problems) <= MAX_PROBLEMS + 1
    for problem in result.problems:
        assert problem.isascii()
        assert problem.isprintable()
        assert len(problem) < 250
        assert problem.endswith((".", "?"))
        assert not set(problem) & set("<>&`*[]()!#|\\$/:@{}")
    again = from_query(to_query(result.scenario))
    assert again.scenario == result.scenario
    assert again.problems == ()
    return result
