"""The rows of `run_waits`: what a run waits for, what wakes it, and until when."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.database import Database, Row, Statement, statement

Kind: TypeAlias = Literal["timer", "signal", "child"]


@dataclass(frozen=True)
class Wait:
    """One wait of a run.

    Attributes:
        name: the timer's or the signal's; for a child, the id of its run.
        number: counts a run's waits of this name, from 1.
    """

    kind: Kind
    name: str
    number: int

    @property
    def prefix(self) -> str:
        """How the names of its durable steps begin."""
        return f"{self.kind} {self.name}-{self.number}"

    def id_in(self, run: Run) -> str:
        return f"{run.id}:{self.kind}-{self.name}-{self.number}"

    def event_type(self, look: int) -> str:
        """A type of its own for every look: the engine can deliver a consumed event again."""
        return f"{self.kind}-{self.name}-{self.number}-{look}"


def begin_wait(run: Run, wait: Wait, until: str | None, now: str, *, awaits: str | None = None) -> Statement:
    return statement(
        """
        INSERT INTO run_waits (id, run_id, kind, name, number, event_type, until, began_at, awaits)
        VALUES (?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?, ?)
        """,
        wait.id_in(run),
        run.id,
        wait.kind,
        wait.name,
        wait.number,
        None if wait.kind == "timer" else wait.event_type(1),
        until,
        now,
        awaits,
    )


def end_wait(run: Run, wait: Wait, outcome: str, now: str) -> Statement:
    return statement(
        "UPDATE run_waits SET ended_at = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
        now,
        outcome,
        wait.id_in(run),
    )


def close_waits(run: Run, now: str) -> Statement:
    """For the early end of a run: it waits for nothing any more."""
    return statement(
        "UPDATE run_waits SET ended_at = ?, outcome = 'ended' WHERE run_id = ? AND ended_at IS NULL", now, run.id
    )


def listen_as(run: Run, wait: Wait, look: int, *, awaits: str | None = None) -> Statement:
    """Have the run woken by the event of this look from now on; `awaits` is the run that a joined child is by now."""
    return statement(
        "UPDATE run_waits SET event_type = ?, awaits = ? WHERE id = ?", wait.event_type(look), awaits, wait.id_in(run)
    )


async def open_wait(database: Database, run_id: str) -> Row | None:
    """What the run waits for now."""
    return await database.first(statement("SELECT * FROM run_waits WHERE run_id = ? AND ended_at IS NULL", run_id))
