"""Formats of files: what each takes of a profile, what writes it piece by piece, and texts for
cells of a table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from tillroll.company.places import Separator
from tillroll.expenses.exported import Concerned, ExportedExpense
from tillroll_documents.cells import without_formulas
from tillroll_durable.platform.models import Flag, RequestBody
from tillroll_durable.platform.words import Say, in_english

if TYPE_CHECKING:
    from tillroll_documents.pdf_writer.objects import Jpeg


class DateForm(StrEnum):
    """How a day is written."""

    ISO = "YYYY-MM-DD"
    GERMAN = "DD.MM.YYYY"
    BRITISH = "DD/MM/YYYY"
    AMERICAN = "MM/DD/YYYY"

    def write(self, day: str) -> str:
        """`day` is YYYY-MM-DD."""
        return date.fromisoformat(day).strftime(_FORMS[self])


_FORMS: Final = {
    DateForm.ISO: "%Y-%m-%d",
    DateForm.GERMAN: "%d.%m.%Y",
    DateForm.BRITISH: "%d/%m/%Y",
    DateForm.AMERICAN: "%m/%d/%Y",
}


_Account = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z ./-]{0,19}$")]
_Code = Annotated[str, Field(min_length=1, max_length=50)]


class Coding(RequestBody):
    """Where a category is booked: `account`, the program's `tax_code`, a `cost_center`; null where
    open. `account_is_automatic`: DATEV's account knows its tax, and takes no code of it."""

    account: _Account | None = None
    tax_code: _Code | None = None
    cost_center: Annotated[str | None, Field(min_length=1, max_length=36)] = None
    account_is_automatic: Annotated[bool, Field(strict=True)] = False


# As a chart of accounts has it.
_SHORTEST_ACCOUNT: Final = 4


class Datev(RequestBody):
    """DATEV's numbers: of the consultant, of the client; on which day (MM-DD) the fiscal year
    begins; how many digits an account of the general ledger has. Then accounts, null for those of
    SKR03 or SKR04: entertainment of business contacts, what of it is not deductible, what the bank
    takes, and the bank itself; interest, VAT at the tax office, wages, private money out and in,
    and losses and gains of rates. `books_paid`: the bank's batch has what was paid of expenses,
    too.
    """

    consultant: Annotated[int, Field(strict=True, ge=1001, le=9_999_999)]
    client: Annotated[int, Field(strict=True, ge=1, le=99_999)]
    fiscal_year_begin: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")] = (
        "01-01"
    )
    account_length: Annotated[int, Field(strict=True, ge=_SHORTEST_ACCOUNT, le=8)] = (
        _SHORTEST_ACCOUNT
    )
    entertainment_account: _Account | None = None
    not_deductible_account: _Account | None = None
    fee_account: _Account | None = None
    bank_account: _Account | None = None
    interest_paid_account: _Account | None = None
    interest_received_account: _Account | None = None
    tax_office_account: _Account | None = None
    wages_account: _Account | None = None
    withdrawal_account: _Account | None = None
    deposit_account: _Account | None = None
    rate_loss_account: _Account | None = None
    rate_gain_account: _Account | None = None
    books_paid: Flag = False

    def fiscal_year_of(self, day: date) -> date:
        """The first day of the fiscal year that a day is in."""
        month, number = map(int, self.fiscal_year_begin.split("-"))
        begin = day.replace(month=month, day=number)
        if begin <= day:
            return begin
        if begin.year == date.min.year:
            return date.min
        return begin.replace(year=begin.year - 1)


