"""The mapping that is proposed for a layout, by its headers and its first rows."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Final

from tillroll.bank.csv_layout import CsvLayout, CsvMapping, meanings_of, sums_up
from tillroll.bank.csv_values import amount_in, day_in, decimal_of, most, number_of, order_of, reads
from tillroll.bank.csv_words import CREDIT, DEBIT, HEADERS
from tillroll.bank.printed import UnreadableFile
from tillroll.reading.money import CODES, NO_CURRENCY

_ACCOUNTS: Final = ("account", "own_account")


def propose(layout: CsvLayout) -> CsvMapping:
    """The mapping that the headers and the first rows suggest. A person confirms it, or changes it."""
    values = {column: _values(layout, at) for at, column in enumerate(layout.columns)}
    meanings = meanings_of(layout.columns) if layout.header_line is not None else _by_values(layout.columns, values)
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for field in ("currency", *(each for each in HEADERS if each not in {"currency", "text"})):
        fits = _FITS.get(field, _any)
        for column in meanings.get(field, ()):
            if column not in taken and fits(values[column]):
                chosen[field] = column
                taken.add(column)
                break
    _settle(chosen, meanings, values)
    days = [cell for field in ("booked_on", "valued_on") if field in chosen for cell in values[chosen[field]]]
    amounts = [cell for field in _AMOUNTS if field in chosen for cell in values[chosen[field]]]
    order, is_sure_of_order = order_of(days)
    decimal, is_sure_of_decimal = decimal_of(amounts, "," if layout.separator == ";" else ".")
    texts = tuple(column for column in layout.columns if column in meanings.get("text", ()) and column not in taken)
    return CsvMapping(
        fingerprint=layout.fingerprint,
        **chosen,  # pyright: ignore[reportArgumentType] - its keys are the names of columns' fields
        text=texts,
        order=order,
        decimal=decimal,
        is_sure=is_sure_of_order and is_sure_of_decimal,
        charges_apart=_are_charges_apart(layout, chosen, decimal),
        currency_code=None if "currency" in chosen else layout.currency,
        own_account_number=None if "own_account" in chosen else layout.account,
    )


_AMOUNTS: Final = ("amount", "debit", "credit", "balance")


def _settle(chosen: dict[str, str], meanings: dict[str, list[str]], values: dict[str, list[str]]) -> None:
    """What columns say together: debit and credit are two or none, and the own account is the same in all rows."""
    if "amount" in chosen or not {"debit", "credit"} <= set(chosen):
        for field in ("debit", "credit"):
            chosen.pop(field, None)
    if "amount" not in chosen:
        chosen.pop("mark", None)
    columns = [column for field in _ACCOUNTS for column in meanings.get(field, ())]
    if "own_account" not in chosen and len(columns) > 1:
        same = [each for each in columns if len(values[each]) > 1 and len(set(values[each])) == 1]
        if same and chosen.get("account") == same[0]:
            chosen["own_account"] = same[0]
            chosen["account"] = next(each for each in columns if each != same[0])


def _are_charges_apart(layout: CsvLayout, chosen: dict[str, str], decimal: str) -> bool:
    """Whether the balances fit only if the charges are taken from the amounts."""
    if not {"amount", "charges", "balance"} <= set(chosen):
        return False
    places = [layout.columns.index(chosen[field]) for field in ("amount", "charges", "balance")]
    read: list[tuple[int, int, int]] = []
    for row in layout.rows:
        with suppress(UnreadableFile, IndexError):
            amount, charges, balance = (amount_in(row[at], NO_CURRENCY, decimal) for at in places)
            read.append((amount, abs(charges), balance))
    apart = within = 0
    for (amount, charges, balance), (other_amount, other_charges, other_balance) in pairwise(read):
        moved = other_balance - balance
        forwards, backwards = bool(other_charges), bool(charges)
        within += (forwards and moved == other_amount) or (backwards and moved == -amount)
        apart += (forwards and moved == other_amount - other_charges) or (backwards and moved == charges - amount)
    return apart > within


def _values(layout: CsvLayout, at: int) -> list[str]:
    rows = (row for row in layout.rows if not sums_up(row))
    return [row[at] for row in rows if at < len(row) and row[at]]


def _any(_: Sequence[str]) -> bool:
    return True


def _are_days(values: Sequence[str]) -> bool:
    return most(values, lambda value: reads(lambda: day_in(value, "ymd", is_any=True)))


def _are_numbers(values: Sequence[str]) -> bool:
    return most(values, lambda value: number_of(value) is not None)


def _are_currencies(values: Sequence[str]) -> bool:
    return most(values, lambda value: value in CODES)


def _are_marks(values: Sequence[str]) -> bool:
    return most(values, lambda value: value.casefold() in DEBIT | CREDIT)


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
}


def _by_values(columns: Sequence[str], values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Meanings of a file without headers, by what is in its columns."""
    filled = [column for column in columns if values[column]]
    days = [column for column in filled if _are_days(values[column])]
    numbers = [column for column in filled if column not in days and _are_numbers(values[column])]
    signed = [column for column in numbers if any(cell.lstrip().startswith("-") for cell in values[column])]
    texts = [column for column in filled if column not in days + numbers]
    return {
        "booked_on": days,
        "valued_on": days[1:],
        "amount": signed[-1:] or numbers[-1:],
        "currency": [column for column in texts if _are_currencies(values[column])],
        "text": [column for column in texts if not _are_currencies(values[column])][-1:],
    }
