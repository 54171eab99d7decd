"""SQL of what expenses come to in the base currency: what is converted anew, and what was decided.

`awaits_conversion` is 'now', or the day whose rates an expense waits for, or NULL.
"""

from collections.abc import Sequence
from typing import Final

from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import EVERYBODY

NOW: Final = "now"
"""What is awaited where the next tick converts an expense."""

# An export of a closed period has what the expense comes to now. It stays: nobody hands on that
# period again, so the books would keep another amount. What came later, or was handed on without
# an amount, is converted like any other.
HANDED_ON: Final = """
  (EXISTS (SELECT 1 FROM closed_periods p WHERE p.account_id = expenses.account_id
      AND p.reopened_at IS NULL
      AND expenses.date BETWEEN p.first_day AND p.last_day)
    AND EXISTS (SELECT 1 FROM expense_conversions c
      JOIN export_items line ON line.expense_id = c.expense_id AND line.corrects IS NULL
      WHERE c.expense_id = expenses.id
        AND line.content ->> 'base_currency' = c.base_currency
        AND line.content ->> 'rate' = c.rate
        AND CAST(REPLACE(line.content ->> 'base_total', '.', '') AS INTEGER) = c.total_minor))
"""
# Those that have no rate, or one that was entered. What was converted at a published rate stays.
_CONVERT_PERIOD: Final = f"""
  UPDATE expenses SET awaits_conversion = 'now'
  WHERE account_id = ?1 AND currency = ?2 AND date BETWEEN ?3 AND ?4 AND NOT {HANDED_ON} AND (
    awaits_conversion IS NOT NULL
    OR EXISTS (SELECT 1 FROM expense_conversions c WHERE c.expense_id = expenses.id
        AND c.entered_rate IS NOT NULL))
"""
_CONVERT_ENTERED: Final = f"""
  UPDATE expenses SET awaits_conversion = 'now'
  WHERE account_id = ?1 AND NOT {HANDED_ON}
    AND id IN (SELECT expense_id FROM expense_conversions WHERE entered_rate = ?2)
"""
_DROP_ENTERED: Final = f"""
  DELETE FROM expense_conversions WHERE entered_rate = ?2 AND expense_id IN (
    SELECT id FROM expenses WHERE account_id = ?1 AND NOT {HANDED_ON})
"""

_RATE_STANDS: Final = """
  (d.value ->> 'entered_rate' IS NULL
    OR EXISTS (SELECT 1 FROM entered_rates r WHERE r.id = d.value ->> 'entered_rate'
        AND r.withdrawn_at IS NULL))
"""
# Both statements take the same decisions as JSON (?1), and skip one that was taken for a base
# currency that the account has no more, or for an expense that was changed meanwhile.
_STORE: Final = f"""
  INSERT INTO expense_conversions
    (expense_id, base_currency, total_minor, tax_minor, rate, rate_date, source, entered_rate,
        created_at)
  SELECT e.id, a.base_currency, d.value ->> 'total_minor', d.value ->> 'tax_minor',
    d.value ->> 'rate',
         d.value ->> 'rate_date', d.value ->> 'source', d.value ->> 'entered_rate', ?2
  FROM json_each(?1) AS d
  JOIN expenses e ON e.id = d.value ->> 'expense'
  JOIN accounts a ON a.id = e.account_id AND a.base_currency = d.value ->> 'base'
  WHERE d.value ->> 'rate' IS NOT NULL AND e.version = d.value ->> 'version' AND {_RATE_STANDS}
  ON CONFLICT (expense_id) DO UPDATE
  SET base_currency = excluded.base_currency, total_minor = excluded.total_minor,
    tax_minor = excluded.tax_minor, rate = excluded.rate, rate_date = excluded.rate_date,
    source = excluded.source,
    entered_rate = excluded.entered_rate, created_at = excluded.created_at
"""
# Nor does one begin to wait for a day whose rates came in the meantime, or an entered one.
_MARK: Final = f"""
  UPDATE expenses SET awaits_conversion = d.value ->> 'awaits'
  FROM json_each(?1) AS d, accounts AS a
  WHERE expenses.id = d.value ->> 'expense'
    AND expenses.version = d.value ->> 'version'
    AND a.id = expenses.account_id AND a.base_currency IS d.value ->> 'base'
    AND (d.value ->> 'awaits' IS NULL
         OR d.value ->> 'known' = (SELECT count(*) FROM exchange_rates
             WHERE date = d.value ->> 'awaits')
         AND d.value ->> 'entered' = (SELECT count(*) FROM entered_rates r
             WHERE r.account_id = a.id))
    AND {_RATE_STANDS}
"""

SAME_CURRENCY: Final = "same currency"
_IN_BASE: Final = f"""
  INSERT INTO expense_conversions
    (expense_id, base_currency, total_minor, tax_minor, rate, rate_date, source, created_at)
  SELECT e.id, e.currency, e.total_minor, e.tax_minor, '1', e.date, '{SAME_CURRENCY}', ?2
  FROM expenses e
  JOIN accounts a ON a.id = e.account_id AND a.base_currency = e.currency
  WHERE e.id = ?1 ON CONFLICT (expense_id) DO NOTHING
"""
# Without a base currency nothing is awaited, until one is chosen.
_AWAIT: Final = """
  UPDATE expenses SET awaits_conversion = (
    SELECT iif(a.base_currency IS NULL OR a.base_currency = expenses.currency, NULL, 'now')
    FROM accounts a WHERE a.id = expenses.account_id)
  WHERE id = ?
"""


def convert_in_base(expense_id: str, now: str) -> Statement:
    """Give a new expense in the account's base currency its own amounts. It waits for no rate; any
    other is left as it is.
    """
    return statement(_IN_BASE, [expense_id, now])


def convert_anew(expense_id: str, now: str) -> Sequence[Statement]:
    """An expense has another amount, currency or day: what it came to counts no more."""
    return [
        statement("DELETE FROM expense_conversions WHERE expense_id = ?", [expense_id]),
        statement(_AWAIT, [expense_id]),
        convert_in_base(expense_id, now),
    ]


def convert_all_anew(account_id: str) -> Statement:
    """Convert all expenses of an account anew, by the ticks that follow."""
    return statement(
        "UPDATE expenses SET awaits_conversion = 'now' WHERE account_id = ?", [account_id]
    )


def convert_waiting(days: str) -> Statement:
    """Convert the expenses that wait for the rates of these days, a list in JSON."""
    query = """
      UPDATE expenses SET awaits_conversion = 'now'
      WHERE awaits_conversion IN (SELECT value FROM json_each(?1))
    """
    return statement(query, [days], account=EVERYBODY)


def convert_period_anew(account_id: str, currency: str, *, days: tuple[str, str]) -> Statement:
    """A rate was entered: convert what waits, or was converted at such a rate."""
    values = (account_id, currency, *days)
    return statement(_CONVERT_PERIOD, [*values])


def drop_entered_rate(account_id: str, rate_id: str) -> Sequence[Statement]:
    """A rate was withdrawn: what was converted at it is converted anew."""
    return [
        statement(_CONVERT_ENTERED, [account_id, rate_id]),
        statement(_DROP_ENTERED, [account_id, rate_id]),
    ]


def store_decisions(decisions: str, now: str) -> Sequence[Statement]:
    """Store what was decided of expenses of whichever accounts, a list in JSON."""
    return [
        statement(_STORE, [decisions, now], account=EVERYBODY),
        statement(_MARK, [decisions], account=EVERYBODY),
    ]
