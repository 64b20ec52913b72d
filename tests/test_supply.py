"""What is installed: pins, locks with hashes, licences, and files for other people's servers."""

import re
import shlex
from pathlib import Path

import pytest

from docs.licences import PERMISSIVE, listed, rows
from docs.locking import LOCK, OF_TORCH, TORCH_LOCK, blocks, locked, name_of
from pages.ui.serving import Settings

ROOT = Path(__file__).parents[1]
WANTED = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
PINS = dict(line.partition(";")[0].split("==") for line in WANTED)
HOSTING = ROOT / "docs" / "hosting"


def test_the_locks_hold_the_pins_and_everything_that_they_bring() -> None:
    found = {**locked(LOCK), **locked(TORCH_LOCK)}
    assert {name: found[name] for name in PINS} == {n: {v} for n, v in PINS.items()}
    assert set(rows()) <= set(found)
    assert not set(locked(LOCK)) & set(locked(TORCH_LOCK))
    assert [name for name in locked(LOCK) if OF_TORCH.fullmatch(name)] == []


@pytest.mark.parametrize("lock", [LOCK, TORCH_LOCK], ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_nothing_else_is_in_a_lock(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    for block in blocks(text):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), name_of(block)
    kinds = {re.match(r"#|[a-z0-9][\w.-]*==| +--hash=", line) for line in text.splitlines()}
    assert None not in kinds


def test_the_list_of_licences_is_current() -> None:
    found = rows()
    assert set(found) - set(listed()) == set(), "run `make lock`"
    # A package that was not asked for by its version may word its licence anew.
    pinned = {name: licence for name, licence in found.items() if name in PINS}
    assert {name: listed()[name] for name in pinned} == pinned


def test_every_licence_lets_the_app_be_given_away() -> None:
    assert [name for name, licence in rows().items() if not PERMISSIVE.search(licence)] == []
    assert not PERMISSIVE.search("GNU Affero General Public License v3")


def dockerfile() -> list[list[str]]:
    """The instructions of the Dockerfile, in words."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [shlex.split(line, comments=False) for line in lines if line.strip()]


def test_the_image_runs_as_nobody_and_says_whether_it_is_well() -> None:
    steps = dockerfile()
    known = {"ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE"}
    assert {step[0] for step in steps} <= known | {"HEALTHCHECK", "CMD"}
    users = [step[1] for step in steps if step[0] == "USER"]
    assert users == ["downhill"]
    assert [step[0] for step in steps][-1] == "CMD"
    assert any("/_stcore/health" in " ".join(step) for step in steps if step[0] == "HEALTHCHECK")


def test_the_image_copies_what_there_is_and_leaves_the_rest() -> None:
    own = [step for step in dockerfile() if step[0] == "COPY" and not step[1].startswith("--")]
    for source in (word for step in own for word in step[1:-1]):
        assert (ROOT / source).exists(), source
    left = set((ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n"))
    assert {".git", ".venv", "tests", ".streamlit/secrets.toml"} <= left
    assert not left & {"app.py", "pages", "optim_core", "landscapes", "assets", ".streamlit"}


def test_variables_in_deployment_files_are_known() -> None:
    texts = [ROOT / "Dockerfile", *sorted(HOSTING.iterdir()), ROOT / "docs" / "hosting.md"]
    named = {
        name
        for path in texts
        for name in re.findall(r"DOWNHILL_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("pages", "optim_core")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert {name for name in named if f'"{name}"' not in code} == set()
    assert Settings.read({}) == Settings()


def test_the_cloud_gets_the_same_pins() -> None:
    path = HOSTING / "community-cloud-requirements.txt"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "==" in line]
    assert dict(line.replace("+cpu", "").split("==") for line in lines) == PINS
