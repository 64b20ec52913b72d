"""What only the operator sees, and what a log says."""

import base64
import json
import logging

import pytest
from asgi_calls import get, page

from pages.ui.serving import Front
from pages.ui.serving.closed import ClosesDoors
from pages.ui.serving.logs import FORM, JsonLines, NamesRequests, set_up
from pages.ui.serving.overview import operators_route
from pages.ui.serving.permission import Permission, told_token
from pages.ui.serving.tabs import Tabs

TOKEN = "0123456789abcdef-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BASIC = {"Authorization": f"Basic {base64.b64encode(f'anybody:{TOKEN}'.encode()).decode()}"}


@pytest.fixture(autouse=True)
def logs_as_before():
    yield
    set_up("text")


@pytest.mark.parametrize("headers", [BEARER, BASIC])
def test_the_metrics_are_for_the_operator(headers):
    closed = ClosesDoors(page(), Permission(TOKEN))
    assert get(closed, "/_stcore/metrics").status == 404
    assert get(closed, "/base/_stcore/metrics", {"Authorization": "Bearer x"}).status == 404
    assert get(closed, "/_stcore/metrics", headers).status == 200
    assert get(ClosesDoors(page(), Permission("")), "/_stcore/metrics", headers).status == 404


@pytest.mark.parametrize(
    "path",
    ["/_stcore/upload_file/a/b", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"],
)
def test_doors_that_nobody_needs_are_closed_to_the_operator_too(path):
    assert get(ClosesDoors(page(), Permission(TOKEN)), path, BEARER).status == 404


def test_pages_and_health_are_open():
    closed = ClosesDoors(page(), Permission(""))
    assert get(closed, "/maps").status == get(closed, "/_stcore/health").status == 200


@pytest.mark.parametrize(
    "told", ["", "Bearer", "Basic", "Basic !!!", "Basic /w==", "Digest x", "Bearer " + "x" * 9999]
)
def test_what_is_no_token_opens_nothing(told):
    assert not Permission(TOKEN).given({"headers": [(b"authorization", told.encode())]})


def test_a_token_is_all_after_the_first_colon():
    assert told_token("basic " + base64.b64encode(b"me:a:b").decode()) == "a:b"


def test_the_operators_page_is_off_then_asks_then_shows():
    def asked(token, headers=None):
        return get(operators_route(Tabs(9, 9), Permission(token)).app, "/operator", headers)

    assert asked("", BEARER).status == 404
    refused = asked(TOKEN)
    assert refused.status == 401
    assert "Basic" in refused.headers["www-authenticate"]
    shown = asked(TOKEN, {**BASIC, "Accept-Language": "zh-TW"})
    assert shown.status == 200
    assert 'lang="zh-TW"' in shown.body
    assert "分頁" in shown.body
    assert "<script" not in shown.body


def test_the_figures_are_there_for_a_program():
    tabs = Tabs(9, 9)
    tabs.open("a")
    tabs.answered(0.25)
    route = operators_route(tabs, Permission(TOKEN)).app
    figures = json.loads(get(route, "/operator", BEARER, query_string=b"format=json").body)
    assert figures["tabs"]["open"] == 1
    assert figures["wait_milliseconds"]["p95"] == 250.0
    assert figures["memory_megabytes"].keys() == {"server", "workers"}


def test_a_request_keeps_the_name_that_a_proxy_gave_it_if_it_is_one(caplog):
    named = NamesRequests(page())
    assert get(named, headers={"X-Request-Id": "proxy-0001"}).headers["x-request-id"] == (
        "proxy-0001"
    )
    forged = 'a" injected'
    own = get(named, headers={"X-Request-Id": forged}).headers["x-request-id"]
    assert own != forged
    assert FORM.fullmatch(own)


def test_a_line_of_the_log_is_json_with_the_request_and_without_an_address():
    lines = []
    set_up("json")
    (handler,) = (h for h in logging.getLogger("downhill").handlers)
    handler.emit = lambda record: lines.append(handler.format(record))
    get(NamesRequests(page()), "/?surface=secret", {"X-Request-Id": "proxy-0001"})
    (line,) = map(json.loads, lines)
    assert line["event"] == "request"
    assert line["request"] == "proxy-0001"
    assert line["status"] == 200
    assert "192.0.2.1" not in lines[0]
    assert "secret" not in lines[0]


def test_a_trace_is_in_the_log():
    try:
        raise ValueError("inside\nout")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (ValueError, error, None)})
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "inside" in json.loads(text)["trace"]


def test_a_front_has_what_the_server_needs():
    front = Front.of({"DOWNHILL_SOCKETS": "5"})
    assert front.tabs.most == 5
    assert [one.cls.__name__ for one in front.middleware()] == [
        "NamesRequests",
        "AddsHeaders",
        "ClosesDoors",
        "KeepsTheDoor",
        "SendsThePictureFirst",
        "NamesVisitors",
    ]
    assert [route.path for route in front.routes()] == ["/operator"]
