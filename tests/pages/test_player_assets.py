"""The player's files on the wire: compressed, immutable, nothing else reachable."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from pages.player import assets
from pages.player.inside_words import inside_words
from pages.player.sweep import KINDS
from pages.player.words import PLAYER_WORDS, player_words
from pages.ui.thumbnails import DARK, LIGHT


@dataclass
class Answer:
    """What came back: the body as it was sent, still compressed."""

    status: int
    headers: dict[str, str]
    body: bytes


Get = Callable[..., Answer]


@pytest.fixture(scope="module")
def get() -> Get:
    """``get(path, accept_encoding)`` asks the routes as a server would."""
    app = Starlette(routes=assets.routes())

    def ask(path: str, accept_encoding: str = "") -> Answer:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"accept-encoding", accept_encoding.encode())],
        }
        asyncio.run(app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(
            sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:])
        )

    return ask


def test_plotly_comes_compressed_from_here_and_for_good(get: Get) -> None:
    answer = get(assets.url("plotly.min.js"), "gzip, deflate")
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 650_000
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.body) == assets.PLOTLY.read_bytes()


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", ""])
def test_plain_for_those_who_cannot_unpack(get: Get, accepted: str) -> None:
    answer = get(assets.url("player.css"), accepted)
    assert "content-encoding" not in answer.headers
    assert answer.body == (assets.FOLDER / "player.css").read_bytes()


def test_media_types(get: Get) -> None:
    assert get(assets.url(assets.SCRIPT)).headers["content-type"].startswith("text/javascript")
    assert get(assets.url("player.css")).headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "name", ["missing.js", "player.js", "..%2Fpacking.py", "%2e%2e/packing.py", "a.py"]
)
def test_nothing_else_is_served(get: Get, name: str) -> None:
    assert get(assets.url(assets.SCRIPT).replace(assets.SCRIPT, name)).status == 404


def test_another_version_is_not_served(get: Get) -> None:
    assert get(f"/{assets.PREFIX}/0000/{assets.SCRIPT}").status == 404


def test_compressed_files_are_the_files() -> None:
    for name, content in assets.files().items():
        assert gzip.decompress(assets.asset(name).encoded["gzip"]) == content


def test_no_script_names_another_host() -> None:
    for path in assets.FOLDER.iterdir():
        # The names of SVG and MathML are addresses that nobody asks.
        text = re.sub(r"http://www\.w3\.org/(2000/svg|1998/Math/MathML)", "", path.read_text())
        assert not re.search(r"https?:|//[a-z0-9-]+\.[a-z]", text), path.name


def test_scripts_use_no_html_and_no_eval() -> None:
    for path in assets.FOLDER.glob("*.js"):
        assert not re.search(
            r"innerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write", path.read_text()
        ), path.name


def test_every_word_that_the_scripts_use_exists() -> None:
    text = "\n".join(path.read_text() for path in assets.FOLDER.glob("*.js"))
    used = set(re.findall(r"words\.(\w+)", text)) | set(
        re.findall(r'fill\((?:this\.)?(?:stage\.)?words, "(\w+)"', text)
    )
    used |= set(re.findall(r'(?:hint|button|note3D)\("(\w+)"\)', text))
    assert used
    assert used <= {*PLAYER_WORDS, *inside_words(str)}


def test_what_a_script_calls_of_another_is_imported() -> None:
    scripts = {
        path.name: re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for path in assets.FOLDER.glob("*.js")
    }
    exported = {
        name
        for text in scripts.values()
        for name in re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.M)
    }
    assert len(exported) > 50
    for script, text in scripts.items():
        called = set(re.findall(r"(?<![.\w])(\w+)\(", text))
        # Whatever binds a name, an import or a parameter, names it without calling it.
        bound = set(re.findall(r"(?<![.\w])(\w+)\b(?!\()", text))
        bound |= set(
            re.findall(
                r"^ *(?:export )?(?:async )?(?:function )?(\w+)\([^\n]*\) \{$", text, re.MULTILINE
            )
        )
        missing = called & exported - bound
        assert not missing, f"{script} calls {missing}"


def test_words_go_through_the_translation_and_keep_their_places() -> None:
    shouted = player_words(lambda text: f"«{text}»")
    assert shouted.keys() == PLAYER_WORDS.keys()
    assert all(text == f"«{PLAYER_WORDS[key]}»" for key, text in shouted.items())


@pytest.mark.parametrize(("name", "colours"), [("LIGHT", LIGHT), ("DARK", DARK)])
def test_small_pictures_have_the_colours_of_the_map(name: str, colours: tuple[str, ...]) -> None:
    text = (assets.FOLDER / "theme.js").read_text(encoding="utf-8")
    found = re.search(rf"const {name} = (\[.*?\]);", text)
    assert found is not None
    assert tuple(json.loads(found[1])) == colours


def test_every_kind_of_end_has_a_look() -> None:
    text = (assets.FOLDER / "strip.js").read_text(encoding="utf-8")
    assert set(re.findall(r"^  (\w+): \{ light", text, re.MULTILINE)) == set(KINDS)