class ProfileOptions(RequestBody):
    """What a format takes of these is in docs/exports.md; what is left out is as the format has
    it.
    """

    columns: list[str] = Field(default_factory=list[str], max_length=40)
    rows: Literal["part", "expense"] | None = None
    delimiter: Separator | None = None
    decimal_mark: Literal[".", ","] = "."
    date_form: DateForm | None = None
    codings: dict[str, Coding] = Field(default_factory=dict[str, Coding], max_length=500)
    other: Coding = Coding()
    contra_account: _Account | None = None
    datev: Datev | None = None

    @property
    def account_length(self) -> int:
        """How many digits an account has that is no personal one."""
        if self.datev is None:
            return _SHORTEST_ACCOUNT
        return self.datev.account_length

    def coding_of(self, category: str | None) -> Coding:
        """The category's coding, with what it leaves open from that of all others."""
        own = self.codings.get(category or "", Coding())
        booked = self.other
        if own.account is not None:
            booked = own
        return Coding.model_construct(
            account=booked.account,
            tax_code=own.tax_code or self.other.tax_code,
            cost_center=own.cost_center or self.other.cost_center,
            account_is_automatic=booked.account_is_automatic,
        )

    def cost_center_of(self, own: str | None, category: str | None) -> str | None:
        """The cost centre that an expense is booked on: its own, or that of the category."""
        return own or self.coding_of(category).cost_center

    def has_account(self, category: str | None) -> bool:
        """Whether the category has an account of its own, and is not booked as all others."""
        return self.codings.get(category or "", Coding()).account is not None

    @property
    def separator(self) -> Separator:
        """What stands between columns."""
        return self.delimiter or ","

    def number(self, amount: str) -> str:
        """A decimal string with the profile's mark."""
        return amount.replace(".", self.decimal_mark)


def for_readers(profile: ProfileOptions, language: str | None) -> ProfileOptions:
    """The profile of a paper that people read: amounts and days as their language writes them,
    unless the profile says another way."""
    is_german = language is not None and language.split("-")[0].lower() == "de"
    if not is_german or profile.date_form is not None:
        return profile
    form: dict[str, object] = {"decimal_mark": ",", "date_form": DateForm.GERMAN}
    return profile.model_copy(update=form)


# What a remark calls expenses without a category.
NO_CATEGORY = "no category"


def say_missing(count: int) -> Sequence[str]:
    """The remark on originals that an archive has to do without."""
    if not count:
        return ()
    if count == 1:
        return ["1 original is not in the store any more; the index has its expense."]
    return [f"{count} originals are not in the store any more; the index has their expenses."]


_ONE_WITHOUT_ACCOUNT: Final = (
    "1 expense is of a category without an account of its own ({about}), and booked on {account}. "
    "It is {expenses}."
)
_WITHOUT_ACCOUNT: Final = (
    "{count} expenses are of categories without an account of their own ({about}), and booked on "
    "{account}. They are"
    " {expenses}."
)


def say_without_account(concerned: Concerned, profile: ProfileOptions) -> list[str]:
    """The remark on expenses whose category has no account of its own."""
    account = profile.other.account or ""
    return concerned.says(
        _ONE_WITHOUT_ACCOUNT.replace("{account}", account),
        _WITHOUT_ACCOUNT.replace("{account}", account),
    )


@dataclass(frozen=True)
class About:
    """What a file is about: whose expenses, of which days (YYYY-MM-DD; None: without an end), as of
    when (UTC text).

    `earliest` and `latest` are the days of its first and last line; None for a file without lines.
    `base_currency` is the account's. `number` counts the files of an export, from 1. `choice` is
    the filter in words, but for the days: pairs of a label and what is asked for, both as readers
    see them. `asked_by` is the name of who asked for it. `only_new`: it holds what no export before
    it does. `title` is what a report is called, and `logo` stands beside it. `say` says a report's
    words in its readers' language, `zone` is whose clock they read, UTC without one; `names_ids`
    shows them the ids of expenses.
    """

    account_name: str
    first_day: str | None
    last_day: str | None
    asked_at: str
    earliest: str | None = None
    latest: str | None = None
    base_currency: str | None = None
    profile: ProfileOptions = field(default_factory=ProfileOptions)
    number: int = 1
    choice: Sequence[tuple[str, str]] = ()
    asked_by: str | None = None
    title: str = "Expense report"
    only_new: bool = False
    logo: "Jpeg | None" = None
    say: Say = in_english
    zone: tzinfo | None = None
    names_ids: bool = True


