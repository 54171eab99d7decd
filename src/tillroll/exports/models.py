"""JSON of exports and of profiles. Keys are camelCase; times are UTC, ISO 8601."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from tillroll.access.permissions import Permission
from tillroll.calendar_months import end_of_month, month_numbered
from tillroll.expenses.fields import Searched, derived, fields_of
from tillroll.expenses.models import Expense
from tillroll.expenses.search.filters import Filter, read_filter
from tillroll.expenses.search.filters import FilterQuery as Read
from tillroll.exports.writers.formats import FORMATS, Datev, FormatName, Needs, ProfileOptions
from tillroll.exports.writers.tables import CHOSEN, COLUMNS
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import Model, RequestBody

OF_MONTHS: Final = Permission.LEDGER
"""What fetching a month's file needs, as the month itself does."""
_Several = str | list[str] | None
# By the names of an expense's fields.
_DECLARED: Final = dict.fromkeys(sorted(fields_of(Expense, Searched)), (_Several, None))
_NARROWER = (
    "q",
    "least",
    "most",
    "tag",
    "person",
    *_DECLARED,
    "status",
    "missing",
    "standing",
    "ids",
)


class _FirstValues(RequestBody):
    # `from` is no name in Python; only the API's own is taken.
    model_config = ConfigDict(populate_by_name=False)

    first_day: Annotated[
        str | None, Field(alias="from", description="The first day, YYYY-MM-DD")
    ] = None
    last_day: Annotated[str | None, Field(alias="to", description="The last day, YYYY-MM-DD")] = (
        None
    )
    currency: _Several = None
    category: _Several = None
    q: str | None = None
    least: Annotated[str | None, Field(alias="min")] = None
    most: Annotated[str | None, Field(alias="max")] = None
    tag: _Several = None
    person: _Several = None


