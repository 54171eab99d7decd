"""The pairs that a person asks for: whether entries and documents have so much open."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tillroll.bank.decisions.charges import (
    charges_of,
    check_charges,
    is_charge_of,
    most_charges,
    too_much_charged,
)
from tillroll.bank.decisions.documents import (
    cash_in_words,
    fee_id,
    find_documents,
    refundable,
    who_said_cash,
)
from tillroll.bank.decisions.lines import line_id, load_lines
from tillroll.bank.decisions.models import NewPair, PairRequest
from tillroll.bank.repository import known_accounts
from tillroll_documents.matching.evidence import in_words
from tillroll_documents.matching.models import Document, DocumentKind, Line
from tillroll_documents.matching.odd_amounts import Amounts, Paid, differences_of
from tillroll_documents.money import Money
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.services import Platform


@dataclass(frozen=True)
class _Sources:
    """What pairs may name.

    `cash` has, of expenses that a person says were paid in cash, why they match no entry. `charges`
    is what the bank kept of lines.
    """

    lines: Mapping[str, Line]
    others: Mapping[str, Line]
    documents: Mapping[str, Document]
    own: set[str]
    cash: Mapping[str, str]
    charges: Mapping[str, int]


class _Refused(Exception):
    """Why a pair cannot be, and by which of its fields."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


async def pairs_of(
    platform: Platform, account_id: str, requests: Sequence[PairRequest]
) -> list[NewPair]:
    """Raises ValuesRefused: there is no such entry or document, or less is open than is asked
    for.
    """
    sources = await _load(platform, account_id, requests)
    rests: dict[str, int] = {}
    for id_, line in sources.lines.items():
        rests[id_] = 0 if line.is_settled else line.amount + sources.charges.get(id_, 0)
    lines = Counter(line_id(each.entry_id, each.payment) for each in requests)
    documents = Counter(each.document_id for each in requests)
    alone = [
        lines[line_id(each.entry_id, each.payment)] == documents[each.document_id] == 1
        for each in requests
    ]
    pairs: list[NewPair] = []
    problems: list[tuple[str, str]] = []
    for place, each in enumerate(requests):
        try:
            pairs.append(_pair(sources, each, rests, is_alone=alone[place]))
        except _Refused as refused:
            problems.append((f"pairs.{place}.{refused.field}", refused.sentence))
    if problems:
        raise ValuesRefused(problems)
    check_charges(requests, pairs, charges=sources.charges, lines=sources.lines)
    return pairs


async def _load(platform: Platform, account_id: str, requests: Sequence[PairRequest]) -> _Sources:
    database = platform.database
    lines = await load_lines(database, account_id, {each.entry_id for each in requests})
    others = {each.document_id for each in requests if each.document_kind == "entry"}
    documents: dict[str, Document] = {}
    for kind in {each.document_kind for each in requests}:
        ids = [each.document_id for each in requests if each.document_kind == kind]
        documents_of = await find_documents(database, account_id, kind=kind, ids=ids)
        documents |= {id_: document for id_, (document, _) in documents_of.items()}
    expenses = [each.document_id for each in requests if each.document_kind == "expense"]
    cash = await who_said_cash(database, account_id, expenses)
    return _Sources(
        lines=lines,
        others=await load_lines(database, account_id, others),
        documents=documents,
        own={each.id for each in await known_accounts(database, account_id)},
        cash={id_: cash_in_words(each) for id_, each in cash.items()},
        charges=charges_of(requests, lines),
    )


def _pair(
    sources: _Sources, request: PairRequest, rests: dict[str, int], *, is_alone: bool
) -> NewPair:
    """Make the pair of a request, and take its amount off `rests`. `is_alone`: no other pair has
    its line or its document. Raises _Refused."""
    line, document = _named(sources, request)
    id_ = line_id(request.entry_id, request.payment)
    if is_charge_of(request, line):
        if sources.charges[id_] > most_charges(line):
            raise _Refused("amount", too_much_charged(line))
        return _new(request, amount=request.amount or 0, settles=0)
    amount = _amount(request, line, document=document, rest=rests[id_])
    if is_alone and request.amount is None and document is not None:
        amount = _with_what_is_over(document, amount, rest=rests[id_], line=line)
    rests[id_] -= amount
    if document is None:
        settles = 0
    else:
        settles = _settles(document, line, amount)
        _check_named(document, line, amount=amount, settles=settles)
    return _new(request, amount=amount, settles=settles)


def _new(request: PairRequest, *, amount: int, settles: int) -> NewPair:
    return NewPair(
        entry_id=request.entry_id,
        payment=request.payment,
        document_kind=request.document_kind,
        document_id=request.document_id,
        amount=amount,
        settles=settles,
    )


def _named(sources: _Sources, request: PairRequest) -> tuple[Line, Document | None]:
    """The line, and the document if it is no rule. Raises _Refused: it is unknown, or not
    booked.
    """
    line = sources.lines.get(line_id(request.entry_id, request.payment))
    document = sources.documents.get(request.document_id)
    is_rule = _is_rule(request, line, sources.own)
    is_present = document is not None or is_rule or request.document_id in sources.others
    if line is not None and request.document_id in sources.cash:
        raise _Refused("documentId", sources.cash[request.document_id])
    if line is None or not is_present:
        field = "entryId" if line is None else "documentId"
        raise _Refused(field, "There is none of this id in your account.")
    if line.is_pending:
        raise _Refused("entryId", "The bank has not booked this entry yet.")
    return line, document


