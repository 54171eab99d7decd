"""The lines of an expense: parts of several categories, tax lines, items. Checked against its amounts."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.expenses.values.splitting import share_out
from tillroll.platform.json import Json, JsonObject
from tillroll.receipts.amounts.money import AmountError, Money, minor_from_decimal_string
from tillroll.receipts.amounts.rates import written_rate
from tillroll.receipts.correction import ExpenseFields, check_category
from tillroll.receipts.document_facts import Problems, one_line

MOST_PARTS: Final = 50
MOST_LINES: Final = 500
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def check_parts(value: Json, is_given: bool, fields: ExpenseFields, problems: Problems) -> list[Json]:
    """Parts that add up to the total. Where no tax is given of any, or they were not given at all, the tax is shared
    out among them."""
    parts = _objects(value)
    if not parts:
        return []
    noted: Problems = []
    amounts = [_amount(part.get("amount"), fields.currency, "parts", noted) for part in parts]
    taxes = [_optional_amount(part.get("tax"), fields.currency, "parts", noted) for part in parts]
    total = sum(amounts)
    if not 2 <= len(parts) <= MOST_PARTS:
        noted.append(("parts", f"Split it into 2 to {MOST_PARTS} parts, or into none."))
    elif not noted and total != fields.total_minor:
        is_, shall = _text(total, fields.currency), _text(fields.total_minor, fields.currency)
        noted.append(("parts", f"The parts add up to {is_}, and the total is {shall}: give the parts along."))
    tax_sum = sum(tax or 0 for tax in taxes)
    if not noted and tax_sum != (fields.tax_minor or 0):
        if (all(tax is None for tax in taxes) or not is_given) and total:
            taxes = (
                [*share_out(fields.tax_minor or 0, amounts)] if fields.tax_minor is not None else [None] * len(parts)
            )
        else:
            is_, shall = _text(tax_sum, fields.currency), _text(fields.tax_minor or 0, fields.currency)
            noted.append(("parts", f"The taxes of the parts add up to {is_}, and the tax is {shall}."))
    problems += noted[:1]
    return [
        {
            "category": check_category(str(part.get("category") or ""), problems),
            "amount": _text(amount, fields.currency),
            "tax": None if tax is None else _text(tax, fields.currency),
            "note": one_line("parts", str(part.get("note") or ""), problems),
        }
        for part, amount, tax in zip(parts, amounts, taxes, strict=True)
    ]


def check_tax_lines(value: Json, is_given: bool, fields: ExpenseFields, problems: Problems) -> list[Json]:
    """Tax lines that add up to the tax. Those that were not given and do so no more are left out."""
    noted: Problems = []
    lines: list[Json] = []
    taxes = 0
    for line in _objects(value)[:MOST_LINES]:
        tax = _amount(line.get("tax"), fields.currency, "taxLines", noted)
        base = _optional_amount(line.get("base"), fields.currency, "taxLines", noted)
        taxes += tax
        rate = _number(line.get("rate"), "taxLines", noted)
        lines.append(
            {
                "rate": None if rate is None or noted else written_rate(rate),
                "base": None if base is None else _text(base, fields.currency),
                "tax": _text(tax, fields.currency),
            }
        )
    if lines and not noted and taxes != fields.tax_minor:
        shall = _text(fields.tax_minor or 0, fields.currency)
        noted.append(("taxLines", f"The tax lines add up to {_text(taxes, fields.currency)}, and the tax is {shall}."))
    return _unless_wrong(lines, noted, is_given, problems)


def check_items(value: Json, is_given: bool, currency: str, problems: Problems) -> list[Json]:
    """What was bought. Items that were not given and that the currency cannot have are left out."""
    noted: Problems = []
    items: list[Json] = []
    for item in _objects(value)[:MOST_LINES]:
        description = one_line("items", str(item.get("description") or ""), noted)
        if description is None:
            noted.append(("items", "Say of each item what it is."))
        items.append(
            {
                "description": description,
                "quantity": _number(item.get("quantity"), "items", noted),
                "unitPrice": _number(item.get("unitPrice"), "items", noted),
                "amount": _text(_amount(item.get("amount"), currency, "items", noted), currency),
            }
        )
    return _unless_wrong(items, noted, is_given, problems)


def _unless_wrong(lines: list[Json], noted: Problems, is_given: bool, problems: Problems) -> list[Json]:
    if noted and not is_given:
        return []
    problems += noted[:1]
    return lines


def _objects(value: Json) -> Sequence[Mapping[str, Json]]:
    found: list[JsonObject] = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return found


def _text(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


def _amount(value: Json, currency: str, field: str, problems: Problems) -> int:
    try:
        return minor_from_decimal_string(str(value or ""), currency)
    except AmountError as error:
        problems.append((field, str(error)))
        return 0


def _optional_amount(value: Json, currency: str, field: str, problems: Problems) -> int | None:
    return None if value in (None, "") else _amount(value, currency, field, problems)


def _number(value: Json, field: str, problems: Problems) -> str | None:
    text = str(value or "").strip()
    if text and not _NUMBER.fullmatch(text):
        problems.append((field, "Write the number with digits and a decimal point, such as 7.7."))
    return text or None
