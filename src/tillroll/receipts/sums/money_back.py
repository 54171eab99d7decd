"""Money that came back: receipts of returned goods, whose total is below zero, or is named a refund.

Such a receipt is read with its amounts turned round, since all sums hold as before, and what was read is turned back.
"""

import re
from collections.abc import Sequence
from typing import Final

from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.extraction import Extraction, Field, LineItem, TaxLine
from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.patterns import one_of
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.page.vocabulary import fold

_SUMS: Final = frozenset({Role.TOTAL, Role.PAYABLE, Role.ROUNDED_TOTAL, Role.SUBTOTAL})
_WORDS: Final = (
    "refund", "refunded", "credit note", "sales return", "goods return", "return receipt", "returned goods",
    "bayaran balik", "pemulangan", "nota kredit", "gutschrift", "rückerstattung", "erstattung", "storno", "retoure",
    "rückgabe", "remboursement", "avoir", "reembolso", "devolución", "devolucion", "rimborso", "reso merce",
    "terugbetaling", "retourbon", "devolução", "tilbagebetaling", "refusjon", "återköp", "retur", "zwrot", "vratka",
    "iade",
)  # fmt: skip
_REFUND: Final = re.compile(rf"\b(?:{one_of(_WORDS)})\b", re.IGNORECASE)
_STEMS: Final = tuple({fold(word)[:5] for word in _WORDS})
"""Looked for first, as most receipts hold none of the words."""
_POLICY: Final = re.compile(
    r"\b(?:no|not|non|non-|without|within|policy|exchange|for|days?|if|may|will|can|any|only|must|keine?|kein|sin|senza"
    r"|pas|tiada|tidak|or|and|dan)\b|\bnon-?refundable\b",
    re.IGNORECASE,
)
"""Words of a sentence that says when money is given back."""
_MOST_WORDS: Final = 4
_TOTAL_WORDS: Final = re.compile(
    r"\b(?:total|amount|jumlah|amt|summe|betrag|totaal|montant|importe|totale)\b", re.IGNORECASE
)
_AMOUNTS: Final = ("total", "tax", "subtotal", "discount", "service_charge", "tip", "rounding")


def comes_back(page: Page, labelled: Sequence[LabelledAmount]) -> bool:
    """Whether money was given back: every total is below zero, or its label or a heading above the goods says so.

    Below them it is a sentence about when money is given back, over several lines perhaps.
    """
    sums = [item.amount.minor for item in labelled if item.role in _SUMS and item.amount.exact and item.amount.minor]
    if sums and max(sums) < 0:
        return True
    if not any(stem in page.folded.text for stem in _STEMS):
        return False
    lines = [line for line in page.lines if _REFUND.search(line.plain) and not _POLICY.search(line.plain)]
    short = [line for line in lines if len(re.findall(r"[^\W\d_]+", line.plain)) <= _MOST_WORDS]
    amounts = {item.line for item in labelled if item.amount.exact and item.amount.minor}
    goods_from = min(amounts, default=0)
    return any(line.index < goods_from or (line.index in amounts and _is_total_of_refund(page, line)) for line in short)


def _is_total_of_refund(page: Page, line: Line) -> bool:
    return bool(_TOTAL_WORDS.search(line.plain)) and Concept.TAX not in page.named(line)


def turned_round(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts of a refund as those of a purchase: without a minus, and what was paid back as what was paid."""
    texts = {line.index: line.plain for line in page.lines}
    return [_turned(item, texts[item.line]) for item in labelled]


def _turned(item: LabelledAmount, text: str) -> LabelledAmount:
    role = item.role
    if role in (Role.CHANGE, Role.NONE) and _REFUND.search(text):
        role = Role.TOTAL if _TOTAL_WORDS.search(text) else Role.PAID
    return item._replace(role=role, amount=item.amount._replace(minor=abs(item.amount.minor)))


def given_back(extraction: Extraction) -> Extraction:
    """The extraction with its amounts below zero."""
    update: dict[str, object] = {name: _negative(getattr(extraction, name)) for name in _AMOUNTS}
    update["tax_lines"] = tuple([_negative_tax(line) for line in extraction.tax_lines])
    update["line_items"] = tuple([_negative_item(item) for item in extraction.line_items])
    return extraction.model_copy(update=update)


def _negative(field: Field[str]) -> Field[str]:
    return field if field.value is None else field.model_copy(update={"value": _minus(field.value)})


def _negative_tax(line: TaxLine) -> TaxLine:
    return line.model_copy(update={"net": line.net and _minus(line.net), "tax": _minus(line.tax)})


def _negative_item(item: LineItem) -> LineItem:
    return item.model_copy(update={"amount": _minus(item.amount)})


def _minus(amount: str) -> str:
    """The decimal string with the other sign; nothing stays nothing."""
    if amount.startswith("-"):
        return amount[1:]
    return amount if not amount.strip("0.") else f"-{amount}"
