"""Fields of an extraction made of ranked candidates, its details, and whether a person is
needed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Final

from tillroll.reading import weights
from tillroll.reading.amounts import PrintedAmount
from tillroll.reading.dates import find_time
from tillroll.reading.extraction import (
    Extraction,
    Field,
    Line,
    LineItem,
    PaymentMethod,
    TaxLine,
    Value,
)
from tillroll.reading.figures import Figures, TaxRow, find_adjustments, find_tax
from tillroll.reading.labels import LabelledAmount, Role, role_of
from tillroll.reading.languages import Concept
from tillroll.reading.money import NO_CURRENCY, decimal_string, has_ended, minor_digits
from tillroll.reading.names import name_key
from tillroll.reading.page import Page
from tillroll.reading.reasons import ReviewReason
from tillroll.reading.tax_ids import find_tax_ids
from tillroll.reading.totals import AGREEMENTS, Coins
from tillroll.reading.weights import Candidate, confidence, ranked

# The score at which a field's confidence is one half.
HALF_TOTAL: Final = 45
HALF_DATE: Final = 20
HALF_MERCHANT: Final = 24
HALF_CURRENCY: Final = 14
HALF_ADJUSTMENT: Final = 24
HALF_DETAIL: Final = 20
"""Of the way of paying and of the numbers of card, receipt and tax."""
# Nothing on a receipt repeats a name, or a date that is printed once: so many of them are misread
# by OCR, however clear label and place are. Measured on 148 photos of 97 shops: 5 % of the names
# differ by more than a letter or two, 1 to 2 % of the dates by a digit.
MOST_MERCHANT: Final = 0.97
MOST_REGISTERED: Final = 0.95
"""Of a firm with legal form and number that is printed once, alone: of two names beside each other,
only lines tell which words are of which.
"""
MOST_ALONE: Final = 0.9
NAME_WITNESSES: Final = frozenset(
    {"named_again", "spelt_elsewhere", "in_address_of_web", "brand_in_firm"}
)
"""Reasons for which a name is as good as printed twice."""
MOST_DATE: Final = 0.98
DATE_WITNESSES: Final = frozenset({"printed_again", "weekday_agrees", "digits_in_number"})
"""Reasons for which a date is as good as printed twice."""
_TIME_CONFIDENCE: Final = 0.8
SURE_KIND: Final = 0.95

_Text = Field[str]
_Day = Field[date]


def merchant_field(ranked: Sequence[Candidate[str]]) -> Field[str]:
    """The best name, if anything speaks for it. The same name printed again, or with more of it, is
    no rival.
    """
    if not ranked or ranked[0].score <= 0:
        return _Text()
    best, *others = ranked
    key = name_key(best.value)
    rivals = [
        each
        for each in others
        if not (other := name_key(each.value)) or not (key in other or other in key)
    ]
    is_firm = {
        "has_legal_form",
        "registered_beside",
    } <= best.reasons.keys() and "beside_brand" not in best.reasons
    is_seen_twice = bool(NAME_WITNESSES & best.reasons.keys())
    if is_seen_twice:
        most = MOST_MERCHANT
    elif is_firm:
        most = MOST_REGISTERED
    else:
        most = MOST_ALONE
    sure = min(most, confidence([best, *rivals], half=HALF_MERCHANT))
    return _Text(value=best.value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def date_field(ranked: Sequence[Candidate[date]]) -> Field[date]:
    """The best date; an implausible one is given too, for a person to see."""
    if not ranked:
        return _Day()
    best = ranked[0]
    sure = confidence(ranked, half=HALF_DATE)
    if not DATE_WITNESSES & best.reasons.keys():
        sure = min(MOST_DATE, sure)
    return _Day(value=best.value, evidence=best.evidence, confidence=sure, reasons=best.explained)


def amount_field(
    candidates: Sequence[Candidate[int]], currency: str, *, half: int = HALF_TOTAL
) -> Field[str]:
    """The best amount, if anything speaks for it, with the currency's digits."""
    best = ranked(candidates)
    if not best or best[0].score <= 0:
        return _Text()
    value = decimal_string(best[0].value, minor_digits(currency))
    sure = confidence(best, half=half)
    return _Text(value=value, evidence=best[0].evidence, confidence=sure, reasons=best[0].explained)


def tax_field(rows: Sequence[TaxRow], sure: float, currency: str) -> Field[str]:
    """The tax of all rows with the currency's digits; the first row is its place."""
    if not rows:
        return _Text()
    value = decimal_string(sum(row.tax for row in rows), minor_digits(currency))
    return _Text(
        value=value, evidence=rows[0].line.evidence(rows[0].start, rows[0].end), confidence=sure
    )


def tax_lines(rows: Sequence[TaxRow], currency: str) -> tuple[TaxLine, ...]:
    digits = minor_digits(currency)
    return tuple(
        TaxLine(
            rate=row.rate,
            net=None if row.net is None else decimal_string(row.net, digits),
            tax=decimal_string(row.tax, digits),
            evidence=row.line.evidence(row.start, row.end),
        )
        for row in rows
    )


