"""Parties that a label names: "bill to", "Verkäufer", and who stands beside or below it."""

import re
from collections.abc import Iterator
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.party_names import SALUTATION, cleaned, is_name
from tillroll.invoices.printed.sheet import Cell, Found, Sheet

BUYER, SELLER, OTHER = (words.party(table) for table in (words.BUYER, words.SELLER, words.OTHER_PARTY))
LABELLED: Final = 40
"""The score of such a name."""
BLOCK_LINES: Final = 6


def labelled(sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[Cell, Found[str]]]:
    """The labels of a party, each with the name under or beside it."""
    for cell in sheet.cells():
        match = pattern.fullmatch(cell.text)
        if match is None:
            continue
        found = _in_cell(cell, match) or _named_in_block(sheet, cell) or _beside_or_below(sheet, cell)
        if found:
            yield cell, found


def _in_cell(cell: Cell, match: re.Match[str]) -> Found[str] | None:
    text = (match["name"] or "").strip()
    if not is_name(text):
        return None
    start = cell.start + match.start("name")
    return cleaned(Found(text, cell.rank, start, start + len(text), LABELLED))


def _block_ranks(sheet: Sheet, label: Cell) -> range:
    return range(label.rank, min(label.rank + BLOCK_LINES, len(sheet.rows)))


def _named_in_block(sheet: Sheet, label: Cell) -> Found[str] | None:
    """Behind "Name:" under the label; a name of two lines begins on the line before."""
    for rank in _block_ranks(sheet, label)[1:]:
        if any(is_party_label(cell.text) for cell in sheet.rows[rank]):
            return None
        for cell in sheet.rows[rank]:
            match = words.NAME_LABEL.fullmatch(cell.text)
            if match is None or not (cell.overlaps(label) or cell.start <= label.start + 12):
                continue
            beside = sheet.beside(cell)
            text, start = (match["name"], cell.start + match.start("name")) if match["name"] else ("", 0)
            if not text and beside:
                text, start = beside.text, beside.start
                above = sheet.rows[rank - 1]
                if (
                    len(above) == 1
                    and above[0].start > cell.end
                    and above[0].rank > label.rank
                    and not SALUTATION.fullmatch(f"{above[0].text} ")
                ):
                    text = f"{above[0].text} {text}"
            if text.strip():
                return cleaned(Found(text.strip(), rank, start, start + len(text), LABELLED))
    return None


def is_party_label(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (BUYER, SELLER, OTHER))


def _beside_or_below(sheet: Sheet, label: Cell) -> Found[str] | None:
    """The nearest name under the label in its column; else beside it."""
    for row in sheet.rows[label.rank + 1 : label.rank + 1 + BLOCK_LINES // 2]:
        under = [cell for cell in row if cell.start < label.end + 4 and label.start < cell.end]
        if any(is_party_label(cell.text) for cell in under):
            break
        for cell in under:
            if is_name(cell.text):
                return cleaned(Found(cell.text, cell.rank, cell.start, cell.end, LABELLED))
    beside = sheet.beside(label)
    if beside and label.text.rstrip().endswith(":") and is_name(beside.text):
        return cleaned(Found(beside.text, beside.rank, beside.start, beside.end, LABELLED))
    return None
