"""What strangers wrote is never shown as anything but text: a lint over pages and their scripts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SCRIPTS = sorted((ROOT / "pages").rglob("*.js"))

AS_MARKDOWN = {
    *("markdown", "caption", "info", "warning", "error", "success", "toast", "title", "header"),
    *("subheader", "button", "download_button", "expander", "popover", "checkbox"),
    *("toggle", "slider", "select_slider", "number_input", "radio", "metric", "status", "spinner"),
    *("link_button", "page_link", "pills", "segmented_control", "selectbox", "tabs", "latex"),
}
"""Functions of Streamlit that read a text as Markdown."""

WRITTEN_BY_STRANGERS = {"name", "names", "query_params", "message", "args", "text", "problem"}
WRITTEN_BY_STRANGERS |= {"choices", "why", "misconception"}
"""Attributes that hold what somebody typed, named or put into a link, and texts of errors."""

MADE_HARMLESS = {"plain", "escape", "written", "readable", "isinstance", "len"}
NEVER = {"write", "latex"}
"""These guess what they are given, or read it as TeX: no page needs them."""

IN_SCRIPTS = re.compile(
    r"\.(inner|outer)HTML\s*[+]?=|insertAdjacentHTML|document\.write|\beval\s*\(|new Function"
    r"|srcdoc|javascript:|createContextualFragment|setTimeout\(\s*[\"'`]"
)


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def strangers(node: ast.AST) -> Iterator[str]:
    """Attributes below ``node`` that strangers wrote, outside of what makes them harmless."""
    if isinstance(node, ast.Call) and called(node) in MADE_HARMLESS:
        return
    if isinstance(node, ast.Attribute) and node.attr in WRITTEN_BY_STRANGERS:
        yield f"line {node.lineno}: .{node.attr}"
    for child in ast.iter_child_nodes(node):
        yield from strangers(child)


def faults(source: str) -> list[str]:
    """Where ``source`` shows what strangers wrote as markup, or could."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        of_streamlit = isinstance(node.func, ast.Attribute)
        if of_streamlit and name in NEVER and getattr(node.func.value, "id", "") == "st":
            found.append(f"line {node.lineno}: st.{name}")
        if of_streamlit and name == "html" and not harmless_html(node):
            found.append(f"line {node.lineno}: html of something else than a style sheet")
        if of_streamlit and name in AS_MARKDOWN:
            given = [
                *node.args[:1],
                *(k.value for k in node.keywords if k.arg in ("label", "help")),
            ]
            for argument in given:
                found += strangers(argument)
    return found


def harmless_html(node: ast.Call) -> bool:
    """Whether this is a file of ours, or a style sheet put together from our own rules."""
    (argument, *rest) = node.args or [None]
    if rest or argument is None:
        return False
    if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Div):
        return True
    if isinstance(argument, ast.JoinedStr):
        parts = [getattr(part, "value", None) for part in argument.values]
        return parts[0] == "<style>" and parts[-1] == "</style>"
    return False


@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_show_the_text_of_strangers_as_text(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(f'**{run.name}**')",
        "st.caption(look.name)",
        "place.button('a', help=run.name)",
        "st.markdown(_('{name} won').format(name=run.name))",
        "st.warning(st.query_params['x'])",
        "st.error(error.args[0])",
        "st.write(scenario)",
        "st.latex(formula)",
        "st.html(f'<b>{name}</b>')",
        "st.html(text)",
    ],
)
def test_what_would_show_it_as_markup_is_seen(source: str) -> None:
    assert faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(f'**{plain(run.name)}**')",
        "st.html(ROOT / 'styles.css')",
        "st.html(f\"<style>{' '.join(rules)}</style>\")",
        "st.text(run.name)",
        "file.write(run.name)",
    ],
)
def test_what_is_harmless_is_let_through(source: str) -> None:
    assert faults(source) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda path: path.name)
def test_scripts_make_no_markup_and_run_no_text(file: Path) -> None:
    assert IN_SCRIPTS.findall(file.read_text(encoding="utf-8")) == []


def test_scripts_that_would_are_seen() -> None:
    for text in ("a.innerHTML = b", "eval (x)", "new Function('x')", "setTimeout('x', 1)"):
        assert IN_SCRIPTS.search(text)
    assert not IN_SCRIPTS.search("a.textContent = b; setTimeout(() => {}, 1)")
