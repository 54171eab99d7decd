"""Which runs a list means, by one index; and one run as the world outside sees it, whatever its
kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, LiteralString

from tillroll_durable.contract import Contract
from tillroll_durable.errors import ESCALATED, FailureClass
from tillroll_durable.explanation.summary import is_paused
from tillroll_durable.platform.bindings.database import (
    Row,
    Value,
    integer,
    optional_text,
    place,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.runs import CHAIN, is_called_for, shown_state, stands_still, wants_operator
from tillroll_durable.slots import is_in_line
from tillroll_durable.states import NextSafeAction, Status
from tillroll_durable.step_records import read_output, withhold

# Ids are made beside the time that a row says, by the clock of their maker, and of two of one
# millisecond the later may have the lower one: ids are in the order of times only where these lie
# further apart than this.
_SKEW: Final = timedelta(minutes=1)
_COMMON: Final = Status.COMPLETE
_IS_RARE: Final = f"status <> '{_COMMON.value}'"  # as the index `runs_by_status` has it
# Runs that an operator has to see to: failed ones, but for those that were undone; those that ended
# otherwise while a rollback failed; and those that stand still, to which a person was called. A run
# with a result stands still where its body fails in what follows: its events are held back.
# These are the words of the index `runs_to_see_to`, which leads only where they are the same. A
# retry takes `escalated_at` away.
_NOT_UNDONE: Final = (
    f"failure_class = '{FailureClass.ROLLBACK_FAILED.value}' AND escalated_at IS NOT NULL"
)
_FAILED: Final = f"""
  status = '{Status.FAILED.value}' AND (resume_state IS NOT NULL OR escalated_at IS NOT NULL
    OR failure_class IS NULL AND next_safe_action <> '{NextSafeAction.NONE.value}')
"""
_CALLED_FOR: Final = f"""
  escalated_at IS NOT NULL AND (status = '{Status.PROCESSING.value}'
    OR status <> '{Status.FAILED.value}' AND error_class = '{ESCALATED}')
"""
_UNRESOLVED: Final = f"({_FAILED} OR {_NOT_UNDONE} OR {_CALLED_FOR})"
_WITH_FAILURES: Final = "items_failed > 0"  # as the index `runs_with_failures` has it
_BY_ATTRIBUTE: Final = "runs_by_attribute"
_BY_EXTERNAL_ID: Final = "run_external_ids"
_HAS_ATTRIBUTE: Final = (
    "(SELECT value FROM run_attributes WHERE run_id = runs.id AND name = {name}) = {value}"
)
# Bounds of ids by the time of the run: the id of the last one that is too early by more than that,
# and of the first one that is too late.
_SINCE: Final = """
  COALESCE((
    SELECT id FROM runs WHERE account_id = ?1 AND created_at < {}
    ORDER BY created_at DESC, id DESC LIMIT 1), '')
"""
_UNTIL: Final = """
  COALESCE((
    SELECT id FROM runs WHERE account_id = ?1 AND created_at >= {}
    ORDER BY created_at, id LIMIT 1), '~')
