"""Visits of the app without a browser."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from optim_core import Scenario
from optim_core.link import from_query, to_parameters

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "router.py"


def visit(scenario: Scenario | None = None, **parameters: object) -> AppTest:
    """A first visit, by a link where there is one."""
    app = AppTest.from_file(ROUTER, default_timeout=60)
    for key, value in {**(to_parameters(scenario) if scenario else {}), **parameters}.items():
        app.query_params[key] = value
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception, [error.value for error in app.exception]
    return app


def present(app: AppTest) -> Scenario:
    """The Scenario of the visit, which the address must hold too."""
    scenario = app.session_state["scenario"]
    held = from_query(
        {
            key: [value] if isinstance(value, str) else list(value)
            for key, value in app.query_params.items()
            if key != "lang"
        }
    )
    assert not held.problems
    assert held.scenario == scenario
    return scenario


def words(app: AppTest) -> str:
    """All the Markdown of the page, as it reads."""
    return "\n".join(text.value for text in app.markdown).replace("\\", "")


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def press(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def experiments(app: AppTest, key: str = "presets") -> ButtonGroup:
    """The list of prepared experiments; each one that is shown has a list of its own."""
    (listed,) = (one for one in app.pills if str(one.key).startswith(f"{key}."))
    return listed
