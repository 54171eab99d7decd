"""Tillroll against its twin in JavaScript (bench/twin) and the floor, which is the twin in bare
Python (bench/floor): on the genuine `wrangler dev`, with OCR that takes no time.

All run side by side and are measured by turns, so that noise of the machine meets all.
Usage: python -m bench.speed [--write]
"""

import http.client
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from bench import workers_ai
from bench.client import Client, Refused, Timing, submit_at_once
from bench.measuring import median, percentile, workerds
from bench.photos import unique_photos
from bench.quiet import Measurement, least_disturbed
from bench.report import parser, publish, table
from bench.worker import TWIN, BenchWorker, lay_floor
from bench.written import other_counts, written

Result = TypeVar("Result")

_WARM_UP = 30
_TURN = 10
_CLIENTS = 8
# Python against JavaScript: the name in short, the figure, the ratio aimed at, and whether more is
# better. A figure within a tenth of the floor's is good enough, too.
_TARGETS = (
    ("upload", "upload answered, p50 (ms)", 1.15, False),
    ("run", "submit to complete, p50 (ms)", 1.25, False),
    ("CPU", "CPU of workerd a run (ms)", 1.35, False),
    ("runs a second", "runs a second, 8 clients", 0.80, True),
    ("first 202", "first 202 after start (s)", 2.4, False),
)


class Turn(NamedTuple):
    """Ten uploads, one after the other, and the CPU seconds that workerd used for them."""

    timings: list[Timing]
    cpu_seconds: float


@dataclass(frozen=True)
class Plan:
    """How many undisturbed measurements of each kind are wanted, and how often each is tried at
    most.
    """

    starts: int
    turns: int
    rounds: int
    runs: int
    tries: int


@dataclass(frozen=True)
class Measured:
    """Of each kind, one value a side, in the order of the workers. Seconds, and runs a second."""

    starts: list[Measurement[list[float]]]
    turns: list[Measurement[list[Turn]]]
    throughputs: list[Measurement[list[float]]]


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--starts", type=int, default=3)
    asked.add_argument("--turns", type=int, default=20, help="of ten uploads a side")
    asked.add_argument("--rounds", type=int, default=3, help="of the throughput's measurement")
    asked.add_argument("--runs", type=int, default=200, help="in each round, by eight clients")
    asked.add_argument(
        "--tries", type=int, default=3, help="how often to try for each undisturbed measurement"
    )
    arguments = asked.parse_args()
    plan = Plan(
        arguments.starts, arguments.turns, arguments.rounds, arguments.runs, arguments.tries
    )
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        workers_ai.stand_in(Path(folder)) as ai,
        BenchWorker("Python", "src/entry.py", Path(folder) / "python", ai.address) as python,
        BenchWorker("floor", lay_floor(), Path(folder) / "floor", ai.address) as floor,
        BenchWorker("JavaScript", TWIN, Path(folder) / "twin", ai.address) as twin,
    ):
        workers = [python, floor, twin]
        measured = measure(
            workers,
            plan,
            lambda: [ai.part.pid, *(worker.group for worker in workers if worker.part)],
        )
    figures = {worker.name: _figures(measured, side) for side, worker in enumerate(workers)}
    disturbance = {
        "upload and run": max(turn.foreign_share for turn in measured.turns),
        "throughput": max(item.foreign_share for item in measured.throughputs),
        "start": max((start.foreign_share for start in measured.starts), default=0.0),
    }
    results = {"plan": asdict(plan), **figures, "most CPU taken by others": disturbance}
    said = ", ".join(
        f"{short} {figures['Python'][name] / figures['JavaScript'][name]:.2f}"
        for short, name, *_ in _TARGETS
    )
    publish("speed", said, results, _markdown(figures, disturbance), write=arguments.write)


def measure(workers: list[BenchWorker], plan: Plan, groups: Callable[[], list[int]]) -> Measured:
    photos = unique_photos()
    sides = list(range(len(workers)))
    starts = least_disturbed(
        _by_turns(lambda side: _first_answer(workers[side], next(photos)), sides),
        groups,
        plan.starts,
        plan.starts * plan.tries,
    )
    clients = [Client(worker) for worker in workers]
    for client in clients:
        for _ in range(_WARM_UP):
            client.submit(next(photos))
    turns = least_disturbed(
        _by_turns(lambda side: _turn(workers[side], clients[side], photos), sides),
        groups,
        plan.turns,
        plan.turns * plan.tries,
    )
    throughputs = least_disturbed(
        _by_turns(lambda side: _throughput(workers[side], list(islice(photos, plan.runs))), sides),
        groups,
        plan.rounds,
        plan.rounds * plan.tries,
    )
    _check_same_work(workers)
    return Measured(starts, turns, throughputs)