"""


@dataclass(frozen=True)
class Chosen:
    """What chooses runs; None: nothing. They were begun at `since` or later and before `until`.
    `unresolved`: something that they did, or failed at, waits for a person. `attributes` are texts
    such as "customer:42", which all hold. `external_id`: another system calls something so that
    they did there. `with_failures`: items of their maps failed.
    """

    kind: str | None = None
    subject: str | None = None
    status: Status | None = None
    state: str | None = None
    failure_class: FailureClass | None = None
    parent: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    unresolved: bool | None = None
    attributes: tuple[str, ...] = ()
    external_id: str | None = None
    with_failures: bool | None = None


@dataclass(frozen=True)
class Selection:
    """Which rows of `runs`: the tables, with the index that leads; conditions, order and limit; the
    values of both.
    """

    tables: LiteralString
    where: LiteralString
    values: Sequence[Value]


@dataclass
class _Conditions:
    """The conditions of a query while it is put together, with the values that they are numbered
    by. `run_id` is the column that the newest first are ordered by.
    """

    texts: list[LiteralString]
    values: list[Value]
    run_id: LiteralString = "id"

    def bind(self, value: Value) -> LiteralString:
        """Add a value; give the place that it has in the query."""
        self.values.append(value)
        return place(len(self.values))

    def where_equal(self, column: LiteralString, value: Value) -> None:
        """Add that a column has this value, unless that is None."""
        if value is not None:
            self.texts.append(f"{column} = {self.bind(value)}")


def query_of(
    filters: Chosen,
    account_id: str,
    only: str | None,
    before: str,
    limit: int,
    more: Sequence[LiteralString] = (),
) -> Selection:
    """The query, newest first behind the id `before`, with conditions of the code in `more`; where
    `only` is a person, of their runs alone. It names the leading index: D1 has no statistics, and a
    list must stay quick at a million runs. Of several attributes the first leads.
    """
    leading = _leading(filters, only)
    lead = _joined(filters, leading)
    conditions = _Conditions(["runs.account_id = ?1", *more], [account_id, before, limit])
    tables: LiteralString = f"runs INDEXED BY {leading}"
    if lead is not None:
        # Joined in this order, a page reads the lead's runs from where it begins, and no more than
        # it needs.
        tables = f"{lead.tables} CROSS JOIN runs ON id = lead.run_id"
        conditions.run_id = "lead.run_id"
        conditions.texts.append(f"lead.account_id = ?1 AND {lead.where}")
        conditions.values += lead.values
    _narrow(conditions, filters, only=only, leading=leading)
    _bound_time(conditions, filters)
    run_id = conditions.run_id
    where = f"{' AND '.join(conditions.texts)} ORDER BY {run_id} DESC LIMIT ?3"
    return Selection(tables, where, conditions.values)


def _narrow(conditions: _Conditions, filters: Chosen, *, only: str | None, leading: str) -> None:
    """Add what the runs themselves have to be."""
    conditions.texts += _constant_of(filters, leading)
    narrowing: dict[LiteralString, Value] = {
        "parent_run_id": filters.parent,
        "subject": filters.subject,
        "failure_class": filters.failure_class,
        "state": filters.state,
        "status": filters.status,
        "kind": filters.kind,
        "runs.person": only,
    }
    for column, value in narrowing.items():
        conditions.where_equal(column, value)
    attributes = filters.attributes
    if leading == _BY_ATTRIBUTE:
        attributes = attributes[1:]
    for each in attributes:
        name, _, value = each.partition(":")
        has_value = _HAS_ATTRIBUTE.format(name=conditions.bind(name), value=conditions.bind(value))
        conditions.texts.append(has_value)


def _bound_time(conditions: _Conditions, filters: Chosen) -> None:
    """Add when the runs were begun, and where the page begins."""
    run_id = conditions.run_id
    below: LiteralString = "?2"
    if filters.since is not None:
        first_id = _SINCE.format(conditions.bind(to_text(filters.since - _SKEW)))
        conditions.texts.append(f"{run_id} >= {first_id}")
        conditions.texts.append(f"created_at >= {conditions.bind(to_text(filters.since))}")
    if filters.until is not None:
        last_id = _UNTIL.format(conditions.bind(to_text(filters.until + _SKEW)))
        # One bound: of two, an index is searched by the first, and all between them would be read.
        below = f"min(?2, {last_id})"
        conditions.texts.append(f"created_at < {conditions.bind(to_text(filters.until))}")
    conditions.texts.append(f"{run_id} < {below}")


def _constant_of(filters: Chosen, leading: str) -> list[LiteralString]:
    """Conditions without a value."""
    constant = list[LiteralString]()
    if leading == "runs_by_status":
        constant.append(_IS_RARE)
    if filters.unresolved:
        constant.append(_UNRESOLVED)
    if filters.with_failures:
        constant.append(_WITH_FAILURES)
    return constant


def _joined(filters: Chosen, leading: str) -> Selection | None:
    """What the runs are found by beside their own table; its values are ?4 and ?5. None: nothing
    is.
    """
    if leading == _BY_EXTERNAL_ID:
        # The table is its own index, by its key.
        return Selection("run_external_ids AS lead", "lead.external_id = ?4", [filters.external_id])
    if leading == _BY_ATTRIBUTE:
        name, _, value = filters.attributes[0].partition(":")
        where = "lead.name = ?4 AND lead.value = ?5"
        return Selection(f"run_attributes AS lead INDEXED BY {_BY_ATTRIBUTE}", where, [name, value])
    return None


def _leading(filters: Chosen, only: str | None) -> LiteralString:
    """The index that leads: that of what is rarest. Each has the account, what is asked for, and
    the id, but a parent's, whose children are few. A person's runs are few beside the account's.
    Most runs are complete, so all of the account lead to these: any other status is rare, and a
    kind rarer than that. What an attribute finds can be few or most.
    """
    is_rare = filters.status not in {None, _COMMON}
    by_rarity: tuple[tuple[bool, LiteralString], ...] = (
        (filters.external_id is not None, _BY_EXTERNAL_ID),
        (filters.parent is not None, "runs_by_parent"),
        (filters.subject is not None, "runs_by_subject"),
        (only is not None, "runs_by_person"),
        (filters.failure_class is not None, "runs_by_failure"),
        (filters.unresolved is True, "runs_to_see_to"),
        (filters.with_failures is True, "runs_with_failures"),
        (is_rare, "runs_by_status"),
        (bool(filters.attributes), _BY_ATTRIBUTE),
        (filters.state is not None, "runs_by_state"),
        (filters.kind is not None, "runs_by_kind"),
        (True, "runs_by_account"),
    )
    return next(index for is_asked, index in by_rarity if is_asked)


_NEWEST_OF_CHAIN: Final = f"""
  {CHAIN}
  SELECT runs.*, chain.place,
    EXISTS (SELECT 1 FROM run_waits WHERE run_id = runs.id AND ended_at IS NULL) AS waits,
    EXISTS (SELECT 1 FROM run_steps WHERE run_id = runs.id) AS has_steps
  FROM chain JOIN runs ON runs.id = chain.id
  WHERE EXISTS (
    SELECT 1 FROM runs AS first
    WHERE first.id = ?1 AND first.account_id = ?2 AND first.kind = ?3
      AND (?4 IS NULL OR first.person = ?4))
  ORDER BY chain.place DESC LIMIT 1
