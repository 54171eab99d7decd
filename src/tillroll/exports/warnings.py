"""What a person should know of an export before it is made: what would be booked elsewhere than
they may think.
"""

from collections.abc import Sequence
from typing import Any, LiteralString, cast

from tillroll.exports.lines import IN_REVIEW, Choice, chosen_rows
from tillroll.exports.models import ExportWarning, WarningCode
from tillroll.exports.tax_warnings import Shares, tax_left_open, tax_without_key
from tillroll.exports.writers.datev import BOOKS_CURRENCY
from tillroll.exports.writers.formats import NO_CATEGORY, Needs
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, Row, digits, integer, text
from tillroll_durable.platform.json import Json, dump, load

# Expenses that are named, and categories.
_NAMED = 20
# A share is an expense, or each part of one that is split; `has_tax` is 1 where it has tax.
_SHARES = """
  SELECT expenses.id, expenses.date, expenses.category, COALESCE(expenses.tax_minor,
      0) <> 0 AS has_tax
  FROM chosen JOIN expenses ON expenses.id = chosen.id WHERE expenses.is_split = 0
  UNION ALL
  SELECT expenses.id, expenses.date, part.category, COALESCE(part.tax_minor, 0) <> 0
  FROM chosen JOIN expenses ON expenses.id = chosen.id
  JOIN expense_parts AS part ON part.expense_id = expenses.id
  WHERE expenses.is_split = 1
"""
# The same of what was closed, as it was then.
_CLOSED_SHARES = """
  SELECT chosen.id, chosen.content ->> 'date' AS date, chosen.content ->> 'category' AS category,
    CAST(COALESCE(chosen.content ->> 'tax', '0') AS REAL) <> 0 AS has_tax
  FROM chosen WHERE COALESCE(json_array_length(chosen.content, '$.parts'), 0) = 0
  UNION ALL
  SELECT chosen.id, chosen.content ->> 'date', part.value ->> 'category',
    CAST(COALESCE(part.value ->> 'tax', '0') AS REAL) <> 0
  FROM chosen JOIN json_each(chosen.content, '$.parts') AS part
"""
# `about` is what of an expense is concerned.
_CONCERNED = f"""
  SELECT (SELECT COUNT(DISTINCT id) FROM concerned) AS count,
    (SELECT json_group_array(id)
      FROM (SELECT DISTINCT id, date FROM concerned ORDER BY date, id LIMIT {digits(_NAMED)}))
      AS expenses,
    (SELECT json_group_array(about)
      FROM (SELECT DISTINCT about FROM concerned ORDER BY about LIMIT {digits(_NAMED)})) AS about
"""


def shares_without(choice: Choice, coded: Sequence[str], *, with_tax: bool) -> Statement:
    """The query for what of an export has a category that is not `coded`, or none: `count`, the
    first `expenses` and `about`, its categories, as JSON. `with_tax`: of these only what has tax.
    """
    shares = _SHARES if choice.as_closed_in is None else _CLOSED_SHARES
    chosen, values = _chosen(choice)
    listed: list[Json] = [*coded]
    query = f"""
      WITH chosen AS ({chosen}), shares AS ({shares}), concerned AS (
        SELECT id, date, category AS about FROM shares
        WHERE (category IS NULL OR category NOT IN (SELECT value FROM json_each(?)))
          AND has_tax >= ?
      ) {_CONCERNED}
    """
    return statement(query, [*values, dump(listed), int(with_tax)])


def _shares_of(choice: Choice) -> Shares:
    chosen, values = _chosen(choice)
    shares = _SHARES
    if choice.as_closed_in is not None:
        shares = _CLOSED_SHARES
    return Shares(chosen=chosen, values=values, shares=shares, concerned=_CONCERNED)


def without_rate(choice: Choice) -> Statement:
    """The query for what is in another currency than the account's base currency, and has no amount
    in that.
    """
    chosen, values = _chosen(choice)
    books = f"COALESCE((SELECT base_currency FROM accounts WHERE id = ?), '{BOOKS_CURRENCY}')"
    lacking = f"""
      SELECT expenses.id, expenses.date, expenses.currency AS about
      FROM chosen JOIN expenses ON expenses.id = chosen.id
      WHERE expenses.currency <> {books} AND expenses.total_minor <> 0 AND NOT EXISTS (
        SELECT 1 FROM expense_conversions AS base
        WHERE base.expense_id = expenses.id AND base.base_currency = {books}
          AND base.total_minor <> 0)
    """
    if choice.as_closed_in is not None:
        lacking = f"""
          SELECT chosen.id, chosen.content ->> 'date' AS date,
            chosen.content ->> 'currency' AS about
          FROM chosen
          WHERE chosen.content ->> 'currency' <> {books}
            AND CAST(chosen.content ->> 'total' AS REAL) <> 0
            AND NOT (chosen.content ->> 'base_currency' = {books}
              AND CAST(COALESCE(chosen.content ->> 'base_total', '0') AS REAL) <> 0)
        """
    query = f"WITH chosen AS ({chosen}), concerned AS ({lacking}) {_CONCERNED}"
    return statement(query, [*values, choice.account_id, choice.account_id])


def left_out(choice: Choice) -> Statement:
    """The query for what the filter finds and the export does not hold: what is in review, or was
    not in days that are closed.
    """
    if choice.as_closed_in is None:
        where, values = choice.where(are=IN_REVIEW)
    else:
        where, values = choice.where(are="expenses.status <> 'voided'")
        closed = """
          SELECT 1 FROM export_items AS closed
          WHERE closed.export_id = ? AND closed.expense_id = expenses.id
        """
        where = f"{where} AND NOT EXISTS ({closed})"
        values = [*values, choice.as_closed_in]
    query = f"""
      WITH concerned AS
        (SELECT expenses.id, expenses.date, expenses.status AS about FROM expenses WHERE {where})
      {_CONCERNED}
    """
    return statement(query, [*values])


