"""Couriers and hands without a cluster between them: what they say, and what becomes of silence."""

import json
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import jobs_kinds
import pytest
from jobs_bench import Bench

from optim_core.jobs import Failure, JobStore, State
from optim_core.jobs.cluster import wire
from optim_core.jobs.cluster.errand import Errand
from optim_core.jobs.cluster.hand import Hand
from optim_core.jobs.cluster.setting import note_places, slots_of
from optim_core.jobs.cluster.wire import BrokenWireError, Mailbox, Message
from optim_core.jobs.database import Database
from optim_core.jobs.kinds import KINDS, JobKind
from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.minding import Minded, StopReason
from optim_core.jobs.opening import supervisor_of
from optim_core.jobs.tensor_files import pack
from optim_core.jobs.words import CutOffError, JobFailedError, LostRunError, StoppedError
from optim_core.jobs.worker import carry_out
from optim_core.jobs.worker_process import Patience
from optim_core.training import Experiment, network_entry
from optim_core.training.landscape import LandscapeRequest

Queue = deque[Any]
DEAF_ENDS = threading.Event()
KINDS_DEAF = JobKind(key="heavy", load=lambda: lambda spec, report, stop: DEAF_ENDS.wait())


class Ends:
    """One end of two queues in this process, of so many places as those of a scheduler."""

    def __init__(self, out: Queue, into: Queue) -> None:
        self.out = out
        self.into = into

    def put(self, item: wire.Item) -> bool:
        if len(self.out) >= wire.MAX_WAITING:
            time.sleep(0.001)
            return False
        self.out.append(item)
        return True

    def take(self) -> list[Any]:
        return [self.into.popleft() for _ in range(len(self.into))]


class Task:
    """A task of a hand in this process."""

    def __init__(self) -> None:
        self.over = False
        self.restarted: list[str] = []

    def is_over(self) -> bool:
        return self.over

    def ending(self) -> str:
        return "KilledWorker"

    def restart(self, worker: str) -> None:
        self.restarted.append(worker)


class Pair:
    """A run, its errand, and the ends of the mailbox on either side."""

    def __init__(self, bench: Bench, ledger: Ledger, **settings: Any) -> None:
        up: Queue = deque()
        down: Queue = deque()
        claim = ledger.claim("me")
        assert claim is not None
        self.claim: Claim = claim
        reporter = LedgerReporter(ledger, claim, "dask-0", max_bytes=1_000_000)
        self.minded = Minded(claim, reporter, time.monotonic(), threading.Event())
        self.task = Task()
        self.far = Ends(up, down)
        self.box = Mailbox(self.far)
        self.errand = Errand(Mailbox(Ends(down, up)), self.task, self.minded, 0, **settings)

    def say(self, *messages: Message) -> None:
        for message in messages:
            self.box.post(message, lambda: False)

    def hand(self, kinds: Any, **settings: Any) -> threading.Thread:
        """Do the run by a hand in another thread."""
        hand = Hand(self.box, kinds, **settings)

        def do() -> None:
            hand.do(self.claim.kind, dict(self.claim.spec), "here")
            self.task.over = True

        thread = threading.Thread(target=do)
        thread.start()
        return thread


def test_messages_arrive_in_order_and_whole_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PART_BYTES", 10)
    way: Queue = deque()
    sender, receiver = Mailbox(Ends(way, deque())), Mailbox(Ends(deque(), way))
    for size in (0, 1, 9, 10, 11, 20, 31):
        sender.post(Message("size", {"size": size}, bytes(range(size))), lambda: False)
        (message,) = receiver.take()
        assert (message.body, message.data) == ({"size": size}, bytes(range(size)))
    with pytest.raises(LostRunError):
        sender.post(Message("too much", {}, bytes(100)), lambda: True)


@pytest.mark.parametrize("item", [(2, "{}", b""), (1, "{", b""), (1, "[]", b""), (1, 2), "no"])
def test_what_nobody_of_ours_sends_is_refused(item: Any) -> None:
    with pytest.raises(BrokenWireError):
        Mailbox(Ends(deque(), deque([item]))).take()


SMALL = Experiment(
    dataset="digits_8x8",
    dataset_settings={"examples": 96},
    network="mlp",
    network_settings={"width": 4, "depth": 1},
    entries=(network_entry("momentum"), network_entry("adam")),
    seeds=(0,),
    epochs=2,
    batch_size=32,
    record_every=2,
)


def kept(bench: Bench, ledger: Ledger, *, far: bool) -> list[Any]:
    """What a training and the plane of its path leave, done here or by a hand, to the bit."""
    store = JobStore(bench.folder)
    found: list[Any] = []
    spec: dict[str, Any] = json.loads(SMALL.to_json())
    runs: list[str] = []
    for kind, artifact in (("fit", "weights"), ("landscape", "landscape")):
        if runs:
            networks = ((runs[0], 0), (runs[0], 1))
            request = LandscapeRequest(kind="paths", networks=networks, resolution=5, pictures=16)
            spec = request.to_spec()
        runs.append(store.submit(kind, spec, "ann").run)
        pair = Pair(bench, ledger)
        if far:
            thread = pair.hand(KINDS)
            result = pair.errand.follow()
            thread.join()
        else:
            reporter = pair.minded.reporter
            reporter.device = "cpu"
            result = carry_out(KINDS, kind, pair.claim.spec, reporter, lambda: False)
        assert result is not None
        ledger.finish(pair.claim, State.DONE, progress=1.0, seconds=1.0, result=result)
        found.append(store.artifact(runs[-1], artifact))
        for event in store.events(runs[-1]):
            arrays = store.arrays(runs[-1], event.number) if event.in_file else event.arrays
            found.append((event.number, event.kind, pack(arrays)))
    store.close()
    return found


