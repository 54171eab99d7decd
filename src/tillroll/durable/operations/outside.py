"""A run as the world outside sees it, whatever its kind: one word for where it stands, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.durable.contract import Contract, Status
from tillroll.durable.explanation.explanation import is_paused
from tillroll.durable.explanation.views import withhold
from tillroll.durable.record.runs import CHAIN, is_in_line
from tillroll.durable.record.steps import read_output
from tillroll.durable.registry import Registry
from tillroll.platform.bindings.database import Row, integer, optional_text, statement, text
from tillroll.platform.json import Json, load
from tillroll.platform.services import Platform

_NEWEST: Final = f"""
  {CHAIN}
  SELECT runs.*, chain.place,
    EXISTS (SELECT 1 FROM run_waits WHERE run_id = runs.id AND ended_at IS NULL) AS waits,
    EXISTS (SELECT 1 FROM run_steps WHERE run_id = runs.id) AS has_steps
  FROM chain JOIN runs ON runs.id = chain.id
  WHERE EXISTS (SELECT 1 FROM runs AS first WHERE first.id = ?1 AND first.account_id = ?2 AND first.kind = ?3)
  ORDER BY chain.place DESC LIMIT 1
"""  # noqa: S608 - a constant


class OutsideStatus(StrEnum):
    """Where a run stands, in a word that holds for every kind."""

    STARTED = "started"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ENDED: Final = {
    Status.COMPLETE: OutsideStatus.COMPLETED,
    Status.REJECTED: OutsideStatus.REJECTED,
    Status.FAILED: OutsideStatus.FAILED,
    Status.CANCELLED: OutsideStatus.CANCELLED,
}

# The statuses in a list of runs that each of these words can stand for: a run that waits, or is paused, waits for a
# person or is under way.
LISTED_AS: Final[Mapping[OutsideStatus, Sequence[Status]]] = {
    OutsideStatus.STARTED: (Status.PROCESSING,),
    OutsideStatus.RUNNING: (Status.PROCESSING,),
    OutsideStatus.WAITING: (Status.PROCESSING, Status.NEEDS_REVIEW),
    OutsideStatus.PAUSED: (Status.PROCESSING, Status.NEEDS_REVIEW),
    **{outside: (status,) for status, outside in _ENDED.items()},
}


@dataclass(frozen=True)
class Outside:
    """`output` is the run's result where it has completed; `error` is a class and a sentence where it ended otherwise.
    Both are None where there is none."""

    status: OutsideStatus
    output: Json
    error: tuple[str, str] | None


async def find_outside(
    platform: Platform, registry: Registry, account_id: str, kind: str, run_id: str
) -> Outside | None:
    """The account's run of a kind, by the newest of those that it goes on as; None where there is no such run.

    Raises:
        OutputLost: its output is gone from the object store.
        ObjectsUnavailable: the object store does not answer.
    """
    row = await platform.database.first(statement(_NEWEST, run_id, account_id, kind))
    if row is None:
        return None
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    status = status_of(row)
    output = await _output(platform, contract, row) if status is OutsideStatus.COMPLETED else None
    return Outside(status, output, _error(registry, contract, row, status))


def status_of(row: Row) -> OutsideStatus:
    """Of a row of `runs` with `waits`, `has_steps` and `place`, the number of the run in its chain.

    A run that waits for a person, for time, for a signal or for another run waits. One of which nothing is recorded but
    its beginning has started, and so has one that waits in line for its turn.
    """
    status = Status(text(row, "status"))
    if status in _ENDED:
        return _ENDED[status]
    if is_paused(row):
        return OutsideStatus.PAUSED
    if status is Status.NEEDS_REVIEW or row["waits"]:
        return OutsideStatus.WAITING
    if is_in_line(row):
        return OutsideStatus.STARTED
    is_untouched = integer(row, "state_version") == 1 and not row["has_steps"] and integer(row, "place") == 1
    return OutsideStatus.STARTED if is_untouched else OutsideStatus.RUNNING


async def _output(platform: Platform, contract: Contract, row: Row) -> Json:
    name = contract.result or optional_text(row, "last_successful_step")
    if name is None:
        return None
    query = "SELECT output FROM run_steps WHERE run_id = ? AND step = ? AND outcome = 'completed'"
    step = await platform.database.first(statement(query, text(row, "id"), name))
    kept = None if step is None else optional_text(step, "output")
    if kept is None:
        return None
    return withhold(await read_output(platform.objects, load(kept)), contract.withheld_of(name))


def _error(registry: Registry, contract: Contract, row: Row, status: OutsideStatus) -> tuple[str, str] | None:
    if status not in {OutsideStatus.FAILED, OutsideStatus.REJECTED, OutsideStatus.CANCELLED}:
        return None
    error_class = optional_text(row, "error_class")
    if status is OutsideStatus.FAILED and error_class is not None:
        return error_class, optional_text(row, "error_summary") or ""
    state = contract.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    return status.value, registry.message_for(contract.kind, state.says, optional_text(row, "reason"))