def _amount(request: PairRequest, line: Line, *, document: Document | None, rest: int) -> int:
    """What the document takes of the line. Raises _Refused: there is not so much."""
    amount = request.amount
    if amount is None:
        amount = min(rest, _open_of(document, line, rest), key=abs)
    if amount == 0 or amount * rest <= 0 or abs(amount) > abs(rest):
        raise _Refused("amount", _too_much(rest, line.currency))
    if document is not None and _is_unproven(document, line, amount):
        raise _Refused("documentId", _no_rate(document))
    return amount


def _with_what_is_over(document: Document, amount: int, *, rest: int, line: Line) -> int:
    """All that is left of a line, where a document takes nearly all, and what is over is a tip,
    rounding, a cent more or its tax. Else the amount."""
    if document.kind is not DocumentKind.EXPENSE or document.currency != line.currency:
        return amount
    if amount != document.remainder or differences_over(document, rest).isdisjoint(_BY_HAND):
        return amount
    return rest


_BY_HAND: Final = frozenset({Amounts.TIP, Amounts.ROUNDED, Amounts.NEARLY, Amounts.TAXED})
"""What a person may pay beyond an expense."""


def differences_over(document: Document, amount: int) -> frozenset[Amounts]:
    """What an amount may be that is more than is open of an expense; empty for nothing known."""
    paid = Paid(
        document=document.kind,
        currency=document.currency,
        amount=amount,
        settles=document.remainder,
    )
    differences = differences_of(paid)
    if not document.allows_tip:
        differences -= {Amounts.TIP}
    return differences


def say_what_is_over(pairs: Iterable[NewPair], documents: Mapping[str, Document]) -> list[str]:
    """What the difference is, where more is paid of an expense than is open of it."""
    reasons: list[str] = []
    for pair in pairs:
        document = documents.get(pair.document_id)
        if document is None or pair.settles != document.remainder:
            continue
        for each in Amounts:
            if each in differences_over(document, pair.amount) & _BY_HAND:
                currency = document.currency
                settles = pair.settles
                reasons.append(in_words(each, pair.amount, settles=settles, currency=currency))
                break
    return reasons


def _check_named(document: Document, line: Line, *, amount: int, settles: int) -> None:
    """Raises _Refused: it is more than was ever open of the document, and nothing says why.

    Where another entry explains a part of it, that is said later, with the entry.
    """
    if document.currency != line.currency or document.kind is DocumentKind.CLAIM:
        return
    is_untouched = document.remainder == document.amount
    if not is_untouched or abs(amount) <= abs(document.amount) or amount * document.amount < 0:
        return
    if settles == amount or differences_over(document, amount).isdisjoint(_BY_HAND):
        raise _Refused("amount", _more_than_open(document, abs(document.remainder)))


def _more_than_open(document: Document, open_: int) -> str:
    most = Money(open_, document.currency).to_decimal_string()
    currency = document.currency
    if document.kind is not DocumentKind.EXPENSE:
        return f"Only {most} {currency} is open of the document."
    return (
        f"Only {most} {currency} is open of the expense. More may be a tip of up to 25 % of a "
        "restaurant or taxi, by its category: else correct its total, or say what the rest is."
    )


def _is_unproven(document: Document, line: Line, amount: int) -> bool:
    """Whether an amount in another currency could be any part of a document: nobody says what it is
    worth. All of an entry may be what an expense or a claim came to."""
    is_whole = amount == line.amount and document.kind is not DocumentKind.PAYOUT
    return not is_whole and not _is_rate_stated(document, line)


def _no_rate(document: Document) -> str:
    currency = document.currency
    return f"The bank does not say what this entry is in {currency}, so it proves no part of that."


def _too_much(rest: int, currency: str) -> str:
    if not rest:
        return (
            "The documents before it take all of the entry: give them less, or leave this one out."
        )
    most = Money(abs(rest), currency).to_decimal_string()
    return f"Give an amount above zero, and at most {most} {currency}, which is open of the entry."


def _is_rule(request: PairRequest, line: Line | None, own: set[str]) -> bool:
    if request.document_kind == "own_account":
        return request.document_id in own
    if request.document_kind != "fee" or line is None:
        return False
    return request.document_id == fee_id(line.currency)


def _open_of(document: Document | None, line: Line, rest: int) -> int:
    """How much of a line a document takes: all, if nothing bounds it."""
    if document is None or document.currency != line.currency:
        return rest
    if document.amount * line.amount < 0:
        return refundable(document)
    if document.kind is DocumentKind.CLAIM and document.remainder == 0:
        return rest  # what is paid beyond a claim is owed back
    return document.remainder


def _settles(document: Document, line: Line, amount: int) -> int:
    """What an amount of a line gives to a document, in its currency."""
    if document.currency == line.currency:
        return _settles_at_home(document, amount)
    if document.remainder * amount <= 0:
        return 0
    if _is_rate_stated(document, line) and line.foreign_amount is not None:
        part = round(Fraction(line.foreign_amount * amount, line.amount))
        return min(part, document.remainder, key=abs)
    return document.remainder


def _settles_at_home(document: Document, amount: int) -> int:
    """The amount itself. Of what is paid beyond an expense, only what is open of it."""
    is_payment = document.kind is DocumentKind.EXPENSE and document.remainder * amount > 0
    if is_payment and abs(amount) > abs(document.remainder):
        return document.remainder
    return amount


def _is_rate_stated(document: Document, line: Line) -> bool:
    """Whether the bank says what an entry is in a document's currency."""
    if document.currency == line.currency:
        return True
    return line.foreign_currency == document.currency and line.foreign_amount is not None
