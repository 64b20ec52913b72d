"""The operator's page: tabs, queue, memory and waiting times of this server, on one screen.

It is off unless ``DOWNHILL_OPERATOR_TOKEN`` is set. It carries no script and names no visitor.
"""

from __future__ import annotations

import html
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from optim_core.jobs import runs_by_state
from pages.ui.language import preferred
from pages.ui.serving.asgi import header
from pages.ui.serving.memory import held_here
from pages.ui.serving.permission import Permission
from pages.ui.serving.tabs import Tabs
from pages.ui.words import _, speaking

PLACE = "operator"
LOOKED_AGAIN_SECONDS = 5
STARTED = time.monotonic()
UNSEEN = {"Cache-Control": "no-store"}

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{seconds}">
<title>{title}</title><style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;
margin:2rem auto;padding:0 1.5rem}}:root{{color-scheme:light dark}}h1{{font-size:1.4rem}}
h2{{font-size:1.05rem;margin:1.6rem 0 .3rem}}table{{border-collapse:collapse;width:100%}}
td{{border-top:1px solid #8886;padding:.3rem 0}}td+td{{text-align:right;
font-variant-numeric:tabular-nums}}</style></head><body><h1>{title}</h1>{parts}</body></html>"""


def operators_route(tabs: Tabs, permission: Permission) -> Route:
    """The route for ``st.App(routes=...)``."""

    def show(request: Request) -> Response:
        if not permission.token:
            return PlainTextResponse("not found", status_code=404)
        if not permission.given(request.scope):
            asked = {"WWW-Authenticate": 'Basic realm="Downhill", charset="UTF-8"', **UNSEEN}
            return PlainTextResponse("401", status_code=401, headers=asked)
        figures = measured(tabs)
        if request.query_params.get("format") == "json":
            return JSONResponse(figures, headers=UNSEEN)
        language = preferred(header(request.scope, b"accept-language").partition(",")[0])
        with speaking(language):
            return HTMLResponse(drawn(figures, language), headers=UNSEEN)

    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return Route(f"/{base}/{PLACE}" if base else f"/{PLACE}", show, methods=["GET"])


def measured(tabs: Tabs) -> dict[str, Any]:
    """Everything that the page shows, JSON-ready."""
    own, workers = held_here()
    shares = (0.5, 0.95, 0.99)
    waits = dict(zip(("p50", "p95", "p99"), tabs.waits(*shares), strict=True))
    return {
        "up_seconds": round(time.monotonic() - STARTED),
        "tabs": tabs.told(),
        "wait_milliseconds": {
            name: None if seconds is None else round(1000 * seconds, 1)
            for name, seconds in waits.items()
        },
        "runs": runs_by_state(),
        "memory_megabytes": {
            "server": None if own is None else round(own),
            "workers": round(workers),
        },
        "threads": threading.active_count(),
        "load_average": [round(one, 2) for one in os.getloadavg()]
        if hasattr(os, "getloadavg")
        else None,
    }


def drawn(figures: dict[str, Any], language: str) -> str:
    """The page of ``figures``, in the language that is being spoken."""
    return PAGE.format(
        language=language,
        seconds=LOOKED_AGAIN_SECONDS,
        title=html.escape(_("Downhill: how the server is")),
        parts="".join(_parts(figures)),
    )


def _parts(figures: dict[str, Any]) -> Iterator[str]:
    tabs, waits, memory = (
        figures[name] for name in ("tabs", "wait_milliseconds", "memory_megabytes")
    )
    yield _table(
        _("Tabs"),
        {
            _("open now"): tabs["open"],
            _("at most so far"): tabs["peak"],
            _("opened so far"): tabs["opened"],
            _("turned away"): tabs["refused"],
            _("addresses they come from"): tabs["addresses"],
        },
    )
    yield _table(
        _("Milliseconds until the page has answered"),
        {
            _("for half of the latest changes"): waits["p50"],
            _("for 95 of a hundred"): waits["p95"],
            _("for 99 of a hundred"): waits["p99"],
        },
    )
    runs = figures["runs"]
    yield _table(
        _("Runs in the store"),
        runs
        if runs is not None
        else {_("nobody has asked for a run since this server started"): "–"},
    )
    yield _table(
        _("Load"),
        {
            _("memory of the server, MB"): memory["server"],
            _("memory of its workers, MB"): memory["workers"],
            _("threads"): figures["threads"],
            _("processes that want a core (1, 5, 15 minutes)"): figures["load_average"],
            _("seconds since the start"): figures["up_seconds"],
        },
    )


def _table(title: str, rows: dict[str, object]) -> str:
    lines = (
        f"<tr><td>{html.escape(label)}</td><td>{html.escape(_shown(value))}</td></tr>"
        for label, value in rows.items()
    )
    return f"<h2>{html.escape(title)}</h2><table>{''.join(lines)}</table>"


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return " · ".join(str(one) for one in value)
    return str(value)
