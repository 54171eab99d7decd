"""What speaks for one line and one document belonging together, in points and in words. Pure.

Points add up. A reference that only this document has is worth more than the amount, the amount
more than the name, and the name more than the day. What contradicts takes points away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_documents.matching.lags import (
    EARLY,
    lag_in_words,
    points_of_lag,
    points_within_terms,
)
from tillroll_documents.matching.models import Document, DocumentKind, Knowledge, Line
from tillroll_documents.matching.named_references import (
    ReferenceIndex,
    days_in,
    reference_key,
    short_numbers_in,
    without_days,
)
from tillroll_documents.matching.odd_amounts import (
    Amounts,
    discount_in,
    is_everyday,
    is_plain,
    tax_on_top,
)
from tillroll_documents.matching.payee_names import (
    Name,
    Weights,
    is_other_form,
    is_whole_name,
    likeness,
    read_name,
    read_payee,
)
from tillroll_documents.matching.transaction_codes import has_wage_code, has_word_of_wages

SURE_NAME: Final = 780
"""Likeness, of 1000, from which two names are one."""
OTHER_NAME: Final = 300
"""Likeness below which two names are different ones."""
MOST_RATE_OFF: Final = 30
"""Thousandths by which a bank's rate may differ from the published one."""


_MOST_KEPT: Final = 100_000
"""Likenesses of names that are not computed again."""

# How many points each sign adds to a pair, or takes from it.
_SAME_AMOUNT: Final = 300
_CONVERTED: Final = 220
_TIP: Final = 170
_DISCOUNT: Final = 170
_ROUNDED: Final = 260
_NEARLY: Final = 200
_TAXED: Final = 150
_MORE: Final = 0
_PART: Final = 60
_REFERENCE: Final = 450
_SHARED_REFERENCE: Final = 250
_SLIP: Final = 150
_SHORT_NUMBER: Final = 150
"""A number of four signs, alone in the text, where the name and the amount are the same."""
_OTHER_REFERENCE: Final = -300
_IBAN: Final = 200
_ANSWER: Final = 200
"""Its person was asked for the line's document, and handed in one of its amount."""
_NAME: Final = 250
_CONTRADICTING_NAME: Final = -220
_DAY_IN_TEXT: Final = 130
_OTHER_DAY_IN_TEXT: Final = -120
_VALUE_DAY: Final = 30
_UNKNOWN_DAY: Final = 40
_CASH: Final = -150
"""A receipt says cash. No certain match of another document loses its lead by such a receipt."""
_EMPLOYEE: Final = -150
"""An employee paid the expense, and the line's other side is somebody else."""
_PENDING: Final = -60
"""The line is not booked. The booked one that may replace it comes first."""


ASKED: Final = frozenset(
    {Amounts.TIP, Amounts.DISCOUNT, Amounts.NEARLY, Amounts.TAXED, Amounts.MORE}
)
"""What only a person accepts."""


@dataclass(frozen=True, slots=True)
class LineView:
    """A line, read once. Days are ordinals."""

    line: Line
    name: Name
    named: tuple[str, ...]
    """Keys of references of documents that it names."""
    slips: tuple[str, ...]
    day: int | None
    days_in_text: tuple[int, ...]
    payee: Name
    """The name alone, where the bank writes it into the text."""
    short_numbers: frozenset[str]
    """Numbers of four signs that stand alone in what it says."""

    @property
    def net(self) -> int:
        """The amount without the bank's charges: what the other side paid or got."""
        return self.line.amount + self.line.charges


