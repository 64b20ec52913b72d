"""How a server bears a class: many tabs that think, choose experiments and move sliders.

    python -m benchmarks.load                       30 and 100 tabs, a minute each, then they leave
    python -m benchmarks.load --seconds 900         a quarter of an hour each, as in a lecture
    python -m benchmarks.load --training            30 tabs while the processor trains a network
    python -m benchmarks.load --soak 120            tabs come and go for two hours; memory's slope
    python -m benchmarks.load --dry                 prints, and saves nothing

A tab (``tabs.py``) speaks to the server as a browser does. Every two seconds or so its student
picks an experiment from the list (seven times of ten: others have picked it before, so it is
cached) or moves a slider to a place of their own. The tabs run on the same machine as the server
and share its cores with it: ``driver_cores`` says how much they took, and ``other_cores`` what was
busy besides; over 0.1 of those, times say little, but processor time per rerun still holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import describe, save
from benchmarks.processes import processor_seconds, resident_megabytes
from benchmarks.tabs import Run, Tab
from benchmarks.yardsticks import BARE_PAGE
from optim_core import Entry
from optim_core.jobs import open_store
from optim_core.training import Experiment
from tests.browser.serving import serving

THINK_SECONDS = 2.0
PRESET_SHARE = 0.7
RAMP_SECONDS = 10.0
"""In which a class opens the link."""

TABS = (30, 100)
LEFT_SECONDS = 170.0
"""After the tabs have gone: the server forgets their sessions after 120 s and then collects."""

BARE_MOVES = 200
BARE_SECONDS = 0.05
"""How often, and how long after each other, the smallest page's slider moves."""

STUDENT = "benchmark-of-load-000000"
EPOCHS = 500
"""So many that the training outlasts the lesson."""

SOAK_TABS = 12
SOAK_VISIT_SECONDS = 60.0
LIMITS = {
    "30": {"p95_milliseconds": 250.0},
    "100": {"p50_milliseconds": 150.0, "p95_milliseconds": 500.0, "p99_milliseconds": 1500.0},
    "training": {"p95_milliseconds": 500.0},
    "cached_cpu_milliseconds": 12.0,
    "uncached_cpu_milliseconds": 20.0,
    "memory_megabytes": 700.0,
    "memory_left_megabytes": 80.0,
    "soak_megabytes_a_minute": 1.0,
}
"""What is asked of a server on two cores."""


@dataclass
class Lesson:
    """What the tabs of a lesson have met."""

    loads: list[float] = field(default_factory=list)
    picks: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    kilobytes: float = 0.0
    errors: list[str] = field(default_factory=list)
    lost: int = 0

    @property
    def reruns(self) -> int:
        """Runs of the page's script in all."""
        return len(self.loads) + len(self.picks) + len(self.moves)

    def note(self, run: Run, times: list[float]) -> None:
        """Count one run."""
        times.append(run.seconds)
        self.kilobytes += run.kilobytes
        if not run.sound:
            self.errors.append("; ".join(run.errors) or f"ended with status {run.status}")


async def student(
    address: str, number: int, until: float, lesson: Lesson, *, think: float, presets: float
) -> None:
    """One tab: opens the page, then does something every ``think`` seconds."""
    chance = random.Random(number)
    try:
        async with Tab(address) as tab:
            lesson.note(await tab.open(), lesson.loads)
            while True:
                await asyncio.sleep(think * (0.5 + chance.random()))
                if time.monotonic() > until:
                    return
                if chance.random() < presets:
                    await pick(tab, chance, lesson)
                else:
                    await move(tab, chance, lesson)
    except Exception as error:
        # A tab that is lost is a result, not the end of the benchmark.
        lesson.lost += 1
        lesson.errors.append(f"{type(error).__name__}: {error}"[:200])


async def pick(tab: Tab, chance: random.Random, lesson: Lesson) -> None:
    """Choose an experiment from the list; opening it is the browser's alone."""
    lesson.note(await tab.choose("presets", chance.randrange(1_000)), lesson.picks)


async def move(tab: Tab, chance: random.Random, lesson: Lesson) -> None:
    """Let some slider go at some place."""
    sliders = sorted(
        key for key, (kind, _widget) in tab.widgets.items() if kind == "slider" and "." in key
    )
    key = chance.choice(sliders)
    lesson.note(await tab.slide(key, chance.randrange(1_000)), lesson.moves)


