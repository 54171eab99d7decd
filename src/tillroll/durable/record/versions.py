"""Contract versions that are deployed or that live runs still have, and the start of a run's instance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tillroll.durable.contract import LIVE, Contract, NextSafeAction, State, Status
from tillroll.durable.record.runs import Run, instance_id, instance_params
from tillroll.platform import log
from tillroll.platform.bindings.database import Database, DatabaseError, Row, integer, optional_text, statement, text
from tillroll.platform.bindings.engine import EngineUnavailable, InstanceExists
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

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


async def start_instance(platform: Platform, kind: str, run_id: str, generation: int) -> bool:
    """Create the engine's instance of a run. The run is recorded, so a failure here loses nothing: the reconciler
    creates what is missing, and until then the run says that it waits for the engine. True where the instance now
    exists."""
    try:
        await platform.instances_of(kind).create(instance_id(run_id, generation), instance_params(run_id, generation))
    except InstanceExists:
        return True
    except EngineUnavailable as error:
        log.warning("instance.not_created", run=run_id, kind=kind, generation=generation, error=error)
        await _note_refusal(platform, run_id, generation)
        return False
    return True


def creation_refused_at(run: Row) -> str | None:
    """Since when a run (a row of `runs`) waits for the engine to take it; None where it does not. What happened to the
    run afterwards says that the engine has it: its answer may have been lost."""
    since = optional_text(run, "creation_refused_at")
    is_live = run["status"] in LIVE and run["paused_at"] is None
    is_this_one = run["creation_refused_generation"] == run["generation"] and run["instance_confirmed_at"] is None
    return since if since is not None and is_live and is_this_one and text(run, "updated_at") <= since else None


async def _note_refusal(platform: Platform, run_id: str, generation: int) -> None:
    """Note when it was refused first. Only what is shown depends on it, so a database that fails stops nothing."""
    note = statement(
        """
        UPDATE runs SET creation_refused_generation = ?2, creation_refused_at =
          CASE WHEN creation_refused_generation = ?2 AND creation_refused_at >= updated_at THEN creation_refused_at
            ELSE ?3 END
        WHERE id = ?1 AND generation = ?2
        """,
        *(run_id, generation, to_text(platform.clock.now())),
    )
    try:
        await platform.database.batch([note])
    except DatabaseError as error:
        log.warning("instance.refusal_not_noted", run=run_id, error=error)
