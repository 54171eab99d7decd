"""Which runs are meant: what names them, as conditions over `runs` that one index leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll.durable.contract import NextSafeAction, Status
from tillroll.durable.failure_classes import FailureClass
from tillroll.platform.bindings.database import Value
from tillroll.platform.clock import to_text

# Ids are made beside the time that a row says, by the clock of whoever makes them, and of two of one millisecond the
# later may have the lower one: ids are in the order of times only where these lie further apart than this.
_SKEW: Final = timedelta(minutes=1)
_COMMON: Final = Status.COMPLETE
# Runs that an operator has to see to: failed ones, but for those that were undone, and those that ended otherwise while
# a rollback failed. These are the words of the index `runs_to_see_to`, which leads only where they are the same. A
# retry takes `escalated_at` away.
_NOT_UNDONE: Final = f"failure_class = '{FailureClass.ROLLBACK_FAILED}' AND escalated_at IS NOT NULL"
_FAILED: Final = f"""
  status = '{Status.FAILED}' AND (resume_state IS NOT NULL OR escalated_at IS NOT NULL
    OR failure_class IS NULL AND next_safe_action <> '{NextSafeAction.NONE}')
"""
_UNRESOLVED: Final = f"({_FAILED} OR {_NOT_UNDONE})"
# Bounds of ids by the time of the run: the id of the last one that is too early by more than that, and of the first one
# that is too late.
_SINCE: Final = """
  COALESCE((SELECT id FROM runs WHERE account_id = ?1 AND created_at < {}
            ORDER BY created_at DESC, id DESC LIMIT 1), '')
"""
_UNTIL: Final = (
    "COALESCE((SELECT id FROM runs WHERE account_id = ?1 AND created_at >= {} ORDER BY created_at, id LIMIT 1), '~')"
)


@dataclass(frozen=True)
class Chosen:
    """What is asked for; None chooses by nothing. Times are those of a run's beginning: `since` and later, before
    `until`. `unresolved`, where true: runs that failed and were not undone, and those that ended otherwise while
    something that they did could not be undone."""

    kind: str | None = None
    subject: str | None = None
    status: Status | None = None
    state: str | None = None
    failure_class: FailureClass | None = None
    parent: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    unresolved: bool | None = None


@dataclass(frozen=True)
class Selection:
    """Which rows of `runs`: the index that leads; conditions, order and limit; the values of both."""

    index: str
    where: str
    values: Sequence[Value]


def query_of(asked: Chosen, account_id: str, before: str, limit: int, more: Sequence[str] = ()) -> Selection:
    """What is asked for, newest first behind the id `before`; `more` are further conditions, written in the code.

    What leads is decided here: there are no statistics that the database could decide by, and a list must be as quick
    at a million runs.
    """
    conditions, values = ["account_id = ?1", *more], list[Value]((account_id, before, limit))
    named: dict[str, str | None] = {
        "parent_run_id": asked.parent,
        "subject": asked.subject,
        "failure_class": asked.failure_class,
        "state": asked.state,
        "status": asked.status,
        "kind": asked.kind,
    }
    for column, value in named.items():
        if value is not None:
            values.append(value)
            conditions.append(f"{column} = ?{len(values)}")
    if asked.unresolved:
        conditions.append(_UNRESOLVED)
    below = "?2"
    if asked.since is not None:
        values += [to_text(asked.since - _SKEW), to_text(asked.since)]
        conditions += [f"id >= {_SINCE.format(f'?{len(values) - 1}')}", f"created_at >= ?{len(values)}"]
    if asked.until is not None:
        values += [to_text(asked.until + _SKEW), to_text(asked.until)]
        # One bound: of two, an index is searched by the first, and all between them would be read.
        below = f"min(?2, {_UNTIL.format(f'?{len(values) - 1}')})"
        conditions.append(f"created_at < ?{len(values)}")
    where = f"{' AND '.join([*conditions, f'id < {below}'])} ORDER BY id DESC LIMIT ?3"
    return Selection(_leading(asked), where, values)


def _leading(asked: Chosen) -> str:
    """The index that leads: that of what is rarest. Each has the account, what is asked for, and the id, but a
    parent's, whose children are few. Most runs are complete: any other status is rare, and a kind rarer than that."""
    is_rare = asked.status not in {None, _COMMON}
    by_rarity = (
        (asked.parent is not None, "runs_by_parent"),
        (asked.subject is not None, "runs_by_subject"),
        (asked.failure_class is not None, "runs_by_failure"),
        (asked.unresolved is True, "runs_to_see_to"),
        (is_rare, "runs_by_status"),
        (asked.state is not None, "runs_by_state"),
        (asked.kind is not None, "runs_by_kind"),
        (asked.status is not None, "runs_by_status"),
    )
    return next((index for is_asked, index in by_rarity if is_asked), "runs_by_account")
