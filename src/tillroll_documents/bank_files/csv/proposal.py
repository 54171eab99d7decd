"""The mapping that is proposed for a layout, by its headers and its first rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tillroll_documents.bank_files.csv.layout import (
    CsvLayout,
    CsvMapping,
    Doubt,
    currency_named_by,
    meanings_of,
    sums_up,
)
from tillroll_documents.bank_files.csv.proof import (
    amounts_agree,
    are_debit_and_credit,
    best_amount,
    directions_of,
    net_column,
)
from tillroll_documents.bank_files.csv.status import status_of
from tillroll_documents.bank_files.csv.values import (
    day_in,
    decimal_of,
    most,
    number_of,
    order_of,
    reads,
)
from tillroll_documents.bank_files.csv.words import CARDS, CREDIT, DEBIT, HEADERS, PAYMENTS, plain
from tillroll_documents.money import CODES

_ACCOUNTS: Final = ("account", "own_account")
_AMOUNTS: Final = ("amount", "debit", "credit", "balance")
_STATES: Final = frozenset(HEADERS["status"])
_MOST_STATUSES: Final = 6
"""Different words of a column of statuses."""
_LONGEST_STATUS: Final = 40
_ACCOUNT: Final = re.compile(r"[A-Z0-9 /.-]{4,45}", re.IGNORECASE)
_FEWEST_DIGITS: Final = 4
_MAJORITY: Final = 0.6

Values = dict[str, list[str]]
"""What is in each column, without empty cells and rows that sum up."""


def propose(layout: CsvLayout) -> CsvMapping:
    """The mapping that the headers and the first rows suggest. A person confirms it, or changes
    it.
    """
    values = {column: _values(layout, at) for at, column in enumerate(layout.columns)}
    has_headers = layout.header_line is not None
    meanings = meanings_of(layout.columns)
    if not has_headers:
        meanings = _by_values(layout, values)
    chosen = _choose(meanings, values)
    _settle(chosen, meanings, values)
    days = [
        cell
        for field in ("booked_on", "valued_on")
        if field in chosen
        for cell in values[chosen[field]]
    ]
    dated = [cell for cell in days if status_of(cell) is None]
    amounts = [cell for field in _AMOUNTS if field in chosen for cell in values[chosen[field]]]
    order, is_sure_of_order = order_of(dated)
    decimal, is_sure_of_decimal = decimal_of(amounts, "," if layout.separator == ";" else ".")
    net = net_column(layout, chosen, meanings=meanings, decimal=decimal)
    if net is not None:
        chosen["amount"] = net
    directions = directions_of(layout, chosen, decimal)
    is_turned = directions.is_turned
    if not directions.is_proven:
        is_turned = _is_of_a_card(layout, chosen) or _are_credits_negative(chosen, values)
    doubts: list[Doubt] = []
    if not is_sure_of_order:
        doubts.append("order")
    if not is_sure_of_decimal:
        doubts.append("decimal")
    is_sure = directions.is_proven or amounts_agree(
        layout, chosen, meanings=meanings, decimal=decimal
    )
    if not is_sure and not (has_headers and _are_signs_sure(chosen, values)):
        doubts.append("signs")
    return CsvMapping(
        fingerprint=layout.fingerprint,
        **chosen,  # pyright: ignore[reportArgumentType] - its keys are the names of columns' fields
        text=_texts(layout, chosen, meanings=meanings, values=values),
        order=order,
        decimal=decimal,
        doubts=tuple(doubts),
        is_sure=not doubts and _is_complete(chosen),
        charges_apart=directions.are_charges_apart,
        purchases_positive=is_turned,
        currency_code=_currency_code(layout, chosen),
        own_account_number=None if "own_account" in chosen else layout.account,
    )


def _choose(meanings: Mapping[str, Sequence[str]], values: Values) -> dict[str, str]:
    """A column for each field: the likeliest one whose content fits, and which is nothing else."""
    chosen: dict[str, str] = {}
    used: set[str] = set()
    cells = [cell for column in meanings.get("amount", ()) for cell in values[column]]
    is_signed = any(cell.lstrip().startswith("-") for cell in cells)
    fields = ["currency", "foreign_currency", *(each for each in HEADERS if each not in _LATE)]
    for field in fields:
        if field == "mark" and is_signed:
            continue
        candidates = [
            column
            for column in meanings.get(field, ())
            if column not in used and _fits(field, column, values)
        ]
        if field == "currency":
            # The account's currency is the same in all rows; that of a purchase is not.
            candidates.sort(key=lambda column: len(set(values[column])))
        if candidates:
            chosen[field] = candidates[0]
            used.add(candidates[0])
    status = _status_column(meanings, values, used)
    if status is not None:
        chosen["status"] = status
        used.add(status)
    if "amount" in chosen and "mark" not in chosen and not is_signed:
        mark = next(
            (each for each in values if each not in used and _says_both(values[each])), None
        )
        if mark is not None:
            chosen["mark"] = mark
    return chosen


def _says_both(cells: Sequence[str]) -> bool:
    """Whether a column has nothing but marks of debit and credit, and both."""
    marks = {cell.casefold() for cell in cells}
    return _are_marks(cells) and not marks.isdisjoint(DEBIT) and not marks.isdisjoint(CREDIT)


_LATE: Final = frozenset({"currency", "foreign_currency", "text", "status"})


def _fits(field: str, column: str, values: Values) -> bool:
    fits = _FITS.get(field)
    return fits is None or fits(values[column])


def _status_column(
    meanings: Mapping[str, Sequence[str]],
    values: Values,
    used: set[str],
) -> str | None:
    """A column that is called so, or in which each cell says whether its row is booked."""
    for column in meanings.get("status", ()):
        if column not in used:
            return column
    for column, cells in values.items():
        if not cells or column in used or len(set(cells)) > _MOST_STATUSES:
            continue
        if all(len(cell) <= _LONGEST_STATUS and status_of(cell, column) for cell in cells):
            return column
    return None


def _settle(chosen: dict[str, str], meanings: Mapping[str, Sequence[str]], values: Values) -> None:
    """What columns say together: debit and credit are two or none, payer and payee too, and the own
    account is the same in all rows.
    """
    if "amount" not in chosen and ("debit" in chosen) != ("credit" in chosen):
        # A single column of that name has both directions, by its signs.
        chosen["amount"] = chosen.pop("debit", None) or chosen.pop("credit")
    if "amount" in chosen or not {"debit", "credit"} <= set(chosen):
        for field in ("debit", "credit"):
            chosen.pop(field, None)
    if "amount" not in chosen:
        chosen.pop("mark", None)
    _settle_names(chosen)
    if "valued_on" not in chosen:
        # A second day, such as that of the purchase, tells entries apart.
        others = [each for each in meanings.get("booked_on", ()) if each not in chosen.values()]
        if others and _are_days(values[others[0]]):
            chosen["valued_on"] = others[0]
    columns = [column for field in _ACCOUNTS for column in meanings.get(field, ())]
    if "own_account" not in chosen and len(columns) > 1:
        same = [each for each in columns if len(values[each]) > 1 and len(set(values[each])) == 1]
        if same and chosen.get("account") == same[0]:
            chosen["own_account"] = same[0]
            chosen["account"] = next(each for each in columns if each != same[0])


def _settle_names(chosen: dict[str, str]) -> None:
    payer = chosen.get("payer")
    payee = chosen.get("payee")
    if payer is not None and payee is not None:
        return
    only = chosen.pop("payer", None) or chosen.pop("payee", None)
    if only is not None and "name" not in chosen:
        chosen["name"] = only


def _texts(
    layout: CsvLayout, chosen: dict[str, str], meanings: Mapping[str, Sequence[str]], values: Values
) -> tuple[str, ...]:
    free = [column for column in layout.columns if column not in chosen.values()]
    texts = [column for column in free if column in meanings.get("text", ())]
    if not texts and "name" not in chosen and "payee" not in chosen and "code" in chosen:
        # What is called a kind of entry is the only text that says who it is.
        return (chosen.pop("code"),)
    if texts or "name" in chosen:
        return tuple(texts)
    return tuple(column for column in free if _are_words(values[column]))


def _currency_code(layout: CsvLayout, chosen: Mapping[str, str]) -> str | None:
    if "currency" in chosen:
        return None
    named = (currency_named_by(chosen[field]) for field in _AMOUNTS if field in chosen)
    return next(filter(None, named), None) or layout.currency


def _are_signs_sure(chosen: Mapping[str, str], values: Values) -> bool:
    """Whether a mark, or two columns, say which rows are money out."""
    if "mark" in chosen:
        return True
    if "amount" in chosen:
        return False
    if "credit" in chosen and any(map(_is_negative, values[chosen["credit"]])):
        return False
    # A refund among the debits has its sign the other way round.
    return not any(
        _is_mixed(values[chosen[field]]) for field in ("debit", "credit") if field in chosen
    )


def _are_credits_negative(chosen: Mapping[str, str], values: Values) -> bool:
    """Whether all money in has a minus, and money out has none, as a card prints its debts."""
    if "credit" not in chosen or "debit" not in chosen:
        return False
    credits_ = _amounts_in(values[chosen["credit"]])
    debits = _amounts_in(values[chosen["debit"]])
    if any(map(_is_negative, debits)):
        return False
    return bool(credits_) and all(map(_is_negative, credits_))


def _amounts_in(cells: Sequence[str]) -> list[str]:
    """The cells that have another number than zero."""
    return [cell for cell in cells if (number_of(cell) or "").strip("0.,' ")]


def _is_negative(cell: str) -> bool:
    return cell.lstrip().startswith("-")


def _is_complete(chosen: Mapping[str, str]) -> bool:
    """Whether a row can be read: by its day and its amount."""
    return "booked_on" in chosen and ("amount" in chosen or {"debit", "credit"} <= set(chosen))


def _is_mixed(cells: Sequence[str]) -> bool:
    negative = [_is_negative(cell) for cell in _amounts_in(cells)]
    return any(negative) and not all(negative)


def _is_of_a_card(layout: CsvLayout, chosen: Mapping[str, str]) -> bool:
    """Whether most amounts have no sign, and the headers or the payments are those of a card."""
    if "amount" not in chosen or "mark" in chosen:
        return False
    at = layout.columns.index(chosen["amount"])
    rows = [row for row in layout.rows if at < len(row) and number_of(row[at]) is not None]
    paid = [row for row in rows if row[at].lstrip().startswith(("-", "("))]
    if not rows or len(rows) - len(paid) < _MAJORITY * len(rows):
        return False
    names = {plain(column) for column in layout.columns}
    texts = [f" {plain(' '.join(row))} " for row in paid]
    is_paid = any(f" {phrase} " in text for text in texts for phrase in PAYMENTS)
    return is_paid or bool(names & CARDS)


def _values(layout: CsvLayout, at: int) -> list[str]:
    rows = (row for row in layout.rows if not sums_up(row))
    return [row[at] for row in rows if at < len(row) and any(map(str.isalnum, row[at]))]


def _are_days(values: Sequence[str]) -> bool:
    return most(values, lambda value: _is_day(value) or status_of(value))


def _is_day(value: str) -> bool:
    return reads(lambda: day_in(value, "ymd", is_any=True))


def _are_numbers(values: Sequence[str]) -> bool:
    return most(values, lambda value: number_of(value) is not None)


def _are_currencies(values: Sequence[str]) -> bool:
    return most(values, lambda value: value.upper() in CODES)


def _are_marks(values: Sequence[str]) -> bool:
    return bool(values) and all(value.casefold() in DEBIT | CREDIT for value in values)


def _are_accounts(values: Sequence[str]) -> bool:
    return most(
        values,
        lambda value: (
            _ACCOUNT.fullmatch(value)
            and ".." not in value
            and sum(mark.isdigit() for mark in value) >= _FEWEST_DIGITS
        ),
    )


def _are_words(values: Sequence[str]) -> bool:
    if not values or _are_days(values) or _are_currencies(values):
        return False
    return most(
        values, lambda value: number_of(value) is None and any(mark.isalpha() for mark in value)
    )


_FITS: Final[dict[str, Callable[[Sequence[str]], bool]]] = {
    "booked_on": _are_days,
    "valued_on": _are_days,
    "amount": _are_numbers,
    "debit": _are_numbers,
    "credit": _are_numbers,
    "balance": _are_numbers,
    "charges": _are_numbers,
    "foreign_amount": _are_numbers,
    "rate": _are_numbers,
    "currency": _are_currencies,
    "foreign_currency": _are_currencies,
    "mark": _are_marks,
    "account": _are_accounts,
    "own_account": _are_accounts,
}


def _by_values(layout: CsvLayout, values: Values) -> dict[str, list[str]]:
    """Meanings of a file without headers, by what is in its columns."""
    filled = [column for column in layout.columns if values[column]]
    days = [column for column in filled if _are_days(values[column])]
    numbers = [column for column in filled if column not in days and _are_numbers(values[column])]
    texts = [column for column in filled if column not in days + numbers]
    amount, balance = best_amount(layout, numbers, values)
    words = [column for column in texts if not _are_currencies(values[column])]
    longest = sorted(words, key=lambda column: -sum(map(len, values[column])))
    amounts = [amount for amount in (amount,) if amount is not None]
    balances = [balance for balance in (balance,) if balance is not None]
    pair: list[str] = []
    if not balances:
        pair = [*(are_debit_and_credit(layout, numbers) or ())]
    if pair:
        amounts = []
    return {
        "booked_on": days,
        "valued_on": days[1:],
        "debit": pair[:1],
        "credit": pair[1:],
        "amount": amounts,
        "balance": balances,
        "currency": [column for column in texts if _are_currencies(values[column])],
        "text": longest[:1],
    }
