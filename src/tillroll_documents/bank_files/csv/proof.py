"""What the balances of a CSV file prove of its amounts: their column, and their direction. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tillroll_documents.bank_files.csv.layout import CsvLayout
from tillroll_documents.bank_files.csv.values import amount_in, number_of
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_documents.bank_files.values import signed
from tillroll_documents.money import NO_CURRENCY

_MOST_COLUMNS: Final = 12
"""Columns of numbers that are compared with each other."""
_FEWEST_STEPS: Final = 2
_NUMBER_OF_A_ROW: Final = re.compile(r"[0-9]{5,}")

Row = tuple[int, int, int]
"""The amount, the charges and the balance of a row, in minor units."""


@dataclass(frozen=True, slots=True)
class Directions:
    """What the balances prove. `is_turned`: they grow where the amount falls. `are_charges_apart`:
    they fit only if the charges are taken from the amounts as well.
    """

    is_proven: bool = False
    is_turned: bool = False
    are_charges_apart: bool = False


def directions_of(layout: CsvLayout, chosen: Mapping[str, str], decimal: str) -> Directions:
    """Try which signs fit the chosen columns. Nothing is proven without an amount and a balance."""
    if not {"amount", "balance"} <= set(chosen):
        return Directions()
    rows = _rows(layout, chosen, decimal)
    fits = {
        (turned, apart): _steps(rows, is_turned=turned, is_apart=apart)
        for turned in (False, True)
        for apart in (False, True)
    }
    # Without charges the two say the same, and the first is kept.
    best = max(fits, key=lambda each: fits[each])
    if not fits[best]:
        return Directions()
    is_proven = fits[best] > fits[not best[0], best[1]] and 2 * fits[best] > len(rows) - 1
    return Directions(
        is_proven=is_proven,
        is_turned=is_proven and best[0],
        are_charges_apart=best[1] and fits[best] > fits[best[0], False],
    )


def _rows(layout: CsvLayout, chosen: Mapping[str, str], decimal: str) -> list[Row]:
    """The rows that have both, in their order."""
    amount_at = layout.columns.index(chosen["amount"])
    balance_at = layout.columns.index(chosen["balance"])
    charges_at: int | None = None
    if "charges" in chosen:
        charges_at = layout.columns.index(chosen["charges"])
    rows: list[Row] = []
    if "mark" in chosen:
        return rows
    for row in layout.rows:
        try:
            amount = amount_in(row[amount_at], NO_CURRENCY, decimal)
            balance = amount_in(row[balance_at], NO_CURRENCY, decimal)
            charges = 0
            if charges_at is not None and row[charges_at]:
                charges = abs(amount_in(row[charges_at], NO_CURRENCY, decimal))
        except (UnreadableFile, IndexError):
            continue
        rows.append((amount, charges, balance))
    return rows


def _steps(rows: Sequence[Row], *, is_turned: bool, is_apart: bool) -> int:
    """How many balances are the one before plus the amount, in the better order of time."""
    moved = [signed(amount, is_out=is_turned) - is_apart * charges for amount, charges, _ in rows]
    forwards = backwards = 0
    for at, ((_, _, before), (_, _, after)) in enumerate(pairwise(rows)):
        if moved[at + 1] and after - before == moved[at + 1]:
            forwards += 1
        if moved[at] and before - after == moved[at]:
            backwards += 1
    return max(forwards, backwards)


def amounts_agree(
    layout: CsvLayout,
    chosen: Mapping[str, str],
    meanings: Mapping[str, Sequence[str]],
    decimal: str,
) -> bool:
    """Whether two more columns, of money out and money in, say the same as the signed amount."""
    if "amount" not in chosen or not meanings.get("debit") or not meanings.get("credit"):
        return False
    amount_at = layout.columns.index(chosen["amount"])
    out_at = layout.columns.index(meanings["debit"][0])
    in_at = layout.columns.index(meanings["credit"][0])
    agreeing = 0
    for row in layout.rows:
        if max(amount_at, out_at, in_at) >= len(row) or not row[amount_at]:
            continue
        amount = _minor_or_zero(row[amount_at], decimal)
        money_out = abs(_minor_or_zero(row[out_at], decimal))
        money_in = abs(_minor_or_zero(row[in_at], decimal))
        if amount != money_in - money_out:
            return False
        agreeing += bool(money_out)
    return agreeing > 0


def net_column(
    layout: CsvLayout,
    chosen: Mapping[str, str],
    meanings: Mapping[str, Sequence[str]],
    decimal: str,
) -> str | None:
    """The column that has the amount less the charges in each row; None where there is none.

    That is what reaches the account, as in the balance report of a payment provider.
    """
    if not {"amount", "charges"} <= set(chosen):
        return None
    others = [each for each in meanings.get("amount", ()) if each not in chosen.values()]
    for column in others:
        if _is_net(layout, chosen, column=column, decimal=decimal):
            return column
    return None


def _is_net(layout: CsvLayout, chosen: Mapping[str, str], *, column: str, decimal: str) -> bool:
    names = (chosen["amount"], chosen["charges"], column)
    places = [layout.columns.index(name) for name in names]
    agreeing = 0
    for row in layout.rows:
        if max(places) >= len(row) or not row[places[0]]:
            continue
        amount, charges, net = (_minor_or_zero(row[at], decimal) for at in places)
        if net != amount - abs(charges):
            return False
        agreeing += bool(charges)
    return agreeing > 0


def _minor_or_zero(cell: str, decimal: str) -> int:
    try:
        return amount_in(cell, NO_CURRENCY, decimal)
    except UnreadableFile:
        return 0


def best_amount(
    layout: CsvLayout, numbers: Sequence[str], values: Mapping[str, Sequence[str]]
) -> tuple[str | None, str | None]:
    """The amount among columns without headers, and its balance where one proves it.

    Otherwise the first column with signs, then with decimals. A long number without decimals is
    an id.
    """
    compared = numbers[:_MOST_COLUMNS]
    for decimal in (".", ","):
        for amount in compared:
            for balance in compared:
                if amount == balance:
                    continue
                rows = _rows(layout, {"amount": amount, "balance": balance}, decimal)
                steps = _steps(rows, is_turned=False, is_apart=False)
                if steps >= _FEWEST_STEPS and 2 * steps > len(rows) - 1:
                    return amount, balance
    money = [column for column in numbers if not _is_id(values[column])]
    negative = [column for column in money if any(map(_is_negative, values[column]))]
    printed = [column for column in money if any(_has_decimals(cell) for cell in values[column])]
    return next(iter([*negative, *printed, *money]), None), None


def are_debit_and_credit(layout: CsvLayout, numbers: Sequence[str]) -> tuple[str, str] | None:
    """The first two columns of numbers of which each row has exactly one; None without such."""
    compared = numbers[:_MOST_COLUMNS]
    for one, other in pairwise(compared):
        places = (layout.columns.index(one), layout.columns.index(other))
        rows = [[bool(row[at]) for at in places] for row in layout.rows if len(row) > max(places)]
        if rows and all(sum(row) == 1 for row in rows):
            return one, other
    return None


def _is_id(cells: Sequence[str]) -> bool:
    """Whether a column has numbers of rows, accounts or the like."""
    return all(_NUMBER_OF_A_ROW.fullmatch(cell) for cell in cells)


def _is_negative(cell: str) -> bool:
    return cell.lstrip().startswith(("-", "("))


def _has_decimals(cell: str) -> bool:
    number = number_of(cell) or ""
    return number[-3:-2] in {".", ","}