@dataclass(frozen=True, slots=True)
class DocumentView:
    document: Document
    names: tuple[Name, ...]
    references: frozenset[str]
    day: int | None
    employee: Name | None
    """Who paid it, if an employee did."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a line may be a document's.

    Attributes:
        is_in_time: it is booked on a usual day.
        is_early: it is booked long before the document's day, as a web shop charges.
        is_asked: only a person accepts it, whatever else speaks for it.
        is_answer: its person was asked for the line's document, and no name contradicts.
    """

    line: LineView
    document: DocumentView
    points: int
    amounts: Amounts
    settles: int
    reasons: tuple[str, ...]
    has_reference: bool
    has_iban: bool
    likeness: int
    """How alike the names are, 0 to 1000."""
    has_day_in_text: bool
    is_in_time: bool
    is_early: bool
    is_asked: bool
    is_contradicted: bool
    is_answer: bool
    has_short_number: bool
    """The line names the document's number of four signs, and its name and amount are the same."""
    has_whole_name: bool
    """The names are one, without a word that only one of them has; or a person taught so."""

    @property
    def has_name(self) -> bool:
        """The names are one."""
        return self.likeness >= SURE_NAME

    @property
    def is_party(self) -> bool:
        """The other side is the document's, by its name or its bank account, or it is what its
        person was asked for.
        """
        return self.has_name or self.has_iban or self.is_answer

    @property
    def is_sure_party(self) -> bool:
        """As `is_party`, and no half of a name is enough."""
        return self.has_whole_name or self.has_iban or self.is_answer

    @property
    def key(self) -> tuple[str, str]:
        return self.line.line.id, self.document.document.id


def view_line(line: Line, references: ReferenceIndex) -> LineView:
    on = line.on
    text = without_days(line.text)
    return LineView(
        line,
        read_name(line.name or line.text[:70]),
        named=references.exact(text, line.references),
        slips=references.slips(text, line.references),
        day=None if on is None else on.toordinal(),
        days_in_text=tuple(day.toordinal() for day in days_in(line.text, on)),
        payee=read_name(line.name) if line.name else read_payee(line.text[:70]),
        short_numbers=short_numbers_in(text, line.references),
    )


def view_document(document: Document) -> DocumentView:
    read_names = map(read_name, document.names)
    names = dict.fromkeys(name for name in read_names if name.tokens)
    keys = frozenset(reference_key(each) for each in document.references)
    employee: Name | None = None
    if document.employee is not None:
        employee = read_name(document.employee)
    day = None if document.day is None else document.day.toordinal()
    return DocumentView(
        document=document,
        names=tuple(names),
        references=keys,
        day=day,
        employee=employee,
    )


