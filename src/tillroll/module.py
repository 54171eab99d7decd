"""Defines what a module of Tillroll is: a folder or a file beside this one, or a package beside
`tillroll`, by its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from tillroll_durable.platform.places import at

if TYPE_CHECKING:
    from tillroll_durable.registry import Registry

T = TypeVar("T")


@dataclass(frozen=True)
class Native:
    """Routes whose bytes pass natively: a sequence at `place`, of which each path begins with
    `under`.

    `is_first`: they are imported with the Worker, so that its first request need not wait for it.
    """

    under: str
    place: str
    is_first: bool = False


@dataclass(frozen=True)
class Nudge:
    """Messages of the queue that name a row by `key`. The function at `place` takes the platform
    and the row's id.

    `by_turns`: one of a batch is worked off at a time, since several would not fit into an isolate.
    """

    key: str
    place: str
    by_turns: bool = False


@dataclass(frozen=True)
class Fill:
    """An answer at `place` to a hook, whose name begins with the module that declares it."""

    hook: str
    place: str


@dataclass(frozen=True)
class Module:
    """What others read of a folder or file of `tillroll`, or of a package beside it. Listing one
    imports nothing of it.

    All but its name are places in it: `endpoints:router` is `router` in its file `endpoints`.
    """

    name: str
    routers: tuple[str, ...] = ()
    """Routers of FastAPI. Where two match a path, the first that is listed answers."""
    natives: tuple[Native, ...] = ()
    workflows: tuple[str, ...] = ()
    """Each version of a kind, as a constant that has the kind's name: PAYOUT_BATCH, or
    PAYOUT_BATCH_V2 beside it.
    """
    by_time: tuple[str, ...] = ()
    """Those of the kinds that the code begins by time: their `Schedule` has a `cron`."""
    own_classes: tuple[str, ...] = ()
    """Those of the kinds that have a class of their own in entry.py: `has_own_class`."""
    jobs: tuple[str, ...] = ()
    """Sequences of jobs of each minute, or functions that make one for a registry."""
    nudges: tuple[Nudge, ...] = ()
    mail: tuple[str, ...] = ()
    """A function that takes a mail that comes in."""
    named: tuple[str, ...] = ()
    """What people call its things, for the audit."""
    prefetch: tuple[str, ...] = ()
    """What the snapshot of the Worker has already, though only a later call needs it."""
    settings: tuple[str, ...] = ()
    """Classes of settings. Each is checked before anything is done."""
    tables: tuple[str, ...] = ()
    """Sequences of its tables, those that refer to others first: what becomes of their rows when
    something is erased, and what a data export has of them.
    """
    retention: tuple[str, ...] = ()
    """Sequences of the kinds of data that it keeps, and for how long."""
    secrets: tuple[str, ...] = ()
    """Sequences of tables in which secrets lie encrypted."""
    audited: tuple[str, ...] = ()
    """Enums of the actions that it writes into the audit, each with what that says."""
    topics: tuple[str, ...] = ()
    """Sequences of topics of events that no run tells."""
    objects: tuple[str, ...] = ()
    """Which objects are its own, and which of them it refers to. What no module claims, the
    reconciler leaves alone.
    """
    fills: tuple[Fill, ...] = ()
    """What it answers to hooks of modules below it."""

    @property
    def path(self) -> str:
        """The dotted name by which it is imported."""
        if self.name.startswith("tillroll_"):
            return self.name
        return f"tillroll.{self.name}"

    def load(self, place: str) -> object:
        """What is at a place of the module, which is imported now."""
        return at(f"{self.path}.{place}")


class Hook(Generic[T]):
    """What a module asks of those above it, which answer by values of one type.

    The module that asks declares the hook, whose name begins with its own:
    `PROGRESS = Hook[ProgressPart]("expenses.progress")`. One that answers fills it,
    `CLAIMED = PROGRESS.fill(ProgressPart(...))`, and lists the place in `tillroll/app.py`:
    `fills=(Fill("expenses.progress", "progress:CLAIMED"),)`. So only asking imports an answer.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._filled: list[T] = []
        self._answers: tuple[T, ...] | None = None

    def fill(self, answer: T) -> T:
        """Answer what is asked; returns the answer."""
        self._filled.append(answer)
        return answer

    def answers(self) -> tuple[T, ...]:
        """What the modules answer, that of the lowest first.

        Raises:
            NoSuchAnswer: a listed place does not fill this hook.
        """
        if self._answers is None:
            self._answers = tuple(self._load())
        return self._answers

    def _load(self) -> Iterator[T]:
        from tillroll.app import MODULES  # noqa: PLC0415 - the list is made of what stands here

        for module in reversed(MODULES):
            for fill in module.fills:
                if fill.hook != self.name:
                    continue
                answer = module.load(fill.place)
                if not any(answer is each for each in self._filled):
                    raise NoSuchAnswer(f"{module.path}.{fill.place} does not fill {self.name}.")
                yield cast("T", answer)


class NoSuchAnswer(Exception):
    """A place in the list of modules does not fill the hook that it is listed for."""


KINDS: Final = Hook["Registry"]("module.kinds")
"""The kinds of workflows that are deployed: one answer."""


def kinds() -> "Registry":
    """The kinds of workflows that are deployed."""
    [registry] = KINDS.answers()
    return registry
