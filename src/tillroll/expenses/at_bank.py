"""What entries of the company's own account paid of an expense, or may have paid.

Whatever pays a person back asks here first: payouts, and claims on the company.
"""

import datetime
from typing import Final

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


class AgreeingEntry(Model):
    """An open entry of the company's own bank account, of the amount and about the day of an
    expense: it looks as if the company paid it. `name` is who got it, as the bank says; empty for
    who sees only their own documents."""

    id: str
    day: datetime.date
    name: str


def explain_hold(name: str, entry: AgreeingEntry) -> str:
    """Say why an expense is not paid back, in a sentence for people. `name`: what it is called."""
    return (
        f"{name}: it looks as if the company's account paid this on {entry.day}. Match that "
        "entry of the bank, or say that the person paid it."
    )
