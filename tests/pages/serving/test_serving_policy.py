"""What browsers are told that they may load, and what operators may choose."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from asgi_calls import get, page
from streamlit import file_util

from pages.ui.serving.headers import AddsHeaders
from pages.ui.serving.policy import content_policy, hashes_in, inline_hashes
from pages.ui.serving.settings import SettingError, Settings


def rules(policy: str) -> dict[str, list[str]]:
    return {parts[0]: parts[1:] for parts in (rule.split() for rule in policy.split("; "))}


def test_a_script_in_the_page_is_named_by_its_hash_and_one_with_an_address_is_not():
    text = "\n  let a = 1\n"
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    markup = f'<script src="x.js"></script><script>{text}</script>'
    assert hashes_in(markup) == (f"'sha256-{digest}'",)
    assert hashes_in(markup.replace("\n", "\r\n")) == hashes_in(markup)


def test_the_scripts_of_streamlits_page_are_all_allowed():
    served = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    inline = [tag for tag in re.findall(r"<script[^>]*>", served) if "src=" not in tag]
    assert len(inline_hashes()) == len(inline) >= 1


def test_nothing_comes_from_another_host_and_no_text_is_run():
    told = rules(content_policy(inline_hashes(), ()))
    sources = {source for given in told.values() for source in given}
    assert sources - set(inline_hashes()) == {
        "'self'",
        "'none'",
        "blob:",
        "data:",
        "'unsafe-inline'",
    }
    assert [name for name, given in told.items() if "'unsafe-inline'" in given] == ["style-src"]
    assert told["frame-ancestors"] == ["'self'"]
    assert told["object-src"] == ["'none'"]


def test_pages_of_a_course_may_show_ours_in_a_frame():
    answer = get(AddsHeaders(page(), ancestors=("lms.example.org", "*.example.com")))
    assert "frame-ancestors 'self' lms.example.org *.example.com" in answer.headers[
        "content-security-policy"
    ].split("; ")


def test_every_answer_carries_the_headers_and_an_own_one_is_replaced():
    answer = get(AddsHeaders(page(404, kind="text/plain", x_content_type_options="sniff")))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_browsers_keep_media_and_nothing_else():
    kept = AddsHeaders(page(kind="image/png"))
    assert "immutable" in get(kept, "/media/abc.png").headers["cache-control"]
    assert "immutable" in get(kept, "/base/media/abc.png").headers["cache-control"]
    assert "cache-control" not in get(kept, "/else").headers
    assert "cache-control" not in get(AddsHeaders(page(404)), "/media/gone.png").headers


def test_the_variables_of_an_operator_are_read():
    chosen = Settings.read(
        {
            "DOWNHILL_FRAME_ANCESTORS": "https://lms.example.org:8443 *.example.com",
            "DOWNHILL_SOCKETS": "7",
            "DOWNHILL_SOCKETS_OF_ONE_ADDRESS": "5",
            "DOWNHILL_COMPUTING_SHARE": "1.5",
            "DOWNHILL_OPERATOR_TOKEN": "0123456789abcdef",
            "DOWNHILL_LOG": "json",
            "HOME": "/",
        }
    )
    assert chosen == Settings(
        frame_ancestors=("https://lms.example.org:8443", "*.example.com"),
        sockets=7,
        sockets_of_one_address=5,
        computing_share=1.5,
        operator_token="0123456789abcdef",
        log="json",
    )
    assert Settings.read({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNHILL_FRAME_ANCESTORS", "*"),
        ("DOWNHILL_FRAME_ANCESTORS", "example.org; script-src *"),
        ("DOWNHILL_FRAME_ANCESTORS", "javascript:alert(1)"),
        ("DOWNHILL_SOCKETS", "0"),
        ("DOWNHILL_SOCKETS", "many"),
        ("DOWNHILL_SOCKETS", "9" * 30),
        ("DOWNHILL_SOCKETS_OF_ONE_ADDRESS", "-1"),
        ("DOWNHILL_COMPUTING_SHARE", "nan"),
        ("DOWNHILL_OPERATOR_TOKEN", "short"),
        ("DOWNHILL_LOG", "xml"),
    ],
)
def test_a_variable_that_cannot_be_is_named(name, value):
    with pytest.raises(SettingError, match=name):
        Settings.read({name: value})
