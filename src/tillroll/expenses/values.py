"""Values of an expense that people change, and what they have to fulfil. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias, get_args

from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.fields import Entry, Follows, fields_of, json_name
from tillroll.expenses.models import LONGEST_NOTE, ExpenseDetail
from tillroll.expenses.shares import share_out
from tillroll_documents.money import (
    AmountError,
    Money,
    minor_from_decimal_string,
    written_rate,
)
from tillroll_documents.reading.correction import FIELDS as RECEIPT_FIELDS
from tillroll_documents.reading.correction import (
    LONGEST_TEXT,
    ExpenseFields,
    InvalidValues,
    Problems,
    check_category,
    lay_over,
    one_line,
)
from tillroll_documents.reading.extraction import VAT_CATEGORIES
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.naming import fold_name

MOST_PARTS: Final = 50
MOST_LINES: Final = 500
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def check_parts(
    value: Json, is_given: bool, fields: ExpenseFields, problems: Problems
) -> list[Json]:
    """Check that parts add up to the total. Where no part has a tax, or the request gives no parts,
    share the tax out.
    """
    parts = objects_in(value)
    if not parts:
        return []
    noted: Problems = []
    amounts = [
        _amount(part.get("amount"), fields.currency, field="parts", problems=noted)
        for part in parts
    ]
    taxes = [
        _optional_amount(part.get("tax"), fields.currency, field="parts", problems=noted)
        for part in parts
    ]
    total = sum(amounts)
    if not 2 <= len(parts) <= MOST_PARTS:
        noted.append(("parts", f"Split it into 2 to {MOST_PARTS} parts, or into none."))
    elif not noted and total != fields.total_minor:
        is_ = _text(total, fields.currency)
        shall = _text(fields.total_minor, fields.currency)
        noted.append(
            ("parts", f"The parts add up to {is_}, and the total is {shall}: send the parts too.")
        )
    tax_sum = sum(each or 0 for each in taxes)
    tax = fields.tax_minor
    if not noted and tax_sum != (tax or 0):
        if (all(each is None for each in taxes) or not is_given) and total:
            if tax is None:
                taxes = [None] * len(parts)
            else:
                taxes = [*share_out(tax, amounts)]
        else:
            is_ = _text(tax_sum, fields.currency)
            shall = _text(tax or 0, fields.currency)
            noted.append(
                ("parts", f"The taxes of the parts add up to {is_}, and the tax is {shall}.")
            )
    problems += noted[:1]
    return [
        {
            "category": check_category(str(part.get("category") or ""), problems),
            "amount": _text(amount, fields.currency),
            "tax": decimal_amount(part_tax, fields.currency),
            "note": check_line("parts", part.get("note"), problems),
        }
        for part, amount, part_tax in zip(parts, amounts, taxes, strict=True)
    ]


def check_tax_lines(
    value: Json, is_given: bool, fields: ExpenseFields, problems: Problems
) -> list[Json]:
    """Check that tax lines add up to the tax. Lines that the request did not give, and that do not
    add up any more, are left out.
    """
    noted: Problems = []
    lines: list[Json] = []
    taxes = 0
    currency = fields.currency
    for line in objects_in(value)[:MOST_LINES]:
        tax = _amount(line.get("tax"), currency, field="taxLines", problems=noted)
        base = decimal_amount(
            _optional_amount(line.get("base"), currency, field="taxLines", problems=noted), currency
        )
        taxes += tax
        rate = _number(line.get("rate"), "taxLines", noted)
        rate = None if rate is None or noted else written_rate(rate)
        category = _vat_category(line.get("vatCategory"), noted)
        lines.append(
            {"rate": rate, "base": base, "tax": _text(tax, currency), "vatCategory": category}
        )
    if lines and not noted and taxes != (fields.tax_minor or 0):
        shall = _text(fields.tax_minor or 0, currency)
        noted.append(
            (
                "taxLines",
                f"The tax lines add up to {_text(taxes, currency)}, and the tax is {shall}.",
            )
        )
    return _unless_wrong(lines, noted, is_given=is_given, problems=problems)


def _vat_category(value: Json, problems: Problems) -> str | None:
    category = str(value or "").strip()
    if category and category not in VAT_CATEGORIES:
        problems.append(
            ("taxLines", f"The VAT category is one of {', '.join(VAT_CATEGORIES)}, or none.")
        )
    return category or None


def check_items(value: Json, is_given: bool, currency: str, problems: Problems) -> list[Json]:
    """What was bought. Items that were not given and that the currency cannot have are left out."""
    noted: Problems = []
    items: list[Json] = []
    for item in objects_in(value)[:MOST_LINES]:
        description = check_line("items", item.get("description"), noted)
        if description is None:
            noted.append(("items", "Say of each item what it is."))
        numbers = {
            name: _number(item.get(name), "items", noted) for name in ("quantity", "unitPrice")
        }
        amount = _text(
            _amount(item.get("amount"), currency, field="items", problems=noted), currency
        )
        items.append({"description": description, **numbers, "amount": amount})
    return _unless_wrong(items, noted, is_given=is_given, problems=problems)


def _unless_wrong(
    lines: list[Json], noted: Problems, is_given: bool, problems: Problems
) -> list[Json]:
    if noted and not is_given:
        return []
    problems += noted[:1]
    return lines


def objects_in(value: Json) -> list[JsonObject]:
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    return []


def _text(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


def _amount(value: Json, currency: str, field: str, problems: Problems) -> int:
    try:
        return minor_from_decimal_string(str(value or ""), currency)
    except AmountError as error:
        problems.append((field, str(error)))
        return 0


def _optional_amount(value: Json, currency: str, field: str, problems: Problems) -> int | None:
    if value in (None, ""):
        return None
    return _amount(value, currency, field=field, problems=problems)


def _number(value: Json, field: str, problems: Problems) -> str | None:
    text = str(value or "").strip()
    if text and not _NUMBER.fullmatch(text):
        problems.append((field, "Write the number with digits and a decimal point, such as 7.7."))
    return text or None


MOST_TAGS: Final = 20
LONGEST_TAG: Final = 40
PaidBy: TypeAlias = Literal["company", "employee"]
"""Who paid: of the money of an employee, the company owes it back."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "paymentMethod": ("cash", "card", "transfer", "direct_debit", "other"),
    "paidBy": get_args(PaidBy),
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def check_note(value: Json, problems: Problems) -> str | None:
    """A note keeps its lines; None for an empty one."""
    note = _CONTROL.sub(" ", str(value or "").replace("\r\n", "\n")).strip()
    if len(note) > LONGEST_NOTE:
        problems.append(("note", f"Shorten the note to at most {LONGEST_NOTE} characters."))
    return note or None


