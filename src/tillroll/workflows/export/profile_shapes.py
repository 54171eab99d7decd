"""A profile as the API has it, and what of it a format takes."""

from typing import Annotated, Literal

from pydantic import Field

from tillroll.exports.formats import FORMATS
from tillroll.exports.profile import Coding, DateForm, DatevClient, Profile
from tillroll.exports.tables.columns import CHOSEN, COLUMNS
from tillroll.exports.writer import Needs
from tillroll.platform.shape import Asked, Shape

_Account = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z ./-]{0,19}$")]
_Code = Annotated[str, Field(min_length=1, max_length=50)]


class CodingShape(Asked):
    """Where a category is booked: `account`, the program's `tax_code`, a `cost_centre`; null where open."""

    account: _Account | None = None
    tax_code: _Code | None = None
    cost_centre: Annotated[str | None, Field(min_length=1, max_length=36)] = None


class DatevShape(Asked):
    """DATEV's numbers: of the consultant, of the client; on which day (MM-DD) the fiscal year begins; how many digits
    an account of the general ledger has."""

    consultant: Annotated[int, Field(strict=True, ge=1001, le=9_999_999)]
    client: Annotated[int, Field(strict=True, ge=1, le=99_999)]
    fiscal_year_begin: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")] = "01-01"
    account_length: Annotated[int, Field(strict=True, ge=4, le=8)] = 4


class ProfileOptions(Asked):
    """What a format takes of these is in docs/exports.md; what is left out is as the format has it."""

    columns: list[str] = Field(default_factory=list[str], max_length=40)
    rows: Literal["part", "expense"] | None = None
    delimiter: Literal[",", ";", "\t"] = ","
    decimal_mark: Literal[".", ","] = "."
    date_form: DateForm | None = None
    codings: dict[str, CodingShape] = Field(default_factory=dict[str, CodingShape], max_length=500)
    other: CodingShape = CodingShape()
    contra_account: _Account | None = None
    datev: DatevShape | None = None


class ProfileShape(Shape):
    """`options` as they were given. `in_use` is how many exports were made by it."""

    id: str
    name: str
    format: str
    options: ProfileOptions
    in_use: int
    created_at: str
    updated_at: str


def problems_of(format_name: str, options: ProfileOptions) -> list[tuple[str, str]]:
    """What of a profile the format cannot use, or lacks: each field, with how to put it right."""
    file, problems = FORMATS[format_name], list[tuple[str, str]]()
    given = options.model_fields_set
    takes = ", ".join(sorted(_camel(name) for name in file.options)) or "no options"
    problems += [
        (f"options.{_camel(name)}", f"This format does not know it: leave it out. It takes {takes}.")
        for name in sorted(given - file.options)
    ]
    if unknown := [heading for heading in options.columns if heading not in COLUMNS and heading not in CHOSEN]:
        known = ", ".join([*COLUMNS, *CHOSEN])
        problems.append(("options.columns", f"There is no column {unknown[0][:40]!r}: there are {known}."))
    if len(set(options.columns)) < len(options.columns):
        problems.append(("options.columns", "A column is named twice: name each once."))
    if "delimiter" in file.options and options.delimiter == "," == options.decimal_mark:
        problems.append(("options.decimalMark", "The comma parts the columns already: choose another `delimiter`."))
    if Needs.DATEV in file.needs and options.datev is None:
        problems.append(("options.datev", "Give the numbers of the consultant and of the client."))
    if Needs.DATEV in file.needs and options.contra_account is None:
        problems.append(("options.contraAccount", "Give the account that is credited, such as 1740."))
    if Needs.ACCOUNT in file.needs and options.other.account is None:
        problems.append(("options.other.account", "Give the account of all categories that have none of their own."))
    if options.datev is not None:
        problems += _of_accounts(options)
    return problems


def _of_accounts(options: ProfileOptions) -> list[tuple[str, str]]:
    """DATEV's accounts are numbers, personal ones by a digit longer than the others; its tax codes as well."""
    accounts = [("options.contraAccount", options.contra_account), ("options.other.account", options.other.account)]
    accounts += [(f"options.codings.{name}.account", coding.account) for name, coding in options.codings.items()]
    longest = 1 + (options.datev.account_length if options.datev else 4)
    found = [
        (field, f"DATEV's accounts are numbers of at most {longest} digits here.")
        for field, account in accounts
        if account is not None and not (account.isdecimal() and len(account) <= longest and account.strip("0"))
    ]
    codes = {f"options.codings.{name}.taxCode": coding.tax_code for name, coding in options.codings.items()}
    codes["options.other.taxCode"] = options.other.tax_code
    return found + [
        (field, "DATEV's BU-Schlüssel are numbers of at most four digits.")
        for field, code in codes.items()
        if code is not None and not (code.isdecimal() and len(code) <= 4)
    ]


def profile_of(options: ProfileOptions) -> Profile:
    """As the writers take it."""
    datev = options.datev
    return Profile(
        columns=tuple(options.columns),
        with_parts=options.rows != "expense",
        delimiter=options.delimiter,
        decimal_mark=options.decimal_mark,
        date_form=options.date_form,
        codings={category: _coding(each) for category, each in options.codings.items()},
        other=_coding(options.other),
        contra_account=options.contra_account,
        datev=None if datev is None else DatevClient(**datev.model_dump()),
    )


def _coding(given: CodingShape) -> Coding:
    return Coding(given.account, given.tax_code, given.cost_centre)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
