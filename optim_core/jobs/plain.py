"""What may come in from outside: plain JSON within limits, short names, ids of a fixed form."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

from landscapes.refusal import Phrase
from optim_core.jobs.words import Denial, JobRefusedError

MAX_SPEC_BYTES = 64_000
MAX_DEPTH = 12
MAX_INTEGER = 2**53
"""Beyond it JSON readers that know only doubles would change the number."""
MAX_NAME = 80

VISITOR = re.compile(r"[A-Za-z0-9_-]{1,64}")
RUN_ID = re.compile(r"[0-9a-f]{32}")
FILE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")

Spec = dict[str, Any]


def bad_spec(reason: str | Phrase) -> JobRefusedError:
    """The refusal of a spec."""
    return JobRefusedError(Denial.BAD_SPEC, reason=reason)


def check_plain(value: object, *, depth: int = 0) -> None:
    """Refuse what JSON cannot hold exactly.

    Raises:
        JobRefusedError: for other types, numbers that are not finite or too large, and depth.
    """
    if depth > MAX_DEPTH:
        raise bad_spec(Phrase("it is nested too deeply"))
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise bad_spec(Phrase("its keys must be texts"))
            check_plain(key, depth=depth + 1)
            check_plain(item, depth=depth + 1)
    elif isinstance(value, list | tuple):
        if len(value) > MAX_SPEC_BYTES:
            raise bad_spec(Phrase("it is too long"))
        for item in value:
            check_plain(item, depth=depth + 1)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise bad_spec(Phrase("it holds a number that is not finite"))
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise bad_spec(Phrase("it holds a number that is too large"))
    elif isinstance(value, str):
        if len(value) > MAX_SPEC_BYTES:
            raise bad_spec(Phrase("it is too long"))
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise bad_spec(Phrase("it holds half a character")) from None
    elif value is not None:
        raise bad_spec(Phrase("it holds something that is neither text nor number"))


def canonical(spec: object) -> str:
    """``spec`` as JSON text that is the same for equal specs.

    Raises:
        JobRefusedError: when it is not a plain JSON object within the limits.
    """
    if not isinstance(spec, dict):
        raise bad_spec(Phrase("it is not an object with named fields"))
    check_plain(spec)
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if len(text) > MAX_SPEC_BYTES:
        raise bad_spec(Phrase("it is too long"))
    return text


def digest_of(kind: str, spec_text: str) -> str:
    """A name for what is to be computed: equal for equal kind and canonical spec."""
    return hashlib.sha256(f"{kind}\n{spec_text}".encode()).hexdigest()


def check_visitor(visitor: object) -> str:
    """``visitor`` if it has the form of a visitor's id.

    Raises:
        JobRefusedError: else.
    """
    if not isinstance(visitor, str) or not VISITOR.fullmatch(visitor):
        raise JobRefusedError(Denial.BAD_VISITOR)
    return visitor


def check_run_id(run: object) -> str:
    """``run`` if it has the form of a run's id.

    Raises:
        JobRefusedError: else.
    """
    if not isinstance(run, str) or not RUN_ID.fullmatch(run):
        raise JobRefusedError(Denial.UNKNOWN_RUN)
    return run


def check_file_name(name: str) -> str:
    """``name`` if it may name a file of a run.

    Raises:
        ValueError: else.
    """
    if not FILE_NAME.fullmatch(name):
        raise ValueError(f"a file of a run is named by small letters, not {name!r}")
    return name


def tidy_name(name: str) -> str:
    """What a visitor typed, on one line, without control characters, at most 80 characters."""
    visible = "".join(character if character.isprintable() else " " for character in name[:400])
    return " ".join(visible.split())[:MAX_NAME].rstrip()
