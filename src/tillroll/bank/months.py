"""How complete a month is: each entry has a document, a reason, or a person who owes one."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.bank.covered_days import CoveredDays, gaps_between, without_quiet
from tillroll.bank.decisions.documents import count_unpaid
from tillroll.bank.decisions.matches import TITLE
from tillroll.bank.decisions.models import (
    Month,
    MonthLine,
    MonthOverview,
    UncoveredAccount,
    UncoveredDays,
)
from tillroll.bank.models import QuietDays
from tillroll.bank.quiet_days import list_quiet_days
from tillroll.bank.statements.showing import DOUBT
from tillroll.calendar_months import end_of_month, month_numbered
from tillroll.exports.monthly import MonthFile
from tillroll.exports.writers.formats import BYTE_ORDER_MARK, harmless
from tillroll_documents.money import Money
from tillroll_durable import ValuesRefused, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    of_row,
    optional_integer,
    optional_text,
    text,
)

MOST_LINES: Final = 20_000
"""So many lines a file may have."""
_MONTHS: Final = 12
# Statements so near to a month are looked at with it: they may join one of the month.
_AROUND: Final = timedelta(days=100)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_STANDING: Final = """
  CASE WHEN e.doubt IS NOT NULL THEN 'open'
    WHEN e.explained = e.amount THEN 'documented' WHEN e.reason IS NOT NULL THEN 'explained'
    WHEN e.owed_by IS NOT NULL THEN 'owed' ELSE 'open' END
"""
_COLUMNS: Final = f"""
  SELECT e.id AS entry_id, e.bank_account_id, a.name AS bank_account, e.day, e.amount, e.currency,
    e.counterparty,
    e.words, {_STANDING} AS standing,
    CASE {_STANDING}
      WHEN 'documented' THEN (
        SELECT group_concat(COALESCE({TITLE}, 'no longer there'), '; ') FROM bank_pairs p
        WHERE p.entry_id = e.id AND p.counts = 1)
      WHEN 'open' THEN CASE {DOUBT} WHEN 'voided' THEN 'The expense was voided'
        WHEN 'changed' THEN 'The expense has another total now'
        WHEN 'differs' THEN 'The expense has another amount, and nothing says why' END
      WHEN 'explained' THEN e.reason
      WHEN 'owed' THEN (SELECT u.name FROM users u WHERE u.id = e.owed_by) END AS says
"""
_DOCUMENTS: Final = """
  (SELECT group_concat(p.document_kind || ' ' || p.document_id, '; ') FROM bank_pairs p
   WHERE p.entry_id = e.id AND p.counts = 1) AS documents
"""
_FROM: Final = """
  FROM bank_entries e JOIN bank_accounts a ON a.id = e.bank_account_id
  WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
