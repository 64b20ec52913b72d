"""How long one visitor may keep the server computing."""

import pytest
from streamlit.testing.v1 import AppTest

from landscapes import Refusal
from optim_core.jobs.rates import Paces
from pages.ui import allowance
from tests.pages.visiting import visit


@pytest.fixture
def poor(monkeypatch):
    """Everybody may compute for a second, and a second comes back in two."""
    paces = Paces(a_second=0.5, at_once=1.0)
    monkeypatch.setattr(allowance, "allowances", lambda: paces)
    monkeypatch.setattr(allowance, "visitor", lambda: "ann")
    monkeypatch.setattr(allowance.time, "monotonic", lambda: 100.0)
    return paces


def test_who_has_computed_for_long_waits(poor):
    allowance.check()
    allowance.spend(3.0)
    with pytest.raises(Refusal, match="In 4 s"):
        allowance.check()
    with allowance.waived():
        allowance.check()
        allowance.spend(100.0)
    poor.take("bob", 100.0, 0.5)
    assert poor.seconds_until("ann", 100.0) == pytest.approx(4.0)
    assert poor.seconds_until("bob", 100.0) == 0


def test_what_is_computed_is_counted_also_when_it_fails(poor, monkeypatch):
    clock = iter([10.0, 12.5])
    monkeypatch.setattr(allowance.time, "thread_time", lambda: next(clock))
    with pytest.raises(KeyError), allowance.spending():
        raise KeyError
    assert poor.seconds_until("ann", 100.0) == pytest.approx(3.0)


def test_no_limit_where_the_operator_wants_none(monkeypatch):
    monkeypatch.setenv("DOWNHILL_COMPUTING_SHARE", "0")
    allowance.allowances.cache_clear()
    try:
        allowance.spend(1e9)
        allowance.check()
    finally:
        allowance.allowances.cache_clear()


def test_a_page_says_so_and_shows_what_it_has(poor):
    app: AppTest = visit()
    poor.take("ann", 100.0, 1000.0)
    field = next(one for one in app.number_input if str(one.key).endswith("learning_rate.number"))
    field.set_value(0.0123).run()
    assert not app.exception
    assert any("computing for minutes" in one.value.replace("\\", "") for one in app.warning)
