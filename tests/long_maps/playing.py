"""One circular on the genuine stack, and what it took."""

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from tests.long_maps.mailing.workflow import MAIL
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.own_kind import add_kind
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack

_FOLDER = Path(__file__).parent
_LOOK_SECONDS = 2.0
# What a single item may take at most, on a machine that others use too.
_PATIENCE_FOR_ITEM_SECONDS = 0.2
_MB = 1024 * 1024
# The last thousand may take so much longer than the first, and memory may grow by so much.
MOST_TIME = 1.5
MOST_GROWTH_MB = 8.0


class Office(LocalServer):
    """POST hands a mail in, GET /{key} tells of it. `mails` counts by idempotency key."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: Counter[str] = Counter()
        self._counting = threading.Lock()

    def answer_alone(self, request: Request) -> Answer:
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        if request.method == "GET":
            key = request.target.rpartition("/")[2]
            if key not in self.mails:
                return Answer(HTTPStatus.NOT_FOUND, "{}")
            return Answer(content="{}")
        with self._counting:
            self.mails[request.headers["idempotency-key"]] += 1
        return Answer(content=json.dumps({"taken": True}))


@dataclass
class Course:
    """What a circular took.

    Attributes:
        seconds: for each thousand items, in their order of completion.
        memory_mb: by generation, the most that Python had in use while it was under way.
        generations: instances that went on with the run.
        mails: how many were handed in, and how many keys they had.
    """

    seconds: list[float] = field(default_factory=list[float])
    memory_mb: dict[int, float] = field(default_factory=dict[int, float])
    generations: int = 0
    mails: tuple[int, int] = (0, 0)

    def faults(self, count: int) -> list[str]:
        """What a person must look at; none where it is proven."""
        faults: list[str] = []
        if self.mails != (count, count):
            faults.append(
                f"{self.mails[0]} mails of {self.mails[1]} keys, and not {count} of {count}"
            )
        if len(self.seconds) > 1 and self.seconds[-1] > MOST_TIME * self.seconds[0]:
            faults.append(
                f"the last thousand took {self.seconds[-1]:.1f} s, the first {self.seconds[0]:.1f} "
                "s"
            )
        growth = self._growth_mb()
        if growth > MOST_GROWTH_MB:
            faults.append(f"memory in use grew by {growth:.1f} MB from the second generation on")
        return faults

    def _growth_mb(self) -> float:
        """From the second generation to the last but one: the last holds all ends, which its body
        is given."""
        middle = [self.memory_mb[each] for each in sorted(self.memory_mb)][1:-1]
        if len(middle) < 2:
            return 0.0
        return middle[-1] - middle[0]


def play(folder: Path, count: int, say: Callable[[str], None]) -> Course:
    """Mail a circular of so many. Raises AssertionError: it does not come to its end in time."""
    with (
        Office() as office,
        own_stack(
            folder,
            main=_FOLDER / "worker.py",
            change=_add_circular,
        ) as (stack, _),
    ):
        body = {"office": f"{office.url}/mails", "count": count}
        answer = stack.ask("/api/workflows/circular/trigger", **body).raise_for_status()
        run_id = str(answer.json()["id"])
        course = _watched(stack, run_id, count, say)
        course.mails = (office.mails.total(), len(office.mails))
        return course


def _add_circular(source: Path) -> None:
    add_kind(source, _FOLDER / "mailing", "CIRCULAR")


def _watched(stack: RunningStack, run_id: str, count: int, say: Callable[[str], None]) -> Course:
    course = Course()
    deadline = time.monotonic() + PATIENCE_SECONDS + count * _PATIENCE_FOR_ITEM_SECONDS
    run = _run(stack, run_id)
    while run["status"] == "processing":
        assert time.monotonic() < deadline, f"it stands still in generation {run['generation']}"
        time.sleep(_LOOK_SECONDS)
        in_use = httpx.get(f"{stack.url}/api/test/memory", timeout=PATIENCE_SECONDS).json()["inUse"]
        run = _run(stack, run_id)
        generation = int(run["generation"])
        course.memory_mb[generation] = max(course.memory_mb.get(generation, 0.0), in_use / _MB)
        say(f"generation {generation}, {in_use / _MB:.1f} MB in use")
    assert run["state"] == "completed", f"the run has ended in {run['state']}"
    course.generations = int(run["generation"])
    course.seconds = _seconds_of_thousands(_ends(stack, run_id))
    return course


def _run(stack: RunningStack, run_id: str) -> dict[str, Any]:
    # An id.
    query = f"SELECT status, state, generation FROM runs WHERE id = '{run_id}'"
    [run] = stack.d1(query)
    return run


def _ends(stack: RunningStack, run_id: str) -> list[datetime]:
    """When items ended, in their order, with the beginning of the run before them."""
    # An id.
    begun = stack.d1(f"SELECT created_at AS at FROM runs WHERE id = '{run_id}'")
    query = f"""
      SELECT ended_at AS at FROM run_steps
      WHERE run_id = '{run_id}' AND step >= '{MAIL.name}[' ORDER BY ended_at
    """
    rows = [*begun, *stack.d1(query)]
    return [datetime.fromisoformat(str(row["at"])).astimezone(UTC) for row in rows]


def _seconds_of_thousands(ends: Sequence[datetime]) -> list[float]:
    bounds = [*ends[::1000]]
    pairs = itertools.pairwise(bounds)
    return [(end - begin).total_seconds() for begin, end in pairs]
