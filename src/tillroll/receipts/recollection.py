"""What the account already has that bears on a reading, in one round trip: its known merchants, their categories, and
expenses that may be the same purchase."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from tillroll.durable.record.runs import Run
from tillroll.expenses.duplicates import is_other_document
from tillroll.expenses.sorting.rules import Facts, Rule, active_rules, first_match, gives_json, rule_of_row
from tillroll.expenses.writes import key_of
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    integer,
    of_row,
    statement,
    text,
)
from tillroll.reading.correction import InvalidValues, apply
from tillroll.reading.money import AmountError, minor_from_decimal_string
from tillroll.reading.receipt import Reading
from tillroll.reading.recognition import (
    Sightings,
    look_key,
    merchant_key,
    read_name,
    recognise,
    usual_category,
    with_category,
    with_known_merchant,
    with_rule,
)

# The runs that show a merchant under this name, the firm's or this tax id; a UNION, since for an OR the planner would
# read all rows.
_ALIKE = """
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND look_key IN (?2, ?4)
  UNION
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND tax_id = ?3
"""
_KNOWN = f"""
  SELECT merchant, spelling, tax_id, COUNT(*) AS times, COUNT(confirmed_by) AS confirmed, MIN(at) AS since
  FROM merchant_sightings WHERE run_id IN ({_ALIKE})
  GROUP BY merchant, spelling, tax_id
"""  # noqa: S608 - a constant
# How often people chose each category for each of those merchants.
_CATEGORIES = f"""
  SELECT s.merchant_key, e.category, COUNT(*) AS times
  FROM merchant_sightings s JOIN expenses e ON e.run_id = s.run_id
  WHERE s.account_id = ?1 AND s.undone_at IS NULL AND e.category IS NOT NULL AND e.category_by IS NOT NULL
    AND s.merchant_key IN (SELECT merchant_key FROM merchant_sightings WHERE run_id IN ({_ALIKE}))
  GROUP BY s.merchant_key, e.category
"""  # noqa: S608 - a constant
# An expense's key is its merchant's, and ?6. One from before the merchant was known has the name as it was read (?7),
# one whose receipt prints no brand the firm's (?8).
_SAME = f"""
  SELECT run_id, duplicate_key, document_kind, receipt_number FROM expenses
  WHERE account_id = ?1 AND receipt_id <> ?5 AND status <> 'voided' AND duplicate_key IN (
    SELECT merchant_key || ?6 FROM merchant_sightings WHERE run_id IN ({_ALIKE})
    UNION SELECT ?7 || ?6 UNION SELECT ?8 || ?6
  )
  ORDER BY id
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Recollection:
    """What was found for a reading. `categories` counts them by the merchant's key; `same` has the rows of expenses
    from other receipts with this date, total and currency."""

    known: Sequence[Sightings]
    categories: dict[str, dict[str, int]]
    same: Sequence[Row]
    rules: Sequence[Rule] = ()

    def snap(self, reading: Reading) -> Reading:
        """The reading with its merchant snapped to a known one, and with the category that a rule gives it, or where no
        rule does, that merchant's usual one."""
        known = self._as_known(reading)
        rule = first_match(self.rules, _facts(known))
        return known if rule is None else with_rule(known, rule.id, gives_json(rule.gives), rule.gives.category)

    def _as_known(self, reading: Reading) -> Reading:
        read = reading.extraction
        name, firm, tax_id = read.merchant.value, read.registered_name.value, read.tax_id.value
        found = recognise(name, tax_id, self.known)
        if found is None and firm is not None and look_key(firm) != look_key(name):
            # Of receipts that print no brand, the firm is what is known.
            found = recognise(firm, tax_id, self.known)
        if found is None:
            return reading
        snapped = with_known_merchant(reading, found)
        counts = self.categories.get(merchant_key(found.merchant), {})
        category = usual_category(counts)
        return snapped if category is None else with_category(snapped, category, counts[category])

    def duplicate_of(self, reading: Reading) -> str | None:
        """The run whose expense has the same merchant, date, total and currency, made from another receipt, and
        not from an invoice of another number."""
        try:
            fields = apply(reading.extraction, {})
        except InvalidValues:
            return None  # incomplete: a person is asked anyway
        read_as = read_name(reading.extraction) or fields.merchant
        names = {fields.merchant, read_as, fields.registered_name or fields.merchant}
        keys = {key_of(replace(fields, merchant=name)) for name in names}
        alike = (row for row in self.same if text(row, "duplicate_key") in keys and not is_other_document(fields, row))
        return next((text(row, "run_id") for row in alike), None)


def queries(run: Run, reading: Reading) -> list[Statement]:
    """What `recollect` asks for a reading by the rules, for whoever has a batch to ask it with."""
    read = reading.extraction
    name, firm = read.merchant.value, read.registered_name.value
    whose = (run.account_id, look_key(name), read.tax_id.value, look_key(firm))
    return [
        statement(_KNOWN, *whose),
        statement(_CATEGORIES, *whose),
        statement(
            _SAME, *whose, run.subject, _rest_of_key(reading), merchant_key(name or ""), merchant_key(firm or "")
        ),
        active_rules(run.account_id),
    ]


def recollection_of(rows: Sequence[Sequence[Row]]) -> Recollection:
    """The answers of `queries`."""
    known, categories, same, rules = rows
    counts: dict[str, dict[str, int]] = {}
    for row in categories:
        counts.setdefault(text(row, "merchant_key"), {})[text(row, "category")] = integer(row, "times")
    return Recollection([_sightings(row) for row in known], counts, same, [rule_of_row(row) for row in rules])


async def recollect(database: Database, run: Run, reading: Reading) -> Recollection:
    """Ask what the account has for a reading."""
    return recollection_of(await database.batch(queries(run, reading)))


def _facts(reading: Reading) -> Facts:
    """What rules look at of a reading."""
    read, total = reading.extraction, None
    currency = read.currency.value or ""
    with suppress(AmountError):  # an amount that the currency cannot have is none that a rule can go by
        total = minor_from_decimal_string(read.total.value, currency) if read.total.value and currency else None
    texts = (read.receipt_number.value, read.buyer.value, *(item.description for item in read.line_items))
    kind = read.document_kind.value
    return Facts(
        read.merchant.value or "",
        read.registered_name.value,
        total,
        currency,
        None if kind is None else kind.value,
        [each for each in texts if each],
    )


def _rest_of_key(reading: Reading) -> str | None:
    """An expense's key behind its merchant's; None where the reading is no whole expense, whoever the merchant is."""
    try:
        fields = apply(reading.extraction, {"merchant": "anybody"})
    except InvalidValues:
        return None
    return key_of(fields).removeprefix("anybody")


def _sightings(row: Row) -> Sightings:
    return of_row(Sightings, row)
