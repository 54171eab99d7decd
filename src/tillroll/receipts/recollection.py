"""What an account has that bears on a reading, in one round trip: its known merchants, their
categories, and expenses that may be the same purchase.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, LiteralString, cast

from tillroll.expenses.duplicates.same_purchase import Paper, first_same
from tillroll.expenses.sorting.proposing.kinds import Sorted
from tillroll.expenses.sorting.proposing.propose import Chosen, Seen, newest, propose
from tillroll.expenses.sorting.proposing.propose import Known as ProposedFrom
from tillroll.expenses.sorting.rules import (
    MOST_CATEGORIES,
    MOST_RULES,
    Facts,
    Rule,
    first_match,
    gives_json,
    rule_of_row,
)
from tillroll.expenses.writes import EXPENSE_OF, OF_MERCHANT, key_of
from tillroll_documents.money import AmountError, minor_from_decimal_string
from tillroll_documents.reading import recognition
from tillroll_documents.reading.correction import InvalidValues, apply
from tillroll_documents.reading.extraction import ProposedCategory
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.recognition import (
    Marks,
    Sightings,
    look_key,
    merchant_key,
    plain_iban,
)
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.json import load
from tillroll_durable.runs import Run

_MOST_ALIKE: Final = 200
"""Expenses of one day, total and currency that are compared."""
# The runs that show a merchant under this name, the firm's, this tax id, IBAN or contact; a UNION,
# since for an OR the planner would read all rows.
_ALIKE = """
  SELECT run_id FROM merchant_sightings
  WHERE account_id = ?1 AND undone_at IS NULL AND look_key IN (?2, ?4)
  UNION
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND tax_id = ?3
  UNION
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND iban = ?5
  UNION
  SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND contact = ?6
"""
_SIGHTINGS = """
  SELECT merchant, spelling, tax_id, iban, contact, COUNT(*) AS times,
    COUNT(confirmed_by) AS confirmed,
    MIN(at) AS since
  FROM merchant_sightings WHERE run_id IN (SELECT run_id FROM alike)
  GROUP BY merchant, spelling, tax_id, iban, contact
"""
# How often people chose each category for each of those merchants, and when last. What they did not
# want to be proposed again (0 in `times`) counts from the next choice on.
_CHOSEN = f"""
  SELECT s.merchant_key, e.category, COUNT(*) AS times,
    MAX(COALESCE(e.category_at, e.created_at)) AS last
  FROM merchants m CROSS JOIN merchant_sightings s JOIN expenses e
    ON e.id = {EXPENSE_OF.format("s.run_id")}
  LEFT JOIN dismissed d ON d.merchant_key = s.merchant_key AND d.category = e.category
  WHERE {OF_MERCHANT.format("?1", "m.merchant_key")}
    AND e.category IS NOT NULL AND e.category_by IS NOT NULL AND e.status <> 'voided'
    AND COALESCE(e.category_at, e.created_at) > COALESCE(d.dismissed_at, '')
  GROUP BY s.merchant_key, e.category
  UNION ALL
  SELECT merchant_key, category, 0, '' FROM dismissed
"""
# Expenses of other receipts with this day, total and currency, and what their papers say: OCR
# misreads a name on one of two photos. ?10 is a key behind its merchant: "|2026-01-13|SGD|535". The
# index is named, since for the order by id the planner would read all of the account's expenses.
_SAME = f"""
  SELECT e.run_id, e.merchant, e.registered_name, e.document_kind, e.receipt_number, s.spelling,
    s.tax_id, s.contact,
    x.body ->> '$.time.value' AS time, x.body ->> '$.receiptNumber.value' AS printed_number
  FROM expenses e INDEXED BY expenses_by_total
  LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
  LEFT JOIN extractions x ON x.run_id = e.run_id
  WHERE e.account_id = ?1 AND e.date = substr(?10, 2, 10) AND e.currency = substr(?10, 13, 3)
    AND e.total_minor = CAST(substr(?10, 17) AS INTEGER) AND e.receipt_id <> ?9
    AND e.status <> 'voided'
  ORDER BY e.id LIMIT {digits(_MOST_ALIKE)}
"""
_RULES = """
  SELECT id, conditions, gives FROM category_rules WHERE account_id = ?1 AND state = 'active'
    AND state <> 'deleted'  -- as the index has it
  ORDER BY position, id LIMIT ?11
