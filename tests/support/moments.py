"""The moment at which a run on the genuine stack stands still, so that a death meets it there:
before a step, or after its rows are written and before the engine knows.
"""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from tests.support.http_server import Answer, LocalServer, Request
from tests.support.own_kind import replace_in
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

_WORKER: Final = Path(__file__).parent / "moments_worker.py"
# Of the deployed Worker nothing but its patience is changed: how old a run is that is looked for in
# the engine, and what counts as the minute of books, whose limits local ones do not have.
_PATIENCE: Final = (
    (
        "tillroll_durable/_operations/instances.py",
        "PATIENCE = timedelta({})",
        "seconds=30",
        "seconds=1",
    ),
    ("tillroll/books/syncs/pacing.py", "_MINUTE: Final = timedelta({})", "minutes=1", "seconds=1"),
)
_LONGEST_SECONDS: Final = 120.0

Side: TypeAlias = Literal["before", "after"]


@dataclass
class Moment:
    """`step` is a step's name without its key. The `turn`th time that the run comes there, it
    stands still.
    """

    step: str
    side: Side
    turn: int = 1
    has_come: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        return f"{self.side} {self.step}"


class Moments(LocalServer):
    """Asked by each step of each run. One that is not known yet waits at its first step until `aim`
    says where it is to stand still; after `let_go` nothing waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[str, Moment] = {}
        self._changed = threading.Condition()
        self._is_over = True

    def begin(self) -> None:
        """From here on, runs stand still."""
        with self._changed:
            self._is_over = False

    def aim(self, moments: Mapping[str, Moment]) -> None:
        """Where runs are to stand still, by their ids."""
        with self._changed:
            self._of.update(moments)
            self._changed.notify_all()

    def wait(self) -> None:
        """Until each run has come to its moment."""
        of = [*self._of.items()]
        wait_until(
            lambda: all(moment.has_come.is_set() for _, moment in of), "all runs to stand still"
        )

    def let_go(self) -> None:
        with self._changed:
            self._is_over = True
            self._of.clear()
            self._changed.notify_all()

    def answer_alone(self, request: Request) -> Answer:
        """Many stand still at a time."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        run_id, step, side = (
            unquote(part) for part in urlsplit(request.target).path[1:].split("/")
        )
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or run_id in self._of, _LONGEST_SECONDS)
            moment = self._of.get(run_id)
            if moment is not None and (step.partition("[")[0], side) == (moment.step, moment.side):
                moment.turn -= 1
                if moment.turn == 0:
                    moment.has_come.set()
                if moment.turn <= 0:
                    self._changed.wait_for(lambda: self._is_over, _LONGEST_SECONDS)
        return Answer()


@contextmanager
def stack_of_moments(
    state: Path, moments: Moments, variables: Mapping[str, str] | None = None
) -> Generator[RunningStack]:
    """A started stack of the deployed sources, whose runs stand still as `moments` says."""

    def change(source: Path) -> None:
        for file, said, there, here in _PATIENCE:
            replace_in(source / file, said.format(there), said.format(here))
        replace_in(source / _WORKER.name, '"MOMENTS_URL"', f'"{moments.url}"')

    with own_stack(state, main=_WORKER, change=change, variables=variables) as (stack, _):
        yield stack


def fire_cron_until_ended(
    stack: RunningStack, kind: str, seconds: float = 2 * PATIENCE_SECONDS
) -> None:
    """Fire the cron, more often than once a minute, until no run of a kind goes on."""
    query = (
        f"SELECT id, state, error_summary FROM runs WHERE kind = '{kind}' AND status = 'processing'"
    )

    def has_ended() -> bool:
        stack.fire_cron()
        return not stack.d1(query)

    try:
        wait_until(has_ended, f"every {kind} to end", seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}; still open: {stack.d1(query)}") from error
