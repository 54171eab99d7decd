"""Periods: closed, which writes down what is in them, and opened again."""

import contextlib
from collections.abc import Sequence
from datetime import date

from pydantic import TypeAdapter

from tillroll.expenses.exported import decimal_amount
from tillroll.exports.contract import ExportParams
from tillroll.exports.lines import AS_CLOSED, Choice
from tillroll.exports.models import Audited, ClosedPeriod, ExportFilter, Late, MatchTakenBack
from tillroll.exports.repository import insert_export
from tillroll_durable import Actor, NotBegun, Statement, ValuesRefused, Workflow, begin, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    integer,
    of_row,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun

_IN_CLOSED = f"""
  FROM export_items AS closed
  WHERE closed.account_id = period.account_id AND closed.series = closing.series
    AND closed.expense_id = expenses.id AND {AS_CLOSED}
"""
# What came into a period, or was changed in it, after it had been closed; nothing counts as late
# before that is written down.
_CAME = f"""
  expenses.account_id = period.account_id
  AND expenses.date BETWEEN period.first_day AND period.last_day
  AND expenses.status IN ('ready', 'approved') AND closing.finished_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 {_IN_CLOSED})
"""
# What was closed and is in the period no more: voided, or of another day.
_LEFT = """
  closed.export_id = period.export_id AND closing.finished_at IS NOT NULL
  AND (expenses.status = 'voided' OR expenses.date NOT BETWEEN period.first_day AND period.last_day)
"""
# Of what came or was changed: a later export has it as it is now.
_CAME_HANDED_ON = f"""
  EXISTS (
    SELECT 1 FROM export_items AS closed
    JOIN exports AS later ON later.id = closed.export_id AND later.finished_at > closing.finished_at
    WHERE closed.account_id = expenses.account_id AND closed.expense_id = expenses.id
      AND closed.corrects IS NULL AND {AS_CLOSED}
  )
"""
# Of what left: a later export takes it back, or none but the closing ever had it.
_LEFT_HANDED_ON = """
  (EXISTS (
    SELECT 1 FROM export_items AS back
    JOIN exports AS later ON later.id = back.export_id AND later.finished_at > closing.finished_at
    WHERE back.account_id = expenses.account_id AND back.expense_id = expenses.id
      AND back.corrects IS NOT NULL
  ) OR NOT EXISTS (
    SELECT 1 FROM export_items AS held
    JOIN exports AS any_of ON any_of.id = held.export_id AND any_of.finished_at IS NOT NULL
    WHERE held.account_id = expenses.account_id AND held.expense_id = expenses.id
      AND held.series NOT LIKE 'period:%'
  ))
"""
# What is of its days, and in review: it is in no export.
_WAITS = """
  expenses.account_id = period.account_id
  AND expenses.date BETWEEN period.first_day AND period.last_day
  AND expenses.status = 'in_review'
  AND NOT EXISTS (
    SELECT 1 FROM export_items AS closed
    WHERE closed.export_id = period.export_id AND closed.expense_id = expenses.id
  )
"""
# Matches of its days that were accepted when it was closed, and were taken back since. One that was
# accepted again is none.
_TAKEN_BACK = """
  SELECT e.id, e.day, e.amount, e.currency, COALESCE(e.counterparty, e.words) AS name, m.undone_at
  FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id
  JOIN bank_entries e ON e.id = p.entry_id
  WHERE m.account_id = period.account_id AND m.undone_at > period.closed_at
    AND m.decided_at <= period.closed_at AND m.state = 'undone'
    AND e.day BETWEEN period.first_day AND period.last_day
    AND NOT EXISTS (SELECT 1 FROM bank_pairs o WHERE o.entry_id = e.id AND o.counts = 1
      AND o.document_id = p.document_id)
  GROUP BY e.id ORDER BY m.undone_at DESC LIMIT 50
"""
_CLOSING = "closed_periods AS period JOIN exports AS closing ON closing.id = period.export_id"

