"""What else a receipt says: its number, its items, how it was paid, what was added."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Final

from tillroll_documents.money import decimal_string, minor_digits
from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Extraction, Line, LineItem, PaymentMethod
from tillroll_documents.reading.fields import (
    HALF_ADJUSTMENT,
    HALF_DETAIL,
    amount_field,
    plain_field,
    tax_field,
    tax_lines,
)
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.tax_ids import find_tax_ids
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.amounts import PrintedAmount
from tillroll_documents.reading.text.dates import find_time
from tillroll_documents.reading.totals.figures import PRICES, Figures, find_adjustments, find_tax
from tillroll_documents.reading.totals.labels import LabelledAmount, Role, role_of
from tillroll_documents.reading.totals.tax_arithmetic import with_arithmetic
from tillroll_documents.reading.weights import Candidate

_SIGN: Final = r"(?:[Nn][OoRrº°0]?|[Nn]um(?:ber|mer)?|#|№)?[\s.:#°º-]{0,24}"
_NUMBER: Final = re.compile(
    rf"[\s.]{{0,24}}{_SIGN}(?P<number>(?=[A-Z_/-]*[0-9])[A-Z0-9][A-Za-z0-9]*(?:[-/_][A-Za-z0-9]+)*)"
)
_OTHER_GROUPS: Final = re.compile(r"(?: [0-9]{2,5}){2,}(?: [0-9])?(?=\s*$|\s{2})")
"""What goes on a number that is printed in groups. A single one more may be the till's number.
The last group may be a check digit.
"""
_FIRST_GROUP: Final = re.compile(r"[0-9]{1,5}")
_SPACED_DAY: Final = re.compile(r" [0-9]{1,2} [0-9]{1,2} (?:19|20)?[0-9]{2}$")
_MARKED: Final = re.compile(r"[\s.]*(?:[Nn][Oo]\b|[Nn]umber|#|:)")
_AMOUNT_FOLLOWS: Final = re.compile(r"[.,][0-9]")
_LABELS: Final = (Concept.RECEIPT_NUMBER, Concept.HEADING)
_MIN_DIGITS: Final = 2


def find_receipt_numbers(page: Page) -> Iterator[Candidate[str]]:
    """Candidates for the number: behind a label such as "Invoice No", "Bon-Nr.", or a heading such
    as "Receipt #".
    """
    places = ((line, term) for line in page.naming(*_LABELS) for term in page.found(line))
    for line, term in places:
        if term.concept not in _LABELS:
            continue
        is_label = term.concept is Concept.RECEIPT_NUMBER
        rest = line.plain[term.end :]
        match = _NUMBER.match(rest)
        if match is None or not (is_label or _MARKED.match(rest)):
            continue
        start = term.end + match.start("number")
        end = term.end + match.end("number")
        if is_label:
            end += _length_of_other_groups(line.plain, start, end)
        value = line.plain[start:end]
        if sum(c.isdecimal() for c in value) < _MIN_DIGITS or _is_something_else(
            page, line, start=start, end=end
        ):
            continue
        signs = {
            "labelled_number": is_label,
            "behind_heading": not is_label,
            "labelled_tax_number": Concept.REGISTRATION in page.named(line, 0, start),
            "long_number": len(value) > 4,
        }
        yield Candidate(value, line, start=start, end=end).give_all(signs, weights.RECEIPT_NUMBER)


def _length_of_other_groups(text: str, start: int, end: int) -> int:
    """How many characters behind the first group of a number belong to it: " 4711 0815" are 10."""
    groups = _OTHER_GROUPS.match(text, end)
    if groups is None or not _FIRST_GROUP.fullmatch(text, start, end):
        return 0
    if _SPACED_DAY.search(groups[0]):
        return 0
    return len(groups[0])


def _is_something_else(page: Page, line: Line, start: int, end: int) -> bool:
    is_date = any(date.start < end and start < date.end for date in page.dates(line))
    time = find_time(line.plain[start:])
    return (
        is_date
        or bool(_AMOUNT_FOLLOWS.match(line.plain, end))
        or (time is not None and time[1] == 0)
    )


_NUMBER_IN_ROW: Final = re.compile(r"(?<![\w.,])[0-9]{1,6}(?:[.,][0-9]{1,4})?(?![0-9])")
_COUNT: Final = re.compile(
    r"^\s*(?P<first>[0-9]{1,3})(?:\s?[xX*@]|\s)\s*(?=[^\W_])|(?<![\w.,])(?P<times>[0-9]{1,"
    r"3})\s?[xX*@](?!\w)"
)
_CODE: Final = re.compile(r"^(?:[0-9]{4,}|[A-Z]{1,3}[0-9]{2,}|[0-9]+[.)])\s+")
_TAIL: Final = re.compile(r"(?:\s+[0-9.,]+|\s+(?:RM|[$€£¥])|\s*[*@]|\s[xX]|\s{2,}[A-Z]{1,2})+\s*$")
_WORD: Final = re.compile(r"[^\W\d_]{3}|[^\W\d_\x00-\x7f]{2}")
_MAX_ITEMS: Final = 200
_GOODS: Final = PRICES | {Role.COUNT, Role.IGNORED, Role.DISCOUNT}
"""Roles that may stand among the goods; the first other one is the first sum."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that ends in an amount."""

    line: Line
    amount: PrintedAmount
    text: str
    description: str

    @property
    def is_described(self) -> bool:
        """Whether words stand there, not only codes and numbers."""
        return bool(_WORD.search(self.description))


