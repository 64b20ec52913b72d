"""What a store answers, with a test in the worker's place: no process is started here."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jobs_kinds
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobs_bench import Bench

from optim_core.jobs import Denial, Failure, JobRefusedError, JobStore, Limits, State
from optim_core.jobs.ledger import Claim, Ledger
from optim_core.jobs.ledger_reporting import LedgerReporter
from optim_core.jobs.plain import canonical, check_run_id, tidy_name
from optim_core.jobs.retention import DAY, Retention, sweep
from optim_core.jobs.settling import settle
from optim_core.jobs.words import JobFailedError, LostRunError


def denial_of(call: Callable[[], object]) -> Denial:
    with pytest.raises(JobRefusedError) as caught:
        call()
    assert "{" not in str(caught.value)
    return caught.value.denial


def take(ledger: Ledger, token: str = "me") -> Claim:
    claim = ledger.claim(token)
    assert claim is not None
    return claim


def finish(ledger: Ledger, claim: Claim, state: State = State.DONE) -> None:
    result = '{"loss":0.5}' if state is State.DONE else None
    ledger.finish(claim, state, progress=1.0, seconds=2.0, result=result)


HOSTILE: list[Any] = [
    None,
    [],
    "steps",
    {"a": math.nan},
    {"a": math.inf},
    {1: 2},
    {"a": {1, 2}},
    {"a": b"bytes"},
    {"a": 10**30},
    {"a": "\ud800"},
    {"a": object()},
    {"a": "x" * 70_000},
    {"x" * 70_000: 1},
    {"a": list(range(70_000))},
    {str(number): number for number in range(20_000)},
]


def nested(depth: int) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    for _ in range(depth):
        spec = {"a": spec}
    return spec


@pytest.mark.parametrize("spec", [*HOSTILE, nested(100), nested(5000)], ids=lambda spec: "")
def test_a_hostile_spec_is_refused_in_words(bench: Bench, spec: object) -> None:
    assert denial_of(lambda: bench.store.submit("wait", spec, "ann")) is Denial.BAD_SPEC


@pytest.mark.parametrize("kind", ["os.system", "", None, 7, "__class__", ["wait"]])
def test_only_declared_kinds_are_run(bench: Bench, kind: Any) -> None:
    assert denial_of(lambda: bench.store.submit(kind, {}, "ann")) is Denial.UNKNOWN_KIND


@pytest.mark.parametrize("visitor", ["", "a b", "x" * 65, None, "../ann", "ann\n", "ä"])
def test_a_visitor_has_a_plain_id(bench: Bench, visitor: Any) -> None:
    assert denial_of(lambda: bench.store.submit("wait", {}, visitor)) is Denial.BAD_VISITOR


@pytest.mark.parametrize("run", ["", "../../x", "A" * 32, "0" * 32, "0" * 33, None, 4])
def test_an_unknown_run_is_told_everywhere(bench: Bench, run: Any) -> None:
    store = bench.store
    for call in (store.status, store.result):
        assert denial_of(lambda call=call: call(run)) is Denial.UNKNOWN_RUN
    for change in (store.cancel, store.pause, store.go_on, store.delete, store.watch):
        assert denial_of(lambda change=change: change(run, "ann")) is Denial.UNKNOWN_RUN
    if run != "0" * 32:
        assert denial_of(lambda: check_run_id(run)) is Denial.UNKNOWN_RUN


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), JSON, max_size=5))
def test_equal_specs_are_one_text_whatever_their_order(spec: dict[str, Any]) -> None:
    backwards = dict(reversed(list(spec.items())))
    assert canonical(spec) == canonical(backwards)


@given(st.text(max_size=300))
def test_a_name_is_one_short_line(name: str) -> None:
    tidy = tidy_name(name)
    assert len(tidy) <= 80
    assert tidy.isprintable()
    assert tidy == tidy_name(tidy)


def test_a_kind_completes_and_checks_specs(bench: Bench) -> None:
    first = bench.store.submit("even", {"number": 2}, "ann")
    same = bench.store.submit("even", {"colour": "red", "number": 2}, "bob")
    assert (same.run, same.joined) == (first.run, True)
    assert bench.store.status(first.run).spec == {"number": 2, "colour": "red"}
    with pytest.raises(JobRefusedError, match="the number must be even"):
        bench.store.submit("even", {"number": 3}, "ann")


def test_what_is_done_is_shared_and_what_failed_is_begun_anew(bench: Bench, ledger: Ledger) -> None:
    run = bench.submit("wait", "ann")
    finish(ledger, take(ledger))
    assert bench.store.submit("wait", {}, "bob").run == run
    failing = bench.submit("spoil", "ann", how="bug")
    settle_me(ledger, Failure.ERROR)
    take(ledger)
    settle_me(ledger, Failure.ERROR)
    assert bench.store.status(failing).state is State.FAILED
    assert not bench.store.submit("spoil", {"how": "bug"}, "ann").joined


def settle_me(ledger: Ledger, failure: Failure, **settings: Any) -> None:
    settle(ledger.database, token="me", failure=failure, **settings)


def test_a_queue_has_an_end_and_so_has_a_visitors_share(bench: Bench, ledger: Ledger) -> None:
    store = JobStore(bench.folder, jobs_kinds.KINDS, limits=Limits(queue=3, visitor=2))
    try:
        store.submit("count", {"to": 1}, "ann")
        store.submit("count", {"to": 2}, "ann")
        third = {"to": 3}
        assert denial_of(lambda: store.submit("count", third, "ann")) is Denial.TOO_MANY
        store.submit("count", third, "bob")
        assert denial_of(lambda: store.submit("count", {"to": 4}, "cyd")) is Denial.QUEUE_FULL
        assert store.submit("count", third, "cyd").joined
        finish(ledger, take(ledger))
        store.submit("count", {"to": 4}, "cyd")
    finally:
        store.close()


def test_a_queued_run_is_cancelled_at_once_and_by_the_last_who_wants_it(bench: Bench) -> None:
    run = bench.submit("wait", "ann")
    bench.submit("wait", "bob")
    bench.store.cancel(run, "ann")
    bench.store.cancel(run, "ann")
    assert bench.store.status(run).state is State.QUEUED
    bench.store.cancel(run, "bob")
    assert bench.store.status(run).state is State.CANCELLED
    assert bench.store.place_in_queue(run) == 0
    bench.store.cancel(run, "bob")


def test_only_watchers_change_a_run_and_a_link_alone_does_not_keep_it(bench: Bench) -> None:
    run = bench.submit("wait", "ann")
    store = bench.store
    for change in (store.cancel, store.pause, store.go_on, store.delete):
        assert denial_of(lambda change=change: change(run, "eve")) is Denial.NOT_YOURS
    assert denial_of(lambda: store.rename(run, "eve", "mine")) is Denial.NOT_YOURS
    store.watch(run, "eve")
    assert [known.id for known in store.list("eve")] == [run]
    store.cancel(run, "ann")
    assert store.status(run).state is State.CANCELLED


def test_pausing_has_its_conditions(bench: Bench, ledger: Ledger) -> None:
    store = bench.store
    plain = bench.submit("wait", "ann")
    assert denial_of(lambda: store.pause(plain, "ann")) is Denial.NOT_PAUSABLE
    assert denial_of(lambda: store.go_on(plain, "ann")) is Denial.NOT_PAUSED
    run = bench.submit("chapters", "ann", steps=1)
    bench.submit("chapters", "bob", steps=1)
    assert denial_of(lambda: store.pause(run, "ann")) is Denial.SHARED
    store.cancel(run, "bob")
    store.pause(run, "ann")
    store.pause(run, "ann")
    assert store.status(run).state is State.PAUSED
    # The very same request wakes it.
    assert store.submit("chapters", {"steps": 1}, "ann").run == run
    assert store.status(run).state is State.QUEUED
    store.pause(run, "ann")
    store.cancel(run, "ann")
    assert store.status(run).state is State.CANCELLED
    assert denial_of(lambda: store.pause(run, "ann")) is Denial.NOT_ACTIVE
    finish(ledger, take(ledger))


def test_the_wish_to_pause_can_be_taken_back(bench: Bench, ledger: Ledger) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    claim = take(ledger)
    bench.store.pause(run, "ann")
    assert (ledger.asked(claim), bench.store.status(run).stopping) == ("pause", "pause")
    bench.store.go_on(run, "ann")
    assert ledger.asked(claim) == ""


def test_who_asks_for_a_run_that_is_being_cancelled_gets_one_of_their_own(
    bench: Bench, ledger: Ledger
) -> None:
    run = bench.submit("wait", "ann")
    claim = take(ledger)
    bench.store.cancel(run, "ann")
    again = bench.store.submit("wait", {}, "bob")
    assert (again.joined, again.run == run) == (False, False)
    finish(ledger, claim, State.CANCELLED)
    assert take(ledger).run == again.run


def test_a_run_that_had_written_nothing_takes_nothing_back(bench: Bench, ledger: Ledger) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    take(ledger)
    settle_me(ledger, Failure.INTERRUPTED)
    assert bench.store.status(run).state is State.QUEUED
    assert bench.store.events(run) == ()


def test_runs_are_listed_named_and_deleted(bench: Bench, ledger: Ledger) -> None:
    store = bench.store
    run = store.submit("count", {"to": 1}, "ann", name="  my\nrun ").run
    other = bench.submit("count", "ann", to=2)
    store.submit("count", {"to": 1}, "bob")
    assert [known.id for known in store.list("ann")] == [other, run]
    assert (store.status(run).name, store.list("bob")[0].name) == ("my run", "")
    store.rename(run, "bob", "<b>bob's</b>" + "x" * 200)
    assert store.status(run, "bob").name.startswith("<b>bob's</b>xx")
    assert store.status(run, "ann").name == "my run"
    claim = take(ledger)
    reporter = LedgerReporter(ledger, claim, "cpu")
    reporter.event("small", {}, {"ones": np.ones(3)})
    reporter.event("big", {}, {"zeros": np.zeros(30_000)})
    finish(ledger, claim)
    small, big = store.events(run)
    assert (small.arrays["ones"].tolist(), small.in_file) == ([1, 1, 1], False)
    assert (big.arrays, big.in_file) == ({}, True)
    assert store.arrays(run, 2)["zeros"].shape == (30_000,)
    assert [file.name for file in bench.folder.run(run).iterdir()] == ["event.2.safetensors"]
    assert store.result(run) == {"loss": 0.5}
    assert denial_of(lambda: store.result(other)) is Denial.NO_RESULT
    store.delete(run, "ann")
    assert store.result(run) == {"loss": 0.5}
    assert [known.id for known in store.list("ann")] == [other]
    store.delete(run, "bob")
    assert denial_of(lambda: store.status(run)) is Denial.UNKNOWN_RUN
    assert store.events(run) == ()
    assert not bench.folder.run(run).exists()


def test_a_deleted_run_is_stopped_first(bench: Bench, ledger: Ledger) -> None:
    run = bench.submit("wait", "ann")
    claim = take(ledger)
    bench.store.delete(run, "ann")
    assert ledger.asked(claim) == "cancel"
    finish(ledger, claim, State.CANCELLED)
    assert sweep(ledger.database, Retention()) == [run]


def test_a_run_is_claimed_once_and_its_former_worker_can_write_no_more(
    bench: Bench, ledger: Ledger
) -> None:
    run = bench.submit("chapters", "ann", steps=1)
    claim = take(ledger)
    assert ledger.claim("another") is None
    reporter = LedgerReporter(ledger, claim, "cpu")
    reporter.event("step", {"step": 1})
    settle_me(ledger, Failure.STUCK)
    again = take(ledger, "another")
    assert again.run == run
    calls: list[Callable[[], object]] = [
        lambda: reporter.event("step", {"step": 2}),
        lambda: reporter.checkpoint({}, {}),
        lambda: reporter.artifact("weights", {}),
        lambda: ledger.tell(claim, 1.0, 0.5),
        lambda: ledger.asked(claim),
        lambda: finish(ledger, claim),
        lambda: LedgerReporter(ledger, claim, "cpu"),
    ]
    for call in calls:
        with pytest.raises(LostRunError):
            call()
    finish(ledger, again)
    assert bench.store.status(run).state is State.DONE


def test_a_run_begun_while_its_worker_was_being_ended_is_not_blamed(
    bench: Bench, ledger: Ledger
) -> None:
    stuck = bench.submit("wait", "ann")
    follower = bench.submit("count", "ann", to=1)
    finish(ledger, take(ledger), State.CANCELLED)
    take(ledger)
    settle_me(ledger, Failure.STUCK, target=stuck)
    assert bench.store.status(follower).state is State.QUEUED


def test_a_worker_that_asks_again_gives_back_what_it_had(bench: Bench, ledger: Ledger) -> None:
    run = bench.submit("wait", "ann")
    take(ledger)
    assert take(ledger).run == run


def test_a_lost_checkpoint_begins_the_run_anew(bench: Bench, ledger: Ledger) -> None:
    run = bench.submit("chapters", "ann", steps=9)
    reporter = LedgerReporter(ledger, take(ledger), "cpu")
    for step in range(1, 4):
        reporter.event("step", {"step": step})
        reporter.checkpoint({"step": step}, {"total": np.float64(step)})
    files = list(bench.folder.run(run).iterdir())
    assert len(files) == 1
    settle_me(ledger, Failure.INTERRUPTED, lost=False)
    assert bench.steps(run) == [1, 2, 3]
    going_on = LedgerReporter(ledger, take(ledger), "cpu")
    assert going_on.resume is not None
    assert (going_on.resume.state, float(going_on.resume.arrays["total"])) == ({"step": 3}, 3.0)
    settle_me(ledger, Failure.INTERRUPTED, lost=False)
    files[0].write_bytes(b"\xff" * 40)
    anew = LedgerReporter(ledger, take(ledger), "cpu")
    assert anew.resume is None
    assert bench.steps(run) == []
    anew.event("step", {"step": 1})
    assert bench.steps(run) == [1]


def test_a_run_keeps_no_more_than_it_may(bench: Bench, ledger: Ledger) -> None:
    bench.submit("wait", "ann")
    claim = take(ledger)
    reporter = LedgerReporter(
        ledger, claim, "cpu", max_bytes=5_000_000, max_checkpoint_bytes=5_000_000
    )
    for _ in range(3):
        reporter.artifact("weights", {"all": np.zeros(500_000)})
    arrays = {"all": np.zeros(700_000)}
    keeping: list[Callable[[], object]] = [
        lambda: reporter.event("more", {}, arrays),
        lambda: reporter.artifact("more", arrays),
        lambda: reporter.checkpoint({}, arrays),
    ]
    for keep in keeping:
        with pytest.raises(JobFailedError) as caught:
            keep()
        assert caught.value.failure is Failure.TOO_LARGE
    with pytest.raises(ValueError, match="too large"):
        reporter.event("much", {"text": "x" * 300_000})
    with pytest.raises(ValueError, match="JSON"):
        reporter.event("nan", {"loss": math.nan})
    with pytest.raises(ValueError, match="small letters"):
        reporter.artifact("../weights", {})


def test_old_and_large_runs_go_and_named_ones_last(bench: Bench, ledger: Ledger) -> None:
    runs = []
    for number in range(5):
        runs.append(bench.submit("count", "ann", to=number))
        claim = take(ledger)
        LedgerReporter(ledger, claim, "cpu").event("x", {}, {"x": np.zeros(10_000)})
        finish(ledger, claim)
    bench.store.rename(runs[0], "ann", "keep me")
    waiting = bench.submit("wait", "ann")
    assert sweep(ledger.database, Retention()) == []
    with ledger.database.write() as connection:
        connection.execute(
            "UPDATE run SET ended_at = ended_at - ? WHERE id = ?", (90 * DAY, runs[1])
        )
    assert sweep(ledger.database, Retention()) == [runs[1]]
    assert not bench.folder.run(runs[1]).exists()
    assert sweep(ledger.database, Retention(bytes=250_000)) == [runs[2]]
    assert sweep(ledger.database, Retention(bytes=0)) == [runs[3], runs[0]]
    assert {run.id for run in bench.store.list("ann")} == {runs[4], waiting}


def test_files_without_a_run_go_when_they_are_old(bench: Bench, ledger: Ledger) -> None:
    orphan = bench.folder.run("ab" * 16)
    orphan.mkdir(parents=True)
    stranger = bench.folder.runs / "notes"
    stranger.mkdir()
    sweep(ledger.database, Retention())
    assert orphan.exists()
    sweep(ledger.database, Retention(orphan_days=-1.0))
    assert not orphan.exists()
    assert stranger.exists()


def test_nothing_is_started_on_a_full_disk(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(type(bench.folder), "free_bytes", lambda folder: 1000)
    assert denial_of(lambda: bench.submit("wait")) is Denial.DISK_FULL
    bench.folder.make_reserve()
    assert not bench.folder.reserve.exists()
    monkeypatch.undo()
    bench.folder.make_reserve()
    assert bench.folder.reserve.stat().st_size == 1 << 20
    bench.folder.give_up_reserve()
    assert not (tmp_path / "reserve").exists()
