"""What holds whatever the lines, the documents and the decisions are."""

from collections import Counter
from itertools import combinations
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_matching import on
from tests.support.bank_months import month
from tests.support.campaigns import of_campaign
from tillroll_documents.matching.learning import learn
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    NOTHING_LEARNED,
    Decision,
    Document,
    DocumentKind,
    Knowledge,
    Level,
    Line,
    Match,
    MatchKind,
    Pair,
    Result,
)
from tillroll_documents.matching.odd_amounts import Paid, is_named

_NAMES: Final = st.sampled_from(
    ["REWE", "REWE Berlin", "Kontor Nord", "Kiosk Mokka", "AMZN MKTP", "", "*", "1&1"]
)
_AMOUNTS: Final = st.sampled_from(
    [-9_000, -6_500, -2_500, -1_000, -350, 350, 1_000, 2_500, 6_500, 9_000]
)
_TEXTS: Final = st.sampled_from(
    ["", "2026-0014", "2026-0014 2026-0015", "RE 20260015", "Kauf vom 05.03.", "Übertrag"]
)
_GIVEN_NUMBERS: Final = st.sampled_from(["mark-giro", "mark-card", "mark-1"])
_NUMBERS: Final = st.none() | _GIVEN_NUMBERS
_DAYS: Final = st.integers(0, 20).map(on)
_LINES: Final = st.builds(
    Line,
    id=st.uuids().map(str),
    account=st.sampled_from(["giro", "card"]),
    amount=_AMOUNTS,
    currency=st.sampled_from(["EUR", "EUR", "USD"]),
    day=st.none() | _DAYS,
    value_day=st.none() | _DAYS,
    name=st.none() | _NAMES,
    counterparty=_NUMBERS,
    text=_TEXTS,
    references=st.lists(st.sampled_from(["E2E-000123", "2026-0014"]), max_size=2).map(tuple),
    charges=st.sampled_from([0, 0, 0, 150]),
    is_reversal=st.sampled_from([False, False, True]),
    is_pending=st.sampled_from([False, False, True]),
    is_settled=st.sampled_from([False, False, False, True]),
)


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    kind = draw(st.sampled_from([*DocumentKind]))
    amount = (
        -5_000
        if kind is DocumentKind.FEE
        else 0
        if kind is DocumentKind.OWN_ACCOUNT
        else draw(_AMOUNTS)
    )
    left = draw(st.sampled_from([1, 1, 1, 2, 0]))
    return Document(
        id=draw(st.uuids().map(str))
        if kind is not DocumentKind.OWN_ACCOUNT
        else draw(st.sampled_from(["giro", "card"])),
        kind=kind,
        amount=amount,
        currency=draw(st.sampled_from(["EUR", "EUR", "USD"])),
        remainder=0 if not left else int(amount / left),
        day=draw(st.none() | _DAYS),
        due=draw(st.none() | _DAYS),
        converted=draw(st.sampled_from([None, -1_000, 2_480])),
        converted_currency="EUR",
        names=tuple(draw(st.lists(_NAMES, max_size=2))),
        accounts=tuple(draw(st.lists(_GIVEN_NUMBERS, max_size=1))),
        references=tuple(
            draw(st.lists(st.sampled_from(["2026-0014", "2026-0015", "E2E-000123"]), max_size=2))
        ),
        allows_tip=draw(st.booleans()),
    )


_BOOKS: Final = st.tuples(
    st.lists(_LINES, max_size=12, unique_by=lambda line: line.id),
    st.lists(_documents(), max_size=12, unique_by=lambda each: each.id),
)


def is_difference_named(
    found: Match, pair: Pair, lines: dict[str, Line], documents: dict[str, Document]
) -> bool:
    """Whether a pair of one currency settles its amount, but for what its match names."""
    line = lines[pair.line]
    document = documents[pair.document]
    if document.kind.is_rule or document.currency != line.currency:
        return True
    paid = Paid(
        document=document.kind,
        currency=line.currency,
        amount=pair.amount,
        settles=pair.settles,
        charges=line.charges,
    )
    return is_named(found.kind, paid)


