"""Lets go of the visitors who have left, and not only when the next one leaves.

Streamlit keeps the session of a tab that has gone for ``disconnectedSessionTTL``, and looks for
those that have waited longer when it keeps another one: after a lesson nobody comes, and a whole
class would lie there until the next. What is asked here (the store behind the runtime) is private
to Streamlit 1.67: where another release has it no longer, it is left to do as it does.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from streamlit.runtime import Runtime

LOG = logging.getLogger("downhill")
LOOK_EVERY_SECONDS = 15.0

_STORE = ("_session_mgr", "_session_storage", "_cache")


def let_go() -> int:
    """Forget those kept long enough; how many are kept still. To be called in the server's loop."""
    store: Any = Runtime.instance() if Runtime.exists() else None
    for name in _STORE:
        store = getattr(store, name, None)
    expire = getattr(store, "expire", None)
    if expire is None:
        return 0
    expire()
    return len(store)


async def let_go_now_and_then() -> None:
    """:func:`let_go` every :data:`LOOK_EVERY_SECONDS`, until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        try:
            let_go()
        except Exception:
            LOG.exception("those who have left stay in memory")