class ExportFilter(derived("DeclaredValues", _FirstValues, _DECLARED)):
    """Which expenses, by the names of `GET /api/expenses`: several values of one name are a list,
    and alternatives. Null chooses by nothing.
    """

    status: _Several = None
    missing: _Several = None
    standing: Annotated[_Several, Field(alias="is")] = None
    ids: Annotated[
        _Several,
        Field(
            alias="id",
            description="Ids of expenses, up to 200",
            examples=["exp_01M7W5NGV645S0BRJVWMNMGREZ"],
        ),
    ] = None

    @field_validator(
        "currency",
        "category",
        "q",
        "tag",
        "person",
        *_DECLARED,
        "status",
        "missing",
        "standing",
        "ids",
    )
    @classmethod
    def _is_something(cls, value: str | list[str] | None) -> str | list[str] | None:
        if value is not None and not (
            value and all(each.strip() for each in ([value] if isinstance(value, str) else value))
        ):
            raise ValueError("It is empty: leave it out, or give null.")
        return value

    @field_validator("first_day", "last_day", "least", "most")
    @classmethod
    def _is_read(cls, value: str | None, info: ValidationInfo) -> str | None:
        field = cls.model_fields[info.field_name or ""]
        sent = Read({} if value is None else {field.alias or "": [value]})
        read_filter(sent)
        if sent.problems:
            raise ValueError(sent.problems[0][1])
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Each value is kept as the list would write it, so that the same choice is the same
        filter.
        """
        sent = self._sent
        chosen = read_filter(sent)
        if sent.problems:
            raise ValueError("; ".join(f"{name}: {message}" for name, message in sent.problems))
        written = chosen.as_asked()
        for name, field in type(self).model_fields.items():
            value = written.get(field.alias or name)
            setattr(self, name, value[0] if isinstance(value, list) and len(value) == 1 else value)
        return self

    @property
    def found(self) -> Filter:
        """What is chosen, as the list reads it."""
        return read_filter(self._sent)

    @property
    def _sent(self) -> Read:
        values: dict[str, str | list[str]] = self.model_dump(by_alias=True, exclude_none=True)
        return Read(
            {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        )

    @property
    def months(self) -> tuple[str, str] | None:
        """The first and the last month, such as 2026-03, that lie whole within the days; None where
        none does, or where it chooses by more than days and currency.
        """
        result = self.found
        first = result.first_day
        last = result.last_day
        if first is None or last is None or self.is_of_the_list_only or result.categories:
            return None
        # A first day that is not a month's first, and a last day that is not its last, cut their
        # months.
        first_month = first.year * 12 + first.month - 1 + (first.day > 1)
        ended = last.year * 12 + last.month - 1 - (last < end_of_month(last))
        if ended < first_month:
            return None
        return (month_numbered(first_month), month_numbered(ended))

    @property
    def is_of_the_list_only(self) -> bool:
        """Whether the filter asks for more than days, currencies and categories, which is all that
        is known of what was handed on."""
        return any(getattr(self, name) is not None for name in _NARROWER)


class ExportRequest(RequestBody):
    """`filter` chooses the expenses; without one, all of them. `profile` is a profile's id. With
    `only_new`, what no finished export of this profile (without one, of this format) held, and
    corrections of what was changed since.
    """

    format: Annotated[FormatName, Field(description="The kind of file")]
    filter: Annotated[ExportFilter, Field(default_factory=ExportFilter)]
    profile: str | None = None
    only_new: Annotated[bool, Field(strict=True)] = False


class Progress(Model):
    """`done` of `of` expenses are gathered."""

    done: int
    of: int


class Total(Model):
    """The sum of all expenses in a currency, as a decimal string."""

    currency: str
    total: str


class ExportFile(Model):
    """One file of an export: `count` lines; `size` in bytes, `sha256` hexadecimal. `remarks` say
    what could not be written as it is. `month`, such as 2026-03: the file is of this month, and
    fetching it needs `ledger` unless it is by a link; null for a file of the expenses.
    """

    number: int
    file_name: str
    url: str
    size: int
    sha256: str
    count: int
    remarks: list[str]
    month: str | None


class ProfileName(Model):
    id: str
    name: str


class Export(Model):
    """`count`, `totals`, `first_day` and `last_day` are of the lines that are in it so far;
    `corrections` of these take back what an earlier export said, and `after_closing` are of a
    period that had been closed. `files` are those that are written; `file_url`, `size` and `sha256`
    are the first one's, null until it is there, as is `finished_at`. `as_closed`: it repeats what
    was closed, whatever was changed since.
    """

    id: str
    run_id: str
    format: str
    profile: ProfileName | None
    filter: ExportFilter
    only_new: bool
    as_closed: bool
    status: str
    state: str
    message: str
    progress: Progress
    count: int
    corrections: int
    after_closing: int
    totals: list[Total]
    first_day: str | None
    last_day: str | None
    files: list[ExportFile]
    file_name: str
    file_url: str | None
    size: int | None
    sha256: str | None
    created_at: str
    finished_at: str | None

    @property
    def may_have_months(self) -> bool:
        """There are files of months, or there can be some once it is written."""
        is_open = self.finished_at is None and self.filter.months is not None
        return is_open or any(each.month is not None for each in self.files)

    def seen(self, *, with_months: bool) -> Self:
        """Leave out the files of months for a caller who may not fetch them."""
        files = [each for each in self.files if with_months or each.month is None]
        return self.model_copy(update={"files": files})


class ExportItem(Model):
    """A line of an export: which expense, at which version, and what the line says of it; the
    earlier export whose line it takes back; and the closed period that it came into afterwards.
    """

    expense_id: str
    version: int
    merchant: str
    date: str
    total: str
    currency: str
    corrects: str | None
    after_closing: str | None


WarningCode = Literal[
    "in_review",
    "after_closing",
    "not_approved",
    "no_account",
    "no_tax_code",
    "tax_open",
    "no_rate",
]


class ExportWarning(Model):
    """`count` expenses are concerned; `expenses` has the first 20 ids of these, `names` their
    merchants. `code`: `in_review`, they are in review, and not in the file; `after_closing`, they
    were not in these days when they were closed, which the file repeats; `not_approved`, they are
    in the file, and nobody has approved them; `no_account`, they are of `categories` (null: none)
    without an account of their own; `no_tax_code`, they have tax, and `categories` without a code
    of it; `tax_open`, the tax report leaves open how they are taxed, such as a reverse charge;
    `no_rate`, they are in another currency than the books, `currencies`, and have no rate.
    `message` says what becomes of them."""

    code: WarningCode
    message: str
    count: int
    expenses: list[str]
    names: list[str]
    categories: list[str | None]
    currencies: list[str]


class RequestedExport(Export):
    """The export that was begun. `warnings` say what in it is booked elsewhere than one may
    think.
    """

    warnings: list[ExportWarning]


class Count(Model):
    """`count` expenses, with those that changed and come anew. `corrections` are expenses that
    changed since they were handed on: on top, each is taken back; of more than 500, 500 are
    counted. `isEmpty`: nothing would be in any file, neither of the bank nor of invoices; with
    `onlyNew`, nothing that its series does not have.
    `warnings` say what would be booked elsewhere than one may think.
    """

    count: int
    corrections: int
    is_empty: bool
    warnings: list[ExportWarning]


class Late(Model):
    """An expense as it is now, and what it did after its period had been closed: `how` is added,
    changed, voided, or moved to a day outside of it.
    """

    expense_id: str
    how: str
    merchant: str
    date: str
    total: str
    currency: str
    status: str


class MatchTakenBack(Model):
    """A bank's entry of a closed period whose match a person took back since. `amount` is in minor
    units, negative for money that left; `name` is the other side, as the bank says."""

    entry_id: str
    day: str
    amount: int
    currency: str
    name: str
    taken_back_at: str


class ClosedPeriod(Model):
    """Days that are closed, `from` and `to` included. `export_id` is the export that holds what was
    in them, `held` expenses; `is_ready` once it is written. `in_review` other ones of these days
    are in no export until they are confirmed. `late` expenses came, were changed, voided or moved
    out after that; `late_unexported` of them wait for the next export of what is new.
    `matches_taken_back` were accepted when it was closed; the newest 50.
    """

    id: str
    first_day: str
    last_day: str
    export_id: str
    is_ready: bool
    held: int
    in_review: int
    late: int
    late_unexported: int
    matches_taken_back: list[MatchTakenBack]
    closed_by: str
    closed_at: str
    reopened_by: str | None
    reopened_at: str | None
    reopen_reason: str | None


class Profile(Model):
    """`options` as they were given. `in_use` is how many exports were made by it, or are
    under way."""

    id: str
    name: str
    format: str
    options: ProfileOptions
    in_use: int
    created_at: str
    updated_at: str


def problems_of(format_name: str, options: ProfileOptions) -> list[tuple[str, str]]:
    """What of a profile the format cannot use, or lacks: each field, with how to put it right."""
    file = FORMATS[format_name]
    problems = list[tuple[str, str]]()
    fields_set = options.model_fields_set
    takes = ", ".join(sorted(to_camel(name) for name in file.options)) or "no options"
    problems += [
        (
            f"options.{to_camel(name)}",
            f"This format does not know it: leave it out. It takes {takes}.",
        )
        for name in sorted(fields_set - file.options)
    ]
    unknown = [
        heading for heading in options.columns if heading not in COLUMNS and heading not in CHOSEN
    ]
    if unknown:
        columns = ", ".join([*COLUMNS, *CHOSEN])
        problems.append(
            ("options.columns", f"There is no column {unknown[0][:40]!r}: there are {columns}.")
        )
    if len(set(options.columns)) < len(options.columns):
        problems.append(("options.columns", "A column is named twice: name each once."))
    if "delimiter" in file.options and options.separator == "," == options.decimal_mark:
        problems.append(
            (
                "options.decimalMark",
                "The comma parts the columns already: choose another `delimiter`.",
            )
        )
    if Needs.DATEV in file.needs and options.datev is None:
        problems.append(("options.datev", "Give the numbers of the consultant and of the client."))
    if Needs.DATEV in file.needs and options.contra_account is None:
        problems.append(
            ("options.contraAccount", "Give the account that is credited, such as 1740.")
        )
    if Needs.ACCOUNT in file.needs and options.other.account is None:
        problems.append(
            (
                "options.other.account",
                "Give the account of all categories that have none of their own.",
            )
        )
    if options.datev is not None:
        problems += _of_accounts(options)
        problems += _of_cost_centers(options)
    return problems


def _of_accounts(options: ProfileOptions) -> list[tuple[str, str]]:
    """DATEV's accounts are numbers, personal ones by a digit longer than the others; its tax codes
    as well.
    """
    accounts = [
        ("options.contraAccount", options.contra_account),
        ("options.other.account", options.other.account),
        *_of_datev(options.datev),
    ]
    accounts += [
        (f"options.codings.{name}.account", coding.account)
        for name, coding in options.codings.items()
    ]
    longest = 1 + options.account_length
    problems = [
        (field, f"DATEV's accounts are numbers of at most {longest} digits here.")
        for field, account in accounts
        if account is not None
        and not (account.isdecimal() and len(account) <= longest and account.strip("0"))
    ]
    codes = {
        f"options.codings.{name}.taxCode": coding.tax_code
        for name, coding in options.codings.items()
    }
    codes["options.other.taxCode"] = options.other.tax_code
    return problems + [
        (field, "DATEV's BU-Schlüssel are numbers of at most four digits.")
        for field, code in codes.items()
        if code is not None and not is_tax_key(code)
    ]


def _of_datev(datev: Datev | None) -> list[tuple[str, str | None]]:
    if datev is None:
        return []
    return [
        ("options.datev.entertainmentAccount", datev.entertainment_account),
        ("options.datev.notDeductibleAccount", datev.not_deductible_account),
        ("options.datev.feeAccount", datev.fee_account),
        ("options.datev.bankAccount", datev.bank_account),
        ("options.datev.interestPaidAccount", datev.interest_paid_account),
        ("options.datev.interestReceivedAccount", datev.interest_received_account),
        ("options.datev.taxOfficeAccount", datev.tax_office_account),
        ("options.datev.wagesAccount", datev.wages_account),
        ("options.datev.withdrawalAccount", datev.withdrawal_account),
        ("options.datev.depositAccount", datev.deposit_account),
        ("options.datev.rateLossAccount", datev.rate_loss_account),
        ("options.datev.rateGainAccount", datev.rate_gain_account),
    ]


def is_tax_key(code: str) -> bool:
    """Whether a code may stand in DATEV's BU-Schlüssel: one to four digits, from 0 to 9."""
    return code.isascii() and code.isdecimal() and len(code) <= 4