class Weigher:
    """Weighs pairs by one knowledge, the words of all documents, and the references that they
    have.
    """

    def __init__(self, knowledge: Knowledge, weights: Weights, references: ReferenceIndex) -> None:
        self._knowledge = knowledge
        self._weights = weights
        self._references = references
        self._alike: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}

    def is_declined(self, line: str, document: str) -> bool:
        return (line, document) in self._knowledge.declined

    def name(self, line: LineView, document: DocumentView) -> tuple[int, str | None]:
        """The likeness of the best of the document's names, and the reason, None if it is not worth
        one.
        """
        best = 0
        reason = None
        for name in document.names:
            alike = self._likeness(line.name, name)
            alias = self._knowledge.aliases.get((line.name.key, name.key))
            if alias is not None and alias.holds and alike < 1000:
                best = 1000
                if alias.accepted == 1:
                    reason = "a person accepted this payee for the same merchant before"
                else:
                    reason = (
                        f"a person accepted this payee for the same merchant {alias.accepted} times"
                    )
            elif alias is not None and alias.declined > alias.accepted:
                alike = min(alike, 500)
            if alike > best:
                best = alike
                if alike == 1000:
                    reason = "the same name"
                elif alike >= SURE_NAME:
                    reason = "a similar name"
                else:
                    reason = None
        return best, reason

    def is_whole_name(self, line: LineView, document: DocumentView) -> bool:
        """Whether a line's name is the document's, and nothing else is in either; or a person
        taught that it is. Another legal form is another company."""
        aliases = self._knowledge.aliases
        for name in document.names:
            alias = aliases.get((line.name.key, name.key))
            if alias is not None and alias.holds:
                return True
        if any(is_other_form(line.payee, name) for name in document.names):
            return False
        return any(is_whole_name(line.payee, name) for name in document.names)

    def is_of_employee(self, line: LineView, document: DocumentView) -> bool:
        """Whether an employee paid, and the line's other side is somebody else: who paid is
        asked.
        """
        employee = document.employee
        return employee is not None and self._likeness(line.name, employee) < SURE_NAME

    def _likeness(self, bank: Name, name: Name) -> int:
        key = bank.tokens, name.tokens
        cached = self._alike.get(key)
        if cached is None:
            if len(self._alike) >= _MOST_KEPT:
                self._alike.clear()
            cached = self._alike[key] = likeness(bank, name, self._weights)
        return cached

    def weigh(
        self, line: LineView, document: DocumentView, amounts: Amounts, settles: int
    ) -> Evidence | None:
        """The evidence, None if a person declined the pair, or another own bank account pays the
        document, or no day and no reference fit. `settles` is what the line pays of the document,
        in its currency.
        """
        what = line.line
        subject = document.document
        is_other_account = subject.bank_account is not None and subject.bank_account != what.account
        if is_other_account or self.is_declined(what.id, subject.id) or _is_wage(line, subject):
            return None
        reasons: list[str] = []
        points = _points_of_amount(
            line, document, amounts=amounts, settles=settles, reasons=reasons
        )
        reference, is_sole = self._reference(line, document, reasons)
        points += reference + _PENDING * what.is_pending + _CASH * subject.says_cash
        alike, reason = self.name(line, document)
        has_whole_name = alike >= SURE_NAME and self.is_whole_name(line, document)
        has_short_number = has_whole_name and _names_short_number(
            line, document, amounts, reasons=reasons
        )
        points += _SHORT_NUMBER * has_short_number
        day_points, is_in_time, has_day_in_text = _points_of_day(
            line, document, reasons, has_number=has_short_number
        )
        if day_points is None:
            if not is_sole:
                return None
            day_points = 0
        points += day_points
        has_iban = bool(what.counterparty) and what.counterparty in subject.accounts
        if has_iban:
            points += _IBAN
            reasons.append("the same bank account")
        if reason:
            reasons.append(reason)
        is_of_employee = self.is_of_employee(line, document)
        if is_of_employee:
            points += _EMPLOYEE
        is_asked_for = _is_asked_for(line, document, amounts)
        if is_asked_for:
            points += _ANSWER
            reasons.append("its person was asked for this document")
        is_number = is_sole or has_iban or is_asked_for or has_short_number
        doubts = _doubts(
            line,
            document,
            amounts,
            is_of_employee=is_of_employee,
            is_number=is_number,
        )
        reasons += doubts
        is_early = _is_early(line, document)
        is_named = has_iban or is_sole or alike >= SURE_NAME
        if is_early and not (is_named and amounts in {Amounts.SAME, Amounts.FOREIGN}):
            return None
        is_other_name = alike < OTHER_NAME and bool(line.name.tokens) and bool(document.names)
        if is_other_name and not has_iban and (not is_sole or amounts is Amounts.MORE):
            points += _CONTRADICTING_NAME
        else:
            points += _NAME * alike // 1000
        return Evidence(
            line,
            document,
            points=points,
            amounts=amounts,
            settles=settles,
            reasons=tuple(reasons),
            has_reference=is_sole,
            has_iban=has_iban,
            likeness=alike,
            has_day_in_text=has_day_in_text,
            is_in_time=is_in_time,
            is_early=is_early,
            is_asked=amounts in ASKED or is_early or bool(doubts),
            is_contradicted=reference < 0,
            is_answer=is_asked_for and not is_other_name,
            has_whole_name=has_whole_name,
            has_short_number=has_short_number,
        )

    def _reference(
        self, line: LineView, document: DocumentView, reasons: list[str]
    ) -> tuple[int, bool]:
        """Points, and whether the line names a reference that only this document has."""
        mine = [key for key in line.named if key in document.references]
        if mine:
            is_sole = any(len(self._references.owners[key]) == 1 for key in mine)
            reasons.append(f"the reference names {says(document.document, mine[0])}")
            others = [key for key in line.named if key not in document.references]
            if others and not is_sole:
                return _OTHER_REFERENCE, False
            return (_REFERENCE if is_sole else _SHARED_REFERENCE) - 100 * min(
                2, len(others)
            ), is_sole and not others
        if line.named:
            owner = line.named[0]
            reasons.append(f"but the reference names {owner}")
            return _OTHER_REFERENCE, False
        slip = next((key for key in line.slips if key in document.references), None)
        if slip:
            reasons.append(f"the reference nearly names {says(document.document, slip)}")
            return _SLIP, False
        return 0, False


