"""What runs are kept in: tensor files, locks, the queue's order, the database and its folder."""

import json
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from optim_core.jobs import Denial, JobRefusedError, UnreadableFileError
from optim_core.jobs.database import Database
from optim_core.jobs.failing import ending_of
from optim_core.jobs.folder import StoreFolder, find_folder, temporary_folder
from optim_core.jobs.locks import FileLock
from optim_core.jobs.queueing import Waiting, fair_order
from optim_core.jobs.supervisor import slots_of_environment
from optim_core.jobs.tensor_files import TYPES, pack, read_file, unpack, write_file
from optim_core.jobs.words import Failure, State

NAMES = st.text(st.characters(codec="ascii", categories=["L", "Nd"]), min_size=1, max_size=6)
ARRAYS = st.sampled_from(sorted(TYPES.values())).flatmap(
    lambda kind: arrays_of.arrays(
        np.dtype(kind), arrays_of.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    )
)


@given(st.dictionaries(NAMES, ARRAYS, max_size=4))
def test_arrays_come_back_bit_for_bit(arrays: dict[str, np.ndarray]) -> None:
    back = unpack(pack(arrays))
    assert sorted(back) == sorted(arrays)
    for name, array in arrays.items():
        assert (back[name].dtype, back[name].shape) == (array.dtype, array.shape)
        assert back[name].tobytes() == array.tobytes()
        assert not back[name].flags.writeable


def test_the_file_is_what_the_format_says() -> None:
    data = pack({"b": np.array([1, 2], dtype=np.uint8), "a": np.array([[1.5]], dtype=">f4")})
    (length,) = struct.unpack("<Q", data[:8])
    assert length % 8 == 0
    header = json.loads(data[8 : 8 + length])
    assert header["a"] == {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]}
    assert header["b"] == {"dtype": "U8", "shape": [2], "data_offsets": [4, 6]}
    assert data[8 + length :] == struct.pack("<fBB", 1.5, 1, 2)


@pytest.mark.parametrize("array", [np.array(["text"]), np.array([{}]), np.array([1j])])
def test_only_numbers_are_kept(array: np.ndarray) -> None:
    with pytest.raises(TypeError):
        pack({"x": array})


@given(st.binary(max_size=200), st.integers(0, 150), st.integers(0, 255))
def test_a_damaged_file_is_told_and_does_nothing_else(junk: bytes, at: int, byte: int) -> None:
    good = pack({"x": np.arange(5.0), "y": np.zeros((2, 2), dtype=np.int8)})
    changed = bytearray(good)
    changed[at % len(changed)] = byte
    for data in (junk, bytes(changed), good[: at % len(good)]):
        try:
            found = unpack(data)
        except UnreadableFileError:
            continue
        assert all(isinstance(array, np.ndarray) for array in found.values())


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F64", "shape": [2], "data_offsets": [0, 8]},
        {"dtype": "F64", "shape": [-1], "data_offsets": [0, -8]},
        {"dtype": "F64", "shape": [1], "data_offsets": [8, 16]},
        {"dtype": "O", "shape": [1], "data_offsets": [0, 8]},
        {"dtype": "F64", "shape": [1e400], "data_offsets": [0, 8]},
        {"shape": [1]},
        [],
        7,
    ],
)
def test_a_lying_header_is_seen(entry: object) -> None:
    header = json.dumps({"x": entry}).encode()
    with pytest.raises(UnreadableFileError):
        unpack(struct.pack("<Q", len(header)) + header + bytes(8))


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs" / "x.safetensors"
    write_file(path, pack({"x": np.ones(2)}))

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_file(path, pack({"x": np.zeros(2)}))
    assert read_file(path)["x"].tolist() == [1.0, 1.0]
    assert [file.name for file in path.parent.iterdir()] == ["x.safetensors"]


def test_a_lock_excludes_until_it_is_released(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    with one:
        assert one.try_acquire()
        assert not two.try_acquire()
        assert not two.acquire(timeout=0.0)
    assert two.acquire(timeout=0.0)
    assert not one.try_acquire()
    two.release()
    two.release()
    assert not two.held


WAITING = st.lists(
    st.builds(
        lambda visitors, begun: (tuple(visitors), begun),
        st.sets(st.sampled_from("abcd"), min_size=1, max_size=2),
        st.booleans(),
    ),
    max_size=9,
)


def queue(*runs: tuple[tuple[str, ...], bool]) -> list[Waiting]:
    return [
        Waiting(run=str(ticket), ticket=ticket, visitors=visitors, begun=begun)
        for ticket, (visitors, begun) in enumerate(runs)
    ]


@given(WAITING, st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)))
def test_the_order_names_everyone_and_is_what_taking_one_by_one_gives(
    runs: list[tuple[tuple[str, ...], bool]], served: dict[str, int]
) -> None:
    waiting = queue(*runs)
    order = fair_order(waiting, served)
    assert sorted(order) == sorted(one.run for one in waiting)
    turns = dict(served)
    for run in order:
        assert fair_order(waiting, turns)[0] == run
        taken = next(one for one in waiting if one.run == run)
        waiting.remove(taken)
        turns.update(dict.fromkeys(taken.visitors, max(turns.values(), default=0) + 1))


