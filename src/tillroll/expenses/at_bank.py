"""What entries of the company's own account paid of an expense, or may have paid."""

import datetime
from typing import Final

from tillroll.expenses.search.plain_text import words_of
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, optional_text, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.models import Model

AT_BANK: Final = """
  -COALESCE((SELECT SUM(b.settles) FROM bank_pairs b
    WHERE b.account_id = {expenses}.account_id AND b.document_id = {expenses}.id AND b.counts = 1),
    0)
"""
"""What entries of the bank paid of an expense: of a purchase these are below zero."""

AGREES: Final = """
  CASE WHEN {expenses}.total_minor > 0 AND {expenses}.origin NOT IN ('mileage', 'per_diem') THEN (
    SELECT json_object('id', n.id, 'day', n.day, 'name', COALESCE(n.counterparty, n.words))
    FROM bank_entries n
    WHERE n.account_id = {expenses}.account_id AND n.standing IN ('open', 'pending')
      AND n.day BETWEEN date({expenses}.date, '-3 days') AND date({expenses}.date, '+7 days')
      AND ((n.amount = -{expenses}.total_minor AND n.currency = {expenses}.currency)
        OR (n.foreign_amount = -{expenses}.total_minor
          AND n.foreign_currency = {expenses}.currency))
      AND NOT EXISTS (SELECT 1 FROM bank_declined d
        WHERE d.account_id = {expenses}.account_id AND d.line_id = n.id
          AND d.document_id = {expenses}.id)
    ORDER BY abs(julianday(n.day) - julianday({expenses}.date)), n.id LIMIT 1) END
"""
"""An entry that may have paid an expense, as JSON of AgreeingEntry: its amount, and a usual day.
Nobody has matched or declined it."""

# A name has more words than a bank prints, and a merchant may have one of them.
_NAMING_WORDS: Final = 2
# A payment of a batch has its name among the entry's payments.
_PAID_AT_BANK: Final = """
  SELECT expenses.id, users.name AS person, entry.counterparty, entry.words,
    CASE WHEN pair.payment > 0 THEN entry.payments END AS payments
  FROM expenses
  JOIN bank_pairs AS pair ON pair.account_id = expenses.account_id
    AND pair.document_id = expenses.id AND pair.counts = 1
  JOIN bank_entries AS entry ON entry.id = pair.entry_id
  LEFT JOIN users ON users.id = expenses.person
  WHERE expenses.account_id = ?1 AND expenses.date BETWEEN ?2 AND ?3
    AND expenses.status <> 'voided' AND expenses.paid_by = 'employee'
    AND expenses.origin NOT IN ('mileage', 'per_diem')
    AND (pair.settles < 0) = (expenses.total_minor > 0)
  ORDER BY expenses.date, expenses.id
"""


class AgreeingEntry(Model):
    """An open entry of the company's own bank account, of the amount and about the day of an
    expense: it looks as if the company paid it. `name` is who got it, as the bank says; empty for
    who sees only their own documents."""

    id: str
    day: datetime.date
    name: str


def agreeing_entry(row: Row) -> AgreeingEntry | None:
    """The entry of a row that has AGREES as `bank_entry`."""
    entry = optional_text(row, "bank_entry")
    if entry is None:
        return None
    return AgreeingEntry.model_validate(load_object(entry))


def explain_hold(name: str, entry: AgreeingEntry) -> str:
    """Say why an expense is not paid back, in a sentence for people. `name`: what it is called."""
    return (
        f"{name}: it looks as if the company's account paid this on {entry.day}. Match that "
        "entry of the bank, or say that the person paid it."
    )


async def list_contradicted(
    database: Database, account_id: str, first: datetime.date, last: datetime.date
) -> list[str]:
    """The ids of expenses of these days that an employee paid, as they say, and that an entry of
    the company's account paid to somebody else: who paid is asked. What was paid back to the
    employee contradicts nothing."""
    days = (first.isoformat(), last.isoformat())
    rows = await database.all(statement(_PAID_AT_BANK, [account_id, *days]))
    return [*dict.fromkeys(text(row, "id") for row in rows if not _names_person(row))]


def _names_person(row: Row) -> bool:
    """Whether the entry names the person who paid."""
    person = {*words_of(optional_text(row, "person") or "")}
    texts = (optional_text(row, name) for name in ("counterparty", "words", "payments"))
    common = person & {*words_of(" ".join(each for each in texts if each))}
    return bool(common) and len(common) >= min(_NAMING_WORDS, len(person))