def says(document: Document, key: str) -> str:
    """A document's reference for a person: "the claim 2026-0014"."""
    return named_of([document], [written_of(document, key)])


def written_of(document: Document, key: str) -> str:
    """A reference as the document has it."""
    return next((each for each in document.references if reference_key(each) == key), key)


def named_of(documents: Sequence[Document], references: Sequence[str]) -> str:
    """References of documents for a person, with what they are where all are the same. The nouns
    stand in whole phrases, so that each is translated with its article.
    """
    listed = ", ".join(references)
    kinds = {each.kind for each in documents}
    if len(references) == 1:
        if kinds == {DocumentKind.CLAIM}:
            return f"the claim {listed}"
        if kinds == {DocumentKind.PAYOUT}:
            return f"the payment {listed}"
        return f"the document {listed}"
    if kinds == {DocumentKind.CLAIM}:
        return f"the claims {listed}"
    if kinds == {DocumentKind.PAYOUT}:
        return f"the payments {listed}"
    return f"the documents {listed}"


def _points_of_amount(
    line: LineView, document: DocumentView, amounts: Amounts, settles: int, reasons: list[str]
) -> int:
    subject = document.document
    match amounts:
        case Amounts.SAME:
            is_gross = settles == line.line.amount
            reasons.append("same amount" if is_gross else "same amount without the bank's charges")
            if is_gross:
                return _SAME_AMOUNT
            return _SAME_AMOUNT - 10
        case Amounts.FOREIGN:
            reasons.append(f"same amount in {subject.currency}")
            return _SAME_AMOUNT
        case Amounts.CONVERTED:
            off = rate_off(line.net, subject.converted or 0)
            reasons.append(
                f"the amount in {subject.currency} at a rate {off / 10:.1f} % "
                "from the published one"
            )
            return _CONVERTED - 3 * off
        case _:
            paid = line.line.amount
            reasons.append(in_words(amounts, paid, settles=settles, currency=subject.currency))
    if amounts is Amounts.TIP:
        return _TIP - _tip_in_thousandths(line.line.amount, settles) // 3
    return _POINTS[amounts]


def in_words(amounts: Amounts, paid: int, *, settles: int, currency: str) -> str:
    """How an amount differs from what it settles, or that it is a part of it."""
    if amounts is Amounts.TIP:
        percent = _tip_in_thousandths(paid, settles) / 10
        return f"the amount and a tip of {percent:.0f} %"
    if amounts is Amounts.DISCOUNT:
        percent = (discount_in(paid, settles) or 0) / 10
        return f"the amount less a discount of {percent:.0f} %"
    if amounts is Amounts.TAXED:
        rate = tax_on_top(paid, settles, currency)
        return f"the amount is the document's with {rate} % tax: look at its total"
    return _ODD[amounts]


def _tip_in_thousandths(paid: int, settles: int) -> int:
    return 1000 * abs(paid - settles) // abs(settles)


_ODD: Final = {
    Amounts.ROUNDED: "the same amount as cash is rounded",
    Amounts.NEARLY: "nearly the same amount: look at the total",
    Amounts.MORE: "more than is open",
    Amounts.PART: "a part of what is open",
}
_POINTS: Final = {
    Amounts.DISCOUNT: _DISCOUNT,
    Amounts.ROUNDED: _ROUNDED,
    Amounts.NEARLY: _NEARLY,
    Amounts.TAXED: _TAXED,
    Amounts.MORE: _MORE,
    Amounts.PART: _PART,
}


def _is_asked_for(line: LineView, document: DocumentView, amounts: Amounts) -> bool:
    """Whether the document's person was asked for the line's, and the amounts are the same."""
    person = line.line.person_asked
    is_theirs = person is not None and person == document.document.person
    return is_theirs and amounts in {Amounts.SAME, Amounts.FOREIGN}