SELECT_PERIODS = f"""
  SELECT period.*, closing.finished_at,
    (SELECT COUNT(*) FROM expenses WHERE {_CAME}) + (
      SELECT COUNT(*) FROM export_items AS closed JOIN expenses ON expenses.id = closed.expense_id
      WHERE {_LEFT}
    ) AS late,
    (SELECT COUNT(*) FROM expenses WHERE {_CAME} AND NOT {_CAME_HANDED_ON}) + (
      SELECT COUNT(*) FROM export_items AS closed JOIN expenses ON expenses.id = closed.expense_id
      WHERE {_LEFT} AND NOT {_LEFT_HANDED_ON}
    ) AS late_unexported,
    (SELECT COUNT(*) FROM export_items AS closed WHERE closed.export_id = period.export_id) AS held,
    (SELECT COUNT(*) FROM expenses WHERE {_WAITS}) AS in_review,
    (SELECT json_group_array(json_object('entryId', id, 'day', day, 'amount', amount,
      'currency', currency, 'name', name, 'takenBackAt', undone_at))
     FROM ({_TAKEN_BACK})) AS taken_back
  FROM {_CLOSING}
"""


_TAKEN_BACK_LIST = TypeAdapter(list[MatchTakenBack])
_CLOSE = """
  INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, closed_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
  WHERE NOT EXISTS (
    SELECT 1 FROM closed_periods
    WHERE account_id = ?2 AND reopened_at IS NULL AND first_day <= ?4 AND last_day >= ?3
  )
"""


class NoSuchPeriod(Refusal):
    thing = "closed period"


async def close_period(
    platform: Platform, workflow: Workflow, actor: Actor, first: date, last: date
) -> ClosedPeriod:
    """Close days. An export in JSON Lines holds what is in them; it is what later exports of them
    repeat.
    """
    if last < first:
        raise ValuesRefused([("to", "It is before the first day: exchange them.")])
    if last >= platform.clock.now().date():
        raise ValuesRefused(
            [("to", "The last day is not over yet: only days that have passed can be closed.")]
        )
    period_id = new_id("per")
    days = {"from": first.isoformat(), "to": last.isoformat()}
    chosen = ExportFilter.model_validate(days)
    choice = Choice(
        actor.account_id,
        "jsonl",
        chosen=chosen,
        asked_at=to_text(platform.clock.now()),
        closes=period_id,
    )

    def rows(run: NewRun, now: str) -> Sequence[Statement]:
        detail: JsonObject = {"period": period_id, **days, "export": run.subject}
        event = actor.event(Audited.PERIOD_CLOSED, f"{period_id}:closed", at=now, detail=detail)
        closed = append_if_changed(event)
        period = statement(
            _CLOSE, [period_id, run.account_id, *days.values(), run.subject, actor.name, now]
        )
        return [insert_export(run, choice, requested_by=actor.name, now=now), period, closed]

    export_id = new_id("xpt")
    try:
        await begin(
            platform,
            workflow,
            params=ExportParams(export_id=export_id),
            actor=actor,
            key=f"asked:{export_id}",
            also=rows,
        )
    except NotBegun as error:
        raise ValuesRefused(
            [("from", "Some of these days are closed already: see the closed periods.")]
        ) from error
    return await find_period(platform.database, actor.account_id, period_id)


async def reopen_period(
    platform: Platform, actor: Actor, period_id: str, reason: str
) -> ClosedPeriod:
    """Open days again; opened twice, nothing changes. The export that closed them stays."""
    period = await find_period(platform.database, actor.account_id, period_id)
    if period.reopened_at is not None:
        return period
    now = to_text(platform.clock.now())
    event = actor.event(
        Audited.PERIOD_REOPENED, f"{period_id}:reopened", at=now, detail={"period": period_id}
    )
    query = """
      UPDATE closed_periods SET reopened_by = ?, reopened_at = ?, reopen_reason = ?
      WHERE id = ? AND reopened_at IS NULL
    """
    change = statement(query, [actor.name, now, reason, period_id])
    with contextlib.suppress(ConstraintFailed):  # somebody else has opened it meanwhile
        await platform.database.batch([change, append_if_changed(event)])
    return await find_period(platform.database, actor.account_id, period_id)


