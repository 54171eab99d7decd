"""One line and one document: the best pairs that agree with each other, and which of them are
certain.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from tillroll_documents.matching.evidence import DocumentView, Evidence, LineView, best_first
from tillroll_documents.matching.models import DocumentKind, Match, MatchKind
from tillroll_documents.matching.odd_amounts import Amounts, is_plain
from tillroll_documents.matching.open_amounts import Open, level, score, whole
from tillroll_documents.matching.payee_names import is_cut_name, is_cut_short, is_other_form

LEAST_POINTS: Final = 350
"""A pair with fewer is not proposed."""
LEAST_ALTERNATIVE: Final = 200
"""Shown beside a line, which stays unmatched: the amount and the day fit, though the names
differ.
"""
MARGIN: Final = 110
"""Points by which a certain pair is better than any other of its line and of its document."""
_WIDE_MARGIN: Final = 220
"""The lead that is needed where an amount is rounded or converted, so that the amounts differ."""
_TIE: Final = 25
_ALIKE: Final = 500
"""Likeness of names, of 1000, from which a purchase may be of the same merchant.

It is enough where the bank's text names the day of the purchase."""
_LIKELY_NAME: Final = 600
"""Likeness that is enough for an amount that is rarely paid twice."""
_MOST_ALTERNATIVES: Final = 4
_MOST_TWINS: Final = 10
_MOST_NAMED: Final = 3
_FIRST_LETTERS: Final = 4
_MOST_NAMES: Final = 8
_LATEST: Final = 21

_KINDS: Final = {
    Amounts.SAME: MatchKind.EXACT,
    Amounts.FOREIGN: MatchKind.FOREIGN,
    Amounts.CONVERTED: MatchKind.FOREIGN,
    Amounts.TIP: MatchKind.TIP,
    Amounts.DISCOUNT: MatchKind.DISCOUNT,
    Amounts.ROUNDED: MatchKind.EXACT,
    Amounts.NEARLY: MatchKind.EXACT,
    Amounts.TAXED: MatchKind.EXACT,
    Amounts.MORE: MatchKind.EXACT,
    Amounts.PART: MatchKind.PARTIAL,
}
_SAME: Final = frozenset({Amounts.SAME, Amounts.FOREIGN})
_WEAK: Final = frozenset({Amounts.DISCOUNT, Amounts.NEARLY, Amounts.TAXED, Amounts.MORE})


class Rivals:
    """All pairs of the lines and documents that are not certain yet."""

    def __init__(self, candidates: Iterable[Evidence]) -> None:
        self._of_line: dict[str, list[Evidence]] = defaultdict(list)
        self._of_document: dict[str, list[Evidence]] = defaultdict(list)
        self._whole: dict[str, list[Evidence]] = defaultdict(list)
        """Of a document those that are no part of it: several parts of one document do not exclude
        each other.
        """
        for each in best_first([*candidates]):
            line, document = each.key
            self._of_line[line].append(each)
            self._of_document[document].append(each)
            if each.amounts is not Amounts.PART:
                self._whole[document].append(each)

    def best(self, evidence: Evidence) -> int:
        """The points of the best other pair of its line or its document, 0 without one."""
        return max((other.points for other in self._others(evidence, 1)), default=0)

    def twins(self, evidence: Evidence) -> tuple[str, ...]:
        """Documents for its line and lines for its document that fit as well."""
        keys = [
            other.key[1] if other.key[0] == evidence.key[0] else other.key[0]
            for other in best_first(self._others(evidence, _MOST_TWINS))
            if other.points >= evidence.points - _TIE
        ]
        return tuple(keys[:_MOST_TWINS])

    def has_whole(self, evidence: Evidence) -> bool:
        """Another document has just the line's amount: its number may be that of the wrong one."""
        others = (each for each in self._of_line[evidence.key[0]] if each.key != evidence.key)
        return any(each.amounts in _SAME for each in others)

    def may_be_misread(self, evidence: Evidence) -> bool:
        """Another document may be the line's, though less speaks for it.

        It has the amount and a usual day, but no name was read. Or it is of the same merchant and
        the day before or after, and there is no line for each: a day may be misread.
        """
        documents = 0
        for other in self._of_line[evidence.key[0]]:
            if other.key == evidence.key or other.amounts not in _SAME:
                continue
            if not other.document.names and _is_near(other, evidence):
                return True
            if other.likeness >= _ALIKE and _is_near(other, evidence):
                documents += 1
        lines = 0
        for other in self._of_document[evidence.key[1]]:
            is_other = other.key != evidence.key and other.amounts in _SAME
            if is_other and other.likeness >= _ALIKE and _is_near(other, evidence):
                lines += 1
        return documents != lines

    def _others(self, evidence: Evidence, most: int) -> list[Evidence]:
        """The best others of its line, and of its document, at most so many of each."""
        line, document = evidence.key
        rivals = self._whole if evidence.amounts is Amounts.PART else self._of_document
        of_line = (each for each in self._of_line[line] if each.key[1] != document)
        of_document = (each for each in rivals[document] if each.key[0] != line)
        return [*islice(of_line, most), *islice(of_document, most)]