def _names_short_number(
    line: LineView, document: DocumentView, amounts: Amounts, *, reasons: list[str]
) -> bool:
    """Whether a line of the document's amount names its number of four signs."""
    numbers = line.short_numbers & document.references
    if not numbers or amounts not in {Amounts.SAME, Amounts.FOREIGN}:
        return False
    reasons.append(f"the reference names {says(document.document, min(numbers))}")
    return True


def _is_wage(line: LineView, document: Document) -> bool:
    """Whether a line's code says wages, and the document is a bill: wages pay none."""
    return document.kind is DocumentKind.EXPENSE and has_wage_code(line.line.code)


def _is_early(line: LineView, document: DocumentView) -> bool:
    """Whether the money moved days before the document.

    A web shop charges at the order, an airline at the booking; the invoice is of the delivery.
    """
    if document.document.kind is not DocumentKind.EXPENSE:
        return False
    if line.day is None or document.day is None:
        return False
    return line.day - document.day < -EARLY


def _doubts(
    line: LineView,
    document: DocumentView,
    amounts: Amounts,
    *,
    is_of_employee: bool,
    is_number: bool,
) -> list[str]:
    """Why only a person accepts the pair, whatever else speaks for it."""
    doubts: list[str] = []
    if document.document.says_cash:
        doubts.append("but the receipt says cash")
    if is_of_employee:
        doubts.append("but the expense says that an employee paid it: ask who did")
    if document.document.kind is DocumentKind.EXPENSE and has_word_of_wages(line.line.text):
        doubts.append("but the text says wages: they pay no bill")
    if not is_number and _is_everyday_price(line, document, amounts):
        doubts.append("but a price like this is often paid twice: look at the receipt")
    return doubts


def _is_everyday_price(line: LineView, document: DocumentView, amounts: Amounts) -> bool:
    """Whether the same purchase may have been made twice, and nothing tells one from the other.

    Then the line's receipt may be missing, and the receipt may have been paid in another way. Where
    cash was rounded, a plain amount is rather another price.
    """
    subject = document.document
    if subject.kind is not DocumentKind.EXPENSE:
        return False
    if amounts is Amounts.ROUNDED:
        return is_plain(line.line.amount)
    return is_everyday(subject.remainder, subject.currency)


def rate_off(amount: int, converted: int) -> int:
    """Thousandths by which an amount differs from the converted one, rounded up."""
    return -(-abs(amount - converted) * 1000 // max(1, abs(converted)))


def _points_of_day(
    line: LineView, document: DocumentView, reasons: list[str], *, has_number: bool
) -> tuple[int | None, bool, bool]:
    """Points, None if the day is impossible; whether it is a usual day; whether the text names the
    document's day.
    """
    if line.day is None or document.day is None:
        return _UNKNOWN_DAY, False, False
    lag = line.day - document.day
    points, is_usual = points_of_lag(document.document, line.day, lag)
    if has_number and document.document.due is None and not is_usual:
        points, is_usual = points_within_terms(lag)
    if points is None:
        return None, False, False
    reasons.append(lag_in_words(lag))
    if document.document.kind is not DocumentKind.EXPENSE or not line.days_in_text:
        value_day = line.line.value_day
        is_on_day = (
            value_day is not None
            and value_day != line.line.day
            and value_day.toordinal() == document.day
        )
        return points + _VALUE_DAY * is_on_day, is_usual, False
    if document.day in line.days_in_text:
        reasons.append("the text names the day of the purchase")
        return points + _DAY_IN_TEXT, is_usual, True
    reasons.append("but the text names another day")
    return points + _OTHER_DAY_IN_TEXT, False, False


def best_first(candidates: Sequence[Evidence]) -> list[Evidence]:
    """Sort candidates, the best first, in an order that does not depend on that of the input."""
    return sorted(
        candidates,
        key=lambda each: (-each.points, each.line.day or 0, each.document.day or 0, *each.key),
    )
