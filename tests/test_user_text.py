"""What strangers wrote is never shown as anything but text: a lint over pages and their scripts."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.markdown_arguments import markdown_arguments

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SCRIPTS = sorted((ROOT / "pages").rglob("*.js"))

ELEMENTS = markdown_arguments()
WRITTEN_BY_STRANGERS = {"name", "names", "query_params", "message", "args", "text", "problem"}
WRITTEN_BY_STRANGERS |= {"choices", "why", "misconception", "question", "caption"}
"""Attributes that hold what somebody typed, named or put into a link, and texts of errors."""

MADE_HARMLESS = {"plain", "escape", "written", "readable", "isinstance", "len"}
NEVER = {"write", "latex", "iframe", "image", "video", "audio", "pdf", "mermaid_chart"}
"""These guess what they are given, read it as TeX, or fetch it: no page needs them."""

IN_SCRIPTS = re.compile(
    r"\.(inner|outer)HTML\s*[+]?=|insertAdjacentHTML|document\.write|\beval\s*\(|\bFunction\s*\("
    r"|srcdoc|javascript:|createContextualFragment|set(Timeout|Interval)\(\s*[\"'`]"
    r"|setHTMLUnsafe|parseFromString|setAttribute\(\s*[\"'`]on|\bimport\((?!address\()\s*[^\"'`\s]"
)


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def strangers(node: ast.AST, tainted: Collection[str] = ()) -> Iterator[str]:
    """What strangers wrote below ``node``, outside of what makes it harmless.

    ``tainted`` are names that hold some of it.
    """
    if isinstance(node, ast.Call) and called(node) in MADE_HARMLESS:
        return
    if isinstance(node, ast.Attribute) and (
        node.attr in WRITTEN_BY_STRANGERS or ast.unparse(node) == "guide.title"
    ):
        yield f"line {node.lineno}: .{node.attr}"
    if isinstance(node, ast.Name) and node.id in tainted:
        yield f"line {node.lineno}: {node.id}"
    for child in ast.iter_child_nodes(node):
        # What a text depends on does not stand in it.
        if not (isinstance(node, ast.IfExp) and child is node.test):
            yield from strangers(child, tainted)


def named(tree: ast.AST) -> set[str]:
    """Names in a function that are given what strangers wrote, directly or by another name."""
    found: set[str] = set()
    while True:
        more = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr)
            and node.value is not None
            and is_text(node.value)
            and any(strangers(node.value, found))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        if more <= found:
            return found
        found |= more


def is_text(node: ast.expr) -> bool:
    """Whether this puts a text together, or is one; other calls make something else of theirs."""
    if isinstance(node, ast.Call):
        return called(node) in ("format", "join", "strip", "str", "_")
    return isinstance(
        node, ast.JoinedStr | ast.BinOp | ast.Attribute | ast.Name | ast.IfExp | ast.BoolOp
    )


def faults(source: str) -> list[str]:
    """Where ``source`` shows what strangers wrote as markup, or could."""
    tree, found = ast.parse(source), []
    tainted_in: dict[int, set[str]] = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        # A function inside another comes after it, and has names of both.
        outer = tainted_in.get(id(function), set())
        tainted_in |= dict.fromkeys(map(id, ast.walk(function)), named(function) | outer)
    outside = named(tree)
    of_calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += of_call(node, tainted_in.get(id(node), outside))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("streamlit"):
            names = {alias.name for alias in node.names}
            found += [f"line {node.lineno}: {name} alone" for name in names & {*ELEMENTS}]
        elif isinstance(node, ast.Attribute) and is_streamlit(node.value):
            shows = "body" in ELEMENTS.get(node.attr, ())
            if shows and id(node) not in of_calls:
                found.append(f"line {node.lineno}: st.{node.attr} handed on")
    return found


def of_call(node: ast.Call, tainted: Collection[str]) -> Iterator[str]:
    """What is wrong with one call."""
    name = called(node)
    if not isinstance(node.func, ast.Attribute):
        return
    if name in NEVER and is_streamlit(node.func.value):
        yield f"line {node.lineno}: st.{name}"
    if getattr(node.func.value, "attr", "") == "v1":
        yield f"line {node.lineno}: a component that is a page of its own"
    if name == "html" and not harmless_html(node):
        yield f"line {node.lineno}: html of something else than a style sheet"
    for place, key in ((place, key) for key, place in ELEMENTS.get(name, {}).items()):
        given = [keyword.value for keyword in node.keywords if keyword.arg == key]
        for argument in (*node.args[place : place + 1], *given):
            yield from strangers(argument, tainted)


def is_streamlit(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("st", "streamlit")


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
        "st.markdown(f'# {guide.title}')",
        "title = guide.title or _('Maps')\nst.markdown(f'# {title}')",
        "st.html(f'<b>{name}</b>')",
        "st.html(text)",
        "st.html(body=text)",
        "st.markdown(body=run.name)",
        "st.warning('a', title=run.name)",
        "st.text_input(run.name)",
        "st.multiselect(label=run.name, options=[])",
        "st.text_area('a', help=run.name)",
        "st.badge(run.name)",
        "st.table(run.names)",
        "st.tabs(run.names)",
        "st.progress(0.5, run.name)",
        "st.progress(0.5, text=run.name)",
        "st.metric('a', run.name)",
        "st.page_link('a.py', label=run.name)",
        "st.pills('a', keys, format_func=lambda key: runs[key].name)",
        "st.select_slider('a', guide.choices)",
        "st.iframe(text)",
        "st.image(guide.caption)",
        "st.components.v1.html(text)",
        "from streamlit import markdown",
        "show = st.markdown",
        "partial(st.caption, run.name)()",
        "name = run.name\nst.caption(name)",
        "def show(run):\n    told = f'{run.name}!'\n    more = told + '.'\n    st.caption(more)",
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
        "st.selectbox('a', run.names)",
        "st.text_input('a', run.name)",
        "def show(run):\n    told = plain(run.name)\n    st.caption(told)",
        "def show(run):\n    told = run.name\n    st.text(told)",
        "def show(run):\n    told = 'named' if run.name else ''\n    st.caption(told)",
        "draw(st.text_input, plain(run.name))",
    ],
)
def test_what_is_harmless_is_let_through(source: str) -> None:
    assert faults(source) == []


# Some scripts of a few lines stand in the Python file that draws their component.
@pytest.mark.parametrize("file", [*SCRIPTS, *PAGES], ids=lambda path: path.name)
def test_scripts_make_no_markup_and_run_no_text(file: Path) -> None:
    assert IN_SCRIPTS.findall(file.read_text(encoding="utf-8")) == []


def test_scripts_that_would_are_seen() -> None:
    markup = ("a.innerHTML = b", "a.setHTMLUnsafe(b)", "new DOMParser().parseFromString(a, b)")
    runs = ("eval (x)", "new Function('x')", "Function(x)()", "setTimeout('x', 1)", "import(x)")
    handlers = ("a.setAttribute('onclick', b)", "setInterval(`x`, 1)")
    for text in (*markup, *runs, *handlers):
        assert IN_SCRIPTS.search(text), text
    assert not IN_SCRIPTS.search("a.textContent = b; setTimeout(() => {}, 1)")
