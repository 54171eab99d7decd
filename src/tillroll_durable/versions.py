"""Versions of contracts: the deployed ones, and those that live runs were begun under."""

from collections.abc import Iterable
from dataclasses import dataclass

from tillroll_durable.contract import Contract, Contracts, newest
from tillroll_durable.platform.bindings.database import Database, integer, of_row, statement
from tillroll_durable.states import NextSafeAction, State, Status

# Runs that can still execute: those under way, those that can be retried, those that have their
# result and an event that is not released yet, and those that are undone with one of these.
LIVE_VERSIONS = """
  SELECT kind, contract_version, count(*) AS runs FROM (
    SELECT kind, contract_version FROM runs WHERE status IN ('processing', 'needs_review', 'failed')
    UNION ALL
    SELECT kind, contract_version FROM runs
    WHERE status = 'complete' AND id IN (SELECT run_id FROM outbox WHERE state = 'held')
    UNION ALL
    SELECT kind, contract_version FROM runs WHERE id IN (
      WITH RECURSIVE below (id) AS (
        SELECT id FROM runs WHERE status IN ('processing', 'needs_review', 'failed')
        UNION
        SELECT runs.id FROM below JOIN runs ON runs.parent_run_id = below.id
        WHERE runs.status = 'complete' AND runs.undoing IS NOT NULL
          AND runs.parent_run_id IS NOT NULL
      )
      SELECT id FROM below
    ) AND status = 'complete'
  ) GROUP BY kind, contract_version
"""

# Every contract declares where a run ends that was stopped.
_STOPPED = ("cancelled", "abandoned")


@dataclass(frozen=True)
class LiveVersion:
    """How many runs that can still execute were begun under a version of a kind."""

    kind: str
    version: int
    runs: int


def by_version(contracts: Iterable[Contract]) -> Contracts:
    """The contracts by kind and version."""
    return {(contract.kind, contract.version): contract for contract in contracts}


def shown_contract(contracts: Contracts, kind: str, version: int) -> Contract:
    """A run's own contract; where that was removed, its kind's newest; for an unknown kind, one
    without steps.
    """
    return (
        contracts.get((kind, version))
        or newest(contracts).get(kind)
        or unknown_contract(kind, version)
    )


def unknown_contract(kind: str, version: int) -> Contract:
    """What a run is shown by whose kind is not deployed."""
    sentence = "This run's workflow is not deployed any more."
    stopped = [
        State(
            name,
            Status.CANCELLED,
            says=sentence,
            next_safe_action=NextSafeAction.NONE,
            is_terminal=True,
        )
        for name in _STOPPED
    ]
    states = (
        State("unknown", Status.PROCESSING, says=sentence, next_safe_action=NextSafeAction.WAIT),
        *stopped,
    )
    return Contract(kind=kind, version=version, initial="unknown", states=states, steps=())


async def live_versions(database: Database) -> list[LiveVersion]:
    """Load which versions of which kinds have live runs."""
    rows = await database.all(statement(LIVE_VERSIONS))
    return [of_row(LiveVersion, row, version=integer(row, "contract_version")) for row in rows]