def test_what_is_done_far_away_is_that_of_this_machine_to_the_bit(tmp_path: Path) -> None:
    found = []
    for far in (False, True):
        bench = Bench(tmp_path / str(far))
        ledger = Ledger(Database(bench.folder))
        found.append(kept(bench, ledger, far=far))
        ledger.database.close()
        bench.store.close()
    assert found[0] == found[1]


def test_a_worker_that_dies_is_told_though_dask_tries_again(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger)
    began = Message("began", {"worker": "there"})
    pair.say(began, Message("event", {"kind": "one", "body": {}}), began)
    with pytest.raises(CutOffError) as caught:
        pair.errand.follow()
    assert (caught.value.failure, caught.value.lost) == (Failure.CRASHED, True)
    assert [event.kind for event in bench.store.events(pair.claim.run)] == ["one"]


def test_the_last_words_count_though_the_task_is_over(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger)
    pair.task.over = True
    pair.say(
        Message("began", {"worker": "there"}), Message("ended", {"result": "{}", "progress": 1.0})
    )
    assert pair.errand.follow() == "{}"


def test_a_task_that_ends_without_a_word_has_crashed(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger)
    pair.task.over = True
    with pytest.raises(CutOffError) as caught:
        pair.errand.follow()
    assert caught.value.places == {"ending": "KilledWorker"}


def test_a_hand_that_falls_silent_is_given_up(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger, silent_seconds=0.2)
    pair.say(Message("began", {"worker": "there"}))
    with pytest.raises(CutOffError) as caught:
        pair.errand.follow()
    assert (caught.value.failure, pair.task.restarted) == (Failure.STUCK, ["there"])


def test_nonsense_ends_the_run_and_the_worker(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger)
    pair.say(Message("began", {"worker": "there"}), Message("__init__"))
    with pytest.raises(CutOffError) as caught:
        pair.errand.follow()
    assert (caught.value.failure, pair.task.restarted) == (Failure.CRASHED, ["there"])


def test_a_run_that_keeps_too_much_is_ended(bench: Bench, ledger: Ledger) -> None:
    bench.submit("heavy", numbers=200_000, gate=bench.gate())
    pair = Pair(bench, ledger)
    thread = pair.hand(jobs_kinds.KINDS)
    with pytest.raises(JobFailedError) as caught:
        pair.errand.follow()
    assert caught.value.failure is Failure.TOO_LARGE
    thread.join()


def test_a_run_that_has_not_begun_stops_at_once(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger)
    pair.minded.tell_to_stop(StopReason.CANCEL)
    with pytest.raises(StoppedError):
        pair.errand.follow()
    # A hand that begins all the same is told that nobody wants it.
    pair.hand(jobs_kinds.KINDS).join()
    assert bench.store.events(pair.claim.run) == ()


def test_a_hand_whose_courier_is_gone_stops(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait")
    pair = Pair(bench, ledger)
    thread = pair.hand(jobs_kinds.KINDS, silent_seconds=0.2)
    answer = Message("answer", {"number": 0, "progress": 0.0, "state": None})
    Mailbox(Ends(pair.far.into, deque())).post(answer, lambda: False)
    thread.join()
    assert pair.task.over


def test_a_job_that_goes_on_for_nobody_ends_its_process(
    bench: Bench, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optim_core.jobs.cluster.hand.LEAVING_SECONDS", 0.1)
    bench.submit("heavy", numbers=1, gate=bench.gate())
    pair = Pair(bench, ledger)
    left = threading.Event()
    thread = pair.hand({"heavy": KINDS_DEAF}, silent_seconds=0.1, leave=left.set)
    answer = Message("answer", {"number": 0, "progress": 0.0, "state": None})
    Mailbox(Ends(pair.far.into, deque())).post(answer, lambda: False)
    bench.eventually(left.is_set)
    DEAF_ENDS.set()
    thread.join()


def test_there_is_a_courier_for_each_place_and_one_where_nobody_has_looked(bench: Bench) -> None:
    assert slots_of(bench.folder) == ("dask-0",)
    note_places(bench.folder, 3)
    assert slots_of(bench.folder) == ("dask-0", "dask-1", "dask-2")
    note_places(bench.folder, 0)
    assert slots_of(bench.folder) == ("dask-0",)
    bench.folder.places.write_bytes(b"many")
    assert slots_of(bench.folder) == ("dask-0",)


def test_the_environment_names_the_cluster(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--scheduler" not in supervisor_of(bench.folder)._command
    monkeypatch.setenv("DOWNHILL_DASK", " tcp://127.0.0.1:8786 ")
    assert supervisor_of(bench.folder)._command[-2:] == ["--scheduler", "tcp://127.0.0.1:8786"]


def test_without_a_scheduler_the_queue_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "10ms")
    bench = Bench(tmp_path, "tcp://127.0.0.1:1")
    run = bench.submit("count", to=1)
    supervisor = bench.supervise(patience=Patience(back_off=0.01))
    assert bench.ended(run).failure is Failure.NO_WORKER
    supervisor.stop()
    bench.store.close()
