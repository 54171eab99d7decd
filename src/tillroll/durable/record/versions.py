"""Contract versions: which are deployed, and which ones live runs still have. A body stays until no live run has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tillroll.durable.contract import Contract, NextSafeAction, State, Status
from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.database import Database, integer, statement, text

# The deployed contracts by kind and version.
Contracts: TypeAlias = Mapping[tuple[str, int], Contract]

# Runs that can still execute: those under way, those that can be retried, and those that have their result but have not
# told of it yet.
LIVE_VERSIONS = """
  SELECT kind, contract_version, count(*) AS runs FROM (
    SELECT kind, contract_version FROM runs WHERE status IN ('processing', 'needs_review', 'failed')
    UNION ALL
    SELECT kind, contract_version FROM runs
    WHERE status = 'complete' AND id IN (SELECT run_id FROM outbox WHERE state = 'held')
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
    return {(contract.kind, contract.version): contract for contract in contracts}


def newest(contracts: Contracts) -> Mapping[str, Contract]:
    """The newest contract of each kind: what new runs begin under."""
    return {kind: contracts[kind, version] for kind, version in sorted(contracts)}


def shown_contract(contracts: Contracts, kind: str, version: int) -> Contract:
    """The contract that a run is shown by: its own; where that was removed too early, the newest of its kind; where
    nothing of its kind is deployed, one that knows of no step."""
    return contracts.get((kind, version)) or newest(contracts).get(kind) or _unknown(kind, version)


def _unknown(kind: str, version: int) -> Contract:
    says = "This run's workflow is not deployed any more."
    stopped = [State(name, Status.CANCELLED, says, NextSafeAction.NONE, is_terminal=True) for name in _STOPPED]
    return Contract(
        kind=kind,
        version=version,
        initial="unknown",
        states=(
            State("unknown", Status.PROCESSING, says, NextSafeAction.WAIT),
            *stopped,
        ),
        steps=(),
    )


async def live_versions(database: Database) -> list[LiveVersion]:
    rows = await database.all(statement(LIVE_VERSIONS))
    return [LiveVersion(text(row, "kind"), integer(row, "contract_version"), integer(row, "runs")) for row in rows]


def not_deployed(run: Run) -> str:
    """What is to be done about a run whose body was removed too early."""
    return f"{run.kind} version {run.contract_version} is not deployed: put its body back into the registry and deploy"
