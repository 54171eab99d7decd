"""The pairs that a person asks for: whether entries and documents have so much open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

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
from tillroll_documents.matching.models import Document, DocumentKind, Line
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
    pairs: list[NewPair] = []
    problems: list[tuple[str, str]] = []
    for place, each in enumerate(requests):
        try:
            pairs.append(_pair(sources, each, rests))
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


def _pair(sources: _Sources, request: PairRequest, rests: dict[str, int]) -> NewPair:
    """Make the pair of a request, and take its amount off `rests`. Raises _Refused."""
    line, document = _named(sources, request)
    id_ = line_id(request.entry_id, request.payment)
    if is_charge_of(request, line):
        if sources.charges[id_] > most_charges(line):
            raise _Refused("amount", too_much_charged(line))
        return _new(request, amount=request.amount or 0, settles=0)
    amount = _amount(request, line, document=document, rest=rests[id_])
    rests[id_] -= amount
    if document is None:
        settles = 0
    else:
        settles = _settles(document, line, amount)
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
        return amount
    if document.remainder * amount <= 0:
        return 0
    if _is_rate_stated(document, line) and line.foreign_amount is not None:
        part = round(Fraction(line.foreign_amount * amount, line.amount))
        return min(part, document.remainder, key=abs)
    return document.remainder


def _is_rate_stated(document: Document, line: Line) -> bool:
    """Whether the bank says what an entry is in a document's currency."""
    if document.currency == line.currency:
        return True
    return line.foreign_currency == document.currency and line.foreign_amount is not None