@given(st.lists(st.sampled_from("abcd"), max_size=12))
def test_nobodys_second_run_comes_before_anybodys_first(visitors: list[str]) -> None:
    order = fair_order(queue(*[((visitor,), False) for visitor in visitors]), {})
    first_seen = [visitors[int(run)] for run in order][: len(set(visitors))]
    assert len(set(first_seen)) == len(first_seen)


def test_who_was_served_longest_ago_is_next_and_who_was_cut_off_comes_first() -> None:
    waiting = queue((("a",), False), (("b",), False), (("c",), False), (("a",), True))
    assert fair_order(waiting, {"a": 3, "b": 2, "c": 1}) == ["3", "2", "1", "0"]


@pytest.fixture
def folder(tmp_path: Path) -> StoreFolder:
    return StoreFolder(tmp_path)


def test_damage_met_at_work_is_set_aside_once(folder: StoreFolder) -> None:
    reader, writer = Database(folder), Database(folder)
    with writer.write() as connection:
        connection.executemany("INSERT INTO notice VALUES (?, ?)", [(0.0, "x" * 500)] * 200)
    writer.read("PRAGMA wal_checkpoint(TRUNCATE)")
    size = folder.database.stat().st_size
    with folder.database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(JobRefusedError) as caught:
        reader.read("SELECT * FROM notice")
    assert caught.value.denial is Denial.DAMAGED
    # The other connection moves over to the new file without a second one being begun.
    for database in (reader, writer):
        assert database.read("SELECT * FROM notice") == []
    assert len(list(folder.path.glob("*.damaged-?"))) == 1
    reader.close()
    writer.close()


def test_a_hidden_damage_is_found_by_reading_through(folder: StoreFolder) -> None:
    database = Database(folder)
    with database.write() as connection:
        connection.executemany("INSERT INTO notice VALUES (?, ?)", [(0.0, "x" * 500)] * 200)
    database.check()
    assert len(database.read("SELECT * FROM notice")) == 200
    database.close()
    with folder.database.open("r+b") as file:
        file.seek(-4096 * 3, 2)
        file.write(b"\xff" * 4096)
    database = Database(folder)
    database.check()
    assert database.read("SELECT * FROM notice") == []
    database.close()


def test_a_folder_that_vanishes_is_made_anew(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "runs")
    database = Database(folder)
    for file in folder.path.iterdir():
        file.unlink()
    folder.path.rmdir()
    assert database.read("SELECT * FROM run") == []
    database.close()


def test_a_newer_database_is_left_alone(folder: StoreFolder) -> None:
    Database(folder).close()
    connection = sqlite3.connect(folder.database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JobRefusedError) as caught:
        Database(folder)
    assert caught.value.denial is Denial.NEWER


def test_a_full_disk_and_a_busy_database_are_told(folder: StoreFolder) -> None:
    database, other = Database(folder, busy_seconds=0.05), Database(folder)
    database.read("PRAGMA max_page_count = 1")
    with pytest.raises(JobRefusedError) as full, database.write() as connection:
        connection.execute("INSERT INTO notice VALUES (0, ?)", ("x" * 1_000_000,))
    assert full.value.denial is Denial.DISK_FULL
    with (
        other.write(),
        pytest.raises(JobRefusedError) as busy,
        database.write(),
    ):
        pass
    assert busy.value.denial is Denial.BUSY
    assert database.read("SELECT * FROM notice") == []
    database.close()
    other.close()


def test_a_transaction_that_fails_leaves_nothing(folder: StoreFolder) -> None:
    database = Database(folder)
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute("INSERT INTO notice VALUES (0, 'half')")
        raise ZeroDivisionError
    assert database.read("SELECT * FROM notice") == []
    database.close()


def test_the_folder_is_named_or_the_usual_one_or_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DOWNHILL_RUNS", str(tmp_path / "named"))
    assert find_folder().path == (tmp_path / "named").resolve()
    assert find_folder(tmp_path / "given").path == (tmp_path / "given").resolve()
    monkeypatch.delenv("DOWNHILL_RUNS")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert find_folder().path == (tmp_path / "state" / "downhill" / "runs").resolve()
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert find_folder().path == temporary_folder().resolve()
    monkeypatch.setenv("DOWNHILL_RUNS", str(tmp_path / "file" / "below"))
    with pytest.raises(JobRefusedError, match="cannot be written to"):
        find_folder()


def test_devices_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOWNHILL_DEVICES", raising=False)
    assert slots_of_environment() == ("auto",)
    monkeypatch.setenv("DOWNHILL_DEVICES", " cuda:0, cpu,,cuda:0 ")
    assert slots_of_environment() == ("cuda:0", "cpu")
    folder = StoreFolder(Path("runs"))
    assert folder.worker_lock("cuda:0") == Path("runs/worker-cuda-0.lock")


def test_every_ending_has_words() -> None:
    assert ending_of(-9) == "SIGKILL"
    assert ending_of(-200) == "signal 200"
    assert ending_of(3) == "exit code 3"
    assert all(failure.value.template.endswith(".") for failure in Failure)
    assert {state for state in State if state.active and state.ended} == set()
