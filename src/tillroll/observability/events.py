"""The audit as a feed of changes in the order of their ids, and what a state's name means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from tillroll_durable.contract import Contracts
from tillroll_durable.platform.bindings.database import Database, Row, of_row, statement, text
from tillroll_durable.platform.json import Json, load_object
from tillroll_durable.registry import Registry
from tillroll_durable.states import NextSafeAction, Status

# Attempts of a failed step stand on its record only. Every join is by a primary key.
_AFTER = """
  SELECT e.id, e.stream, e.event_key, e.account_id, e.action, e.outcome, e.at, e.detail, r.kind,
    s.attempts
  FROM audit_events e
  LEFT JOIN runs r ON r.id = e.stream
  LEFT JOIN run_steps s
    ON e.action = 'step.failed' AND s.run_id = e.stream
    AND s.step = json_extract(e.detail, '$.step')
  WHERE e.id > CAST(?1 AS INTEGER) ORDER BY e.id LIMIT ?2
"""


@dataclass(frozen=True)
class Event:
    """An audit event. `kind` is the run's, None outside of runs; `attempts` are those of a failed
    step.
    """

    id: int
    stream: str
    key: str
    account_id: str
    action: str
    outcome: str
    at: str
    detail: Mapping[str, Json]
    kind: str | None
    attempts: int | None

    def said(self, name: str) -> str:
        """A text of the detail; empty where there is none."""
        value = self.detail.get(name)
        if isinstance(value, str):
            return value
        return ""

    def number(self, name: str) -> int:
        """A whole number of the detail; 0 where there is none."""
        value = self.detail.get(name)
        if isinstance(value, int | float):
            return int(value)
        return 0


async def rows_after(database: Database, position: int, limit: int) -> list[Row]:
    """Up to `limit` events with a greater id, in order. D1 has one writer, so none appears later
    below the last one.
    """
    return await database.all(statement(_AFTER, [position, limit]))


def event_of(row: Row) -> Event:
    """The event of a row of `rows_after`."""
    return of_row(Event, row, key=text(row, "event_key"), detail=load_object(text(row, "detail")))


ENDED: Final = frozenset({Status.COMPLETE, Status.REJECTED, Status.FAILED, Status.CANCELLED})

Statuses = Callable[[str, str], Status | None]
"""The status of a kind's state; None where no version that is deployed has it."""


def statuses_of(registry: Registry) -> Statuses:
    """Statuses by the deployed versions, of which a newer one's meaning counts. A kind is imported
    when it is asked for.
    """

    @cache
    def of_kind(kind: str) -> Mapping[str, Status]:
        versions = registry.versions(kind).values()
        return {state.name: state.status for each in versions for state in each.contract.states}

    return lambda kind, state: of_kind(kind).get(state)


def states_done_with(contracts: Contracts) -> frozenset[tuple[str, str]]:
    """The states, as (kind, state), in which nothing is left to be done with a run: one that failed
    was undone.
    """
    return frozenset(
        (kind, state.name)
        for (kind, _), contract in contracts.items()
        for state in contract.states
        if state.next_safe_action is NextSafeAction.NONE
    )
