"""House rules that a linter does not know: what the project promises about its own files."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_OURS = {"__pycache__", "build", "test-results"}
FROM_OTHERS = {
    "LICENSE",
    "assets/plotly/package-lock.json",
    "assets/plotly/plotly.min.js",
    "assets/plotly/plotly.min.js.LEGAL.txt",
}
OURS_THOUGH_HIDDEN = {".ci", ".streamlit"}
TEXTS = {
    ".py",
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".txt",
    ".po",
    ".pot",
    ".json",
    ".svg",
    "",
}

MAX_PYTHON_LINES = 350
MAX_TEST_LINES = 500  # a table of cases is long, and splitting it hides what is missing
MAX_README_LINES = 120
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_CALLS = RUNS_TEXT | {"torch.load", "torch.jit.load", "torch.hub.load", "os.system"}
FORBIDDEN_CALLS |= {f"builtins.{name}" for name in RUNS_TEXT}
FORBIDDEN_METHODS = {"read_pickle", "to_pickle", "parse_expr", "sympify"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
FORBIDDEN_MODULES |= {"asteval", "numexpr", "simpleeval"}
# Arguments that may only be what they are here.
SAFE_ARGUMENTS = {
    "unsafe_allow_html": False,
    "unsafe_allow_javascript": False,
    "allow_pickle": False,
    "shell": False,
    "weights_only": True,
}
# Where a paper is cited, a namespace that XML wants, this machine, hosts reserved for examples, and
# names without a dot, which no outside host has; where their makers publish the two data sets
# that are fetched on request; and where torch's small build is, for those who make an image.
ALLOWED_HOSTS = re.compile(
    r"(|download\.pytorch\.org|www\.cs\.toronto\.edu|fashion-mnist\.s3-website\.eu-central-1\.amazonaws\.com"
    r"|arxiv\.org|doi\.org|www\.w3\.org|localhost|127\.0\.0\.1|0\.0\.0\.0|[{$%].*"
    r"|(.*\.)?example\.(com|org|net)|.*\.invalid|.*\.test|\w+)"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(home|root|Users|work|mnt|usr|opt)/\w|\b[A-Z]:\\\\?\w")


def files(*suffixes: str) -> Iterator[Path]:
    """The project's own files, in a checkout or an unpacked archive."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name in OURS_THOUGH_HIDDEN or not (name.startswith(".") or name in NOT_OURS)
        ]
        for name in names:
            if Path(name).suffix in suffixes and not name.startswith("."):
                yield Path(folder, name)


def path_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


