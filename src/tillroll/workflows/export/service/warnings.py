"""What a person should know of an export before it is made: what would be booked elsewhere than they may think."""

from typing import Any, Literal, cast

from tillroll.durable import Statement
from tillroll.exports.formats import FORMATS
from tillroll.exports.writer import NO_CATEGORY, Needs
from tillroll.platform.bindings.database import Database, Row, integer, text
from tillroll.platform.json import load
from tillroll.platform.shape import Shape
from tillroll.workflows.export.rows.exports import Asked
from tillroll.workflows.export.rows.shares import left_out, shares_without, without_rate

Code = Literal["in_review", "after_closing", "no_account", "no_tax_code", "no_rate"]


class WarningShape(Shape):
    """`count` expenses are concerned, and `expenses` has the first 20 ids of these. `code`: `in_review`, they are in
    review, and not in the file; `after_closing`, they were not in these days when they were closed, which the file
    repeats; `no_account`, they are of `categories` (null: none) without an account of their own; `no_tax_code`, they
    have tax, and `categories` without a code of it; `no_rate`, they are in another currency than the books,
    `currencies`, and have no rate. `message` says what becomes of them."""

    code: Code
    message: str
    count: int
    expenses: list[str]
    categories: list[str | None]
    currencies: list[str]


async def warnings_of(database: Database, account_id: str, asked: Asked, now: str) -> list[WarningShape]:
    """What there is to say of an export that is asked for with all its codes, at `now` (UTC text)."""
    queries = _queries(asked, account_id, now)
    answers = await database.batch([query for _, query in queries])
    return [
        _shape(code, rows[0], asked)
        for (code, _), rows in zip(queries, answers, strict=True)
        if integer(rows[0], "count")
    ]


def _queries(asked: Asked, account_id: str, now: str) -> list[tuple[Code, Statement]]:
    file, options = FORMATS[asked.file_format], asked.options
    missing: Code = "in_review" if asked.as_closed_in is None else "after_closing"
    queries: list[tuple[Code, Statement]] = [(missing, left_out(asked, account_id, now))]
    if Needs.ACCOUNT in file.needs or "Account" in options.columns:
        coded = [name for name, coding in options.codings.items() if coding.account is not None]
        queries.append(("no_account", shares_without(asked, account_id, now, coded, with_tax=False)))
    if Needs.TAX_CODE in file.needs and options.other.tax_code is None:
        coded = [name for name, coding in options.codings.items() if coding.tax_code is not None]
        queries.append(("no_tax_code", shares_without(asked, account_id, now, coded, with_tax=True)))
    if Needs.DATEV in file.needs:
        queries.append(("no_rate", without_rate(asked, account_id, now)))
    return queries


def _shape(code: Code, row: Row, asked: Asked) -> WarningShape:
    about = cast("list[Any]", load(text(row, "about")))
    count, other = integer(row, "count"), asked.options.other.account
    of = "1 expense" if count == 1 else f"{count} expenses"
    names = ", ".join(each or NO_CATEGORY for each in about)
    booked = "has no account in the file" if other is None else f"is booked on {other}"
    is_, was, it, they = ("is", "was", "it", "it") if count == 1 else ("are", "were", "them", "they")
    messages: dict[Code, str] = {
        "in_review": f"{of} {is_} in review, and not in the file. Confirm {it} first.",
        "after_closing": f"{of} of these days {is_} not in the file, which repeats what was closed: {they} came later,"
        f" or {was} in review then. The next export of only what is new has what is ready.",
        "no_account": f"{of} of categories without an account of their own ({names}): what is of these {booked}. Give"
        " each an account under Categories, or in the profile.",
        "no_tax_code": f"{of} with tax, of categories without a tax code ({names}): they go as without tax. Give each a"
        " tax code under Categories, or in the profile.",
        "no_rate": f"{of} in another currency than the books, without a rate ({names}): no amount in that of the books"
        " goes with it. Wait for the rates of these days, or import them.",
    }
    return WarningShape(
        code=code,
        message=messages[code],
        count=count,
        expenses=[str(each) for each in cast("list[Any]", load(text(row, "expenses")))],
        categories=about if code in {"no_account", "no_tax_code"} else [],
        currencies=[str(each) for each in about] if code == "no_rate" else [],
    )