class Writer:
    """Writes one file: `begin` once, `add` for each expense, `end` once. The same expenses give the
    same bytes. `close` comes last, also where the file is left half-written.
    """

    def begin(self) -> bytes:
        return b""

    def add(self, expense: ExportedExpense) -> bytes:
        raise NotImplementedError

    def end(self) -> bytes:
        return b""

    def close(self) -> None:
        """Let go of what is open. Called again, it does nothing."""

    def remarks(self) -> Sequence[str]:
        """Sentences on what could not be written as it is; they are shown with the export."""
        return ()


class Needs(StrEnum):
    """What a format wants to be told before a file can be written."""

    CURRENCY = "currency"
    """A filter of one currency: it has no place for one."""
    DAYS = "days"
    """A filter with a first and a last day: what is added to the file is of these."""
    DATEV = "datev"
    """A profile with DATEV's numbers and accounts, and days of one fiscal year."""
    ACCOUNT = "account"
    """A profile with an account for every category."""
    TAX_CODE = "tax_code"
    """A code for every category whose amounts have tax: without one, the file says that there is
    none.
    """


@dataclass(frozen=True)
class Format:
    """A kind of file.

    `name` is what the API calls it, `extension` stands behind the file's name, without a dot.
    `place` is the file and name of its writer, which a file that is written imports. `most` is how
    many expenses one file takes at most: of more, there are several files. `most_bytes` bounds the
    originals in one file, where the format has them.
    """

    name: str
    media_type: str
    extension: str
    place: str
    needs: frozenset[Needs] = frozenset()
    options: frozenset[str] = frozenset()
    most: int | None = None
    most_bytes: int | None = None
    has_corrections: bool = True
    """Whether a line that takes back what was handed on stands in the file."""

    def writer(self, about: About) -> Writer:
        file, name = self.place.split(":")
        new_writer: Writer = getattr(import_module(f"tillroll.exports.writers.{file}"), name)(about)
        return new_writer


class Sink:
    """A sink that cannot seek, so sizes stand behind entries."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Do nothing: everything is written at once."""

    def take(self) -> bytes:
        content = bytes(self._waiting)
        self._waiting.clear()
        return content


def moment(at: str) -> tuple[int, int, int, int, int, int]:
    """UTC text as a ZIP's entries have it."""
    day = at[:10].split("-")
    time = at[11:19].split(":")
    return (int(day[0]), int(day[1]), int(day[2]), int(time[0]), int(time[1]), int(time[2]))


# Of a file of text: without it, a spreadsheet takes it for another encoding.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Control characters, of which NUL ends a text for some readers, and halves of a mark, which UTF-8
# does not have.
_NO_MARK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def writable(text: str) -> str:
    """The text with a space for what no table holds: control characters but tabs and line
    breaks.
    """
    return _NO_MARK.sub(" ", text)


def harmless(text: str | None) -> str:
    """The text as one that no spreadsheet computes, whichever separator it parts lines by: an
    apostrophe stands before what would begin a formula.
    """
    if text is None:
        return ""
    return without_formulas(writable(text))