"""
# What the account sorts by now.
_SORTED_BY = (
    "SELECT name, starter FROM categories WHERE account_id = ?1 AND state = 'active' "
    "ORDER BY name LIMIT ?12"
)
_COLUMNS: Final[Mapping[LiteralString, tuple[LiteralString, Sequence[LiteralString]]]] = {
    "known": (
        _SIGHTINGS,
        ("merchant", "spelling", "tax_id", "iban", "contact", "times", "confirmed", "since"),
    ),
    "chosen": (_CHOSEN, ("merchant_key", "category", "times", "last")),
    "same": (
        _SAME,
        (
            *("run_id", "merchant", "registered_name", "document_kind", "receipt_number"),
            *("spelling", "tax_id", "contact", "time", "printed_number"),
        ),
    ),
    "rules": (_RULES, ("id", "conditions", "gives")),
    "categories": (_SORTED_BY, ("name", "starter")),
}


def _as_json(query: LiteralString, columns: Sequence[LiteralString]) -> LiteralString:
    named = ", ".join(f"'{column}', {column}" for column in columns)
    return f"""
      (SELECT json_group_array(json_object({named})) FROM ({query}))
    """


# All of it in one row, a list of rows as JSON in each column: one statement, which looks for what
# is alike once.
_ALL = f"""
  WITH alike AS MATERIALIZED ({_ALIKE}),
  merchants AS MATERIALIZED (
    SELECT merchant_key FROM merchant_sightings WHERE run_id IN (SELECT run_id FROM alike)
    UNION SELECT ?7 UNION SELECT ?8
  ),
  dismissed AS (
    SELECT d.* FROM merchants m CROSS JOIN proposals_dismissed d
    WHERE d.account_id = ?1 AND d.merchant_key = m.merchant_key
  )
  SELECT {", ".join(f"{_as_json(*each)} AS {name}" for name, each in _COLUMNS.items())}