def check_text(name: str, value: Json, problems: Problems) -> str | None:
    """A text of one line, as long as its field allows; None for an empty one."""
    longest = _TEXTS[name].longest or LONGEST_TEXT
    return one_line(name, str(value or ""), problems, most=longest)


def check_line(name: str, value: Json, problems: Problems) -> str | None:
    return one_line(name, str(value or ""), problems)


def check_tags(value: Json, problems: Problems) -> list[Json]:
    """Check tags, and give each once, whatever its case, in alphabetical order."""
    tags: dict[str, str] = {}
    for tag in value if isinstance(value, list) else []:
        name = " ".join(_CONTROL.sub(" ", str(tag)).split())
        if len(name) > LONGEST_TAG:
            problems.append(
                (
                    "tags",
                    f"Shorten the tag to at most {LONGEST_TAG} characters: {name[:LONGEST_TAG]}…",
                )
            )
        elif name:
            tags.setdefault(fold_name(name), name)
    if len(tags) > MOST_TAGS:
        problems.append(("tags", f"Choose at most {MOST_TAGS} tags."))
    return [*sorted(tags.values())]


def check_choice(name: str, value: Json, problems: Problems) -> str | None:
    choices = CHOICES[name]
    if value in choices:
        return str(value)
    if value is not None or name == "paidBy":
        problems.append((name, f"There is no such choice; use {', '.join(choices)}."))
    return None