def held(
    lines: list[Line], documents: list[Document], result: Result, knowledge: Knowledge
) -> None:
    by_id = {line.id: line for line in lines}
    documents_by_id = {each.id: each for each in documents}
    explained, settled, used = Counter[str](), Counter[str](), Counter[str]()
    for found in result.matches:
        assert 0 <= found.score <= 1000
        assert found.reasons
        assert all(line in by_id for line in found.lines)
        pending = [line for line in found.lines if by_id[line].is_pending]
        assert found.kind is MatchKind.HOLD or not pending or found.level is not Level.AUTOMATIC
        # The booked line of a hold has a document of its own.
        used.update(found.lines[:1] if found.kind is MatchKind.HOLD else found.lines)
        for pair in found.pairs:
            assert pair.line in found.lines
            assert not by_id[pair.line].is_settled
            assert (pair.line, pair.document) not in knowledge.declined
            explained[pair.line] += pair.amount
            assert is_difference_named(found, pair, by_id, documents_by_id)
            if documents_by_id[pair.document].kind.is_rule:
                assert pair.settles == 0
            elif found.kind is not MatchKind.REFUND:
                assert pair.settles * documents_by_id[pair.document].remainder > 0
                settled[pair.document] += pair.settles
        for one, other in combinations(found.lines, 2):
            is_declined = (one, other) in knowledge.declined or (other, one) in knowledge.declined
            assert found.kind is MatchKind.MANY_TO_ONE or not is_declined
    assert all(times == 1 for times in used.values())
    assert all(amount == by_id[line].amount for line, amount in explained.items())
    assert all(
        abs(amount) <= abs(documents_by_id[each].remainder) for each, amount in settled.items()
    )
    for found in result.alternatives.values():
        assert all(
            (pair.line, pair.document) not in knowledge.declined
            for each in found
            for pair in each.pairs
        )
    opened = {line.id for line in lines if not line.is_settled}
    assert set(result.unmatched_lines) == opened - set(used)


@given(_BOOKS, st.randoms(use_true_random=False))
@settings(max_examples=of_campaign(150), deadline=None)
def test_nothing_is_used_twice_in_whatever_order_it_comes(
    books: tuple[list[Line], list[Document]], chance: Random
) -> None:
    lines, documents = books
    result = match(lines, documents)
    held(lines, documents, result, NOTHING_LEARNED)
    chance.shuffle(lines)
    chance.shuffle(documents)
    assert match(lines, documents) == result


@given(_BOOKS)
@settings(max_examples=of_campaign(100), deadline=None)
def test_what_is_declined_does_not_come_back(books: tuple[list[Line], list[Document]]) -> None:
    lines, documents = books
    by_id = {line.id: line for line in lines}
    documents_by_id = {each.id: each for each in documents}
    knowledge = NOTHING_LEARNED
    for _ in range(5):
        result = match(lines, documents, knowledge)
        for found in result.matches:
            first, *others = (by_id[line] for line in found.lines)
            for line in (first, *others) if found.pairs else (first,):
                own = tuple(
                    documents_by_id[pair.document] for pair in found.pairs if pair.line == line.id
                )
                beside = () if found.pairs else tuple(others)
                knowledge = learn(
                    knowledge,
                    Decision(is_accepted=False, line=line, documents=own, other_lines=beside),
                )
        held(lines, documents, match(lines, documents, knowledge), knowledge)


def test_a_month_does_not_depend_on_the_order_it_comes_in() -> None:
    drawn = month(7)
    result = match(drawn.lines, drawn.documents)
    held(drawn.lines, drawn.documents, result, NOTHING_LEARNED)
    assert match(sorted(drawn.lines, key=lambda line: line.id), reversed(drawn.documents)) == result
