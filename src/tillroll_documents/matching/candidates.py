"""Which documents a line may belong to, out of all: by reference, IBAN, amount and name. Each
look-up is bounded, so that thousands of equal amounts cost no more than a few.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import floor, log
from typing import Final

from tillroll_documents.matching.evidence import (
    MOST_RATE_OFF,
    DocumentView,
    Evidence,
    LineView,
    Weigher,
    best_first,
    rate_off,
    view_document,
)
from tillroll_documents.matching.models import Document, DocumentKind, Knowledge
from tillroll_documents.matching.named_references import ReferenceIndex
from tillroll_documents.matching.odd_amounts import (
    MOST_TIP,
    Amounts,
    discount_in,
    is_nearly,
    is_rounded_cash,
    is_tip,
    tax_on_top,
)
from tillroll_documents.matching.payee_names import Weights

_NEAREST: Final = 24
"""Documents of one amount that are compared: those nearest by day, and as many of the same name or
reference.
"""
_OF_PARTY: Final = 8
_IN_CELL: Final = 8
"""Documents of nearly one amount and of one week that are compared; of more only those whose names
share a word.
"""
_BASE: Final = log(1.05)
_WEEK: Final = 7
_MOST_PER_LINE: Final = 8
"""Candidates of a line that are kept."""
_ONLY_ELSE: Final = frozenset(
    {
        Amounts.PART,
        Amounts.ROUNDED,
        Amounts.NEARLY,
        Amounts.TAXED,
        Amounts.MORE,
    }
)
"""What a document is compared as that does not fit otherwise."""


class _ByDay:
    """Documents in the order of their days, of which those nearest to a day are found."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str, DocumentView]] = []

    def add(self, view: DocumentView) -> None:
        self._found.append((view.day or 0, view.document.id, view))

    def sort(self) -> None:
        self._found.sort(key=lambda each: each[:2])

    def __len__(self) -> int:
        return len(self._found)

    def nearest(self, day: int | None, most: int) -> list[DocumentView]:
        """Give at most so many documents around a day; documents before it come first."""
        if len(self._found) <= most:
            return [view for _, _, view in self._found]
        at = bisect_left(self._found, (day or 0) + 1, key=lambda each: each[0])
        first = max(0, min(at - most * 3 // 4, len(self._found) - most))
        return [view for _, _, view in self._found[first : first + most]]


class Index:
    """The open documents, found by what lines have."""

    def __init__(self, documents: Iterable[Document], knowledge: Knowledge) -> None:
        ordered = sorted(documents, key=lambda each: (each.day or date.min, each.id))
        self.views = {each.id: view_document(each) for each in ordered}
        self.references = ReferenceIndex(
            (each.id, reference)
            for each in ordered
            if not each.kind.is_rule
            for reference in each.references
        )
        self.weights = Weights(name for view in self.views.values() for name in view.names)
        self._aliases: dict[str, list[str]] = defaultdict(list)
        for alias in sorted(
            knowledge.aliases.values(), key=lambda each: (each.payee, each.merchant)
        ):
            if alias.holds:
                self._aliases[alias.payee].append(_whole(alias.merchant))
        self._fees: dict[str, Document] = {}
        for view in self.views.values():
            if view.document.kind is DocumentKind.FEE:
                self._fees.setdefault(view.document.currency, view.document)
        self._by_amount: dict[tuple[str, int], _ByDay] = defaultdict(_ByDay)
        self._by_amount_and_name: dict[tuple[str, int, str], _ByDay] = defaultdict(_ByDay)
        self._by_account: dict[str, _ByDay] = defaultdict(_ByDay)
        self._by_word: dict[str, _ByDay] = defaultdict(_ByDay)
        self._cells: dict[tuple[str, bool, int, int], list[DocumentView]] = defaultdict(list)
        self._cells_by_word: dict[tuple[str, bool, int, int, str], list[DocumentView]] = (
            defaultdict(list)
        )
        for view in self.views.values():
            if not view.document.kind.is_rule:
                self._add(view)
        for table in (self._by_amount, self._by_amount_and_name, self._by_account, self._by_word):
            for each in table.values():
                each.sort()

    def _add(self, view: DocumentView) -> None:
        document = view.document
        words = {word for name in view.names for word in (*words_of(name.tokens), _whole(name.key))}
        for word in words:
            self._by_word[word].add(view)
        for account in set(document.accounts):
            self._by_account[account].add(view)
        if document.remainder == 0:
            return
        key = document.currency, document.remainder
        self._by_amount[key].add(view)
        for word in words:
            self._by_amount_and_name[*key, word].add(view)
        other_currency = document.converted_currency
        if other_currency is not None:
            converted = document.conversion_into(other_currency)
            if converted is not None:
                self._into_cell(view, other_currency, amount=converted, words=words)
        if document.allows_tip:
            self._into_cell(view, document.currency, amount=document.remainder, words=words)

    def _into_cell(
        self, view: DocumentView, currency: str, amount: int, words: Iterable[str]
    ) -> None:
        cell = currency, amount > 0, _bin(amount), (view.day or 0) // _WEEK
        self._cells[cell].append(view)
        for word in words:
            self._cells_by_word[*cell, word].append(view)

    def _words(self, line: LineView) -> Iterator[str]:
        """List the keys of a line's name, and those of the names that it is known to mean."""
        yield from words_of(line.name.tokens)
        yield from self._aliases.get(line.name.key, ())

    def of_party(self, line: LineView, most: int = _OF_PARTY) -> list[DocumentView]:
        """Documents whose IBAN or first word of a name the line has, nearest by day; also those
        with nothing open.
        """
        views: dict[str, DocumentView] = {}
        if line.line.counterparty in self._by_account:
            for view in self._by_account[line.line.counterparty].nearest(line.day, most):
                views[view.document.id] = view
        for word in self._words(line):
            if word in self._by_word:
                for view in self._by_word[word].nearest(line.day, most):
                    views[view.document.id] = view
        return list(views.values())

    def fee_of(self, currency: str) -> Document | None:
        """The first rule of the bank's fees in a currency."""
        return self._fees.get(currency)

    def named_by(self, line: LineView, most: int = _NEAREST) -> list[DocumentView]:
        """Documents whose references the line names, by reference; at most so many."""
        owners = (owner for key in line.named for owner in self.references.owners[key][:most])
        return [self.views[each] for each in [*dict.fromkeys(owners)][:most]]

    def candidates(self, line: LineView, weigher: Weigher) -> list[Evidence]:
        """The best candidates of a line, best first."""
        best: dict[str, Evidence] = {}
        for view, amounts in self._comparable(line):
            id_ = view.document.id
            if amounts in _ONLY_ELSE and id_ in best:
                continue
            settles = view.document.remainder
            if amounts is Amounts.PART:
                settles = line.line.amount
            evidence = weigher.weigh(line, view, amounts=amounts, settles=settles)
            if evidence is None:
                continue
            if id_ not in best or best[id_].points < evidence.points:
                best[id_] = evidence
        return best_first([*best.values()])[:_MOST_PER_LINE]

    def _comparable(self, line: LineView) -> Iterator[tuple[DocumentView, Amounts]]:
        """Documents whose amounts fit, and how: the same ones first."""
        what = line.line
        for amount in dict.fromkeys((what.amount, line.net)):
            for view in self._of_amount(line, what.currency, amount):
                yield view, Amounts.SAME
        if what.foreign_amount is not None and what.foreign_currency is not None:
            for view in self._of_amount(line, what.foreign_currency, what.foreign_amount):
                yield view, Amounts.FOREIGN
        yield from self._near(line)
        for view in self._of_references_and_party(line):
            if _is_part(line, view.document):
                yield view, Amounts.PART
        for view in (*self.named_by(line), *self.of_party(line)):
            amounts = _odd_amounts(line, view)
            if amounts is not None:
                yield view, amounts

    def _of_amount(self, line: LineView, currency: str, amount: int) -> Sequence[DocumentView]:
        same = self._by_amount.get((currency, amount))
        if same is None:
            return ()
        if len(same) <= _NEAREST:
            return same.nearest(line.day, _NEAREST)
        views = {view.document.id: view for view in same.nearest(line.day, _NEAREST)}
        for word in self._words(line):
            alike = self._by_amount_and_name.get((currency, amount, word))
            if alike:
                views |= {view.document.id: view for view in alike.nearest(line.day, _NEAREST)}
        for view in self.named_by(line):
            if (view.document.currency, view.document.remainder) == (currency, amount):
                views[view.document.id] = view
        return [*views.values()]

    def _near(self, line: LineView) -> Iterator[tuple[DocumentView, Amounts]]:
        if line.day is None or not line.line.amount:
            return
        what = line.line
        net = line.net
        weeks = range((line.day - 21) // _WEEK, (line.day + 3) // _WEEK + 1)
        least = abs(net) * 1000 // (1000 + MOST_TIP)
        most = abs(net) * 1000 // (1000 - MOST_RATE_OFF) + 1
        for step in range(_bin(least), _bin(most) + 1):
            for week in weeks:
                for view in self._in_cell(line, (what.currency, net > 0, step, week)):
                    amounts = _near_amounts(line, view.document)
                    if amounts:
                        yield view, amounts

    def _in_cell(self, line: LineView, cell: tuple[str, bool, int, int]) -> Iterable[DocumentView]:
        views = self._cells.get(cell, ())
        if len(views) <= _IN_CELL:
            return views
        alike = (
            view
            for word in self._words(line)
            for view in self._cells_by_word.get((*cell, word), ())[:_IN_CELL]
        )
        return {view.document.id: view for view in alike}.values()

    def _of_references_and_party(self, line: LineView) -> Iterator[DocumentView]:
        yield from self.named_by(line)
        for view in self.of_party(line):
            if (
                view.document.kind is DocumentKind.CLAIM
                or line.line.counterparty in view.document.accounts
            ):
                yield view


def words_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """List the keys by which a name is found: the beginnings of its first two words, since the bank
    may cut or join them.
    """
    return tuple(dict.fromkeys(token[:5] for token in tokens[:2]))


def _whole(key: str) -> str:
    return f"={key}"


def _bin(amount: int) -> int:
    return floor(log(max(1, abs(amount))) / _BASE)


def _near_amounts(line: LineView, document: Document) -> Amounts | None:
    converted = document.conversion_into(line.line.currency)
    if converted is not None:
        foreign = line.line.foreign_currency
        if foreign is not None and (foreign, line.line.foreign_amount) != (
            document.currency,
            document.remainder,
        ):
            return None  # the bank itself says that it is another amount
        if rate_off(line.net, converted) <= MOST_RATE_OFF:
            return Amounts.CONVERTED
        return None
    if document.currency != line.line.currency:
        return None
    paid = line.line.amount
    currency = document.currency
    if document.allows_tip and is_tip(paid, document.remainder, currency=currency, most=MOST_TIP):
        return Amounts.TIP
    return None


def _odd_amounts(line: LineView, view: DocumentView) -> Amounts | None:
    """How an amount that is not the document's may still be it: the party or a reference agrees."""
    what = line.line
    document = view.document
    is_same_way = what.amount * document.remainder > 0 and what.currency == document.currency
    if is_same_way and document.kind is DocumentKind.CLAIM:
        is_more = what.amount > document.remainder
        if is_more and not view.references.isdisjoint(line.named):
            return Amounts.MORE
        return None
    if is_same_way and document.kind is DocumentKind.EXPENSE:
        amounts = _odd_payment(what.amount, document.remainder, what.currency)
        # A restaurant gives no discount to who pays soon.
        if amounts is None and not document.allows_tip:
            return _less(what.amount, document.remainder)
        return amounts
    return None


def _odd_payment(paid: int, total: int, currency: str) -> Amounts | None:
    if is_rounded_cash(paid, total, currency):
        return Amounts.ROUNDED
    if is_nearly(paid, total):
        return Amounts.NEARLY
    if tax_on_top(paid, total, currency) is not None:
        return Amounts.TAXED
    return None


def _less(paid: int, total: int) -> Amounts | None:
    if discount_in(paid, total) is None:
        return None
    return Amounts.DISCOUNT


def _is_part(line: LineView, document: Document) -> bool:
    what = line.line
    is_smaller = abs(what.amount) < abs(document.remainder) and (what.amount > 0) == (
        document.remainder > 0
    )
    return is_smaller and what.currency == document.currency
