"""Quantiles, and what processes use: CPU time and memory, as Linux counts them."""

import os
import statistics
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_WATCH_SECONDS = 0.5
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Fields of /proc/PID/stat behind the command's name, counted from 0 (proc(5)): group, user and
# system time, memory.
_PARENT, _GROUP, _USER_TIME, _SYSTEM_TIME, _RESIDENT_PAGES = 1, 2, 11, 12, 21


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


class Process(NamedTuple):
    """A process as /proc shows it: CPU seconds since its start, resident bytes now."""

    id: int
    command: str
    parent: int
    group: int
    cpu_seconds: float
    resident_bytes: int


def processes() -> Iterator[Process]:
    """All processes that run now."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().partition("(")[2].rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        fields = rest.split()
        cpu = (int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])) / TICKS_PER_SECOND
        resident = int(fields[_RESIDENT_PAGES]) * _PAGE_BYTES
        yield Process(
            int(path.parent.name), name, int(fields[_PARENT]), int(fields[_GROUP]), cpu, resident
        )


def family(roots: Sequence[int]) -> list[int]:
    """The ids of these processes and of all that descend from them, also in other groups."""
    children: dict[int, list[int]] = {}
    for process in processes():
        children.setdefault(process.parent, []).append(process.id)
    found, left = list[int](), list(roots)
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


def is_alive(process: int) -> bool:
    """Whether a process runs. One that was killed keeps its id until whoever adopted it asks for
    its end, which may take minutes.
    """
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    state = text.rpartition(")")[2].split()[0]
    return state not in {"X", "Z"}


def proportional_bytes(ids: Sequence[int]) -> int:
    """What these processes hold in memory together, pages that several share counted once (Pss of
    proc(5)).
    """
    total = 0
    for process in ids:
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        total += sum(
            1024 * int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")
        )
    return total


def workerds(group: int) -> list[Process]:
    """The workerd processes of a `wrangler dev` that leads the group: the Worker's own, and
    wrangler's proxy.
    """
    return [
        process
        for process in processes()
        if process.group == group and process.command == "workerd"
    ]


def resident_bytes(group: int) -> int:
    """What the processes of a group hold in memory together."""
    return sum(process.resident_bytes for process in processes() if process.group == group)


@contextmanager
def most_resident(group: int) -> Generator[Callable[[], int]]:
    """Watch what the processes of a group hold together: yields a function that tells the most so
    far, in bytes.
    """
    most = resident_bytes(group)
    ended = Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(_WATCH_SECONDS):
            most = max(most, resident_bytes(group))

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield lambda: most
    finally:
        ended.set()
        watching.join()