def machine_seconds() -> float:
    """Processor time of everything on this machine."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def milliseconds(seconds: Sequence[float], share: float) -> float | None:
    """The time that ``share`` of the answers stayed below."""
    return round(1000 * float(np.quantile(seconds, share)), 1) if seconds else None


def told(seconds: Sequence[float]) -> dict[str, float | None]:
    """Count and quantiles, for JSON."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "slowest": 1.0}
    return {"count": len(seconds)} | {
        f"{name}_milliseconds": milliseconds(seconds, share) for name, share in shares.items()
    }


def lesson_of(
    address: str,
    server: int,
    tabs: int,
    seconds: float,
    *,
    think: float = THINK_SECONDS,
    presets: float = PRESET_SHARE,
    ramp: float = RAMP_SECONDS,
) -> dict[str, Any]:
    """A lesson of ``tabs`` students, measured."""
    lesson, peak, threads = Lesson(), 0.0, 0
    before, busy, own = processor_seconds(server), machine_seconds(), time.process_time()
    began = time.monotonic()

    async def watch() -> None:
        nonlocal peak, threads
        while True:
            peak = max(peak, resident_megabytes(server))
            threads = max(threads, sum(1 for _ in Path(f"/proc/{server}/task").iterdir()))
            await asyncio.sleep(1.0)

    async def come(number: int) -> None:
        await asyncio.sleep(ramp * number / tabs)
        until = began + ramp + seconds
        await student(address, number, until, lesson, think=think, presets=presets)

    async def teach() -> None:
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(come(number) for number in range(tabs)))
        watching.cancel()

    asyncio.run(teach())
    wall = time.monotonic() - began
    spent, mine = processor_seconds(server) - before, time.process_time() - own
    return {
        "tabs": tabs,
        "seconds": round(wall, 1),
        "reruns": lesson.reruns,
        "reruns_a_second": round(lesson.reruns / wall, 1),
        "all": told(lesson.picks + lesson.moves),
        "loads": told(lesson.loads),
        "picks": told(lesson.picks),
        "moves": told(lesson.moves),
        "server_cpu_milliseconds_a_rerun": round(1000 * spent / max(1, lesson.reruns), 2),
        "kilobytes_a_rerun": round(lesson.kilobytes / max(1, lesson.reruns), 1),
        "memory_peak_megabytes": round(peak),
        "threads_peak": threads,
        "errors": len(lesson.errors),
        "first_errors": lesson.errors[:3],
        "lost_tabs": lesson.lost,
        "server_cores": round(spent / wall, 2),
        "driver_cores": round(mine / wall, 2),
        "other_cores": round((machine_seconds() - busy - mine - spent) / wall, 2),
    }