def plain_field(candidates: Sequence[Candidate[Value]], *, half: int) -> Field[Value]:
    """The best candidate as it stands, if anything speaks for it."""
    best = ranked(candidates)
    if not best or best[0].score <= 0:
        return Field()
    sure = confidence(best, half=half)
    return Field(
        value=best[0].value, evidence=best[0].evidence, confidence=sure, reasons=best[0].explained
    )


def currency_field(ranked: Sequence[Candidate[str]]) -> Field[str]:
    """The currency; none when two are equally likely. One that stands nowhere in print has no
    evidence.
    """
    if not ranked or (len(ranked) > 1 and ranked[0].score == ranked[1].score):
        return _Text()
    best = ranked[0]
    sure = confidence(ranked, half=HALF_CURRENCY)
    evidence = best.evidence if best.end else None
    return _Text(value=best.value, evidence=evidence, confidence=sure, reasons=best.explained)


def time_field(ranked: Sequence[Candidate[date]], lines: Sequence[Line]) -> Field[str]:
    """The time of day, HH:MM or HH:MM:SS: behind the date, else before it, else on the next of the
    filled `lines`.
    """
    if not ranked:
        return _Text()
    best = ranked[0]
    following = next((line for line in lines if line.index > best.line.index), None)
    places = [
        (best.line, best.end, None),
        (best.line, 0, best.start),
        *([(following, 0, None)] if following else []),
    ]
    for line, offset, until in places:
        found = find_time(line.plain[offset:until])
        if found is not None:
            value, start, end = found
            text = value.isoformat("seconds" if value.second else "minutes")
            evidence = line.evidence(offset + start, offset + end)
            return _Text(value=text, evidence=evidence, confidence=_TIME_CONFIDENCE)
    return _Text()


SURE_TOTAL: Final = 0.85
SURE_DATE: Final = 0.6
_DOUBTED_DATE: Final = frozenset({"weekday_differs", "year_put_right"})
_DOUBTED_TOTAL: Final = frozenset({"before_rounding", "near_another"})
"""Reasons for which a total is asked: another amount, less than the smallest coin away, may be what
was paid.
"""
_DOUBTED_TOGETHER: Final = frozenset({"labelled_paid", "equals_total_rounded"})
"""What was rounded is printed as what was handed over, and nowhere as a total."""
_PAID_SO: Final = frozenset({"equals_paid", "equals_paid_minus_change"})
"""Reasons for which a total was paid as it stands, though no coins pay it."""
_DAMAGED_DATE: Final = frozenset({"guessed", "uneven"})
"""Reasons for which it is asked unless a witness says the same."""
WORN_PRINT: Final = 2
"""So many amounts without their decimal point: where points are lost, digits are misread, and a
date that nothing else confirms is asked. Of 148 photos 3 are such, one of them with a wrong date;
of invented receipts on worn paper, whose dates are wrong on one in ten, those that lost any point
have a wrong one on four in ten.
"""
SURE_CURRENCY: Final = 0.5
"""One sign of a country is not enough; a mark beside an amount is, or the account's own
currency.
"""
SURE_MERCHANT: Final = 0.5
"""Of the better of both names: one that is likelier wrong than right is asked. One that is only
probable does no harm to the books: the page marks it.
"""


def doubts(extraction: Extraction, figures: Figures, ambiguous: frozenset[date]) -> tuple[str, ...]:
    """The reasons to ask a person; none when the receipt agrees with itself. Without a total the
    first one says so.
    """
    if extraction.total.value is None and extraction.date.value is None:
        return (ReviewReason.NOT_A_RECEIPT.value,)
    is_named = (
        max(extraction.merchant.confidence, extraction.registered_name.confidence) >= SURE_MERCHANT
    )
    merchant = None if is_named else ReviewReason.MERCHANT_UNCERTAIN
    about = (
        _about_total(extraction, figures),
        _about_date(extraction, figures, ambiguous),
        ReviewReason.MERCHANT_MISSING if extraction.merchant.value is None else merchant,
        ReviewReason.CURRENCY_UNKNOWN if is_currency_unknown(extraction) else None,
    )
    return tuple(reason.value for reason in about if reason is not None)


def is_currency_unknown(extraction: Extraction) -> bool:
    """Whether the currency is a guess, or had ended when the paper was printed."""
    currency = extraction.currency
    if currency.value is None or currency.confidence < SURE_CURRENCY:
        return True
    return has_ended(currency.value, extraction.date.value)