def find_line_items(
    page: Page, labelled: Sequence[LabelledAmount], digits: int
) -> tuple[LineItem, ...]:
    """The goods in reading order, at most _MAX_ITEMS; `digits` are the currency's. A row without
    words takes its description from the line above or below, as the receipt does it elsewhere.
    """
    rows = list(_rows(page, labelled))[:_MAX_ITEMS]
    used = {row.line.index for row in rows}
    above = _described_above(page, rows, used)
    items: list[LineItem] = []
    for row in rows:
        if row.is_described:
            other = None
        else:
            other = _neighbour(page, row.line, used, step=-1 if above else 1)
        if other is None:
            description = row.description
        else:
            description = _description(other.plain)
        if not description:
            continue
        quantity, price = _quantity(row, digits)
        if quantity is None and other is not None:
            quantity = _printed_count(other.plain)
        amount = decimal_string(row.amount.minor, digits)
        evidence = row.line.evidence(row.amount.start, row.amount.end)
        item = LineItem(
            description=description,
            quantity=quantity,
            unit_price=price,
            amount=amount,
            evidence=evidence,
        )
        items.append(item)
    return tuple(items)


def _rows(page: Page, labelled: Sequence[LabelledAmount]) -> Iterator[_Row]:
    """The last exact amounts of the lines between the columns' headings and the first sum."""
    lines = {line.index: line for line in page.lines}
    sums = (item.line for item in labelled if item.role not in _GOODS and item.amount.exact)
    first_sum = next(sums, max(lines, default=0) + 1)
    headings = (
        line.index for line in page.lines if page.heads_goods(line) and line.index < first_sum
    )
    heading = max(headings, default=-1)
    last = {
        item.line: item
        for item in labelled
        if item.role in PRICES and item.amount.exact and heading < item.line < first_sum
    }
    for index, item in last.items():
        text = lines[index].plain[: item.amount.start]
        yield _Row(lines[index], item.amount, text=text, description=_description(text))


def _described_above(page: Page, rows: Sequence[_Row], used: set[int]) -> bool:
    """Whether bare rows have their description above them: the first one has words there, the last
    one none below.
    """
    above, below = (
        [
            _neighbour(page, row.line, used=used, step=step) is not None
            for row in rows
            if not row.is_described
        ]
        for step in (-1, 1)
    )
    if not above:
        return True
    if above[0] != below[-1]:
        return above[0]
    return sum(above) > sum(below)


def _neighbour(page: Page, line: Line, used: set[int], step: int) -> Line | None:
    """The next filled line in that direction, when it holds a description and nothing else."""
    rank = page.rank(line) + step
    if not 0 <= rank < len(page.lines):
        return None
    other = page.lines[rank]
    is_free = other.index not in used and not page.heads_goods(other)
    is_goods = role_of(page.named(other)) in _GOODS and Concept.DATE not in page.named(other)
    if is_free and is_goods and _WORD.search(_description(other.plain)):
        return other
    return None


def _quantity(row: _Row, digits: int) -> tuple[str | None, str | None]:
    """Quantity and unit price whose product is the amount, else a quantity that is printed as
    one.
    """
    numbers = [
        (match[0], Decimal(match[0].replace(",", ".")))
        for match in _NUMBER_IN_ROW.finditer(row.text)
    ]
    amount = Decimal(row.amount.minor).scaleb(-digits)
    unit = Decimal(1).scaleb(-digits)
    for (first, one), (second, other) in reversed(list(combinations(numbers, 2))):
        if one and other and (one * other).quantize(unit, ROUND_HALF_UP) == amount:
            price_first = "." in first and "." not in second
            quantity, price = (other, one) if price_first else (one, other)
            return f"{quantity:f}", f"{max(price, price.quantize(unit)):f}"
    return _printed_count(row.text), None


def _printed_count(text: str) -> str | None:
    match = _COUNT.search(text)
    count = match and (match["first"] or match["times"])
    if count and int(count):
        return str(int(count))
    return None


def _description(text: str) -> str:
    """The words without the count and code before them and the numbers behind."""
    text = text.strip(" \t*#-:.")
    count = _COUNT.match(text)
    if count and count["first"]:
        text = text[count.end() :]
    text = _CODE.sub("", text)
    return " ".join(_TAIL.sub("", f" {text}").split()).strip(" *#-:")


