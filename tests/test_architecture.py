"""Dependencies run one way: the picture in the README, held by the import graph."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(f"pages.{file.stem}" for file in (ROOT / "pages").glob("[!_]*.py"))
FACADE = """
from landscapes import SURFACES, get_surface
from optim_core import OPTIMIZERS, Entry, RunConfig, Scenario, get_optimizer, trace
scenario = Scenario(surface="rosenbrock",
                    entries=(Entry("adam", {"learning_rate": 0.02}), Entry("sgd", {})),
                    starts=((-1.5, 2.2),), config=RunConfig(steps=5))
assert trace(scenario).positions.shape == (6, 2, 2)
"""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        "pages", "optim_core", "landscapes", include_external_packages=True, cache_dir=None
    )


def python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` in a fresh process at the project's root."""
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_contracts_hold() -> None:
    # In a process of its own: import-linter sets logging up anew, and other tests read the log.
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = python(lint, "--no-cache", "--no-logo")
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_pages() -> None:
    assert "pages.router" in PAGES


@pytest.mark.parametrize("page", PAGES)
def test_nothing_imports_a_page(graph: grimp.ImportGraph, page: str) -> None:
    assert graph.find_modules_that_directly_import(page) == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_computes_nothing_itself(graph: grimp.ImportGraph, page: str) -> None:
    assert "torch" not in graph.find_modules_directly_imported_by(page)


def test_the_core_runs_without_streamlit_and_plotly() -> None:
    script = (
        "import sys; sys.modules['streamlit'] = sys.modules['plotly'] = None\n"
        f"{FACADE}\n"
        "print(sorted(name for name in sys.modules if name.startswith(('streamlit.', 'plotly.'))))"
    )
    done = python(script)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