"""


class OutsideStatus(StrEnum):
    """Where a run stands, in a word that holds for every kind."""

    STARTED = "started"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    NEEDS_OPERATOR = "needs_operator"
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

# The statuses in a list of runs that each of these words can stand for: a run that waits, or is
# paused, waits for a person or is under way.
LISTED_AS: Final[Mapping[OutsideStatus, Sequence[Status]]] = {
    OutsideStatus.STARTED: (Status.PROCESSING,),
    OutsideStatus.RUNNING: (Status.PROCESSING,),
    OutsideStatus.WAITING: (Status.PROCESSING, Status.NEEDS_REVIEW),
    OutsideStatus.PAUSED: (Status.PROCESSING, Status.NEEDS_REVIEW),
    OutsideStatus.NEEDS_OPERATOR: (Status.PROCESSING, Status.NEEDS_REVIEW),
    **{outside: (status,) for status, outside in _ENDED.items()},
}


@dataclass(frozen=True)
class Outside:
    """`output` is a completed run's result; `error` is class and sentence of one that ended
    otherwise.
    """

    status: OutsideStatus
    output: Json
    error: tuple[str, str] | None


async def find_outside(
    platform: Platform,
    registry: Registry,
    account_id: str,
    only: str | None,
    kind: str,
    run_id: str,
) -> Outside | None:
    """An account's run of a kind, by the newest that it goes on as; where `only` is a person, one
    of theirs. Raises OutputLost, ObjectsUnavailable.
    """
    row = await platform.database.first(
        statement(_NEWEST_OF_CHAIN, [run_id, account_id, kind, only])
    )
    if row is None:
        return None
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    status = status_of(row)
    if status is OutsideStatus.COMPLETED:
        output = await _output(platform, contract, row)
    else:
        output = None
    return Outside(status, output, _error(registry, contract, row=row, status=status))


def status_of(row: Row) -> OutsideStatus:
    """The status of a row of `runs` with `waits`, `has_steps` and `place` in its chain. Nothing but
    a beginning, or a place in line, is `started`. `needs_operator`: it stands still until a person
    acts, or a person was called because it is past its deadline.
    """
    status = Status(text(row, "status"))
    if status in _ENDED:
        return _ENDED[status]
    if is_paused(row):
        return OutsideStatus.PAUSED
    return _status_under_way(row, status)


def _status_under_way(row: Row, status: Status) -> OutsideStatus:
    if wants_operator(row) or stands_still(row):
        return OutsideStatus.NEEDS_OPERATOR
    if status is Status.NEEDS_REVIEW or row["waits"]:
        return OutsideStatus.WAITING
    if is_called_for(row):
        return OutsideStatus.NEEDS_OPERATOR
    is_untouched = (
        integer(row, "state_version") == 1 and not row["has_steps"] and integer(row, "place") == 1
    )
    if is_in_line(row) or is_untouched:
        return OutsideStatus.STARTED
    return OutsideStatus.RUNNING


async def _output(platform: Platform, contract: Contract, row: Row) -> Json:
    name = contract.result or optional_text(row, "last_successful_step")
    if name is None:
        return None
    query = "SELECT output FROM run_steps WHERE run_id = ? AND step = ? AND outcome = 'completed'"
    step = await platform.database.first(statement(query, [text(row, "id"), name]))
    stored = None if step is None else optional_text(step, "output")
    if stored is None:
        return None
    return withhold(await read_output(platform.objects, load(stored)), contract.withheld_of(name))


def _error(
    registry: Registry, contract: Contract, row: Row, status: OutsideStatus
) -> tuple[str, str] | None:
    if status not in {OutsideStatus.FAILED, OutsideStatus.REJECTED, OutsideStatus.CANCELLED}:
        return None
    error_class = optional_text(row, "error_class")
    if status is OutsideStatus.FAILED and error_class is not None:
        return error_class, optional_text(row, "error_summary") or ""
    state = shown_state(contract, row)
    return status.value, registry.message_for(
        contract.kind, state.says, optional_text(row, "reason")
    )