def not_approved(choice: Choice) -> Statement:
    """The query for what nobody has approved, where more than one person is in the account."""
    chosen, values = _chosen(choice)
    query = f"""
      WITH chosen AS ({chosen}), concerned AS (
        SELECT expenses.id, expenses.date, expenses.status AS about
        FROM chosen JOIN expenses ON expenses.id = chosen.id
        WHERE expenses.status = 'ready' AND (
          SELECT COUNT(*) FROM users WHERE account_id = ? AND removed_at IS NULL
        ) > 1
      ) {_CONCERNED}
    """
    return statement(query, [*values, choice.account_id])


def _chosen(choice: Choice) -> tuple[LiteralString, Sequence[str | int | float | None]]:
    table, where, values = chosen_rows(choice)
    if table == "expenses":
        columns = "expenses.id"
    else:
        columns = "export_items.expense_id AS id, export_items.content"
    return f"SELECT {columns} FROM {table} WHERE {where}", values


async def warnings_of(database: Database, choice: Choice) -> list[ExportWarning]:
    """What there is to say of an export that is asked for with all its codes."""
    queries = _queries(choice)
    answers = await database.batch([query for _, query in queries])
    warnings = [
        _warning(code, rows[0], choice)
        for (code, _), rows in zip(queries, answers, strict=True)
        if integer(rows[0], "count")
    ]
    ids: list[Json] = [each for warning in warnings for each in warning.expenses]
    if not ids:
        return warnings
    query = "SELECT id, merchant FROM expenses WHERE id IN (SELECT value FROM json_each(?))"
    merchants = {
        text(row, "id"): text(row, "merchant")
        for row in await database.all(statement(query, [dump(ids)]))
    }
    named = [[merchants.get(each, "") for each in warning.expenses] for warning in warnings]
    return [
        warning.model_copy(update={"names": names})
        for warning, names in zip(warnings, named, strict=True)
    ]


def _queries(choice: Choice) -> list[tuple[WarningCode, Statement]]:
    file = choice.file
    options = choice.options
    missing: WarningCode = "in_review" if choice.as_closed_in is None else "after_closing"
    queries: list[tuple[WarningCode, Statement]] = [(missing, left_out(choice))]
    # Who asks for `ready` ones knows. What was closed was judged then.
    if choice.as_closed_in is None and not choice.chosen.found.statuses:
        queries.append(("not_approved", not_approved(choice)))
    if Needs.ACCOUNT in file.needs or "Account" in options.columns:
        coded = [name for name, coding in options.codings.items() if coding.account is not None]
        queries.append(("no_account", shares_without(choice, coded, with_tax=False)))
    if Needs.TAX_CODE in file.needs and options.other.tax_code is None:
        coded = [name for name, coding in options.codings.items() if coding.tax_code is not None]
        queries.append(("no_tax_code", shares_without(choice, coded, with_tax=True)))
    if Needs.DATEV in file.needs:
        shares = _shares_of(choice)
        queries.append(("no_tax_code", tax_without_key(shares, choice)))
        queries.append(("tax_open", tax_left_open(shares, choice)))
        queries.append(("no_rate", without_rate(choice)))
    return queries


def _warning(code: WarningCode, row: Row, choice: Choice) -> ExportWarning:
    about = cast("list[Any]", load(text(row, "about")))
    count = integer(row, "count")
    other = choice.options.other.account
    of = "1 expense" if count == 1 else f"{count} expenses"
    names = ", ".join(each or NO_CATEGORY for each in about)
    is_, was, it, they = (
        ("is", "was", "it", "it") if count == 1 else ("are", "were", "them", "they")
    )
    if other is None:
        booked = "without an account in the file"
    else:
        booked = f"booked on {other}"
    messages: dict[WarningCode, str] = {
        "in_review": f"{of} {is_} in review, and not in the file. Confirm {it} first.",
        "after_closing": f"{of} of these days {is_} not in the file, which repeats what was "
        f"closed: {they} came later, or {was} in review then. The next export of only what is new "
        "has what is ready.",
        "not_approved": f"{of} in the file without an approval. Have each approved first, or "
        "export what is approved alone.",
        "no_account": f"{of} of categories without an account of their own "
        f"({names}): {booked}. Assign accounts under Categories, or in the profile.",
        "no_tax_code": f"{of} with tax, of categories without a tax code ({names}): they go as "
        "without tax. Give each a tax code under Categories, or in the profile.",
        "tax_open": f"{of} that the tax report leaves open, such as a reverse charge ({names}): "
        "the file has neither the tax that the company owes nor input tax of it. Decide under "
        "Reports, Tax how each is taxed.",
        "no_rate": f"{of} in another currency than the books, without a rate ({names}): no amount "
        "in that of the books goes with it. Wait for the rates of these days, or import them.",
    }
    message = messages[code]
    if code == "no_tax_code" and Needs.DATEV in choice.file.needs:
        message = (
            f"{of} with tax that has no BU-Schlüssel ({names}): DATEV deducts none of it. Correct "
            "the"
            " rates of their tax lines, give the categories a tax code, or tick that their account"
            " is automatic."
        )
    return ExportWarning(
        code=code,
        message=message,
        count=count,
        expenses=[str(each) for each in cast("list[Any]", load(text(row, "expenses")))],
        names=[],
        categories=about if code in {"no_account", "no_tax_code", "tax_open"} else [],
        currencies=[str(each) for each in about] if code == "no_rate" else [],
    )