def _of_cost_centers(options: ProfileOptions) -> list[tuple[str, str]]:
    """DATEV's cost centres have no mark but letters, digits, blanks and the low line."""
    values = {"options.other.costCenter": options.other.cost_center}
    for name, coding in options.codings.items():
        values[f"options.codings.{name}.costCenter"] = coding.cost_center
    return [
        (field, "DATEV's cost centres have only letters, digits, blanks and _.")
        for field, value in values.items()
        if value is not None and re.fullmatch(r"[\w ]+", value) is None
    ]


class Audited(Action):
    PERIOD_CLOSED = "period.closed", "a period was closed; `export` holds what was in them"
    PERIOD_REOPENED = (
        "period.reopened",
        "closed days were opened again; the reason stands with the period",
    )
    EXPORT_PROFILE_SAVED = (
        "export_profile.saved",
        "an export profile was saved; `before` and `after` have what was changed",
    )
    EXPORT_PROFILE_REMOVED = (
        "export_profile.removed",
        "a profile was removed; the exports that it made stay",
    )
    EXPORT_LINK_CREATED = (
        "export_link.created",
        "a link was made by which anybody gets the files of an export until it expires",
    )
    EXPORT_LINK_REVOKED = "export_link.revoked", "a link to the files of an export was taken back"
    EXPORT_LINK_USED = "export_link.used", "a file was fetched by such a link"
