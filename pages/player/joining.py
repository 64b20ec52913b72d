"""joined(): the scripts of ``browser/`` as one file.

Fifty small files are pleasant to read and slow to load: each names others that the browser then
asks for, six times over. The scripts keep to two forms, ``import { a, b as c } from "./other.js";``
on a line and ``export`` before a function, a class or a constant, so joining them needs no tool.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def joined(scripts: Mapping[str, str], entries: Mapping[str, str]) -> str:
    """One script that exports what ``entries`` names.

    Args:
        scripts: their texts by name, without the ``.js``.
        entries: what the whole exports, each with the script that it is of.

    Raises:
        ValueError: for an import or export in another form, a name that nobody exports, and scripts
            that import each other in a circle.
    """
    for entry, name in entries.items():
        if entry not in EXPORT.findall(scripts.get(name, "")):
            raise ValueError(f"{name}.js has no {entry}")
    bodies = {name: _body(name, text, scripts) for name, text in scripts.items()}
    wanted = {name: [other for _, other in IMPORT.findall(text)] for name, text in scripts.items()}
    try:
        order = list(TopologicalSorter(wanted).static_order())
    except CycleError as error:
        raise ValueError(f"scripts in a circle: {' '.join(error.args[1])}") from error
    last = [f"export const {{ {entry} }} = ${name};" for entry, name in entries.items()]
    return "\n".join([*(bodies[name] for name in order), *last, ""])


def _body(name: str, text: str, scripts: Mapping[str, str]) -> str:
    """The script as the constant ``$name``: an object of what it exports."""

    def taken(match: re.Match[str]) -> str:
        names, other = match[1].split(", "), match[2]
        given = EXPORT.findall(scripts.get(other, ""))
        missing = [one for one in names if one.partition(" as ")[0] not in given]
        if missing:
            raise ValueError(f"{name}.js: {other}.js has no {', '.join(missing)}")
        return f"const {{ {', '.join(one.replace(' as ', ': ') for one in names)} }} = ${other};"

    body = EXPORT.sub("", IMPORT.sub(taken, text))
    if (other := OTHER.search(body)) is not None:
        raise ValueError(f"{name}.js: not a form that can be joined: {other[0]}")
    given = ", ".join(EXPORT.findall(text))
    return f"const ${name} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"
