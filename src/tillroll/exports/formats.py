"""All formats that there are: the one list."""

from enum import StrEnum

from tillroll.exports.csv_file import CsvWriter
from tillroll.exports.journals import BeancountWriter, HledgerWriter
from tillroll.exports.json_lines import JsonLinesWriter
from tillroll.exports.quickbooks_file import QuickBooksWriter
from tillroll.exports.writer import About, Format
from tillroll.exports.xlsx_file import XlsxWriter


class FormatName(StrEnum):
    """What the API calls them."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"
    QUICKBOOKS = "quickbooks"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


_ALL = (
    Format(FormatName.CSV, "text/csv; charset=utf-8", "csv", CsvWriter),
    Format(FormatName.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", XlsxWriter),
    Format(FormatName.JSON_LINES, "application/jsonl; charset=utf-8", "jsonl", JsonLinesWriter),
    Format(FormatName.QUICKBOOKS, "text/csv; charset=utf-8", "quickbooks.csv", QuickBooksWriter, has_one_currency=True),
    Format(FormatName.HLEDGER, "text/plain; charset=utf-8", "journal", HledgerWriter),
    Format(FormatName.BEANCOUNT, "text/plain; charset=utf-8", "beancount", BeancountWriter),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}


def file_name(file: Format, about: About) -> str:
    """The name that a file is saved under, in plain ASCII: `expenses_2026-03-01_2026-03-31.csv`."""
    days = [day for day in (about.first_day, about.last_day) if day is not None]
    return f"{'_'.join(['expenses', *days])}.{file.extension}"