def _is_near(one: Evidence, other: Evidence) -> bool:
    """Whether two pairs' documents, and their lines, are at most a day apart."""
    documents = abs((one.document.day or 0) - (other.document.day or 0))
    lines = abs((one.line.day or 0) - (other.line.day or 0))
    return documents <= 1 and lines <= 1


def match_singles(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match lines with one document each: first what a reference makes certain, then the best of
    the rest.

    Parts that no reference names, and other amounts, are left to `match_parts`.
    """
    evidence_list = _collect(opened, candidates)
    _match_references(opened, evidence_list)
    _match_best(opened, [each for each in evidence_list if not _is_weak(each)], evidence_list)


def match_equals(opened: Open) -> None:
    """Match what is left of very many equal purchases at one merchant, in the order of their days.
    All are ties.
    """
    waiting: dict[tuple[str, int, str], deque[DocumentView]] = defaultdict(deque)
    for view in sorted(
        opened.index.views.values(), key=lambda view: (view.day or 0, view.document.id)
    ):
        document = view.document
        if document.remainder and opened.remainder(document.id) == document.remainder:
            for key in dict.fromkeys(name.key for name in view.names):
                waiting[document.currency, document.remainder, key].append(view)
    by_word: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for currency, amount, key in waiting:
        by_word[currency, amount, key[:_FIRST_LETTERS]].append(key)
    for line in [*opened]:
        what = line.line
        for key in by_word.get((what.currency, what.amount, line.name.key[:_FIRST_LETTERS]), ())[
            :_MOST_NAMES
        ]:
            if opened.is_free(what.id):
                _match_first(opened, line, waiting[what.currency, what.amount, key])


def _match_first(opened: Open, line: LineView, views: deque[DocumentView]) -> None:
    """Match the first of the documents that is still open. Lines come in the order of their
    days.
    """
    while views and (
        not opened.remainder(views[0].document.id)
        or (line.day or 0) - (views[0].day or 0) > _LATEST
    ):
        views.popleft()
    if views:
        document = views[0].document
        evidence = opened.weigher.weigh(
            line, views[0], amounts=Amounts.SAME, settles=document.remainder
        )
        is_likely = evidence is not None and evidence.points >= LEAST_POINTS
        if evidence and is_likely and evidence.has_name and not evidence.is_early:
            later = [view.document.id for view in islice(views, 1, 1 + _MOST_TWINS)]
            opened.add(_proposal(evidence, twins=tuple(later)))


def match_parts(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match lines with documents of the same party of which they may pay a part, or another amount.

    Also with what was charged long before the document's day.
    """
    evidence_list = _collect(opened, candidates)
    _match_best(opened, [each for each in evidence_list if _is_weak(each)], evidence_list)


def _collect(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> list[Evidence]:
    return best_first(
        [each for line, several in candidates.items() if opened.is_free(line) for each in several]
    )


def _is_weak(evidence: Evidence) -> bool:
    """What adds up to a line explains it better."""
    if evidence.amounts is Amounts.PART:
        return not evidence.has_reference
    return evidence.is_early or evidence.amounts in _WEAK


def _match_best(opened: Open, candidates: Sequence[Evidence], others: Sequence[Evidence]) -> None:
    """Match the best of those found; `others` has all that may contradict them."""
    rest = [each for each in candidates if _is_open(opened, each)]
    allocation = _Allocation(opened)
    chosen = [each for each in rest if each.points >= LEAST_POINTS and allocation.take(each)]
    rivals = Rivals(each for each in others if _is_open(opened, each))
    for each in _in_order(chosen, {each.key: each for each in rest}):
        opened.add(_match(each, rivals))


def alternatives(
    opened: Open, candidates: Mapping[str, Sequence[Evidence]]
) -> dict[str, tuple[Match, ...]]:
    """What else each line could be, if a person takes back other matches."""
    chosen = {(pair.line, pair.document) for match in opened.matches for pair in match.pairs}
    holders: dict[str, list[str]] = defaultdict(list)
    equals: dict[tuple[str, str], str] = {}
    for match in opened.matches:
        for pair in match.pairs:
            equals |= {(twin, pair.document): pair.line for twin in match.twins}
        for pair in match.pairs:
            holders[pair.document].append(pair.line)
    matches: dict[str, tuple[Match, ...]] = {}
    for line, several in candidates.items():
        others = [
            each for each in several if each.key not in chosen and each.points >= LEAST_ALTERNATIVE
        ]
        if others:
            matches[line] = tuple(
                _alternative(opened, each, holders=holders, twin=equals.get(each.key))
                for each in others[:_MOST_ALTERNATIVES]
            )
    return matches


def _alternative(
    opened: Open, evidence: Evidence, holders: Mapping[str, Sequence[str]], twin: str | None = None
) -> Match:
    """A match that says so where its document is proposed for another entry, and not for both.
    `twin`: the other entry, where both fit equally well.
    """
    proposal = _proposal(evidence, twins=() if twin is None else (twin,))
    document = evidence.key[1]
    if opened.fits(document, evidence.settles):
        return proposal
    days = {
        opened.lines[line].line.on for line in holders.get(document, ()) if line in opened.lines
    }
    named = [day.isoformat() for day in sorted(day for day in days if day is not None)]
    if not named:
        return proposal
    days_named = " and ".join(named[:_MOST_NAMED])
    if twin is None:
        fits = "and fits better there"
    else:
        fits = "and fits as well there"
    sentence = f"but it is also proposed for the entry of {days_named}, {fits}"
    return replace(proposal, reasons=(*proposal.reasons, sentence))


class _Allocation:
    """What the pairs that were chosen so far use up."""

    def __init__(self, opened: Open) -> None:
        self._opened = opened
        self._lines: set[str] = set()
        self._settled: dict[str, int] = {}

    def take(self, evidence: Evidence) -> bool:
        """Choose a pair, unless its line or its document is used up."""
        line, document = evidence.key
        remainder = self._opened.remainder(document) - self._settled.get(document, 0)
        if line in self._lines or not remainder or abs(evidence.settles) > abs(remainder):
            return False
        self._lines.add(line)
        self._settled[document] = self._settled.get(document, 0) + evidence.settles
        return True


def _is_open(opened: Open, evidence: Evidence) -> bool:
    return opened.is_free(evidence.key[0]) and opened.fits(evidence.key[1], evidence.settles)


def _match_references(opened: Open, candidates: Sequence[Evidence]) -> None:
    """Pairs of the same amount whose reference only one document has, and only one line names."""
    sure = [
        each
        for each in candidates
        if each.has_reference and each.amounts in _SAME and _may_be_sure(each)
    ]
    of_line: dict[str, list[Evidence]] = defaultdict(list)
    for each in candidates:
        of_line[each.key[0]].append(each)
    lines = defaultdict[str, int](int)
    documents = defaultdict[str, int](int)
    for each in sure:
        lines[each.key[0]] += 1
        documents[each.key[1]] += 1
    only = [each for each in sure if lines[each.key[0]] == documents[each.key[1]] == 1]
    doubtful: list[Evidence] = []
    for each in only:
        if any(_is_payers_own(each, other) for other in of_line[each.key[0]]):
            doubtful.append(each)
        elif _is_open(opened, each):
            opened.add(_proposal(each, is_sure=_agrees(each)))
    for each in doubtful:
        if _is_open(opened, each):
            own = [other.key[1] for other in of_line[each.key[0]] if _is_payers_own(each, other)]
            # What certainly has its own money is no rival.
            twins = tuple(id_ for id_ in own if not opened.is_certain(id_))
            opened.add(_proposal(each, is_sure=_agrees(each), twins=twins[:_MOST_TWINS]))


def _is_payers_own(named: Evidence, other: Evidence) -> bool:
    """Whether a line names one document, and is rather of the other side of another, whole one."""
    if named.key[1] == other.key[1] or named.has_iban or other.amounts not in _SAME:
        return False
    if other.has_iban:
        return True
    # Another claim of the same customer is no rival: the number decides between the two.
    is_same_party = not set(named.document.names).isdisjoint(other.document.names)
    return not is_same_party and other.has_name and other.likeness >= named.likeness


def _agrees(evidence: Evidence) -> bool:
    """Whether the other side is the document's, or may be.

    A claim is also paid by parents, trustees and factors; the number of a payout is the company's
    own. Where a line has no name, nothing contradicts.
    """
    is_own_number = evidence.document.document.kind is not DocumentKind.EXPENSE
    return is_own_number or evidence.is_sure_party or not evidence.line.line.name


def _in_order(
    chosen: Sequence[Evidence], by_key: Mapping[tuple[str, str], Evidence]
) -> list[Evidence]:
    """Pair several purchases of one amount at one merchant in order: the first line is the first
    document's, and so on.
    """
    alike: dict[tuple[str, int, str], list[Evidence]] = defaultdict(list)
    for each in chosen:
        names = each.document.names
        document = each.document.document
        if (
            each.amounts is Amounts.SAME
            and names
            and not (each.has_day_in_text or each.has_reference)
        ):
            alike[document.currency, document.remainder, names[0].key].append(each)
    instead: dict[tuple[str, str], Evidence] = {}
    for several in alike.values():
        if len(several) < 2:
            continue
        lines = sorted(
            (each.line for each in several), key=lambda view: (view.day or 0, view.line.id)
        )
        documents = sorted(
            (each.document for each in several), key=lambda view: (view.day or 0, view.document.id)
        )
        pairs = [
            by_key.get((a.line.id, b.document.id)) for a, b in zip(lines, documents, strict=True)
        ]
        ordered = [pair for pair in pairs if pair is not None and pair.points >= LEAST_POINTS]
        if len(ordered) == len(several):
            instead |= {old.key: new for old, new in zip(several, ordered, strict=True)}
    return [instead.get(each.key, each) for each in chosen]


def _match(evidence: Evidence, rivals: Rivals) -> Match:
    lead = evidence.points - rivals.best(evidence)
    twins = rivals.twins(evidence)
    is_whole = evidence.amounts is not Amounts.PART or not rivals.has_whole(evidence)
    is_sure = is_whole and is_certain_pair(evidence, lead) and not _is_doubtful(evidence, rivals)
    return _proposal(evidence, is_sure=is_sure, twins=twins)


def _is_doubtful(evidence: Evidence, rivals: Rivals) -> bool:
    """Whether another expense may be the line's, though less speaks for it.

    A reference or a bank account decides.
    """
    is_expense = evidence.document.document.kind is DocumentKind.EXPENSE
    is_decided = evidence.has_reference or evidence.has_iban or evidence.has_short_number
    return is_expense and not is_decided and rivals.may_be_misread(evidence)


def _may_be_sure(evidence: Evidence) -> bool:
    return not evidence.line.line.is_pending and not evidence.is_asked


def is_certain_pair(evidence: Evidence, lead: int) -> bool:
    """Whether a pair needs no person. `lead` is how many points it is ahead of its best rival.

    The line is booked, nobody is to be asked, nothing contradicts, and the day is in time. A name
    or an account agrees, or the bank cut the name and the amount is the same. A claim that
    is paid in part needs its party and its reference. Other amounts and cut names need a wider
    lead.
    """
    if not _may_be_sure(evidence) or evidence.is_contradicted:
        return False
    if evidence.amounts is Amounts.PART:
        is_claim = evidence.document.document.kind is DocumentKind.CLAIM
        return is_claim and evidence.is_sure_party and evidence.has_reference and lead >= MARGIN
    if not evidence.is_in_time:
        return False
    if not evidence.is_sure_party:
        return _is_cut_name(evidence) and evidence.amounts in _SAME and lead >= _WIDE_MARGIN
    return lead >= (MARGIN if evidence.amounts in _SAME else _WIDE_MARGIN)


def _is_cut_name(evidence: Evidence) -> bool:
    """Whether names that the bank cut or joined are enough.

    They are where its text names the day of the purchase, or where few purchases have the amount.
    Only names of card payments are cut: a transfer has the account of the other side, and its name.
    """
    document = evidence.document.document
    if document.kind is not DocumentKind.EXPENSE or evidence.line.line.counterparty:
        return False
    names = evidence.document.names
    payee = evidence.line.payee
    if any(is_other_form(payee, name) for name in names):
        return False
    if not any(is_cut_name(payee, name) for name in names):
        return False
    if evidence.has_day_in_text:
        return evidence.likeness >= _ALIKE
    if any(is_cut_short(evidence.line.name, name) for name in names):
        return False
    return evidence.likeness >= _LIKELY_NAME and not is_plain(document.remainder)


def _proposal(evidence: Evidence, *, is_sure: bool = False, twins: tuple[str, ...] = ()) -> Match:
    return Match(
        kind=_KINDS[evidence.amounts],
        lines=(evidence.key[0],),
        pairs=(whole(evidence.line, evidence.document.document, evidence.settles),),
        score=score(evidence.points),
        reasons=evidence.reasons,
        level=level(is_sure=is_sure, is_tie=bool(twins)),
        twins=twins,
    )