class FormatName(StrEnum):
    """What the API calls them."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"
    QUICKBOOKS = "quickbooks"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"
    DATEV = "datev"
    DATEV_DOCUMENTS = "datev-documents"
    XERO_BILLS = "xero-bills"
    XERO_STATEMENT = "xero-statement"
    ZIP = "zip"
    PACKAGE = "package"
    PDF = "pdf"


_CSV = "text/csv; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# The options of a profile, by the names of ProfileOptions.
_CODES = frozenset({"codings", "other"})
_ALL = (
    Format(
        *(FormatName.CSV, _CSV, "csv", "tables:CsvWriter"),
        options=frozenset({"columns", "rows", "delimiter", "decimal_mark", "date_form"}) | _CODES,
    ),
    Format(
        FormatName.XLSX,
        _SHEET,
        extension="xlsx",
        place="tables:XlsxWriter",
        options=frozenset({"columns", "rows"}) | _CODES,
    ),
    Format(
        FormatName.JSON_LINES,
        "application/jsonl; charset=utf-8",
        extension="jsonl",
        place="tables:JsonLinesWriter",
    ),
    Format(
        *(FormatName.QUICKBOOKS, _CSV, "quickbooks.csv", "programs:QuickBooksWriter"),
        needs=frozenset({Needs.CURRENCY}),
        options=frozenset({"date_form"}),
    ),
    Format(FormatName.HLEDGER, _TEXT, extension="journal", place="programs:HledgerWriter"),
    Format(FormatName.BEANCOUNT, _TEXT, extension="beancount", place="programs:BeancountWriter"),
    Format(
        *(FormatName.DATEV, "text/csv; charset=windows-1252", "datev.csv", "datev:DatevWriter"),
        needs=frozenset({Needs.DATEV, Needs.ACCOUNT}),
        options=frozenset({"datev", "contra_account"}) | _CODES,
    ),
    # DATEV takes packages below 465 MB.
    Format(
        FormatName.DATEV_DOCUMENTS,
        "application/zip",
        extension="datev-documents.zip",
        place="datev_documents:DatevDocumentsWriter",
        most=500,
        most_bytes=400 * 2**20,
        has_corrections=False,
    ),
    # As many bills and lines as Xero takes in one file.
    Format(
        *(FormatName.XERO_BILLS, _CSV, "xero-bills.csv", "programs:XeroBillsWriter"),
        needs=frozenset({Needs.ACCOUNT, Needs.TAX_CODE}),
        options=frozenset({"date_form"}) | _CODES,
        most=500,
    ),
    Format(
        *(FormatName.XERO_STATEMENT, _CSV, "xero-statement.csv", "programs:XeroStatementWriter"),
        needs=frozenset({Needs.CURRENCY}),
        options=frozenset({"date_form"}),
        most=1_000,
    ),
    # As much as a step reads and writes well within its time.
    Format(
        FormatName.ZIP,
        "application/zip",
        extension="zip",
        place="tables:ArchiveWriter",
        most=500,
        most_bytes=400 * 2**20,
    ),
    Format(
        *(FormatName.PACKAGE, "application/zip", "package.zip", "tables:PackageWriter"),
        needs=frozenset({Needs.DAYS}),
        most=500,
        most_bytes=400 * 2**20,
    ),
    # As much as can be mailed, and leafed through.
    Format(
        *(FormatName.PDF, "application/pdf", "pdf", "report:ReportWriter"),
        options=frozenset({"decimal_mark", "date_form"}),
        most=100,
        most_bytes=400 * 2**20,
    ),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}


BATCH: Final = "EXTF_"
"""DATEV finds its batches by their first letters."""


def file_name(file: Format, about: About) -> str:
    """The name that a file is saved under, in plain ASCII: `expenses_2026-03-01_2026-03-31.csv`;
    the second of an export `expenses_2026-03-01_2026-03-31_2.csv`. Of what is new alone there are
    several for the same days, so it says when: `expenses_2026-03-01_new_20260402T091500.csv`.
    """
    parts = ["expenses"]
    if Needs.DATEV in file.needs:
        parts = [f"{BATCH}expenses"]
    parts += [day for day in (about.first_day, about.last_day) if day is not None]
    if about.only_new:
        parts += words_of_new(about.asked_at)
    if about.number != 1:
        parts.append(str(about.number))
    return f"{'_'.join(parts)}.{file.extension}"


def words_of_new(asked_at: str) -> list[str]:
    """What the name of a file of new lines has behind its days, by when it was asked for."""
    return ["new", re.sub(r"[^0-9T]", "", asked_at[:19])]


def month_file_name(name: str, month: str) -> str:
    """The name of a file that another module adds for a month: `bank-2026-03.csv`. A batch for
    DATEV has its whole name: `EXTF_invoices_2026-03-01_2026-03-31.csv`.
    """
    if name.startswith(BATCH):
        return name
    return f"{name}-{month}.csv"


def month_media_type(name: str) -> str:
    """The media type of a file of a month."""
    if name.startswith(BATCH):
        return FORMATS[FormatName.DATEV].media_type
    return _CSV
