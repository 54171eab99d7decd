"""What a person should know of the tax in a batch of DATEV before it is made: what has no
BU-Schlüssel.

The conditions are those of `writers/datev_keys.py`, over all expenses that are chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.expenses.sellers import EU
from tillroll.exports.lines import Choice
from tillroll.exports.writers.datev_keys import HOME, HOME_CURRENCY, INPUT_TAX
from tillroll.exports.writers.formats import ProfileOptions
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Value, digits, word
from tillroll_durable.platform.json import dump

_RATES: Final = ", ".join(f"'{digits(int(rate))}'" for rate in INPUT_TAX)
_PREFIXES: Final = ", ".join(
    f"'{word(country)}'" for country in sorted(EU | {"EL", "GB", "XI", "CH", "NO"})
)
# Of each expense: its lines as [rate, tax, VAT category], how a person decided, its currency, and
# the seller's country.
_FACTS: Final = f"""
  SELECT chosen.id, taxed.treatment, COALESCE(taxed.deductible, 100) AS deductible,
    (SELECT json_group_array(json_array(line.rate, line.tax_minor, line.vat_category))
     FROM expense_tax_lines AS line WHERE line.expense_id = chosen.id) AS lines,
    (SELECT currency FROM expenses WHERE expenses.id = chosen.id) AS currency,
    (SELECT COALESCE(
       iif(substr(sighting.tax_id, 1, 2) IN ({_PREFIXES}), substr(sighting.tax_id, 1, 2), NULL),
       sighting.country)
     FROM expenses JOIN merchant_sightings AS sighting ON sighting.run_id = expenses.run_id
     WHERE expenses.id = chosen.id) AS seller
  FROM chosen LEFT JOIN expense_tax AS taxed ON taxed.expense_id = chosen.id
"""
_CLOSED_FACTS: Final = """
  SELECT chosen.id, chosen.content ->> 'tax_treatment' AS treatment,
    COALESCE(chosen.content ->> 'tax_deductible', 100) AS deductible,
    (SELECT json_group_array(json_array(
       line.value ->> 'rate',
       CAST(COALESCE(line.value ->> 'tax', '0') AS REAL) <> 0,
       line.value ->> 'vat_category'))
     FROM json_each(chosen.content, '$.tax_lines') AS line) AS lines,
    chosen.content ->> 'currency' AS currency,
    chosen.content ->> 'seller_country' AS seller
  FROM chosen
"""
# (?, ?: categories with a code that no rate replaces, or an automatic account; with any code or
# such an account)
_WITHOUT_KEY: Final = f"""
  shares.has_tax = 1 AND COALESCE(facts.treatment, 'domestic') IN ('domestic', 'import')
  AND facts.deductible <> 0
  AND (
    (COALESCE(shares.category, '') NOT IN (SELECT value FROM json_each(?)) AND EXISTS (
      SELECT 1 FROM json_each(facts.lines) AS line
      WHERE line.value ->> 1 <> 0 AND line.value ->> 0 NOT IN ({_RATES})))
    OR (COALESCE(shares.category, '') NOT IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
      SELECT 1 FROM json_each(facts.lines) AS line WHERE line.value ->> 0 IS NOT NULL)))
"""
_IS_OPEN: Final = f"""
  (COALESCE(facts.seller, '{HOME}') <> '{HOME}'
   OR (facts.currency <> '{HOME_CURRENCY}' AND shares.has_tax = 1)
   OR EXISTS (
     SELECT 1 FROM json_each(facts.lines) AS line
     WHERE line.value ->> 2 IN ('AE', 'K', 'G', 'L', 'M')
       OR (line.value ->> 2 = 'O' AND facts.seller IS NOT '{HOME}')))
"""
# (?: as the first above)
_OPEN: Final = f"""
  facts.treatment IS NULL AND {_IS_OPEN}
  AND COALESCE(shares.category, '') NOT IN (SELECT value FROM json_each(?))
"""


def coded_categories(options: ProfileOptions) -> tuple[list[str], list[str]]:
    """Categories whose code no rate replaces, or whose account is automatic; and those with any
    code, or such an account. The name of what has no category is empty."""
    settled: list[str] = []
    coded: list[str] = []
    for name in ["", *options.codings]:
        coding = options.coding_of(name or None)
        code = coding.tax_code
        is_settled = coding.account_is_automatic
        if code is not None and code not in INPUT_TAX.values():
            is_settled = True
        if is_settled:
            settled.append(name)
        if is_settled or code is not None:
            coded.append(name)
    return settled, coded


@dataclass(frozen=True)
class Shares:
    """The queries of what is chosen and of its shares, with the values of the first; `concerned`
    sums up."""

    chosen: LiteralString
    values: Sequence[Value]
    shares: LiteralString
    concerned: LiteralString


def tax_without_key(shares: Shares, choice: Choice) -> Statement:
    """The query for shares with tax that the file gives no key."""
    settled, coded = coded_categories(choice.options)
    where = f"({_WITHOUT_KEY}) AND NOT (facts.treatment IS NULL AND {_IS_OPEN})"
    return _query(shares, choice, where=where, lists=[settled, coded])


def tax_left_open(shares: Shares, choice: Choice) -> Statement:
    """The query for shares that are open points of the tax report, such as a reverse charge."""
    settled, _ = coded_categories(choice.options)
    return _query(shares, choice, where=_OPEN, lists=[settled])


def _query(
    of: Shares,
    choice: Choice,
    *,
    where: LiteralString,
    lists: Sequence[Sequence[str]],
) -> Statement:
    facts = _FACTS
    if choice.as_closed_in is not None:
        facts = _CLOSED_FACTS
    query = f"""
      WITH chosen AS ({of.chosen}), shares AS ({of.shares}), facts AS ({facts}), concerned AS (
        SELECT shares.id, shares.date, shares.category AS about
        FROM shares JOIN facts ON facts.id = shares.id WHERE {where}
      ) {of.concerned}
    """
    return statement(query, [*of.values, *[dump([*each]) for each in lists]])
