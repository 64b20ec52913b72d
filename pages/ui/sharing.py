"""Sharing: the link that opens the present experiment anywhere, and its code for the projector."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from optim_core import Scenario
from pages.ui import state
from pages.ui.link_card import show_link_card
from pages.ui.presets import preset_of
from pages.ui.qr_codes import code_picture
from pages.ui.words import _, plain, reason

_POPOVER = "share"


@dataclass(frozen=True)
class Sharing:
    """What is offered to the class.

    Attributes:
        link: opens exactly the present experiment, for ever.
        scanned: what the code holds: ``link``, or a shorter one to the same prepared experiment.
        title: the prepared experiment's, where ``scanned`` names one, else empty.
        too_long: says that there is no code; empty for a scenario, which has start points too.
    """

    link: str
    scanned: str
    title: str = ""
    too_long: str = ""

    @property
    def address(self) -> str:
        """What can be typed from a screen: the short link, else where the app is."""
        parts = urlsplit(self.scanned)
        where = f"{parts.netloc}{parts.path}".rstrip("/")
        return f"{where}/?{parts.query}" if self.title else where


def sharing(scenario: Scenario) -> Sharing:
    """What to share of ``scenario``.

    Raises:
        ValueError: saying why, for a scenario too large for a link.
    """
    link, preset = state.link(scenario), preset_of(scenario)
    if preset is None:
        return Sharing(link, link)
    return Sharing(link, state.preset_link(preset.key), _(preset.title))


def of_this_machine(link: str) -> bool:
    """Whether ``link`` opens on this computer only: a telephone would look for itself."""
    host = urlsplit(link).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def show_link(scenario: Scenario) -> None:
    """A button that opens the link, a way to copy it, and its code."""
    offer(partial(sharing, scenario), _POPOVER)


def offer(share: Callable[[], Sharing], key: str) -> None:
    """A button that opens what ``share`` makes; what that refuses is told in its place.

    Args:
        share: raises a ValueError that says why, where there is nothing to share.
        key: of the button; each page has its own.
    """
    popover = st.popover(
        _("Share"),
        key=key,
        icon=":material/qr_code_2:",
        help=_("A link to exactly this experiment"),
        on_change="rerun",
    )
    # Closed, nothing is made: a code takes as long as all the rest of a rerun.
    if not popover.open:
        return
    with popover:
        try:
            shared = share()
        except ValueError as error:
            st.caption(plain(reason(error)))
            return
        show_shared(shared, key)


def show_shared(shared: Sharing, key: str) -> None:
    """The link with a button that copies it, and its code; ``key`` is that of what they lie in."""
    picture = code_picture(shared.scanned)
    show_link_card(
        link=shared.link,
        picture=picture,
        address=shared.address,
        about=_about(shared, picture),
        warning=_warning(shared.link),
        words={
            "copy": _("Copy link"),
            "copied": _("Copied"),
            "by_hand": _("Not copied: the link is selected, copy it with Ctrl+C."),
            "link": _("Link"),
            "code": _("QR code of this experiment"),
            "enlarge": _("Fill the screen with the code"),
            "close": _("Close"),
        },
        key=f"{key}-link-card",
    )


def _about(shared: Sharing, picture: str | None) -> str:
    if picture is None:
        return shared.too_long or _(
            "This link is too long for a code that could be read from a distance: fewer entries or"
            " start points make it shorter. Copy it instead."
        )
    if shared.title:
        return _("The code opens the prepared experiment “{title}”.").format(title=shared.title)
    return _("The code opens exactly this experiment; the address alone opens the app.")


def _warning(link: str) -> str:
    if not of_this_machine(link):
        return ""
    return _(
        "This address works on this computer only. For the others, start Downhill with HOST=0.0.0.0"
        " and open it by this computer's address in the network."
    )