def _about_total(extraction: Extraction, figures: Figures) -> ReviewReason | None:
    total = extraction.total
    if total.value is None:
        return ReviewReason.TOTAL_MISSING
    if figures.vouchers:
        return ReviewReason.VOUCHER_USED
    codes = {reason.code for reason in total.reasons}
    is_doubted = (
        bool(codes & _DOUBTED_TOTAL)
        or codes >= _DOUBTED_TOGETHER
        or not _can_be_paid(extraction, figures)
    )
    is_sure = not is_doubted and bool(codes & AGREEMENTS) and total.confidence >= SURE_TOTAL
    if is_sure:
        return None
    return ReviewReason.TOTAL_UNCERTAIN


def _can_be_paid(extraction: Extraction, figures: Figures) -> bool:
    """Whether coins pay the total, or it was paid as it stands; else it may be the amount before a
    rounding that was lost. Where what was handed over or given back is uneven too, the till rounds
    nothing.
    """
    total = extraction.total
    currency = extraction.currency.value
    minor = int(Decimal(total.value or 0).scaleb(minor_digits(currency or NO_CURRENCY)))
    coins = Coins.of(currency)
    if coins.pay(minor) or extraction.payment_method.value is PaymentMethod.CARD:
        return True
    handled = {
        value for value in figures.paid | figures.change if value > coins.unit < abs(value - minor)
    }
    return any(reason.code in _PAID_SO for reason in total.reasons) or not all(
        map(coins.pay, handled)
    )


def _about_date(
    extraction: Extraction, figures: Figures, ambiguous: frozenset[date]
) -> ReviewReason | None:
    found = extraction.date
    if found.value is None:
        return ReviewReason.DATE_MISSING
    if found.value in ambiguous:
        return ReviewReason.DATE_AMBIGUOUS
    codes = {reason.code for reason in found.reasons}
    if "implausible" in codes:
        return ReviewReason.DATE_IMPLAUSIBLE
    is_damaged = bool(codes & _DAMAGED_DATE) or figures.lost_points >= WORN_PRINT
    if codes & _DOUBTED_DATE or (is_damaged and not codes & DATE_WITNESSES):
        return ReviewReason.DATE_UNCERTAIN
    if found.confidence >= SURE_DATE:
        return None
    return ReviewReason.DATE_UNCERTAIN


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
    places = ((line, found) for line in page.naming(*_LABELS) for found in page.found(line))
    for line, found in places:
        if found.concept not in _LABELS:
            continue
        is_label = found.concept is Concept.RECEIPT_NUMBER
        rest = line.plain[found.end :]
        match = _NUMBER.match(rest)
        if match is None or not (is_label or _MARKED.match(rest)):
            continue
        start = found.end + match.start("number")
        end = found.end + match.end("number")
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
    r"^\s*(?P<first>[0-9]{1,3})(?:\s?[xX*@]|\s)\s*(?=[^\W_])|(?<![\w.,])(?P<times>[0-9]{1,3})\s?[xX*@](?!\w)"
)
_CODE: Final = re.compile(r"^(?:[0-9]{4,}|[A-Z]{1,3}[0-9]{2,}|[0-9]+[.)])\s+")
_TAIL: Final = re.compile(r"(?:\s+[0-9.,]+|\s+(?:RM|[$€£¥])|\s*[*@]|\s[xX]|\s{2,}[A-Z]{1,2})+\s*$")
_WORD: Final = re.compile(r"[^\W\d_]{3}|[^\W\d_\x00-\x7f]{2}")
_MAX_ITEMS: Final = 200
_GOODS: Final = frozenset({Role.NONE, Role.COUNT, Role.IGNORED, Role.DISCOUNT})
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
    taken = {row.line.index for row in rows}
    above = _described_above(page, rows, taken)
    items: list[LineItem] = []
    for row in rows:
        if row.is_described:
            other = None
        else:
            other = _neighbour(page, row.line, taken, step=-1 if above else 1)
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
        if item.role is Role.NONE and item.amount.exact and heading < item.line < first_sum
    }
    for index, item in last.items():
        text = lines[index].plain[: item.amount.start]
        yield _Row(lines[index], item.amount, text=text, description=_description(text))


def _described_above(page: Page, rows: Sequence[_Row], taken: set[int]) -> bool:
    """Whether bare rows have their description above them: the first one has words there, the last
    one none below.
    """
    above, below = (
        [
            _neighbour(page, row.line, taken=taken, step=step) is not None
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


def _neighbour(page: Page, line: Line, taken: set[int], step: int) -> Line | None:
    """The next filled line in that direction, when it holds a description and nothing else."""
    rank = page.rank(line) + step
    if not 0 <= rank < len(page.lines):
        return None
    other = page.lines[rank]
    is_free = other.index not in taken and not page.heads_goods(other)
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
        for found in page.found(line):
            method = _METHODS.get(found.concept)
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
            candidate = Candidate(method, line, start=found.start, end=found.end).give_all(
                signs, weights.PAYMENT
            )
            known = candidates.get(method)
            if known is None or candidate.score > known.score:
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
        rows, sure = find_tax(lines, labelled, figures=figures, total=total)
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