def closed_of(row: Row) -> tuple[date, date]:
    """The first and the last day of a closed period."""
    return date.fromisoformat(text(row, "first_day")), date.fromisoformat(text(row, "last_day"))


async def find_period(database: Database, account_id: str, period_id: str) -> ClosedPeriod:
    query = f"{SELECT_PERIODS} WHERE period.account_id = ? AND period.id = ?"
    row = await database.first(statement(query, [account_id, period_id]))
    if row is None:
        raise NoSuchPeriod(period_id)
    return _period(row)


async def list_periods(
    database: Database, account_id: str, before: str, limit: int
) -> list[ClosedPeriod]:
    """The account's, the one that was closed last first, behind the id `before`; also those that
    were opened again.
    """
    query = (
        f"{SELECT_PERIODS} WHERE period.account_id = ? AND period.id < ? ORDER BY period.id DESC "
        "LIMIT ?"
    )
    rows = await database.all(statement(query, [account_id, before, limit]))
    return [_period(row) for row in rows]


async def list_late(
    database: Database, account_id: str, period_id: str, cursor: str, limit: int
) -> list[Late]:
    """List what came into a period, was changed in it or left it after its closing, after the
    expense `cursor`.
    """
    await find_period(database, account_id, period_id)
    query = f"""
      SELECT expenses.id AS expense_id, expenses.merchant, expenses.date, expenses.total_minor,
        expenses.currency,
        expenses.status, late.how
      FROM (
        SELECT expenses.id,
          CASE WHEN EXISTS (
            SELECT 1 FROM export_items
            WHERE export_id = period.export_id AND expense_id = expenses.id
          ) THEN 'changed' ELSE 'added' END AS how
        FROM {_CLOSING} JOIN expenses ON {_CAME} WHERE period.account_id = ?1 AND period.id = ?2
        UNION ALL
        SELECT expenses.id, CASE expenses.status WHEN 'voided' THEN 'voided' ELSE 'moved' END
        FROM {_CLOSING} JOIN export_items AS closed ON closed.export_id = period.export_id
          JOIN expenses ON expenses.id = closed.expense_id
        WHERE {_LEFT} AND period.account_id = ?1 AND period.id = ?2
      ) AS late JOIN expenses ON expenses.id = late.id
      WHERE late.id < ?3 ORDER BY late.id DESC LIMIT ?4
    """
    rows = await database.all(statement(query, [account_id, period_id, cursor, limit]))
    return [
        of_row(
            Late,
            row,
            total=decimal_amount(integer(row, "total_minor"), text(row, "currency")) or "",
        )
        for row in rows
    ]


async def closing_of(
    database: Database, account_id: str, chosen: ExportFilter
) -> ClosedPeriod | None:
    """The closed period that all days of a filter are in; None where there is none."""
    first = chosen.first_day
    last = chosen.last_day
    if first is None or last is None:
        return None
    query = f"""
      {SELECT_PERIODS} WHERE period.account_id = ? AND period.reopened_at IS NULL
        AND period.first_day <= ? AND period.last_day >= ?
    """
    row = await database.first(statement(query, [account_id, first, last]))
    if row is None:
        return None
    return _period(row)


def _period(row: Row) -> ClosedPeriod:
    """A row of SELECT_PERIODS."""
    taken_back = _TAKEN_BACK_LIST.validate_json(text(row, "taken_back"))
    is_ready = row["finished_at"] is not None
    return of_row(ClosedPeriod, row, is_ready=is_ready, matches_taken_back=taken_back)