_MASKED: Final = re.compile(
    r"(?:[Xx*#•.·] ?){4,30}-? ?(?P<last>[0-9]{4})(?![0-9])"
    r"|(?<![0-9])[0-9]{4,6}[Xx*#•]{4,30}(?P<mixed>[0-9]{4})(?![0-9])"
    r"|(?:[Xx*•]{2,4}[ -]){2,3}(?P<grouped>[0-9]{4})(?![0-9])"
)
_HIDDEN: Final = re.compile(r"[Xx*#•.·] ?[Xx*#•.·]")
"""Two signs that hide digits, as every masked number holds: few lines do."""

_METHODS: Final = {Concept.CASH: PaymentMethod.CASH, Concept.CARD: PaymentMethod.CARD}


def find_payment_methods(
    page: Page,
    labelled: Sequence[LabelledAmount],
    cards: Sequence[Candidate[str]],
    total: int | None,
) -> list[Candidate[PaymentMethod]]:
    """Candidates for the way of paying: what an amount paid is labelled with, and masked numbers of
    `cards`.
    """
    candidates: dict[PaymentMethod, Candidate[PaymentMethod]] = {}
    paid = {item.line: item.amount.minor for item in labelled if item.role is Role.PAID}
    given_back = any(item.role is Role.CHANGE and item.amount.minor > 0 for item in labelled)
    for line in page.naming(*_METHODS):
        index = line.index
        for term in page.found(line):
            method = _METHODS.get(term.concept)
            if method is None:
                continue
            signs = {
                "paid_beside_it": index in paid,
                "pays_total": total is not None and paid.get(index, 0) >= total,
                "change_given": method is PaymentMethod.CASH and given_back and index in paid,
                "named_only": index not in paid,
                "part_of_heading": bool(
                    {Concept.HEADING, Concept.FIRM, Concept.TRADE} & page.named(line)
                ),
            }
            candidate = Candidate(method, line, start=term.start, end=term.end).give_all(
                signs, weights.PAYMENT
            )
            earlier = candidates.get(method)
            if earlier is None or candidate.score > earlier.score:
                candidates[method] = candidate
    for card in cards:
        by_number = Candidate(PaymentMethod.CARD, card.line, start=card.start, end=card.end)
        candidates.setdefault(PaymentMethod.CARD, by_number).give(
            "card_number_printed", weights.PAYMENT
        )
    return list(candidates.values())


def find_card_numbers(page: Page) -> list[Candidate[str]]:
    """Candidates for the card's last four digits: behind at least four signs that hide the
    others.
    """
    candidates: list[Candidate[str]] = []
    for line in {line.index: line for line, _, _ in page.search(_HIDDEN)}.values():
        for match in _MASKED.finditer(line.plain):
            group = match.lastgroup or "last"
            signs = {"masked": True, "card_named": Concept.CARD in page.named(line)}
            candidate = Candidate(
                match[group], line, start=match.start(group), end=match.end(group)
            )
            candidates.append(candidate.give_all(signs, weights.CARD_NUMBER))
    return candidates


_ADJUSTMENTS: Final = {
    "subtotal": Role.SUBTOTAL,
    "discount": Role.DISCOUNT,
    "service_charge": Role.SERVICE,
    "tip": Role.TIP,
    "rounding": Role.ROUNDING,
}


def with_details(
    extraction: Extraction,
    page: Page,
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    total: int | None,
    currency: str,
) -> Extraction:
    """The extraction with everything else filled in; without a total, no amounts that only make
    sense beside one.
    """
    cards = find_card_numbers(page)
    details = {
        "payment_method": plain_field(
            find_payment_methods(page, labelled, cards=cards, total=total), half=HALF_DETAIL
        ),
        "card_last_four": plain_field(cards, half=HALF_DETAIL),
        "receipt_number": plain_field([*find_receipt_numbers(page)], half=HALF_DETAIL),
        "tax_id": plain_field(find_tax_ids(page), half=HALF_DETAIL),
        "line_items": find_line_items(page, labelled, minor_digits(currency)),
    }
    if total is not None:
        lines = page.transcript.lines
        printed_rows = find_tax(lines, labelled, figures=figures, total=total)
        rows, sure = with_arithmetic(page, labelled, printed_rows, figures=figures, total=total)
        details |= {"tax": tax_field(rows, sure, currency), "tax_lines": tax_lines(rows, currency)}
        printed = {item.role for item in labelled}
        details |= {
            name: amount_field(
                find_adjustments(role, lines, labelled=labelled, figures=figures, total=total),
                currency,
                half=HALF_ADJUSTMENT,
            )
            for name, role in _ADJUSTMENTS.items()
            if role in printed
        }
    return extraction.model_copy(update=details)
