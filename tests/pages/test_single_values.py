from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.safe_session_state import SafeSessionState

from pages.ui.single_values import Values, look_up_singly
from tests.pages.visiting import sound, visit


@pytest.fixture
def singly() -> Iterator[None]:
    before = vars(SafeSessionState)["filtered_state"]
    look_up_singly()
    look_up_singly()
    yield
    SafeSessionState.filtered_state = before  # type: ignore[method-assign]


def test_one_value_is_looked_up_as_among_all_of_them(singly: None) -> None:
    state = SessionState()
    state["number"], state["empty"] = 3, None
    safe = SafeSessionState(state, lambda: None)
    values = safe.filtered_state
    assert isinstance(values, Values)
    assert dict(values) == state.filtered_state == {"number": 3, "empty": None}
    assert len(values) == 2
    assert "number" in values and "other" not in values and 3 not in values
    assert values["empty"] is None
    with pytest.raises(KeyError):
        values["other"]


def test_a_page_full_of_fields_collects_no_session(
    singly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit()
    collected: list[SessionState] = []
    monkeypatch.setattr(SessionState, "filtered_state", property(collected.append))
    sound(app.number_input(key="entry.2.learning_rate.number").set_value(0.03).run())
    assert collected == []
    assert app.number_input(key="entry.2.learning_rate.number").value == 0.03
    assert len(app.number_input) > 5
