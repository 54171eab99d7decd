"""Entries as matching sees them: an entry, or the single payments of a batch, is a line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from tillroll.bank.models import Payment
from tillroll_documents.matching.models import Line
from tillroll_documents.matching.split_batches import DAYS, is_run
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.json import dump, load

_PENDING_WITHIN: Final = timedelta(days=21)
_TRANSFERRED_WITHIN: Final = timedelta(days=5)
_REVERSED_WITHIN: Final = timedelta(days=90)
_BOOKED_WITHIN: Final = timedelta(days=30)
_PAID_TWICE_WITHIN: Final = timedelta(days=60)
_MOST: Final = 5_000
OPEN: Final = """
  e.status <> 'replaced' AND e.explained <> e.amount AND e.reason IS NULL AND NOT EXISTS (
    SELECT 1 FROM bank_statements s JOIN runs r ON r.id = s.run_id
    WHERE s.id = e.statement_id AND r.cancel_kind IS NOT NULL)
"""
"""Whether an entry `e` is to be matched. What is being taken back is not."""
# Of each single payment that an accepted match explains.
_PAID: Final = """
  (SELECT json_group_array(p.payment) FROM bank_pairs p WHERE p.entry_id = e.id
      AND p.counts = 1) AS explained_payments
"""


def line_id(entry_id: str, payment: int) -> str:
    """The id of a line: the entry's, with the number of the single payment."""
    return f"{entry_id}#{payment}" if payment else entry_id


def entry_of(line: str) -> tuple[str, int]:
    """The entry and the number of the single payment, 0 for the whole, of a line's id."""
    entry_id, _, payment = line.partition("#")
    return entry_id, int(payment or 0)


async def load_window(database: Database, account_id: str, first: date, last: date) -> list[Line]:
    """The open lines of some days."""
    query = f"""
      SELECT e.*, {_PAID} FROM bank_entries e
      WHERE e.account_id = ?1 AND e.day BETWEEN ?2 AND ?3 AND {OPEN} ORDER BY e.day, e.id
      LIMIT {digits(_MOST)}
    """
    rows = await database.all(statement(query, [account_id, first.isoformat(), last.isoformat()]))
    return [line for row in rows for line in lines_in(row)]


async def load_around(
    database: Database, account_id: str, lines: Sequence[Line], first: date, last: date
) -> list[Line]:
    """Other lines that those of some days may concern: what was pending before, or is booked later;
    transfers of the same amount; other payments of it, since a claim may be paid twice; and what a
    reversal may undo, settled or not.
    """
    amounts = {each.amount for each in lines}
    has_pending = any(each.is_pending for each in lines)
    undone = dump([*sorted({-each.amount for each in lines if each.is_reversal})])
    query = f"""
      SELECT e.*, {_PAID} FROM bank_entries e
      WHERE e.account_id = ?1 AND NOT e.day BETWEEN ?2 AND ?3 AND e.status <> 'replaced' AND (
        ({OPEN} AND e.status = 'pending' AND e.day BETWEEN ?4 AND ?3)
        OR ({OPEN} AND e.day BETWEEN ?5 AND ?6 AND e.amount IN (SELECT value FROM json_each(?7)))
        OR (e.day BETWEEN ?8 AND ?3 AND e.amount IN (SELECT value FROM json_each(?9)))
        OR (?10 = 1 AND {OPEN} AND e.day BETWEEN ?3 AND ?11)
        OR ({OPEN} AND e.day BETWEEN ?12 AND ?11
          AND e.amount IN (SELECT value FROM json_each(?13))))
      ORDER BY e.day, e.id LIMIT {digits(_MOST)}
    """
    days = {
        "pending": first - _PENDING_WITHIN,
        "from": first - _TRANSFERRED_WITHIN,
        "to": last + _TRANSFERRED_WITHIN,
        "undone": first - _REVERSED_WITHIN,
        "after": last + _BOOKED_WITHIN,
        "rivals": first - _PAID_TWICE_WITHIN,
    }
    at = {name: day.isoformat() for name, day in days.items()}
    opposite = dump([*sorted({-each for each in amounts})])
    rows = await database.all(
        statement(
            query,
            [
                account_id,
                first.isoformat(),
                last.isoformat(),
                at["pending"],
                at["from"],
                at["to"],
                opposite,
                at["undone"],
                undone,
                int(has_pending),
                at["after"],
                at["rivals"],
                dump([*sorted(amounts)]),
            ],
        )
    )
    return [line for row in rows for line in lines_in(row)]


