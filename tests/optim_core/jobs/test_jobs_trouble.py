"""A database that is held and a disk that is full: how long pages wait, and who is told what."""

import os
from threading import Event, Thread

import jobs_kinds
import pytest
from jobs_bench import Bench

from optim_core.jobs import Denial, Failure, JobRefusedError, State, opening
from optim_core.jobs import store as stores
from optim_core.jobs.database import Database
from optim_core.jobs.folder import StoreFolder
from optim_core.jobs.ledger import Ledger
from optim_core.jobs.locks import FileLock
from optim_core.jobs.minding import Leash
from optim_core.jobs.worker import Worker


def test_who_looks_does_not_stand_behind_who_waits_to_write(bench: Bench) -> None:
    run = bench.submit("wait")
    waits, holder = Event(), Database(bench.folder)

    def cancel() -> None:
        waits.set()
        bench.store.cancel(run, "ann")

    writer = Thread(target=cancel)
    with holder.write():
        writer.start()
        waits.wait()
        for _look in range(50):
            assert bench.store.status(run).state is State.QUEUED
            assert bench.store.place_in_queue(run) == 1
        assert writer.is_alive()
    writer.join()
    assert bench.store.status(run).state is State.CANCELLED
    holder.close()


def test_a_page_waits_for_less_than_five_seconds(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At the worst one page waits for the store while it opens it, and another one for that page.
    assert opening.OPENING_SECONDS + stores.BUSY_SECONDS < 5.0
    monkeypatch.setattr(opening, "OPENING_SECONDS", 0.01)
    with opening._LOCK, pytest.raises(JobRefusedError) as opened:
        opening.open_store()
    assert opened.value.denial is Denial.BUSY
    lock = FileLock(bench.folder.opening_lock)
    assert lock.try_acquire()
    with pytest.raises(JobRefusedError) as connected:
        Database(bench.folder, busy_seconds=0.01)
    assert connected.value.denial is Denial.BUSY
    lock.release()


def test_a_worker_that_comes_up_on_a_full_disk_has_words_for_its_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.submit("count", to=1)
    bench.folder.make_reserve()
    register = Ledger.register

    def full(ledger: Ledger, *told: object) -> None:
        if bench.folder.reserve.exists():
            raise JobRefusedError(Denial.DISK_FULL)
        register(ledger, *told)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "register", full)
    monkeypatch.setattr(StoreFolder, "free_bytes", lambda folder: 1000)
    pipe, other_end = os.pipe()
    leash = Leash(pipe)
    serving = Thread(target=Worker(bench.folder, "cpu", "me", jobs_kinds.KINDS, leash).serve)
    serving.start()
    assert bench.ended(run).failure is Failure.DISK_FULL
    os.close(other_end)
    serving.join()
    os.close(pipe)


def test_a_folder_that_has_gone_has_room_to_be_made_anew(bench: Bench) -> None:
    for file in bench.folder.path.iterdir():
        file.unlink()
    bench.folder.path.rmdir()
    assert bench.store.status(bench.submit("count", to=1)).state is State.QUEUED
