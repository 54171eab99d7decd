"""Days of which a person says that nothing happened in a bank account: they need no statement."""

from datetime import date
from typing import Final

from tillroll.access.roles import person_of
from tillroll.bank.models import Audited, QuietDays, QuietDaysRequest
from tillroll.bank.service import show_account
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import ConstraintFailed, Database, of_row
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

_SELECT: Final = f"""
  SELECT q.id, q.bank_account_id, q.first_day AS first, q.last_day AS last, q.said_at,
    (SELECT u.name FROM users u
     WHERE u.id = {person_of("q.said_by")} AND u.removed_at IS NULL) AS said_by,
    (SELECT MIN(e.day) FROM bank_entries e
     WHERE e.bank_account_id = q.bank_account_id AND e.status = 'booked'
       AND e.day BETWEEN q.first_day AND q.last_day) AS entry_day
  FROM bank_quiet_days q WHERE q.account_id = ?1
"""


class NoSuchDays(Refusal):
    thing = "days without entries"


async def list_quiet_days(
    database: Database, account_id: str, first: date, last: date
) -> list[QuietDays]:
    """What was said of days from `first` to `last`, the oldest first; also what an entry has made
    void.
    """
    query = f"""
      {_SELECT} AND q.last_day >= ?2 AND q.first_day <= ?3
      ORDER BY q.first_day, q.bank_account_id, q.id
    """
    rows = await database.all(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    return [of_row(QuietDays, row) for row in rows]


async def say_quiet(
    platform: Platform, actor: Actor, bank_account_id: str, request: QuietDaysRequest
) -> QuietDays:
    """Say that nothing happened on some days. The same again changes nothing. Raises NoSuchAccount;
    ValuesRefused: they have not come yet, or an entry was booked on one of them.
    """
    await show_account(platform, actor.account_id, bank_account_id)
    if request.last < request.first:
        raise ValuesRefused([("last", "It is before the first day.")])
    moment = platform.clock.now()
    if request.last > moment.date():
        raise ValuesRefused([("last", "It has not come yet.")])
    days = (request.first.isoformat(), request.last.isoformat())
    booked = await platform.database.first(
        statement(
            "SELECT 1 FROM bank_entries WHERE bank_account_id = ? AND status = 'booked' "
            "AND day BETWEEN ? AND ? LIMIT 1",
            [bank_account_id, *days],
        )
    )
    if booked is not None:
        raise ValuesRefused([("first", "The bank has booked an entry on one of these days.")])
    id_ = new_id("bqd")
    now = to_text(moment)
    insert = """
      INSERT INTO bank_quiet_days
        (id, account_id, bank_account_id, first_day, last_day, said_by, said_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING
    """
    event = actor.event(
        Audited.QUIET_DAYS_SAID,
        f"{Audited.QUIET_DAYS_SAID}:{id_}",
        at=now,
        detail={"id": id_, "bankAccount": bank_account_id, "first": days[0], "last": days[1]},
    )
    try:
        await platform.database.batch(
            [
                statement(insert, [id_, actor.account_id, bank_account_id, *days, actor.name, now]),
                append_if_changed(event),
            ]
        )
    except ConstraintFailed:  # it was said before
        return await _find_said(platform.database, bank_account_id, actor=actor, days=days)
    return await _find(platform.database, actor.account_id, id_)


async def take_back(platform: Platform, actor: Actor, bank_account_id: str, id_: str) -> None:
    """Take back what was said of some days: they need a statement again. Raises NoSuchDays."""
    quiet_days = await _find(platform.database, actor.account_id, id_)
    if quiet_days.bank_account_id != bank_account_id:
        raise NoSuchDays(id_)
    event = actor.event(
        Audited.QUIET_DAYS_TAKEN_BACK,
        f"{Audited.QUIET_DAYS_TAKEN_BACK}:{id_}",
        at=to_text(platform.clock.now()),
        detail={
            "id": id_,
            "bankAccount": bank_account_id,
            "first": quiet_days.first.isoformat(),
            "last": quiet_days.last.isoformat(),
        },
    )
    delete = "DELETE FROM bank_quiet_days WHERE account_id = ? AND id = ?"
    try:
        await platform.database.batch(
            [statement(delete, [actor.account_id, id_]), append_if_changed(event)]
        )
    except ConstraintFailed as error:  # somebody else was first
        raise NoSuchDays(id_) from error


async def _find(database: Database, account_id: str, id_: str) -> QuietDays:
    row = await database.first(statement(f"{_SELECT} AND q.id = ?2", [account_id, id_]))
    if row is None:
        raise NoSuchDays(id_)
    return of_row(QuietDays, row)


async def _find_said(
    database: Database, bank_account_id: str, *, actor: Actor, days: tuple[str, str]
) -> QuietDays:
    query = f"{_SELECT} AND q.bank_account_id = ?2 AND q.first_day = ?3 AND q.last_day = ?4"
    row = await database.first(statement(query, [actor.account_id, bank_account_id, *days]))
    if row is None:
        raise NoSuchDays(bank_account_id)
    return of_row(QuietDays, row)
