"""What those who run a server may choose, each by one environment variable (docs/hosting.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

ANCESTOR = re.compile(r"(https?://)?(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
"""A site whose pages may show ours in a frame: ``https://lms.example.org`` or ``*.example.com``."""

FEWEST_TOKEN_CHARACTERS = 16
MOST_SOCKETS = 100_000
LOGS = ("text", "json")


class SettingError(ValueError):
    """A variable that cannot be what it is."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a server is run.

    Attributes:
        frame_ancestors: sites whose pages may show ours in a frame.
        sockets: open tabs in all.
        sockets_of_one_address: open tabs from one address: a whole class may share one.
        computing_share: cores that one visitor may keep busy for long; 0: as many as they like.
        operator_token: opens the operator's page; empty: there is none.
        log: ``text``, of warnings only, or ``json``, a line for everything that happens.
    """

    frame_ancestors: tuple[str, ...] = ()
    sockets: int = 400
    sockets_of_one_address: int = 200
    computing_share: float = 0.5
    operator_token: str = ""
    log: str = "text"

    @staticmethod
    def read(environment: Mapping[str, str]) -> Settings:
        """The settings that the variables ``DOWNHILL_...`` ask for.

        Raises:
            SettingError: naming the variable and what it may be.
        """
        default = Settings()
        ancestors = tuple(environment.get("DOWNHILL_FRAME_ANCESTORS", "").split())
        for ancestor in ancestors:
            if not ANCESTOR.fullmatch(ancestor):
                raise SettingError(
                    "DOWNHILL_FRAME_ANCESTORS is a list of sites parted by spaces, such as"
                    f" 'lms.example.org *.example.com', and {ancestor!r} is none"
                )
        token = environment.get("DOWNHILL_OPERATOR_TOKEN", "")
        if token and len(token) < FEWEST_TOKEN_CHARACTERS:
            raise SettingError(
                "DOWNHILL_OPERATOR_TOKEN needs at least"
                f" {FEWEST_TOKEN_CHARACTERS} characters: take a random one"
            )
        log = environment.get("DOWNHILL_LOG", default.log)
        if log not in LOGS:
            raise SettingError(f"DOWNHILL_LOG is one of {', '.join(LOGS)}, not {log!r}")
        return Settings(
            frame_ancestors=ancestors,
            sockets=_count(environment, "DOWNHILL_SOCKETS", default.sockets),
            sockets_of_one_address=_count(
                environment, "DOWNHILL_SOCKETS_OF_ONE_ADDRESS", default.sockets_of_one_address
            ),
            computing_share=_share(environment, default.computing_share),
            operator_token=token,
            log=log,
        )


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    given = environment.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,6}", given) and 1 <= int(given) <= MOST_SOCKETS:
        return int(given)
    raise SettingError(f"{name} is a whole number from 1 to {MOST_SOCKETS:,}, not {given!r}")


def _share(environment: Mapping[str, str], default: float) -> float:
    name = "DOWNHILL_COMPUTING_SHARE"
    given = environment.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", given):
        return float(given)
    raise SettingError(f"{name} is a number of cores such as 0.5, or 0 for no limit, not {given!r}")