@contextmanager
def server_alone() -> Iterator[tuple[str, int, str]]:
    """A server with a run store of its own: address, process, folder of the store."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(environment={"DOWNHILL_RUNS": folder}) as (address, process),
    ):
        yield address, process, folder


async def move_bare(address: str, count: int) -> None:
    """Move the only slider of the smallest page ``count`` times."""
    async with Tab(address) as tab:
        await tab.open()
        slider = tab.id_of(next(iter(tab.widgets)))
        for number in range(count):
            await tab.rerun(pressed={slider: ("double_array_value", [float(number % 100)])})
            await asyncio.sleep(BARE_SECONDS)


def bare_milliseconds() -> float:
    """Processor milliseconds of a rerun of the smallest page with a slider, on this machine now."""
    with serving(BARE_PAGE) as (address, server):
        asyncio.run(move_bare(address, BARE_MOVES // 4))
        before = processor_seconds(server)
        asyncio.run(move_bare(address, BARE_MOVES))
        return round(1000 * (processor_seconds(server) - before) / BARE_MOVES, 2)


def class_room(sizes: Sequence[int], seconds: float, left: float) -> dict[str, Any]:
    """Lessons of each size on one server, and what is left of them when they have gone."""
    with server_alone() as (address, server, _folder):
        lesson_of(address, server, 2, 5.0, think=0.2, ramp=0.1)
        base = resident_megabytes(server)
        found: dict[str, Any] = {
            "bare_cpu_milliseconds": bare_milliseconds(),
            "memory_base_megabytes": round(base),
        }
        # Few tabs, so that nothing waits: what a rerun costs that finds, or misses, its trace.
        for name, presets in (("cached", 1.0), ("uncached", 0.0)):
            found[name] = lesson_of(address, server, 4, 20.0, think=0.3, presets=presets, ramp=1.0)
            print(name, found[name], flush=True)
        for tabs in sizes:
            found[f"{tabs}_tabs"] = lesson_of(address, server, tabs, seconds)
            print(f"{tabs} tabs", found[f"{tabs}_tabs"], flush=True)
        time.sleep(left)
        found["memory_left_megabytes"] = round(resident_megabytes(server))
        print("memory left", found["memory_left_megabytes"], "of", found["memory_base_megabytes"])
    return found


def class_and_training(seconds: float) -> dict[str, Any]:
    """A lesson of 30 while one worker trains on the processor."""
    with server_alone() as (address, server, folder):
        store = open_store(folder)
        experiment = Experiment(
            dataset="shapes", network="small_cnn", entries=(Entry("adam"),), epochs=EPOCHS
        )
        run = store.submit("fit", json.loads(experiment.to_json()), STUDENT).run
        while not store.events(run):
            time.sleep(0.2)
        found = lesson_of(address, server, 30, seconds)
        found["state_of_the_training"] = store.status(run).state.value
        store.cancel(run, STUDENT)
    print("training", found, flush=True)
    return found


def soak(minutes: float) -> dict[str, Any]:
    """Tabs that come, stay a minute and go, for ``minutes``: how memory grows."""
    samples: list[tuple[float, float]] = []
    lesson = Lesson()
    with server_alone() as (address, server, _folder):
        began = time.monotonic()
        ends = began + 60 * minutes

        async def seat(number: int) -> None:
            visits = 0
            while time.monotonic() < ends:
                until = min(ends, time.monotonic() + SOAK_VISIT_SECONDS)
                seed = number + SOAK_TABS * visits
                await student(
                    address, seed, until, lesson, think=THINK_SECONDS, presets=PRESET_SHARE
                )
                visits += 1

        async def watch() -> None:
            while True:
                samples.append((time.monotonic() - began, resident_megabytes(server)))
                await asyncio.sleep(5.0)

        async def live() -> None:
            watching = asyncio.create_task(watch())
            await asyncio.gather(*(seat(number) for number in range(SOAK_TABS)))
            watching.cancel()

        asyncio.run(live())
    # The first half fills caches, which are bounded.
    half = np.array([one for one in samples if one[0] > 30 * minutes])
    slope = float(np.polyfit(half[:, 0] / 60, half[:, 1], 1)[0]) if len(half) > 2 else None
    found = {
        "minutes": minutes,
        "reruns": lesson.reruns,
        "errors": len(lesson.errors),
        "first_errors": lesson.errors[:3],
        "memory_first_megabytes": round(samples[0][1]),
        "memory_last_megabytes": round(samples[-1][1]),
        "megabytes_a_minute": None if slope is None else round(slope, 3),
        "memory_megabytes": [round(one[1]) for one in samples[:: max(1, len(samples) // 60)]],
    }
    print("soak", found, flush=True)
    return found


def main() -> None:
    """Measure what the command line asks for, and save it."""
    told_by = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    told_by.add_argument("--tabs", type=int, nargs="+", default=list(TABS))
    told_by.add_argument("--seconds", type=float, default=60.0)
    told_by.add_argument("--left", type=float, default=LEFT_SECONDS, help="seconds to wait after")
    told_by.add_argument("--soak", type=float, metavar="MINUTES")
    told_by.add_argument("--training", action="store_true")
    told_by.add_argument("--dry", action="store_true")
    options = told_by.parse_args()
    machine = describe()
    if options.soak:
        name, found = "load-soak", soak(options.soak)
    elif options.training:
        name, found = "load-training", class_and_training(options.seconds)
    else:
        name, found = "load", class_room(options.tabs, options.seconds, options.left)
    if not options.dry:
        print(save(name, {"limits": LIMITS, **found}, machine))


if __name__ == "__main__":
    main()
