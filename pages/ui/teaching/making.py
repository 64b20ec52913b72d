"""Making a lesson of what is shown: its texts, what is fixed, and then its link, code and file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from optim_core import Scenario
from pages.ui import state
from pages.ui.presets import preset_of
from pages.ui.sharing import Sharing, show_shared
from pages.ui.state import NOTHING, Parameters
from pages.ui.teaching.files import file_name, file_text
from pages.ui.teaching.guide import (
    MOST_CHOICES,
    MOST_LETTERS,
    OF_SCENARIO,
    PARTS,
    Guide,
    tidy,
)
from pages.ui.words import _, plain, reason

_DRAFT = "lesson draft"
_PRESENTED = "lesson draft in the projector"
KEY = "make-lesson"
EMBEDDED = "&embed=true"
POLL = -1
"""In place of the index of a right answer: there is none."""

Change = Callable[[Guide, Any], Guide]


def draft() -> Guide:
    """The lesson that is being written."""
    return st.session_state.get(_DRAFT, Guide())


@dataclass(frozen=True, kw_only=True)
class Making:
    """What a page has to say to the lessons that are made of it.

    Attributes:
        about: what the lesson is, and what travels in its link.
        parts: of PARTS those that the page has, each as a teacher reads it.
        share: the lesson that a guide makes of the page, in the projector mode or not; raises a
            ValueError that says why where there is no such link.
        file: the text of the lesson's file from its guide and its link; None: there is no file.
        projector: whether the page has a projector mode.
    """

    about: str
    parts: Mapping[str, str]
    share: Callable[[Guide, bool], Sharing]
    file: Callable[[Guide, str], str] | None = None
    projector: bool = False


def show_maker(made_of: Callable[[], Making]) -> None:
    """A closed panel; opened, the form and what comes of it."""
    panel = st.expander(
        _("Make a lesson of this"), key=KEY, icon=":material/school:", on_change="rerun"
    )
    if not panel.open:
        return
    making = made_of()
    with panel:
        st.caption(plain(making.about))
        left, right = st.columns(2, gap="medium")
        with left:
            _choose_texts()
        with right:
            _choose_parts(making)
            _show_result(making)


def of_playground(scenario: Scenario) -> Making:
    """Lessons that play ``scenario``."""
    return Making(
        about=_(
            "The lesson is what you see now: surface, starts, line-up and steps. It travels in its"
            " link; nothing is kept on the server."
        ),
        parts=scenario_parts(),
        share=partial(share_scenario, scenario),
        file=partial(file_text, scenario),
        projector=True,
    )


def share_scenario(
    scenario: Scenario, guide: Guide, presented: bool, more: Parameters = NOTHING
) -> Sharing:
    """The lesson on this page; the code holds the shorter link where a preset is shown.

    ``more`` is what the page adds to its address.

    Raises:
        ValueError: saying why, where it is too much for a link.
    """
    made = partial(state.lesson_link, guide=guide, projector=presented, more=more)
    link, preset = made(scenario), preset_of(scenario)
    return Sharing(link, link if preset is None else made(preset.key))


def _choose_texts() -> None:
    present = draft()
    _text("title", _("Title"), present.title, st.text_input, _set("title"))
    _text("caption", _("Caption: what to look at"), present.caption, st.text_area, _set("caption"))
    _text(
        "ask",
        _("Question, asked before it plays"),
        present.question,
        st.text_input,
        _set("question"),
    )
    st.text_area(
        _("Choices, one a line, at most {most}").format(most=MOST_CHOICES),
        "\n".join(present.choices),
        height=110,
        **state.view("make.choices", "\n".join(present.choices), _set_choices, apply=_apply),
    )
    if present.asks:
        titles = {POLL: _("None: it is a poll"), **dict(enumerate(present.choices))}
        right = POLL if present.right is None else present.right
        st.selectbox(
            _("Right answer"),
            list(titles),
            list(titles).index(right),
            format_func=lambda one: titles[one],
            filter_mode=None,
            **state.view("make.right", right, _set_right, apply=_apply),
        )
    _text("why", _("Why, told after it has played"), present.why, st.text_area, _set("why"))


def _text(key: str, label: str, value: str, draw: Any, change: Change) -> None:
    size = {"height": 68} if draw is st.text_area else {}
    draw(
        label,
        value,
        max_chars=MOST_LETTERS[key],
        **size,
        **state.view(f"make.{key}", value, change, apply=_apply),
    )


def _choose_parts(making: Making) -> None:
    present = draft()
    names = {"free": _("Free"), "locked": _("Locked"), "hidden": _("Hidden")}
    st.markdown(f"**{plain(_('What those who open it can change'))}**")
    for part, title in making.parts.items():
        now = "hidden" if part in present.hidden else "locked" if part in present.locked else "free"
        st.segmented_control(
            title,
            list(names),
            format_func=lambda one: names[one],
            default=now,
            required=True,
            **state.view(f"make.part.{part}", now, _set_part(part), apply=_apply),
        )
    if making.projector:
        st.toggle(
            _("Open it in the projector mode"),
            _presented(),
            **state.view("make.projector", _presented(), lambda _old, new: new, apply=_present),
        )


def scenario_parts() -> dict[str, str]:
    """The parts of a scenario as a teacher reads them."""
    titles = {
        "surface": _("Surface"),
        "starts": _("Starts"),
        "steps": _("Steps"),
        "line_up": _("Line-up and its settings"),
        "rest": _("Schedule, noise, clipping"),
    }
    return {part: titles[part] for part in OF_SCENARIO}


def _show_result(making: Making) -> None:
    guide = draft().of_parts(making.parts)
    try:
        shared = making.share(guide, making.projector and _presented())
    except ValueError as error:
        st.warning(plain(reason(error)), icon=":material/info:")
        return
    with st.container(key="make-result", gap="small"):
        show_shared(shared, KEY)
        st.caption(plain(_("Within a course page, add {part} to the link.").format(part=EMBEDDED)))
        with st.container(horizontal=True):
            st.link_button(_("Try it in a new tab"), shared.link, icon=":material/open_in_new:")
            if making.file is not None:
                text = making.file(guide, shared.link)
                st.download_button(
                    _("Download as a file"),
                    # Handed over when it is wanted: an address made before ends with a rerun.
                    lambda: text,
                    file_name(guide),
                    "text/markdown",
                    key="make.download",
                    icon=":material/download:",
                    on_click="ignore",
                )


def _set(name: str) -> Change:
    def change(guide: Guide, value: Any) -> Guide:
        most = {"question": "ask"}.get(name, name)
        text: dict[str, Any] = {name: tidy(str(value or ""), MOST_LETTERS[most])}
        return dataclasses.replace(guide, **text)

    return change


def _set_right(guide: Guide, index: int) -> Guide:
    known = 0 <= index < len(guide.choices)
    return dataclasses.replace(guide, right=index if known else None)


def _set_choices(guide: Guide, text: str) -> Guide:
    lines = (tidy(line, MOST_LETTERS["choice"]) for line in text.splitlines())
    choices = tuple(line for line in lines if line)[:MOST_CHOICES]
    right = guide.right if guide.right is not None and guide.right < len(choices) else None
    return dataclasses.replace(guide, choices=choices, right=right)


def _set_part(part: str) -> Change:
    def change(guide: Guide, value: str) -> Guide:
        others: dict[str, Any] = {
            name: tuple(one for one in getattr(guide, name) if one != part)
            for name in ("hidden", "locked")
        }
        if value in others:
            chosen = {*others[value], part}
            others[value] = tuple(one for one in PARTS if one in chosen)
        return dataclasses.replace(guide, **others)

    return change


def _apply(edit: Callable[..., Any], value: Any) -> None:
    st.session_state[_DRAFT] = edit(draft(), value)


def _presented() -> bool:
    return bool(st.session_state.get(_PRESENTED, False))


def _present(edit: Callable[..., Any], value: Any) -> None:
    st.session_state[_PRESENTED] = bool(edit(None, value))
