"""A database that is held: how long pages wait, and who is told what."""

from threading import Event, Thread

import pytest
from jobs_bench import Bench

from optim_core.jobs import Denial, JobRefusedError, State, opening
from optim_core.jobs import store as stores
from optim_core.jobs.database import Database
from optim_core.jobs.locks import FileLock


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