_ENTRIES: Final = {
    json_name(name): entry for name, entry in fields_of(ExpenseDetail, Entry).items()
}
_FOLLOWING: Final = {json_name(name) for name in fields_of(ExpenseDetail, Follows)}
MONEY: Final = frozenset(name for name, entry in _ENTRIES.items() if entry.needs == "reason")
"""A change of these is money in somebody's books: it wants a reason, and the version that it was
made from.
"""
MONEY_LINES: Final = frozenset(name for name, entry in _ENTRIES.items() if entry.needs == "version")
"""A change of these wants the version."""
_OTHERS: Final = tuple(
    name
    for name in map(json_name, ExpenseDetail.model_fields)
    if name not in RECEIPT_FIELDS and (name in _ENTRIES or name in _FOLLOWING)
)
FIELDS: Final = (*RECEIPT_FIELDS, *_OTHERS)
"""All values that people change, by the API's names: first those that a receipt gives."""
_SELECTED: Final = [name for name, entry in _ENTRIES.items() if entry.kind == "client"]
_TEXTS: Final = {
    name: entry
    for name, entry in _ENTRIES.items()
    if entry.kind == "text" and name not in RECEIPT_FIELDS
}
STATUS: Final = "status"
FAR_AHEAD: Final = timedelta(days=31)


def check_change(current: JsonObject, changes: JsonObject) -> tuple[JsonObject, ExpenseFields]:
    """All values of FIELDS with `changes` over `current`, and those that a receipt gives, typed.
    Raises InvalidValues.
    """
    problems: Problems = []
    of_receipt = {name: changes[name] for name in RECEIPT_FIELDS if name in changes}
    facts = {name: str(current[name]) for name in RECEIPT_FIELDS if current[name] is not None}
    try:
        fields = lay_over(facts, of_receipt)
    except InvalidValues as error:
        raise InvalidValues([*error.problems, *_problems_beside(changes)]) from error
    merged = {name: changes[name] if name in changes else current[name] for name in FIELDS}
    values: JsonObject = {
        **as_texts(fields),
        "category": fields.category,
        "note": check_note(merged["note"], problems),
        "tags": check_tags(merged["tags"], problems),
        **{name: merged[name] for name in (*_SELECTED, *_FOLLOWING)},
        **{name: check_text(name, merged[name], problems) for name in _TEXTS},
        **{name: check_choice(name, merged[name], problems) for name in CHOICES},
        "billable": _is_billable(current, changes),
        "parts": check_parts(merged["parts"], "parts" in changes, fields=fields, problems=problems),
        "taxLines": check_tax_lines(
            merged["taxLines"], "taxLines" in changes, fields=fields, problems=problems
        ),
        "items": check_items(
            merged["items"], "items" in changes, currency=fields.currency, problems=problems
        ),
    }
    if problems:
        raise InvalidValues(problems)
    return values, fields


def _is_billable(current: JsonObject, changes: JsonObject) -> bool:
    """A selected client is billed, unless the change says otherwise; without a client nobody is
    billed.
    """
    if "billable" in changes:
        return changes["billable"] is True
    if "clientId" in changes and changes["clientId"] != current["clientId"]:
        return changes["clientId"] is not None
    return current["billable"] is True


def changed_fields(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """Which of FIELDS, and the status, are not the same."""
    return [name for name in (STATUS, *FIELDS) if name in after and before[name] != after[name]]


def is_far_ahead(day: date, today: date) -> bool:
    """Whether a date lies so far in the future that it is likelier a slip than a purchase."""
    return day > today + FAR_AHEAD


def _problems_beside(changes: JsonObject) -> Problems:
    """What can be said of texts alone, where the amounts are wrong already."""
    problems: Problems = []
    check_note(changes.get("note"), problems)
    check_tags(changes.get("tags"), problems)
    return problems


def as_texts(fields: ExpenseFields) -> JsonObject:
    """What a receipt gives but for the category, by the API's names."""
    document = fields.document
    currency = fields.currency
    return {
        "merchant": fields.merchant,
        "registeredName": fields.registered_name,
        "date": fields.date.isoformat(),
        "total": _text(fields.total_minor, currency),
        "tax": decimal_amount(fields.tax_minor, currency),
        "currency": currency,
        "documentKind": None if document.kind is None else document.kind.value,
        "receiptNumber": document.number,
        "dueDate": None if document.due_date is None else document.due_date.isoformat(),
        "amountDue": decimal_amount(document.amount_due_minor, currency),
        "buyer": document.buyer,
    }
