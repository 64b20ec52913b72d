"""Fetch a data set that does not come with the app.

    python -m optim_core.training.data.fetch cifar10

Pages call :func:`fetch` with a progress bar of their own.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from optim_core.training.data import DATASETS
from optim_core.training.data.archives import ArchiveError
from optim_core.training.data.dataset import DatasetSpec, data_folder
from optim_core.training.data.downloading import DownloadError, Progress, download

SPACE_FACTOR = 3
"""Room that must be free for each byte to fetch: the archive, and what is in it."""


def fetch(
    spec: DatasetSpec,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Put the files of ``spec`` where it looks for them; nothing when they are there.

    Args:
        spec: of ``DATASETS``.
        progress: told the bytes fetched so far and all there will be.
        stop: asked at every block.

    Raises:
        DownloadError: when a file cannot be fetched, is not what it should be, or was stopped.
    """
    if spec.present():
        return
    folder = data_folder() / spec.folder
    total, done = sum(file.size for file in spec.files), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < SPACE_FACTOR * total:
            raise DownloadError(f"There is too little room in {folder} for {spec.title}.")
        for file in spec.files:
            path = download(file, folder, progress=_onwards(progress, done, total), stop=stop)
            done += file.size
            if spec.install is not None:
                spec.install(path)
    except ArchiveError as error:
        raise DownloadError(str(error)) from error
    except OSError as error:
        raise DownloadError(f"{spec.title} could not be written into {folder}: {error}.") from error


def _onwards(progress: Progress, before: int, total: int) -> Progress:
    """Progress within one of several files, told as that of all."""
    return lambda now, _: progress(before + now, total)


def main(arguments: list[str]) -> int:
    """Fetch the data sets named; returns the exit status."""
    can = [key for key, spec in DATASETS.items() if spec.files]
    if not arguments or not set(arguments) <= set(can):
        sys.stderr.write(f"usage: python -m optim_core.training.data.fetch {' | '.join(can)}\n")
        return 2
    for key in arguments:
        try:
            fetch(DATASETS[key], progress=_show)
        except DownloadError as error:
            sys.stderr.write(f"\n{error}\n")
            return 1
        sys.stderr.write(f"\n{DATASETS[key].title} is there.\n")
    return 0


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done / 1e6:6.1f} of {total / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
