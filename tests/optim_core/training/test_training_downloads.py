"""Fetching: resumed, checked, unpacked with care; against a server of this machine's own."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from optim_core.training import DATASETS
from optim_core.training.data import cifar
from optim_core.training.data.archives import ArchiveError, gunzip, unpack
from optim_core.training.data.downloading import (
    DownloadError,
    DownloadStoppedError,
    RemoteFile,
    download,
)
from optim_core.training.data.fetch import fetch, main

CONTENT = bytes(range(256)) * 4_000


class Server:
    """Serves CONTENT; ``breaks`` lists after how many bytes the next answers break off."""

    def __init__(self) -> None:
        self.breaks: list[int] = []
        self.ranges: list[str | None] = []
        self.resumes = True
        self.content = CONTENT
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                outer.ranges.append(asked)
                first = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
                if not outer.resumes:
                    first = 0
                body = outer.content[first:]
                self.send_response(206 if first else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                end = outer.breaks.pop(0) if outer.breaks else len(body)
                self.wfile.write(body[:end])

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    def file(self, content: bytes = CONTENT, size: int | None = None) -> RemoteFile:
        return RemoteFile(
            name="things.bin",
            address=f"http://127.0.0.1:{self.http.server_port}/things.bin",
            size=len(content) if size is None else size,
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def no_wait(seconds: float) -> None:
    del seconds


def test_a_file_is_fetched_once(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = download(server.file(), tmp_path / "new", progress=lambda *now: seen.append(now))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT)) and seen == sorted(seen)
    download(server.file(), tmp_path / "new")
    assert len(server.ranges) == 1
    assert [p.name for p in path.parent.iterdir()] == ["things.bin"]


def test_a_broken_download_goes_on_where_it_broke(server: Server, tmp_path: Path) -> None:
    server.breaks = [300_000, 300_000]
    waits: list[float] = []
    path = download(server.file(), tmp_path, wait=waits.append)
    assert path.read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=300000-", "bytes=600000-"]


def test_a_server_that_cannot_resume_starts_again(server: Server, tmp_path: Path) -> None:
    server.breaks, server.resumes = [500_000], False
    assert download(server.file(), tmp_path, wait=no_wait).read_bytes() == CONTENT


def test_a_server_that_cannot_resume_is_not_asked_for_ever(server: Server, tmp_path: Path) -> None:
    """Each answer begins anew and breaks off, now a little later and now a little earlier."""
    server.breaks, server.resumes = [500_000, 499_000] * 4, False
    waits: list[float] = []
    with pytest.raises(DownloadError, match="things"):
        download(server.file(), tmp_path, attempts=3, wait=waits.append)
    assert len(server.ranges) == 1 + 3


def test_an_unreachable_server_is_tried_and_told(server: Server, tmp_path: Path) -> None:
    file = server.file()
    server.http.server_close()
    waits: list[float] = []
    with pytest.raises(DownloadError, match="could not be reached"):
        download(file, tmp_path, attempts=3, wait=waits.append)
    assert waits == [1.0, 2.0]


def test_another_content_is_deleted(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(DownloadError, match="not the file its makers published"):
        download(server.file(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_more_than_announced_is_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="more of"):
        download(server.file(size=1_000), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_less_than_announced_is_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="things"):
        download(server.file(size=len(CONTENT) + 5), tmp_path, wait=no_wait)


def test_a_stopped_download_keeps_what_came(server: Server, tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(DownloadStoppedError):
        download(server.file(), tmp_path, stop=lambda: next(asked))
    assert 0 < (tmp_path / "things.bin.part").stat().st_size < len(CONTENT)
    assert download(server.file(), tmp_path).read_bytes() == CONTENT
    assert server.ranges[-1] is not None


def archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as stream:
        for member, content in members:
            member.size = len(content)
            stream.addfile(member, io.BytesIO(content))
    return path


def test_a_fetched_set_can_be_used(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNHILL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(cifar, "WHOLE_FILE", 10 * cifar.RECORD)
    names = [f"{cifar.FOLDER}/{name}" for name in (*cifar.TRAIN_FILES, cifar.TEST_FILE)]
    pictures = bytes(10 * cifar.RECORD)
    packed = archive(tmp_path / "c.tgz", *((member(name), pictures) for name in names))
    server.content = packed.read_bytes()
    spec = dataclasses.replace(DATASETS["cifar10"], files=(server.file(server.content),))
    seen: list[tuple[int, int]] = []
    fetch(spec, progress=lambda *now: seen.append(now))
    assert spec.present() and spec.download_bytes == 0
    assert seen[-1] == (len(server.content), len(server.content))
    assert len(spec.load(spec.settings({})).train) == 45
    assert [p.name for p in (tmp_path / "data").iterdir()] == [cifar.FOLDER]
    fetch(spec)
    assert len(server.ranges) == 1


def test_a_fetched_file_that_is_no_archive_is_told(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNHILL_DATA", str(tmp_path))
    spec = dataclasses.replace(DATASETS["cat_dog"], files=(server.file(),))
    with pytest.raises(DownloadError, match="damaged"):
        fetch(spec)


def test_the_command_names_what_can_be_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mnist"]) == 2
    assert "cifar10 | cat_dog | fashion_mnist" in capsys.readouterr().err


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_only_what_is_wanted_is_unpacked(tmp_path: Path) -> None:
    packed = archive(
        tmp_path / "a.tgz",
        (member("../evil"), b"x"),
        (member("/evil"), b"x"),
        (member("set/other"), b"x"),
        (member("set/good"), b"content"),
    )
    unpack(packed, {"set/good": 7}, tmp_path / "out" / "set")
    assert [p.name for p in (tmp_path / "out").rglob("*")] == ["set", "good"]
    assert (tmp_path / "out" / "set" / "good").read_bytes() == b"content"


@pytest.mark.parametrize(
    "wrong",
    [
        (member("set/good", tarfile.SYMTYPE, "/etc/passwd"), b""),
        (member("set/good", tarfile.LNKTYPE, "/etc/passwd"), b""),
        (member("set/good"), b"another size"),
    ],
)
def test_links_and_other_sizes_are_not_taken(tmp_path: Path, wrong) -> None:
    packed = archive(tmp_path / "a.tgz", wrong)
    with pytest.raises(ArchiveError, match="lacks set/good"):
        unpack(packed, {"set/good": 7}, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.tgz", (member("set/good"), bytes(100_000)))
    packed.write_bytes(packed.read_bytes()[:60])
    with pytest.raises(ArchiveError):
        unpack(packed, {"set/good": 100_000}, tmp_path / "out")


def test_a_swollen_file_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(1_000_000)))
    with pytest.raises(ArchiveError, match="more than it should"):
        gunzip(tmp_path / "bomb.gz", 1_000)
