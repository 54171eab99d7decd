"""What an engine is to the suite: something that is started, killed, and asked about its runs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar


class Standing(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    """It has ended without its result, also where what it did was undone."""
    CALLS_PERSON = "calls a person"
    """It stands still, and the engine's record says that a person is to act."""


@dataclass(frozen=True)
class Status:
    """What the engine tells an operator of a run.

    Attributes:
        standing: where it stands.
        says: all that the engine says of the run: its error, its reason, its explanation.
        doubts: the effects of which the engine's record says that they may have happened, or may
            have come twice.
    """

    standing: Standing
    says: str = ""
    doubts: frozenset[str] = frozenset()

    @property
    def has_ended(self) -> bool:
        """Whether it goes on by itself no more."""
        return self.standing is not Standing.RUNNING


class NotOffered(Exception):
    """The engine has no such thing; the message says what it has in its place."""


class NotReached(Exception):
    """The engine did not acknowledge what it was asked."""


class DidNotStart(Exception):
    """The engine ended, or did not answer in time; the message has the end of its log."""


class Adapter(ABC):
    """An engine with the suite's workflows, all of them behind one process or several.

    Attributes:
        name: as the table shows it.
        version: of the engine that is played.
        documented: what the engine's own pages say, by the number of the rule: the sentence in
            short, and its address. A rule that is broken there is broken as documented.
        patience_seconds: how long a run may take to come to its end, with a restart in it.
        pace_seconds: how long it takes at most, from an answer, to do what follows from it.
        store: the folder with all that outlives a kill. It can be copied while the engine is dead.
    """

    name: ClassVar[str]
    version: str
    documented: ClassVar[Mapping[int, str]] = MappingProxyType({})
    patience_seconds: float = 30.0
    pace_seconds: float = 1.5
    store: Path

    @abstractmethod
    def start(self) -> None:
        """Start all processes, and wait until they take requests. What was under way goes on.

        Raises:
            DidNotStart: it does not.
        """

    @abstractmethod
    def kill(self) -> None:
        """SIGKILL to every process, as a power cut would. All are gone afterwards."""

    @abstractmethod
    def stop(self) -> None:
        """End everything, in whatever order, and also where nothing runs."""

    @abstractmethod
    def begin(self, workflow: str, run: str) -> None:
        """Begin a run by its name, once. Return when the engine has acknowledged it.

        Raises:
            NotReached: it was not acknowledged.
        """

    @abstractmethod
    def status(self, run: str) -> Status:
        """Where a run stands.

        Raises:
            NotReached: the engine does not answer.
        """

    def signal(self, run: str, value: str) -> None:
        """Send a run the signal `go` with a value. Return when the engine has acknowledged it.

        Raises:
            NotOffered: the engine has no signals.
            NotReached: it was not acknowledged.
        """
        del run, value
        raise NotOffered("it has no signals")

    def retry(self, run: str) -> None:
        """Have a run that has failed, or stands still, go on from there, as an operator does.

        Raises:
            NotOffered: the engine has no such act.
            NotReached: it was not acknowledged.
        """
        del run
        raise NotOffered("a run that has failed cannot go on")

    def tick(self) -> None:  # noqa: B027 - most engines have none
        """Do what the platform does each minute."""
