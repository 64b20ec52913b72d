"""Writes docs/licences.md: ``make lock``, or ``python -m docs.licences``.

The list has every package that comes with the app when it is installed here, found by following
what each installed package says that it needs, and the licence that it declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "licences.md"

PERMISSIVE = re.compile(
    r"(Apache|BSD|MIT|ISC|PSF|Python Software|MPL|Mozilla|HPND|Unlicense|0BSD|Zlib|CC0)"
)
"""Licences that an app under Apache 2.0 may be given away with, as they are."""

HEAD = """# Licences of what comes along

Downhill itself is under the Apache License 2.0. Installing it brings these packages, unchanged,
each under its own licence. `make lock` writes this list from what is installed on a processor-only
Linux; torch's build for NVIDIA cards brings NVIDIA's own libraries besides, under NVIDIA's terms.

Plotly.js (MIT) comes along in `assets/plotly`, the licences of its parts beside it, and Streamlit's
page inside streamlit. No package needs a licence that asks for the source of the app.

| package | licence |
|---|---|
"""


def normal(name: str) -> str:
    """A package's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(wanted: Path = ROOT / "requirements.txt") -> dict[str, Distribution]:
    """Every installed package that the app needs to run, by name."""
    names = [line.partition("==")[0] for line in wanted.read_text(encoding="utf-8").split()]
    found: dict[str, Distribution] = {}
    while names:
        name = normal(names.pop())
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system
        names += list(needs_of(found[name]))
    return dict(sorted(found.items()))


def needs_of(package: Distribution) -> Iterator[str]:
    """What a package needs here, without any extras."""
    for line in package.requires or ():
        needs = Requirement(line)
        if needs.marker is None or needs.marker.evaluate({"extra": ""}):
            yield needs.name


def licence_of(package: Distribution) -> str:
    """What a package declares, in one line."""
    told = package.metadata
    expression = next(iter(told.get_all("License-Expression") or ()), "")
    if expression:
        return str(expression)
    kinds = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    free = "".join((told.get_all("License") or ())[:1]).strip().splitlines()
    return ", ".join(kinds) or (free[0][:60] if free else "")


def rows() -> dict[str, str]:
    """The licence of each package."""
    return {name: licence_of(package) for name, package in needed().items()}


def listed() -> dict[str, str]:
    """The licences that docs/licences.md tells."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return {name: licence for name, licence in (cell for cell in cells[1:] if len(cell) == 2)}


def main() -> None:
    """Write the list."""
    found = rows()
    table = "".join(f"| {name} | {licence} |\n" for name, licence in found.items())
    LIST.write_text(HEAD + table, encoding="utf-8")
    print(f"{LIST.relative_to(ROOT)}: {len(found)} packages")


if __name__ == "__main__":
    main()
