"""The app as people run it: ``streamlit run``, in a process and on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app.py"
START_SECONDS = 120.0
"""A cold start reads torch from a disk that may be slow, on cores that may be busy."""


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: Path = APP) -> Iterator[str]:
    """The address of ``app`` while it is being served; errors as of :func:`serving`."""
    with serving(app) as (address, _):
        yield address


@contextmanager
def serving(
    app: Path = APP,
    environment: Mapping[str, str] | None = None,
    *,
    output: Path | None = None,
    command: Sequence[str] = (),
) -> Iterator[tuple[str, int]]:
    """The address of ``app`` and the number of its process while it is being served.

    ``environment`` is added to our own; ``output`` is a file for what the server says;
    ``command`` serves in place of ``streamlit run``, with ``{port}`` for the port.

    Raises:
        RuntimeError: with the server's output, when it ends or does not answer in time.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    usual = ["streamlit", "run", str(app), "--server.port={port}", "--server.address=127.0.0.1"]
    asked = [part.replace("{port}", str(port)) for part in command or usual]
    with tempfile.TemporaryFile() if output is None else output.open("w+b") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", *asked],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            if not answers(server, address):
                said.seek(0)
                told = said.read().decode(errors="replace")
                raise RuntimeError(f"the server did not come up and said:\n{told}")
            yield address, server.pid
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def answers(server: subprocess.Popen[bytes], address: str) -> bool:
    """Wait until the server says that it is well; False when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return True
        except OSError:
            # Not yet, or never: an ended process is known at once, a living one is asked again.
            try:
                server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            return False
    return False
