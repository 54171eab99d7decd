"""A month of the bank as a table that a person opens, in their language, and in each export."""

import csv
import io
import re
from collections.abc import Callable
from typing import Final

from tillroll.bank.months import MOST_LINES, days_of, file_rows
from tillroll.company.places import language_of_country, list_separator
from tillroll.exports.monthly import MONTHLY, MonthFile
from tillroll.exports.writers.formats import (
    BYTE_ORDER_MARK,
    DateForm,
    ProfileOptions,
    for_readers,
    harmless,
)
from tillroll.tax.repository import load_company
from tillroll_documents.money import Money
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import Say, words_in

_HEADINGS: Final = (
    *("Bank account", "Day", "Amount", "Currency", "Payee or payer", "Text"),
    *("Standing", "Remark"),
)
# Of an export: a step reads and writes so many well within its time.
_MOST_MONTHS: Final = 120
# A document is named with its day.
_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b", re.ASCII)
_STANDINGS: Final = {
    "documented": "with a document",
    "explained": "explained without a document",
    "owed": "asked of a person",
    "open": "still open",
}
# What explains an entry by itself, and is no document that an adviser could ask for.
_NO_DOCUMENTS: Final = frozenset({"fee", "own_account", "entry"})


async def as_table(
    platform: Platform,
    account_id: str,
    month: str,
    language: str | None,
    country: str | None = None,
) -> MonthFile | None:
    """The month as CSV (RFC 4180, with a byte order mark), with the marks that a spreadsheet of the
    language, and of the company's country, expects; None where it has more than MOST_LINES entries.
    Raises ValuesRefused.
    """
    rows = await file_rows(platform.database, account_id, month)
    if len(rows) > MOST_LINES:
        return None
    say = await words_in(platform.assets, language)
    profile = for_readers(ProfileOptions(), language)
    delimiter = list_separator(country)
    if profile.decimal_mark == ",":
        delimiter = ";"
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK.decode())
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([say(heading) for heading in _HEADINGS])
    write_day = (profile.date_form or DateForm.ISO).write
    for row in rows:
        writer.writerow(_cells(row, say, number=profile.number, write_day=write_day))
    return MonthFile(out.getvalue(), len(rows))


def _cells(
    row: Row, say: Say, *, number: Callable[[str], str], write_day: Callable[[str], str]
) -> list[str]:
    standing = text(row, "standing")
    remark = optional_text(row, "says")
    if standing == "open" and remark is not None:
        remark = say(remark)
    elif standing == "documented" and remark is not None:
        documents = "; ".join(say(each) for each in remark.split("; "))
        remark = _DAY.sub(lambda day: write_day(day[0]), documents)
    amount = Money(integer(row, "amount"), text(row, "currency")).to_decimal_string()
    return [
        harmless(text(row, "bank_account")),
        write_day(text(row, "day")),
        number(amount),
        text(row, "currency"),
        harmless(optional_text(row, "counterparty")),
        harmless(optional_text(row, "words")),
        say(_STANDINGS[_shown_standing(row)]),
        harmless(remark),
    ]


def _shown_standing(row: Row) -> str:
    """Say of an entry that only fees and transfers explain that it has no document."""
    standing = text(row, "standing")
    documents = optional_text(row, "documents")
    if standing != "documented" or documents is None:
        return standing
    kinds = {each.split(" ")[0] for each in documents.split("; ")}
    if kinds <= _NO_DOCUMENTS:
        return "explained"
    return standing


class _ExportedMonths:
    """The bank's months as files of an export."""

    name: str = "bank"

    async def months(self, database: Database, account_id: str, first: str, last: str) -> list[str]:
        """The months with booked entries, at most _MOST_MONTHS."""
        query = f"""
          SELECT DISTINCT substr(e.day, 1, 7) AS month
          FROM bank_entries e INDEXED BY bank_entries_by_day
          WHERE e.account_id = ?1 AND e.status = 'booked' AND e.day BETWEEN ?2 AND ?3
          ORDER BY 1 DESC LIMIT {digits(_MOST_MONTHS)}
        """
        days = (days_of(first)[0].isoformat(), days_of(last)[1].isoformat())
        return [
            text(row, "month")
            for row in reversed(await database.all(statement(query, [account_id, *days])))
        ]

    async def file(self, platform: Platform, account_id: str, month: str) -> MonthFile | None:
        """Make the file of a month as it stands now, in the language of the company's country."""
        company = await load_company(platform.database, account_id)
        language = language_of_country(company.seat)
        return await as_table(
            platform, account_id, month=month, language=language, country=company.seat
        )


EXPORTED: Final = MONTHLY.fill(_ExportedMonths())