async def load_explained(
    database: Database, account_id: str, lines: Sequence[Line], first: date, last: date
) -> list[Line]:
    """Explained lines that may be the same money as some open ones: a run whose payments come in
    another file, or payments whose run does."""
    references = {reference for line in lines for reference in line.references}
    query = f"""
      SELECT e.*, {_PAID} FROM bank_entries e
      WHERE e.account_id = ?1 AND e.day BETWEEN ?2 AND ?3 AND e.status = 'booked'
        AND e.amount <> 0 AND e.explained = e.amount
        AND (e.counterparty_mark IS NULL OR ?5 = 1
          OR e.end_to_end_id IN (SELECT value FROM json_each(?4))
          OR e.creditor_reference IN (SELECT value FROM json_each(?4))
          OR e.bank_reference IN (SELECT value FROM json_each(?4)))
      ORDER BY e.day, e.id LIMIT {digits(_MOST)}
    """
    near = timedelta(days=DAYS)
    days = ((first - near).isoformat(), (last + near).isoformat())
    has_run = any(map(is_run, lines))
    query_of_lines = statement(
        query, [account_id, *days, dump([*sorted(references)]), int(has_run)]
    )
    return [line for row in await database.all(query_of_lines) for line in lines_in(row)]


async def load_lines(
    database: Database, account_id: str, entry_ids: Iterable[str]
) -> dict[str, Line]:
    """All lines of some entries, by their ids; settled ones too."""
    query = f"""
      SELECT e.*, {_PAID} FROM bank_entries e
      WHERE e.account_id = ?1 AND e.id IN (SELECT value FROM json_each(?2))
    """
    rows = await database.all(statement(query, [account_id, dump([*sorted(entry_ids)])]))
    return {line.id: line for row in rows for line in lines_in(row)}


def lines_in(row: Row) -> list[Line]:
    """An entry's line, or one for each single payment of its batch."""
    payments: Any = load(optional_text(row, "payments") or "[]")
    is_settled = integer(row, "explained") == integer(row, "amount")
    if not payments:
        # What is explained in part stays open with the rest.
        amount = integer(row, "amount") - integer(row, "explained")
        if is_settled:
            amount = integer(row, "amount")
        return [_line(row, amount, is_settled=is_settled)]
    explained: Any = load(text(row, "explained_payments"))
    return [
        _payment(
            row, Payment.model_validate(each), is_settled=is_settled or each["number"] in explained
        )
        for each in payments
    ]


def _line(row: Row, amount: int, *, is_settled: bool) -> Line:
    names = ("end_to_end_id", "creditor_reference", "bank_reference")
    foreign = optional_text(row, "foreign_currency")
    value_day = optional_text(row, "value_day")
    is_pending = text(row, "status") == "pending"
    return Line(
        id=text(row, "id"),
        account=text(row, "bank_account_id"),
        amount=amount,
        currency=text(row, "currency"),
        day=date.fromisoformat(text(row, "day")),
        value_day=None if value_day is None else date.fromisoformat(value_day),
        name=optional_text(row, "counterparty"),
        counterparty=optional_text(row, "counterparty_mark"),
        text=text(row, "words"),
        references=tuple(each for name in names if (each := optional_text(row, name))),
        foreign_amount=optional_integer(row, "foreign_amount"),
        foreign_currency=foreign,
        rate=optional_text(row, "rate"),
        charges=integer(row, "charges"),
        code=optional_text(row, "transaction_code"),
        is_reversal=bool(row["is_reversal"]),
        is_pending=is_pending,
        is_settled=is_settled,
        person_asked=optional_text(row, "owed_by"),
    )


def _payment(row: Row, payment: Payment, *, is_settled: bool) -> Line:
    entry = _line(row, payment.amount, is_settled=is_settled)
    references = (payment.end_to_end_id, payment.creditor_reference)
    return replace(
        entry,
        id=line_id(entry.id, payment.number),
        name=payment.counterparty or entry.name,
        counterparty=payment.counterparty_mark,
        text=payment.words or entry.text,
        references=tuple(each for each in references if each),
        foreign_amount=payment.foreign_amount,
        foreign_currency=payment.foreign_currency,
        rate=payment.rate,
        charges=payment.charges,
    )