PYTHON = sorted(files(".py"))
DOCUMENTS = sorted(files(".md"))


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a chain of names, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def dangers(source: str) -> list[str]:
    """What ``source`` does that no code here may do."""
    tree, found = ast.parse(source), []
    called_here = known_by(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += [f"line {node.lineno}: {told}" for told in calls(node, called_here)]
        elif isinstance(node, ast.Name) and node.id in RUNS_TEXT:
            # Handed on, it is called elsewhere.
            found.append(f"line {node.lineno}: {node.id}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or "", *(f"{node.module}.{name}" for name in modules)]
            found += [
                f"line {node.lineno}: {module}"
                for module in modules
                if module.split(".")[0] in FORBIDDEN_MODULES or module in FORBIDDEN_CALLS
            ]
    return found


def known_by(tree: ast.Module) -> dict[str, str]:
    """What modules are called in a file, by the names it gives them: ``import torch as t``."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    return {alias.asname: alias.name for node in imports for alias in node.names if alias.asname}


def calls(node: ast.Call, called_here: dict[str, str]) -> Iterator[str]:
    """What is wrong with a call."""
    first, dot, rest = dotted(node.func).partition(".")
    called = called_here.get(first, first) + dot + rest
    method = getattr(node.func, "attr", "")
    if called in FORBIDDEN_CALLS or method in FORBIDDEN_METHODS:
        yield f"{called or method}()"
    if method == "eval" and node.args:
        yield "eval() of a table; a network's takes nothing"
    if called == "numpy.load" and len(node.args) > 2:
        yield "numpy.load() with allow_pickle given by its place"
    if called == "importlib.import_module" and node.args:
        module = getattr(node.args[0], "value", "")
        if str(module).split(".")[0] in FORBIDDEN_MODULES:
            yield str(module)
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg in SAFE_ARGUMENTS and not (
            isinstance(value, ast.Constant) and value.value is SAFE_ARGUMENTS[keyword.arg]
        ):
            yield str(keyword.arg)


@pytest.mark.parametrize("file", PYTHON, ids=path_of)
def test_code_runs_no_text_and_unpacks_no_objects(file: Path) -> None:
    assert dangers(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "import pickle",
        "from pickle import loads",
        "import torch\ntorch.load('weights.pt')",
        "from torch import load",
        "import torch as t\nt.load('weights.pt', weights_only=True)",
        "load(file, weights_only=False)",
        "st.markdown(text, unsafe_allow_html=True)",
        "st.html(text, unsafe_allow_javascript=allowed)",
        "exec(text)",
        "compile(text, 'file', 'exec')",
        "__import__('os')",
        "import builtins\nbuiltins.eval('1')",
        "map(eval, texts)",
        "frame.eval('a + b')",
        "np.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=trusted)",
        "import numpy as np\nnp.load(file, None, True)",
        "frame.to_pickle(file)",
        "importlib.import_module('pickle')",
        "import numexpr",
        "sympy.parse_expr(text)",
        "subprocess.run(command, shell=True)",
        "os.system(command)",
    ],
)
def test_dangers_are_seen(source: str) -> None:
    assert dangers(source)


@pytest.mark.parametrize(
    "source",
    [
        "model.eval()",
        "'eval(1)'",
        "json.load(file)",
        "re.compile(pattern)",
        "torch.compile(model)",
        "np.load(file, allow_pickle=False)",
        "importlib.import_module(name)",
    ],
)
def test_harmless_code_is_let_through(source: str) -> None:
    assert dangers(source) == []


@pytest.mark.parametrize("file", PYTHON, ids=path_of)
def test_a_file_holds_one_idea(file: Path) -> None:
    limit = MAX_TEST_LINES if ROOT / "tests" in file.parents else MAX_PYTHON_LINES
    assert len(file.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize(
    "file", sorted({*files(*TEXTS)} - {ROOT / name for name in FROM_OTHERS}), ids=path_of
)
def test_nothing_names_a_machine_or_an_outside_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^\s/\"'`)>:\\]*)", text))
    assert {host for host in hosts if not ALLOWED_HOSTS.fullmatch(host)} == set()
    if file.suffix == ".py" and file != Path(__file__):
        assert MACHINE_PATHS.findall(text) == []


def test_requirements_are_exact_pins_and_nothing_else() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pin = r'[a-z][a-z0-9-]*==\d+(\.\d+)+(; sys_platform != "win32")?'
    assert all(re.fullmatch(pin, line) for line in lines), lines
    assert {"streamlit==1.67.0", "plotly==7.1.0", "torch==2.13.0"} <= set(lines)


def test_ci_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    commands = [line for line in lines[1:] if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def prose(document: str) -> list[str]:
    """The paragraphs of a Markdown text, without its blocks of code."""
    return re.split(r"\n\s*\n", re.sub(r"```.*?```", "", document, flags=re.DOTALL))


def unproven(document: str) -> list[str]:
    """Paragraphs that quote a measurement and name no result file that exists."""
    measurement = re.compile(r"\b\d[\d,.]*\s*(ms|seconds|MB|fps|frames a second|times\b|x faster)")
    proof = re.compile(r"benchmarks/results/[\w-]+\.json")
    return [
        paragraph
        for paragraph in prose(document)
        if measurement.search(paragraph)
        and not any((ROOT / name).exists() for name in proof.findall(paragraph))
    ]


def test_a_measurement_without_a_result_file_is_seen() -> None:
    assert unproven("It is 60 times faster (benchmarks/results/no-such-file.json).")
    assert not unproven("Python 3.11 to 3.13; 8 entries.")


@pytest.mark.parametrize("file", DOCUMENTS, ids=path_of)
def test_documents_keep_their_word(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    assert set(re.findall(r"^(?:\$ )?make ([a-z]+)", text, re.MULTILINE)) <= targets
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert [link for link in links if "://" not in link and not (file.parent / link).exists()] == []


def test_the_readme_names_both_commands_stays_short_and_proves_its_figures() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert unproven(text) == []
    assert len(text.splitlines()) <= MAX_README_LINES
    for needed in ("make run", "make test", "docs/screenshot.png"):
        assert needed in text


def test_the_examples_of_the_readme_run() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) >= 3
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