"""


@dataclass(frozen=True)
class Recollection:
    """What was found for a reading. `chosen` are the categories that people chose and `dismissed`
    those that they do not want, by the merchant's key; `same` are rows of expenses from other
    receipts with this date, total and currency; `categories` are the account's.
    """

    known: Sequence[Sightings]
    chosen: Mapping[str, Sequence[Chosen]]
    dismissed: Mapping[str, frozenset[str]]
    same: Sequence[Row]
    rules: Sequence[Rule] = ()
    categories: Sequence[Sorted] = ()

    def snap(self, reading: Reading, text: str) -> Reading:
        """The reading with its merchant snapped to a known one, and the category of a rule, or its
        usual one; `text` is the transcript.
        """
        recognised = self._as_known(reading, Marks.of(reading.extraction, text))
        rule = first_match(self.rules, _facts(recognised))
        if rule is None:
            return recognised
        return recognition.with_rule(
            recognised, rule.id, gives=gives_json(rule.gives), category=rule.gives.category
        )

    def _as_known(self, reading: Reading, marks: Marks) -> Reading:
        read = reading.extraction
        name = read.merchant.value
        firm = read.registered_name.value
        tax_id = read.tax_id.value
        match = recognition.recognise(name, tax_id, self.known)
        if match is None and firm is not None and look_key(firm) != look_key(name):
            # Of receipts that print no brand, the firm is what is known.
            match = recognition.recognise(firm, tax_id, self.known)
        is_doubted = recognition.doubts_merchant(reading)
        if match is not None:
            match = recognition.with_marks(match, marks, self.known, is_doubted=is_doubted)
        if match is None and is_doubted:
            match = recognition.recognise_by_marks(name, tax_id, marks=marks, sightings=self.known)
        if match is None:
            return reading
        snapped = recognition.with_known_merchant(reading, match)
        chosen = self.chosen.get(merchant_key(match.merchant), ())
        counts = {each.category: each.times for each in chosen}
        last = newest(chosen)
        category = recognition.usual_category(counts)
        if category is None or last is None or last.category != category:
            return snapped  # what was chosen last, and is not usual, is proposed
        return recognition.with_category(snapped, category, counts[category])

    def proposing(self, reading: Reading, text: str) -> Reading:
        """The reading with a category proposed, where it has none; `text` is the transcript."""
        read = reading.extraction
        name = read.merchant.value
        if read.category.value is not None or name is None:
            return reading
        key = merchant_key(name)
        knowledge = ProposedFrom(
            self.categories, self.chosen.get(key, ()), self.dismissed.get(key, frozenset())
        )
        items = [item.description for item in read.line_items]
        codes = [item.code for item in read.line_items if item.code is not None]
        proposed = propose(
            Seen(
                name, read.registered_name.value, items=items, codes=codes, lines=text.splitlines()
            ),
            knowledge,
        )
        return with_proposed(reading, proposed)

    def duplicate_of(self, reading: Reading) -> str | None:
        """The run whose expense is likely the same purchase, from another receipt."""
        try:
            fields = apply(reading.extraction, {})
        except InvalidValues:
            return None  # incomplete: a person is asked anyway
        read = reading.extraction
        read_as = recognition.read_name(read) or fields.merchant
        kind = fields.document.kind
        paper = Paper(
            names=_names(fields.merchant, read_as, fields.registered_name),
            tax_id=read.tax_id.value,
            contact=read.contact.value,
            number=read.receipt_number.value,
            time=read.time.value,
            kind=kind and kind.value,
        )
        return first_same(paper, ((text(row, "run_id"), _paper(row)) for row in self.same))


def _names(*names: str | None) -> frozenset[str]:
    return frozenset(filter(None, names))


def _paper(row: Row) -> Paper:
    """What the paper of a stored expense says."""
    names = (optional_text(row, name) for name in ("merchant", "registered_name", "spelling"))
    return Paper(
        names=_names(*names),
        tax_id=optional_text(row, "tax_id"),
        contact=optional_text(row, "contact"),
        number=optional_text(row, "receipt_number") or optional_text(row, "printed_number"),
        time=optional_text(row, "time"),
        kind=optional_text(row, "document_kind"),
    )


def query(run: Run, reading: Reading) -> Statement:
    """What `recollect` asks for a reading by the rules, for anyone who has a batch to ask it
    with.
    """
    read = reading.extraction
    name = read.merchant.value
    firm = read.registered_name.value
    whose = (
        run.account_id,
        look_key(name),
        read.tax_id.value,
        look_key(firm),
        plain_iban(read),
        read.contact.value,
    )
    keys = (merchant_key(name or ""), merchant_key(firm or ""))
    return statement(
        _ALL, [*whose, *keys, run.subject, _rest_of_key(reading), MOST_RULES, MOST_CATEGORIES]
    )


def recollection_of(stored: Row) -> Recollection:
    """The answer to `query`."""
    sightings, choices, same, rules, categories = (_rows(stored, name) for name in _COLUMNS)
    chosen: dict[str, list[Chosen]] = {}
    dismissed: dict[str, frozenset[str]] = {}
    for row in choices:
        key = text(row, "merchant_key")
        if integer(row, "times"):
            chosen.setdefault(key, []).append(of_row(Chosen, row))
        else:
            dismissed[key] = dismissed.get(key, frozenset()) | {text(row, "category")}
    return Recollection(
        [of_row(Sightings, row) for row in sightings],
        chosen,
        dismissed=dismissed,
        same=same,
        rules=[rule_of_row(row) for row in rules],
        categories=[of_row(Sorted, row) for row in categories],
    )


async def recollect(database: Database, run: Run, reading: Reading) -> Recollection:
    [row] = await database.all(query(run, reading))
    return recollection_of(row)


def _rows(stored: Row, name: str) -> list[Row]:
    rows = load(text(stored, name))
    if isinstance(rows, list):
        return [cast("Row", row) for row in rows]
    return []


def with_proposed(reading: Reading, proposed: ProposedCategory | None) -> Reading:
    if proposed is None:
        return reading
    return replace(
        reading, extraction=reading.extraction.model_copy(update={"proposed_category": proposed})
    )


def _facts(reading: Reading) -> Facts:
    read = reading.extraction
    total = None
    currency = reading.extraction.currency.value or ""
    # an amount that the currency cannot have is none that a rule can go by
    with suppress(AmountError):
        if read.total.value and currency:
            total = minor_from_decimal_string(read.total.value, currency)
        else:
            total = None
    texts = (
        read.receipt_number.value,
        read.buyer.value,
        *(item.description for item in read.line_items),
    )
    kind = read.document_kind.value and read.document_kind.value.value
    names = read.merchant.value or "", read.registered_name.value
    return Facts(*names, total, currency, kind, [*filter(None, texts)])


def _rest_of_key(reading: Reading) -> str | None:
    """An expense's key behind its merchant's; None where the reading is no whole expense but for
    its merchant.
    """
    try:
        fields = apply(reading.extraction, {"merchant": "anybody"})
    except InvalidValues:
        return None
    return key_of(fields).removeprefix("anybody")