"""
_LINES: Final = f"{_COLUMNS} {_FROM}"
_FILE_LINES: Final = f"{_COLUMNS}, {_DOCUMENTS} {_FROM}"


def days_of(month: str) -> tuple[date, date]:
    """The first and the last day of a month such as 2026-03. Raises ValuesRefused: it is none."""
    parts = _MONTH.fullmatch(month)
    if parts is None or not 1 <= int(parts[2]) <= 12 or int(parts[1]) < 1:
        raise ValuesRefused([("month", "Give a month such as 2026-03.")])
    first = date(int(parts[1]), int(parts[2]), 1)
    return first, end_of_month(first)


async def show_month(database: Database, account_id: str, month: str, today: date) -> Month:
    """Show what is in a month, and what is missing."""
    first, last = days_of(month)
    counts = f"""
      SELECT {_STANDING} AS standing, COUNT(*) AS entries FROM bank_entries e
      WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3 GROUP BY 1
    """
    days = (first.isoformat(), last.isoformat())
    rows = await database.all(statement(counts, [account_id, *days]))
    entries_by_standing = {text(row, "standing"): integer(row, "entries") for row in rows}
    quiet_days = await list_quiet_days(database, account_id, first=first, last=last)
    uncovered = await _uncovered(
        database, account_id, first=first, last=min(last, today), quiet_days=quiet_days
    )
    documented, explained, owed, open_ = (
        entries_by_standing.get(each, 0) for each in ("documented", "explained", "owed", "open")
    )
    return Month(
        month=month,
        entries=sum(entries_by_standing.values()),
        documented=documented,
        explained=explained,
        owed=owed,
        open=open_,
        uncovered=uncovered,
        quiet_days=quiet_days,
        without_money=await count_unpaid(database, account_id, first=first, last=last),
        is_complete=not open_ and not uncovered,
    )


async def list_months(
    database: Database, account_id: str, until: str, today: date
) -> list[MonthOverview]:
    """Twelve months up to `until`, the newest first, from that of the first statement on.
    Raises ValuesRefused.
    """
    last = days_of(until)[1]
    query = """
      SELECT MIN(s.first_day) AS day FROM bank_accounts a
      JOIN bank_sections s ON s.bank_account_id = a.id
      WHERE a.account_id = ? AND s.is_stored = 1
    """
    row = await database.first(statement(query, [account_id]))
    first_day = None if row is None else optional_text(row, "day")
    if first_day is None:
        return []
    months = [each for each in _back(last) if each >= first_day[:7]]
    if not months:
        return []
    first = days_of(months[-1])[0]
    counted = await _counts_by_month(database, account_id, first=first, last=last)
    quiet_days = await list_quiet_days(database, account_id, first=first, last=last)
    gaps = await _uncovered(
        database, account_id, first=first, last=min(last, today), quiet_days=quiet_days
    )
    return [_overview(month, counted, _missing(month, gaps)) for month in months]


def _missing(month: str, gaps: Sequence[UncoveredDays]) -> list[UncoveredAccount]:
    """The accounts of which days of a month are missing, in the order of their ids."""
    first, last = days_of(month)
    days: dict[str, int | None] = {}
    names: dict[str, str] = {}
    for gap in gaps:
        of_month = (min(gap.last, last) - max(gap.first, first)).days + 1
        names[gap.bank_account_id] = gap.bank_account
        if of_month > 0:
            days[gap.bank_account_id] = (
                (days.get(gap.bank_account_id) or 0) + of_month if gap.has_statements else None
            )
    return [
        UncoveredAccount(bank_account_id=id_, bank_account=names[id_], days=count)
        for id_, count in days.items()
    ]


def _back(last: date) -> list[str]:
    """Twelve months, the newest first."""
    count = last.year * 12 + last.month - 1
    return [month_numbered(each) for each in range(count, count - _MONTHS, -1)]


async def _counts_by_month(
    database: Database, account_id: str, first: date, last: date
) -> Counter[tuple[str, str]]:
    """How many entries of a month stand where."""
    query = f"""
      SELECT substr(e.day, 1, 7) AS month, {_STANDING} AS standing, COUNT(*) AS entries
      FROM bank_entries e INDEXED BY bank_entries_by_day
      WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3 GROUP BY 1, 2
    """
    rows = await database.all(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    return Counter(
        {(text(row, "month"), text(row, "standing")): integer(row, "entries") for row in rows}
    )


def _overview(
    month: str, counted: Counter[tuple[str, str]], uncovered: list[UncoveredAccount]
) -> MonthOverview:
    open_ = counted[month, "open"]
    return MonthOverview(
        month=month,
        entries=sum(count for (each_month, _), count in counted.items() if each_month == month),
        owed=counted[month, "owed"],
        open=open_,
        uncovered=uncovered,
        is_complete=not open_ and not uncovered,
    )


async def _uncovered(
    database: Database,
    account_id: str,
    first: date,
    last: date,
    quiet_days: Sequence[QuietDays],
) -> list[UncoveredDays]:
    """The days of which no statement of a bank account was read, and of which nobody said that
    nothing happened, or an entry made that void; of accounts that are archived none.
    An account begins with the month of its first statement; without one, with the month in which it
    was named. Where a statement opens with what the one before closed with, no money moved between.
    """
    query = """
      SELECT a.id, a.name, s.first_day, s.last_day, s.opening, s.closing,
        substr(a.created_at, 1, 10) AS named,
        (SELECT MIN(b.first_day) FROM bank_sections b WHERE b.bank_account_id = a.id
            AND b.is_stored = 1) AS begun
      FROM bank_accounts a
      LEFT JOIN bank_sections s ON s.bank_account_id = a.id AND s.is_stored = 1
        AND s.last_day >= ?2 AND s.first_day <= ?3
      WHERE a.account_id = ?1 AND a.archived_at IS NULL ORDER BY a.id, s.first_day, s.last_day
    """
    # The calendar has no day before its first one.
    begin = max(first, date.min + _AROUND) - _AROUND
    end = min(last, date.max - _AROUND) + _AROUND
    rows = await database.all(statement(query, [account_id, begin.isoformat(), end.isoformat()]))
    covered: dict[str, list[CoveredDays]] = {}
    first_days: dict[str, str | None] = {}
    named: dict[str, str] = {}
    names: dict[str, str] = {}
    for row in rows:
        id_ = text(row, "id")
        names[id_] = text(row, "name")
        spans = covered.setdefault(id_, [])
        first_days[id_] = optional_text(row, "begun")
        named[id_] = text(row, "named")
        if row["first_day"] is not None:
            spans.append(_covered_days(row))
    quiet: dict[str, list[tuple[date, date]]] = {}
    for each in quiet_days:
        if each.entry_day is None:
            quiet.setdefault(each.bank_account_id, []).append((each.first, each.last))
    uncovered: list[UncoveredDays] = []
    for id_, spans in covered.items():
        month = date.fromisoformat(first_days[id_] or named[id_]).replace(day=1)
        gaps = gaps_between(spans, max(first, month), last)
        uncovered += [
            UncoveredDays(
                bank_account_id=id_,
                bank_account=names[id_],
                has_statements=first_days[id_] is not None,
                first=begin,
                last=end,
            )
            for begin, end in without_quiet(gaps, quiet.get(id_, ()))
        ]
    return uncovered


def _covered_days(row: Row) -> CoveredDays:
    return CoveredDays(
        date.fromisoformat(text(row, "first_day")),
        date.fromisoformat(text(row, "last_day")),
        opening=optional_integer(row, "opening"),
        closing=optional_integer(row, "closing"),
    )


async def list_lines(
    database: Database, account_id: str, month: str, cursor: tuple[str, str], limit: int
) -> list[MonthLine]:
    """The entries of a month, the oldest first, after the day and id of `cursor`."""
    query = f"{_LINES} AND (e.day, e.id) > (?4, ?5) ORDER BY e.day, e.id LIMIT ?6"
    days = (each.isoformat() for each in days_of(month))
    rows = await database.all(statement(query, [account_id, *days, *cursor, limit]))
    return [of_row(MonthLine, row) for row in rows]


async def as_file(database: Database, account_id: str, month: str) -> MonthFile | None:
    """The month as CSV (RFC 4180), with a byte order mark; None where it has more than MOST_LINES
    entries.
    """
    rows = await file_rows(database, account_id, month)
    if len(rows) > MOST_LINES:
        return None
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK.decode())
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            "entry",
            "bank_account",
            "day",
            "amount",
            "currency",
            "counterparty",
            "words",
            "standing",
            "says",
            "documents",
        ]
    )
    for row in rows:
        writer.writerow(_cells(row))
    return MonthFile(out.getvalue(), len(rows))


async def file_rows(database: Database, account_id: str, month: str) -> list[Row]:
    """The month's entries for a file, the oldest first: one more than MOST_LINES at most. Raises
    ValuesRefused."""
    days = (each.isoformat() for each in days_of(month))
    query = f"{_FILE_LINES} ORDER BY e.day, e.id LIMIT {digits(MOST_LINES + 1)}"
    return list(await database.all(statement(query, [account_id, *days])))


def _cells(row: Row) -> list[str]:
    amount = Money(integer(row, "amount"), text(row, "currency")).to_decimal_string()
    words = [
        harmless(optional_text(row, name))
        for name in ("counterparty", "words", "standing", "says", "documents")
    ]
    named = [text(row, "entry_id"), harmless(text(row, "bank_account")), text(row, "day")]
    return [*named, amount, text(row, "currency"), *words]
