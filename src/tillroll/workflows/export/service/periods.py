"""Periods: closed, which writes down what is in them, and opened again."""

import contextlib
from collections.abc import Sequence
from datetime import date

from tillroll.durable import Actor, NotBegun, Statement, ValuesRefused, Workflow, begin, statement
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import ConstraintFailed, Database
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.export.contract import ExportParams
from tillroll.workflows.export.profile_shapes import ProfileOptions
from tillroll.workflows.export.rows.exports import Asked, insert_export
from tillroll.workflows.export.rows.periods import (
    SELECT_PERIODS,
    LateShape,
    PeriodShape,
    insert_period,
    late_page,
    late_shape,
    period_shape,
)
from tillroll.workflows.export.shapes import ExportFilter

_RECORD = "jsonl"


class NoSuchPeriod(LookupError):
    """The account has no closed period of that id."""


async def close_period(platform: Platform, workflow: Workflow, actor: Actor, first: date, last: date) -> PeriodShape:
    """Close days. An export in JSON Lines holds what is in them; it is what later exports of them repeat.

    Raises:
        ValuesRefused: the last day is before the first, or not over; or one of the days is closed already.
    """
    if last < first:
        raise ValuesRefused([("to", "It is before `from`: exchange them.")])
    if last >= platform.clock.now().date():
        raise ValuesRefused([("to", "This day is not over: close days that have passed.")])
    period_id = new_id("per")
    chosen = ExportFilter.model_validate({"from": first.isoformat(), "to": last.isoformat()})
    asked = Asked(_RECORD, chosen, ProfileOptions(), closes=period_id)

    def rows(run: NewRun, now: str) -> Sequence[Statement]:
        closed = event_of_account(
            actor.account_id,
            "period.closed",
            f"{period_id}:closed",
            actor=actor.name,
            at=now,
            detail={"period": period_id, "from": first.isoformat(), "to": last.isoformat(), "export": run.subject},
        )
        return [
            insert_export(run, asked, actor.name, now),
            append(closed),
            insert_period(run, period_id, first, last, actor.name, now),
        ]

    export_id = new_id("xpt")
    try:
        await begin(platform, workflow, ExportParams(export_id=export_id), actor, key=f"asked:{export_id}", also=rows)
    except NotBegun as error:
        raise ValuesRefused([("from", "Some of these days are closed already: see the closed periods.")]) from error
    return await find_period(platform.database, actor.account_id, period_id)


async def reopen_period(platform: Platform, actor: Actor, period_id: str, reason: str) -> PeriodShape:
    """Open days again; opened twice, nothing changes. The export that closed them stays.

    Raises:
        NoSuchPeriod: the account has none of that id.
    """
    period = await find_period(platform.database, actor.account_id, period_id)
    if period.reopened_at is not None:
        return period
    now = to_text(platform.clock.now())
    event = event_of_account(
        actor.account_id,
        "period.reopened",
        f"{period_id}:reopened",
        actor=actor.name,
        at=now,
        detail={"period": period_id},
    )
    change = statement(
        """
        UPDATE closed_periods SET reopened_by = ?, reopened_at = ?, reopen_reason = ?
        WHERE id = ? AND reopened_at IS NULL
        """,
        actor.name,
        now,
        reason,
        period_id,
    )
    with contextlib.suppress(ConstraintFailed):  # somebody else has opened it meanwhile
        await platform.database.batch([change, append_if_changed(event)])
    return await find_period(platform.database, actor.account_id, period_id)


async def find_period(database: Database, account_id: str, period_id: str) -> PeriodShape:
    """
    Raises:
        NoSuchPeriod: the account has none of that id.
    """
    row = await database.first(
        statement(f"{SELECT_PERIODS} WHERE period.account_id = ? AND period.id = ?", account_id, period_id)
    )
    if row is None:
        raise NoSuchPeriod(period_id)
    return period_shape(row)


async def list_periods(database: Database, account_id: str, before: str, limit: int) -> list[PeriodShape]:
    """The account's, the one that was closed last first, behind the id `before`; also those that were opened again."""
    rows = await database.all(
        statement(
            f"{SELECT_PERIODS} WHERE period.account_id = ? AND period.id < ? ORDER BY period.id DESC LIMIT ?",
            account_id,
            before,
            limit,
        )
    )
    return [period_shape(row) for row in rows]


async def list_late(database: Database, account_id: str, period_id: str, behind: str, limit: int) -> list[LateShape]:
    """What came into a period, was changed in it or left it after it had been closed, behind an expense's id.

    Raises:
        NoSuchPeriod: the account has none of that id.
    """
    await find_period(database, account_id, period_id)
    return [late_shape(row) for row in await database.all(late_page(account_id, period_id, behind, limit))]


async def closing_of(database: Database, account_id: str, chosen: ExportFilter) -> PeriodShape | None:
    """The closed period that all days of a filter are in; None where there is none."""
    first, last = chosen.first_day, chosen.last_day
    if first is None or last is None:
        return None
    row = await database.first(
        statement(
            f"""
            {SELECT_PERIODS} WHERE period.account_id = ? AND period.reopened_at IS NULL
              AND period.first_day <= ? AND period.last_day >= ?
            """,
            account_id,
            first,
            last,
        )
    )
    return None if row is None else period_shape(row)
