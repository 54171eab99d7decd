"""Asks people each week for the documents of their payments, until these are there."""

from datetime import date, datetime
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import may_in_sql
from tillroll.bank.chasing.cards import HOLDER
from tillroll.bank.chasing.rules import (
    MOST_LINES,
    MissingDocument,
    asked_before,
    asked_for_long,
    in_words,
    week_of,
)
from tillroll.bank.cron import CHASING
from tillroll.bank.models import Audited
from tillroll.expenses.approval.chain_rules import first_approver_of
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BANK_DOCUMENTS_MISSING, BANK_DOCUMENTS_STILL_MISSING
from tillroll_durable import Statement, statement
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    GuardFailed,
    Row,
    digits,
    of_row,
    text,
    word,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform

ACTOR: Final = "system:chasing"
# UTC: nobody is asked in the night. What a morning leaves over is made up for in the hours after.
_FROM_HOUR: Final = 7
_PEOPLE: Final = 20

# Payments of money that left, or of which somebody was named by hand. A document that was proposed
# is there: somebody only has to accept it.
_IS_MISSING: Final = """
  e.standing = 'open' AND e.day < ?2 AND e.created_at < ?2
  AND (e.asked_at IS NULL OR e.asked_at < ?2)
  AND (e.amount < 0 OR e.owed_by IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
    WHERE p.entry_id = e.id AND m.state = 'proposed')
"""
_HAS_HOLDERS: Final = """
  (a.held_by IS NOT NULL OR e.owed_by IS NOT NULL
    OR EXISTS (SELECT 1 FROM bank_cards k WHERE k.bank_account_id = a.id))
"""
_PERSONS: Final = f"""
  SELECT w.account_id, w.person, s.failures AS setbacks,
    {may_in_sql(Permission.BOOK, "w.person")} AS books
  FROM (
    SELECT DISTINCT e.account_id, {HOLDER} AS person
    FROM bank_accounts a CROSS JOIN bank_entries e ON e.bank_account_id = a.id
    WHERE {_IS_MISSING} AND {_HAS_HOLDERS}
  ) w
  JOIN users u ON u.id = w.person AND u.account_id = w.account_id AND u.removed_at IS NULL
  JOIN accounts o ON o.id = w.account_id AND o.closed_at IS NULL AND o.chases IS NOT 0
  {JOIN.format(part=f"'{CHASING}'", subject="w.person")}
  WHERE {IS_DUE} AND NOT EXISTS (
    SELECT 1 FROM notifications n
    WHERE n.id = w.person || ':{word(BANK_DOCUMENTS_MISSING.name)}:' || ?3)
  ORDER BY {IN_TURN}, w.person LIMIT {digits(_PEOPLE)}
"""
_LINES: Final = f"""
  SELECT e.id, e.day, e.amount, e.currency, e.counterparty, e.words, e.asks
  FROM bank_accounts a CROSS JOIN bank_entries e ON e.bank_account_id = a.id
  WHERE a.account_id = ?1 AND {_IS_MISSING} AND {_HAS_HOLDERS} AND {HOLDER} = ?3
  ORDER BY e.day, e.id LIMIT {digits(MOST_LINES)}
"""
# It does not hit an entry that was explained or asked for since it was read: then the batch is
# refused.
_ASK: Final = f"""
  UPDATE bank_entries AS e SET owed_by = ?3, asked_at = ?4, asks = asks + 1
  WHERE e.account_id = ?1 AND e.id IN (SELECT value FROM json_each(?5)) AND {_IS_MISSING}
    AND (e.owed_by IS NULL OR e.owed_by = ?3)
"""


async def ask_each_week(platform: Platform) -> int:
    """Ask the next people for what is missing of theirs, once in a week. Return how many there
    were.
    """
    now = platform.clock.now()
    if now.hour < _FROM_HOUR:
        return 0
    today = now.date()
    week = week_of(today)
    values = (to_text(now), asked_before(today).isoformat(), week)
    query = statement(_PERSONS, [*values])
    rows = await platform.database.all(query)
    platform.turn.has_more(where=len(rows) == _PEOPLE)

    async def ask(row: Row) -> None:
        await _ask(platform, row, now)

    return await each_row(platform, CHASING, rows, subject="person", do=ask)


async def _ask(platform: Platform, row: Row, now: datetime) -> None:
    """Ask one person, in one batch: it marks the payments, and writes the notice and its event."""
    account_id = text(row, "account_id")
    person = text(row, "person")
    before = asked_before(now.date())
    lines = await _lines_of(platform, account_id, person=person, before=before)
    if not lines:
        return
    week = week_of(now.date())
    late = asked_for_long(lines)
    to_approver = await _tell_above(platform, row, late=late, now=now)
    reported = 0
    if to_approver:
        reported = len(late)
    at = to_text(now)
    detail: JsonObject = {"person": person, "entries": len(lines), "told": reported}
    event = event_of_account(
        account_id,
        Audited.DOCUMENTS_CHASED,
        f"{Audited.DOCUMENTS_CHASED}:{person}:{week}",
        actor=ACTOR,
        at=at,
        detail=detail,
    )
    subject = Subject(person, about=in_words(lines), occasion=week)
    ids = dump([line.id for line in lines])
    mark = statement(_ASK, [account_id, before.isoformat(), person, at, ids])
    batch = [
        *must_hit(mark, rows=len(lines)),
        append(event),
        *notify(account_id, BANK_DOCUMENTS_MISSING, subject, now=at, person=person),
        *to_approver,
    ]
    try:
        await platform.database.batch(batch)
    except ConstraintFailed as error:
        # Another turn was first, or a payment was explained meanwhile: the next turn looks anew.
        if not isinstance(error, GuardFailed) and "audit_events" not in str(error):
            raise


async def _lines_of(
    platform: Platform, account_id: str, person: str, before: date
) -> list[MissingDocument]:
    query = statement(_LINES, [account_id, before.isoformat(), person])
    return [of_row(MissingDocument, row) for row in await platform.database.all(query)]


async def _tell_above(
    platform: Platform, row: Row, late: list[MissingDocument], now: datetime
) -> list[Statement]:
    """Tell the person's first approver; where nobody is named for that, the account's bookkeepers.
    A bookkeeper whose own payments these are has read of it.
    """
    if not late:
        return []
    account_id = text(row, "account_id")
    person = text(row, "person")
    above = await first_approver_of(platform.database, account_id, person)
    if above is None and row["books"] == 1:
        return []
    subject = Subject(person, about=in_words(late), occasion=week_of(now.date()))
    return notify(account_id, BANK_DOCUMENTS_STILL_MISSING, subject, now=to_text(now), person=above)
