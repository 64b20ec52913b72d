"""Links of the training lab: what they open, what is shared, and links that mean harm."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from optim_core import OPTIMIZERS, Entry
from optim_core.scenario import MAX_LINE_UP
from optim_core.training import DEFAULT_EXPERIMENT
from optim_core.training.presets import TRAINING_PRESETS
from pages.ui.training import sharing
from pages.ui.training.link_text import MOST_LETTERS, packed, read
from tests.pages.lab import SMALL, Lab, enter, lab, opened, set_up
from tests.pages.visiting import sound

__all__ = ["lab"]


def shared(monkeypatch: pytest.MonkeyPatch, app: AppTest) -> tuple[dict, dict]:
    """What the link and the code of the visit hold."""
    caught: list[sharing.Sharing] = []
    made = sharing.sharing

    def catch(*given: Any) -> sharing.Sharing:
        caught.append(made(*given))
        return caught[-1]

    monkeypatch.setattr(sharing, "sharing", catch)
    app.session_state["training.share"] = True
    sound(app.run())
    monkeypatch.setattr(sharing, "sharing", made)
    (one,) = caught
    link, code = (parse_qs(urlsplit(address).query) for address in (one.link, one.scanned))
    return link, code


def opens_the_same(link: dict, app: AppTest) -> bool:
    """Whether a visit by ``link`` is what ``app`` is."""
    other = enter(**link)

    def held(visit: AppTest) -> list[object]:
        kept = ("experiment", "open runs", "experiment looks", "chosen training preset")
        return [visit.session_state[key] for key in kept if key in visit.session_state]

    return held(other) == held(app)


@pytest.mark.parametrize(
    ("opened_by", "short"),
    [
        ({}, False),
        ({"run": True}, True),
        ({"run": True, "name": "1~Mine"}, False),
        ({"run": True, "hidden": "2"}, False),
        ({"run": True, "experiment": packed(SMALL.changed(epochs=7))}, False),
        ({"run": True, "experiment": packed(DEFAULT_EXPERIMENT)}, False),
        ({"run": True, "training": next(iter(TRAINING_PRESETS))}, False),
        ({"training": next(iter(TRAINING_PRESETS))}, False),
    ],
)
def test_link_and_code_open_exactly_what_is_shown(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, opened_by: dict, short: bool
) -> None:
    link = dict(opened_by)
    if "run" in link:
        link["run"] = lab.submit(SMALL)
    app = enter(**link)
    whole, code = shared(monkeypatch, app)
    assert opens_the_same(whole, app)
    assert opens_the_same(code, app)
    assert (code != whole) == short
    if short:
        assert code.keys() == {"run"}


@pytest.mark.parametrize(
    "link",
    [
        {"experiment": "rubbish"},
        {"experiment": "{}}"},
        {"experiment": "a" * (MOST_LETTERS + 1)},
        {"experiment": "\u202e\x00"},
        {"experiment": '{"dataset": {"key": "/etc/passwd"}}'},
        {"run": "../../etc/passwd"},
        {"run": "0" * 32},
        {"run": ["0" * 32] * 100},
        {"training": "nothing"},
        {"name": "1~<script>", "colour": "1~red", "view": "x"},
    ],
)
def test_a_hostile_link_opens_the_default_with_at_most_a_notice(lab: Lab, link: dict) -> None:
    app = enter(**link)
    # Where it can be read at all, what it leaves out is as an experiment has it without more.
    readable = "passwd" in str(link.get("experiment"))
    kept = DEFAULT_EXPERIMENT.changed(epochs=5) if readable else DEFAULT_EXPERIMENT
    assert app.session_state["experiment"] == kept
    assert opened(app) == []
    assert len(app.toast) == ("name" not in link)
    assert "etc" not in "".join(one.value for one in app.toast)


def test_a_link_does_not_unpack_to_more_than_an_experiment_can_be() -> None:
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 4_000_000, 9)).decode().rstrip("=")
    assert len(bomb) < MOST_LETTERS
    assert read(bomb).experiment == DEFAULT_EXPERIMENT


def test_a_long_line_up_of_a_link_is_cut_to_what_the_page_holds(lab: Lab) -> None:
    many = SMALL.changed(entries=SMALL.entries * 10, seeds=(0,))
    app = enter(experiment=packed(many))
    assert len(set_up(app).entries) == MAX_LINE_UP
    assert app.toast


def test_every_optimizer_makes_a_link_that_reads_back() -> None:
    keys = list(OPTIMIZERS)
    for start in range(0, len(keys), MAX_LINE_UP):
        entries = tuple(Entry(key) for key in keys[start : start + MAX_LINE_UP])
        experiment = SMALL.changed(entries=entries)
        assert read(packed(experiment)).experiment == experiment


def test_a_run_that_is_no_training_is_not_shown_as_one(lab: Lab) -> None:
    run = lab.submit(SMALL)
    lab.work()
    spec = {"kind": "slice", "networks": [[run, 0]], "resolution": 5, "pictures": 16}
    picture = lab.store.submit("landscape", spec, "somebody").run
    lab.work()
    app = enter(run=picture)
    assert opened(app) == []
    assert "Parts of this link could not be used" in app.toast[0].value
    app = enter(run=[picture, run])
    assert opened(app) == [run]
    assert set_up(app) == SMALL
