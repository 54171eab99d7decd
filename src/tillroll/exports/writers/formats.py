"""All formats that there are: the one list."""

from enum import StrEnum

from tillroll.exports.writers.datev import DatevWriter
from tillroll.exports.writers.journals import BeancountWriter, HledgerWriter
from tillroll.exports.writers.tables import CsvWriter, JsonLinesWriter, XlsxWriter
from tillroll.exports.writers.writer import About, Format, Needs, Writer
from tillroll.exports.writers.xero import QuickBooksWriter, XeroBillsWriter, XeroStatementWriter
from tillroll.exports.writers.zip_file import ArchiveWriter


class FormatName(StrEnum):
    """What the API calls them."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"
    QUICKBOOKS = "quickbooks"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"
    DATEV = "datev"
    XERO_BILLS = "xero-bills"
    XERO_STATEMENT = "xero-statement"
    ZIP = "zip"
    PDF = "pdf"


_CSV, _TEXT = "text/csv; charset=utf-8", "text/plain; charset=utf-8"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _report(about: About) -> Writer:
    """Its fonts and pages are loaded where a report is written: nothing else needs them."""
    from tillroll.exports.writers.report import ReportWriter  # noqa: PLC0415 - see above

    return ReportWriter(about)


# The options of a profile, by the names of Profile.
_CODES = frozenset({"codings", "other"})
_ALL = (
    Format(
        *(FormatName.CSV, _CSV, "csv", CsvWriter),
        options=frozenset({"columns", "rows", "delimiter", "decimal_mark", "date_form"}) | _CODES,
    ),
    Format(FormatName.XLSX, _SHEET, "xlsx", XlsxWriter, options=frozenset({"columns", "rows"}) | _CODES),
    Format(FormatName.JSON_LINES, "application/jsonl; charset=utf-8", "jsonl", JsonLinesWriter),
    Format(
        *(FormatName.QUICKBOOKS, _CSV, "quickbooks.csv", QuickBooksWriter),
        needs=frozenset({Needs.CURRENCY}),
        options=frozenset({"date_form"}),
    ),
    Format(FormatName.HLEDGER, _TEXT, "journal", HledgerWriter),
    Format(FormatName.BEANCOUNT, _TEXT, "beancount", BeancountWriter),
    Format(
        *(FormatName.DATEV, "text/csv; charset=windows-1252", "datev.csv", DatevWriter),
        needs=frozenset({Needs.DATEV, Needs.ACCOUNT}),
        options=frozenset({"datev", "contra_account"}) | _CODES,
    ),
    # As many bills and lines as Xero takes in one file.
    Format(
        *(FormatName.XERO_BILLS, _CSV, "xero-bills.csv", XeroBillsWriter),
        needs=frozenset({Needs.ACCOUNT, Needs.TAX_CODE}),
        options=frozenset({"date_form"}) | _CODES,
        most=500,
    ),
    Format(
        *(FormatName.XERO_STATEMENT, _CSV, "xero-statement.csv", XeroStatementWriter),
        needs=frozenset({Needs.CURRENCY}),
        options=frozenset({"date_form"}),
        most=1_000,
    ),
    # As much as a step reads and writes well within its time.
    Format(FormatName.ZIP, "application/zip", "zip", ArchiveWriter, most=500, most_bytes=400 * 2**20),
    # As much as can be mailed, and leafed through.
    Format(
        *(FormatName.PDF, "application/pdf", "pdf", _report),
        options=frozenset({"decimal_mark", "date_form"}),
        most=100,
        most_bytes=400 * 2**20,
    ),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}


def file_name(file: Format, about: About) -> str:
    """The name that a file is saved under, in plain ASCII: `expenses_2026-03-01_2026-03-31.csv`; the second of an
    export `expenses_2026-03-01_2026-03-31_2.csv`. DATEV finds its batches by their first letters."""
    days = [day for day in (about.first_day, about.last_day) if day is not None]
    first = "EXTF_expenses" if Needs.DATEV in file.needs else "expenses"
    last = [] if about.number == 1 else [str(about.number)]
    return f"{'_'.join([first, *days, *last])}.{file.extension}"
