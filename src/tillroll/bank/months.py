"""How complete a month is: each entry has a document, a reason, or a person who owes one."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.bank.documents import list_unpaid
from tillroll.bank.match_models import Month, MonthLine, UncoveredDays
from tillroll.durable import ValuesRefused, statement
from tillroll.exports.writers.formats import harmless
from tillroll.platform.bindings.database import Database, Row, integer, of_row, optional_text, text
from tillroll.reading.money import Money

MOST_LINES: Final = 20_000
"""Of a file."""
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_STANDING: Final = """
  CASE WHEN e.explained = e.amount THEN 'documented' WHEN e.reason IS NOT NULL THEN 'explained'
    WHEN e.owed_by IS NOT NULL THEN 'owed' ELSE 'open' END
"""
_LINES: Final = f"""
  SELECT e.id AS entry_id, e.bank_account_id, a.name AS bank_account, e.day, e.amount, e.currency, e.counterparty,
    e.words, {_STANDING} AS standing,
    CASE {_STANDING}
      WHEN 'documented' THEN (
        SELECT group_concat(p.document_kind || ' ' || p.document_id, ', ') FROM bank_pairs p
        WHERE p.entry_id = e.id AND p.counts = 1)
      WHEN 'explained' THEN e.reason
      WHEN 'owed' THEN (SELECT u.name FROM users u WHERE u.id = e.owed_by) END AS says
  FROM bank_entries e JOIN bank_accounts a ON a.id = e.bank_account_id
  WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
"""  # noqa: S608 - constants


def days_of(month: str) -> tuple[date, date]:
    """The first and the last day of a month such as 2026-03. Raises ValuesRefused: it is none."""
    found = _MONTH.fullmatch(month)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        raise ValuesRefused([("month", "Give a month such as 2026-03.")])
    first = date(int(found[1]), int(found[2]), 1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, following - timedelta(days=1)


async def show_month(database: Database, account_id: str, month: str, today: date) -> Month:
    """What is in a month, and what is missing."""
    first, last = days_of(month)
    counts = f"""
      SELECT {_STANDING} AS standing, COUNT(*) AS entries FROM bank_entries e
      WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3 GROUP BY 1
    """  # noqa: S608 - constants
    days = (first.isoformat(), last.isoformat())
    rows = await database.all(statement(counts, account_id, *days))
    of = {text(row, "standing"): integer(row, "entries") for row in rows}
    uncovered = await _uncovered(database, account_id, first, min(last, today))
    unpaid = await list_unpaid(database, account_id, first, last)
    documented, explained, owed, open_ = (of.get(each, 0) for each in ("documented", "explained", "owed", "open"))
    return Month(
        month=month,
        entries=sum(of.values()),
        documented=documented,
        explained=explained,
        owed=owed,
        open=open_,
        uncovered=uncovered,
        without_money=len(unpaid),
        is_complete=not open_ and not uncovered,
    )


async def _uncovered(database: Database, account_id: str, first: date, last: date) -> list[UncoveredDays]:
    """The days of which no statement of a bank account was read; of those that are archived none."""
    query = """
      SELECT a.id, a.created_at, s.first_day, s.last_day FROM bank_accounts a
      LEFT JOIN bank_sections s ON s.bank_account_id = a.id AND s.is_stored = 1
        AND s.last_day >= ?2 AND s.first_day <= ?3
      WHERE a.account_id = ?1 AND a.archived_at IS NULL ORDER BY a.id, s.first_day, s.last_day
    """
    rows = await database.all(statement(query, account_id, first.isoformat(), last.isoformat()))
    covered: dict[str, list[tuple[date, date]]] = {}
    for row in rows:
        spans = covered.setdefault(text(row, "id"), [])
        if row["first_day"] is not None:
            spans.append((date.fromisoformat(text(row, "first_day")), date.fromisoformat(text(row, "last_day"))))
    return [each for id_, spans in covered.items() for each in _gaps(id_, spans, first, last)]


def _gaps(id_: str, spans: Sequence[tuple[date, date]], first: date, last: date) -> list[UncoveredDays]:
    gaps: list[UncoveredDays] = []
    day = first
    for begin, end in spans:
        if begin > day:
            gaps.append(UncoveredDays(bank_account_id=id_, first=day, last=begin - timedelta(days=1)))
        day = max(day, end + timedelta(days=1))
    if day <= last:
        gaps.append(UncoveredDays(bank_account_id=id_, first=day, last=last))
    return gaps


async def list_lines(
    database: Database, account_id: str, month: str, cursor: tuple[str, str], limit: int
) -> list[MonthLine]:
    """The entries of a month, the oldest first, after the day and id of `cursor`."""
    query = f"{_LINES} AND (e.day, e.id) > (?4, ?5) ORDER BY e.day, e.id LIMIT ?6"
    days = (each.isoformat() for each in days_of(month))
    rows = await database.all(statement(query, account_id, *days, *cursor, limit))
    return [of_row(MonthLine, row) for row in rows]


async def as_file(database: Database, account_id: str, month: str) -> str | None:
    """The month as CSV (RFC 4180); None where it has more than MOST_LINES entries."""
    days = (each.isoformat() for each in days_of(month))
    query = f"{_LINES} ORDER BY e.day, e.id LIMIT {MOST_LINES + 1}"
    rows = await database.all(statement(query, account_id, *days))
    if len(rows) > MOST_LINES:
        return None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["entry", "bank_account", "day", "amount", "currency", "counterparty", "words", "standing", "documented_by"]
    )
    for row in rows:
        writer.writerow(_cells(row))
    return out.getvalue()


def _cells(row: Row) -> list[str]:
    amount = Money(integer(row, "amount"), text(row, "currency")).to_decimal_string()
    words = [harmless(optional_text(row, name)) for name in ("counterparty", "words", "standing", "says")]
    named = [text(row, "entry_id"), harmless(text(row, "bank_account")), text(row, "day")]
    return [*named, amount, text(row, "currency"), *words]
