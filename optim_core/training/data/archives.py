"""Taking known files out of archives, and nothing else."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

MAX_MEMBERS = 100
"""An archive with more entries than this is not one of ours."""


class ArchiveError(RuntimeError):
    """An archive does not hold what it should; the message says what is wrong."""


def unpack(archive: Path, wanted: Mapping[str, int], folder: Path) -> None:
    """Write the ``wanted`` members of a gzipped tar archive into ``folder``, under their own names.

    Only plain files whose name and size are exactly as wanted are read; every other entry (links,
    devices, absolute paths, ways out of the folder) is passed over. A member appears in ``folder``
    once it is whole.

    Args:
        archive: the file.
        wanted: the name of each member in the archive, with its size in bytes.
        folder: made if it is not there; members keep only the last part of their name.

    Raises:
        ArchiveError: for a broken archive, or one that lacks a wanted member.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left = dict(wanted)
    try:
        with tarfile.open(archive, "r|gz") as stream:
            for count, member in enumerate(stream):
                if count >= MAX_MEMBERS:
                    raise ArchiveError(f"{archive.name} holds more than it should.")
                if not member.isreg() or left.get(member.name) != member.size:
                    continue
                source = stream.extractfile(member)
                assert source is not None
                target = folder / Path(member.name).name
                part = target.with_suffix(".part")
                part.write_bytes(source.read(member.size))
                part.replace(target)
                del left[member.name]
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveError(f"{archive.name} is damaged.") from error
    if left:
        raise ArchiveError(f"{archive.name} lacks {', '.join(sorted(left))}.")


def gunzip(path: Path, most: int) -> bytes:
    """The content of a gzipped file.

    Raises:
        ArchiveError: when it is damaged, or holds more than ``most`` bytes.
    """
    try:
        with gzip.open(path) as stream:
            content = stream.read(most + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveError(f"{path.name} is damaged.") from error
    if len(content) > most:
        raise ArchiveError(f"{path.name} holds more than it should.")
    return content
