"""What the browser loads to draw: our scripts as one, and the part of Plotly.js that they need."""

import re
from pathlib import Path

import plotly
import plotly.graph_objects as go
import pytest

from pages.player import assets
from pages.player.joining import joined

ROOT = Path(__file__).parents[2]
WHOLE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
BANNER = re.compile(r"// plotly\.js v([\d.]+), with ([\w, ]+)\. MIT licence")

SCRIPTS = {
    "low": "// An import { x } of a comment.\nconst a = 1;\nexport const two = a + 1;",
    "high": """import { two, two as also } from "./low.js";
export function four() { return two + also; }""",
}


def test_scripts_come_after_those_that_they_import() -> None:
    text = joined(SCRIPTS, {"four": "high"})
    assert text.index("$low =") < text.index("$high =")
    assert "const { two, two: also } = $low;" in text
    assert "return { four };" in text
    assert text.endswith("export const { four } = $high;\n")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('import { three } from "./low.js";', "low.js has no three"),
        ('import { two } from "./gone.js";', "gone.js has no two"),
        ('import * as low from "./low.js";', "not a form"),
        ('import "./low.js";', "not a form"),
        ("export { two };", "not a form"),
        ("export default 1;", "not a form"),
        ("export let four = 4;", "not a form"),
        ('export * from "./low.js";', "not a form"),
    ],
)
def test_other_forms_are_refused(line: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        joined({**SCRIPTS, "high": line}, {})


@pytest.mark.parametrize(("entry", "script"), [("five", "high"), ("four", "gone")])
def test_what_is_asked_for_has_to_be_there(entry: str, script: str) -> None:
    with pytest.raises(ValueError, match=f"{script}.js has no {entry}"):
        joined(SCRIPTS, {entry: script})


def test_circles_are_refused() -> None:
    circle = {
        "one": 'import { b } from "./two.js";\nexport const a = 1;',
        "two": 'import { a } from "./one.js";\nexport const b = 1;',
    }
    with pytest.raises(ValueError, match="in a circle"):
        joined(circle, {})


def test_every_script_is_in_the_file_once() -> None:
    text = assets.files()[assets.SCRIPT].decode()
    for path in assets.FOLDER.glob("*.js"):
        assert text.count(f"const ${path.stem} = (() => {{") == 1, path.name
    assert not re.search(r"^import\b", text, re.MULTILINE)


def bundled() -> tuple[str, set[str]]:
    """The version of the Plotly.js that comes along, and its traces."""
    found = BANNER.match(assets.PLOTLY.read_text(encoding="utf-8"))
    assert found is not None
    return found[1], set(found[2].split(", "))


def test_plotly_in_the_browser_is_that_of_the_package() -> None:
    packed = re.search(r"plotly\.js v([\d.]+)", WHOLE.read_text(encoding="utf-8")[:200])
    assert packed is not None
    assert bundled()[0] == packed[1], "see assets/plotly/build.mjs"


def test_every_trace_that_is_drawn_comes_along() -> None:
    known = set(go.layout.template.Data())
    texts = [
        path.read_text(encoding="utf-8")
        for suffix in ("py", "js")
        for path in (ROOT / "pages").rglob(f"*.{suffix}")
    ]
    drawn = {name for text in texts for name in re.findall(r'\btype"?: "(\w+)"', text)} & known
    assert {"scatter", "surface", "contour"} <= drawn
    assert drawn <= bundled()[1]
    # Traces are written as dicts: what is made of a class would not be seen here.
    made = {name for text in texts for name in re.findall(r"\bgo\.([A-Z]\w+)", text)}
    assert made == {"Figure"}