def _by_turns(
    measure_side: Callable[[int], Result], sides: list[int]
) -> Callable[[], list[Result]]:
    """Measure one side after the other, in the other order each time: whoever comes first meets an
    idle machine.
    """
    orders = cycle((sides, sides[::-1]))

    def turn() -> list[Result]:
        measured = {side: measure_side(side) for side in next(orders)}
        return [measured[side] for side in sides]

    return turn


def _first_answer(worker: BenchWorker, photo: bytes) -> float:
    """Start a Worker; seconds until it has taken a first upload."""
    worker.stop()
    began = time.monotonic()
    worker.start()
    while True:
        worker.check()
        client = Client(worker)
        try:
            run_id = client.upload(photo)
        except (OSError, http.client.HTTPException, Refused):
            time.sleep(0.02)  # not listening yet; check() ends this when it never will
        else:
            seconds = time.monotonic() - began
            client.wait(run_id)
            return seconds
        finally:
            client.close()


def _turn(worker: BenchWorker, client: Client, photos: Iterator[bytes]) -> Turn:
    """Upload, wait for the run's end, upload the next."""
    before = _workerd_seconds(worker)
    timings = [client.submit(photo) for photo in islice(photos, _TURN)]
    return Turn(timings, _workerd_seconds(worker) - before)


def _workerd_seconds(worker: BenchWorker) -> float:
    return sum(process.cpu_seconds for process in workerds(worker.group))


def _throughput(worker: BenchWorker, photos: Sequence[bytes]) -> float:
    """Runs a second with several clients."""
    began = time.monotonic()
    submit_at_once(worker, photos, _CLIENTS)
    return len(photos) / (time.monotonic() - began)


def _check_same_work(workers: list[BenchWorker]) -> None:
    """All must have written the same numbers of rows and objects, or they did not do the same
    work.
    """
    ours, *others = (written(worker.state) for worker in workers)
    for worker, other in zip(workers[1:], others, strict=True):
        if differing := other_counts(ours, other):
            raise SystemExit(f"{worker.name} differs in what it wrote:\n" + "\n".join(differing))


def _figures(measured: Measured, side: int) -> dict[str, float]:
    turns = [turn.result[side] for turn in measured.turns]
    timings = [timing for turn in turns for timing in turn.timings]
    uploads = [1000 * timing.upload for timing in timings]
    runs = [1000 * timing.run for timing in timings]
    return {
        "upload answered, p50 (ms)": median(uploads),
        "upload answered, p95 (ms)": percentile(uploads, 95),
        "submit to complete, p50 (ms)": median(runs),
        "submit to complete, p95 (ms)": percentile(runs, 95),
        "CPU of workerd a run (ms)": 1000 * sum(turn.cpu_seconds for turn in turns) / len(timings),
        "runs a second, 8 clients": median([item.result[side] for item in measured.throughputs]),
        "first 202 after start (s)": median([start.result[side] for start in measured.starts]),
    }


def _markdown(figures: dict[str, dict[str, float]], disturbance: dict[str, float]) -> str:
    python, floor, twin = figures["Python"], figures["floor"], figures["JavaScript"]
    targets = {name: f"{'≥' if more else '≤'} {ratio:.2f}" for _, name, ratio, more in _TARGETS}
    rows = [
        [
            name,
            f"**{python[name] / twin[name]:.2f}**",
            targets.get(name, ""),
            f"{floor[name] / twin[name]:.2f}",
            f"**{python[name] / floor[name]:.2f}**",
            *(f"{side[name]:.1f}" for side in (python, floor, twin)),
        ]
        for name in python
    ]
    others = ", ".join(f"{name} {share:.0%}" for name, share in disturbance.items())
    header = ["", "Python / JavaScript", "target", "floor / JavaScript", "Python / floor"]
    lines = table([*header, "Python", "floor", "JavaScript"], rows)
    return f"{lines}\n\nMost CPU that other processes took meanwhile, of all cores: {others}."


if __name__ == "__main__":
    main()
