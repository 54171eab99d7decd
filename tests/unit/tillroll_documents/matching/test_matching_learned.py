"""What decisions teach, and what they forbid."""

from tests.support.bank_matching import claim, document, line, only
from tillroll_documents.matching.learning import learn
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    NOTHING_LEARNED,
    Alias,
    Decision,
    Level,
    Unmatched,
)


def test_a_payee_is_known_once_a_person_accepted_it() -> None:
    paid, receipt = line(-1_890, 1, "SUMUP *JH MUELLER"), document(-1_890, 0, "Café Kranz")
    assert match([paid], [receipt]).matches == ()
    knowledge = learn(NOTHING_LEARNED, Decision(is_accepted=True, line=paid, documents=(receipt,)))
    next_one = line(-2_400, 11, "SUMUP *JH MUELLER BERLIN"), document(-2_400, 10, "Café Kranz")
    # another payee: a city is not cut away
    assert match([next_one[0]], [next_one[1]], knowledge).matches == ()
    same = line(-2_400, 11, "SumUp  *JH Müller"), document(-2_400, 10, "Cafe Kranz")
    found = only([same[0]], [same[1]], knowledge)
    assert found.level is Level.AUTOMATIC
    assert "a person accepted this payee for the same merchant before" in found.reasons


def test_how_often_a_payee_was_accepted_is_said() -> None:
    paid, receipt = line(-1_890, 1, "SUMUP *JH MUELLER"), document(-1_890, 0, "Café Kranz")
    decision = Decision(is_accepted=True, line=paid, documents=(receipt,))
    knowledge = learn(learn(NOTHING_LEARNED, decision), decision)
    assert [*knowledge.aliases.values()] == [Alias("jhmuller", "cafekranz", accepted=2)]
    assert (
        "a person accepted this payee for the same merchant 2 times"
        in only([paid], [receipt], knowledge).reasons
    )


def test_declines_outweigh_what_was_accepted() -> None:
    paid, receipt = line(-1_890, 1, "SUMUP *JH MUELLER"), document(-1_890, 0, "Café Kranz")
    knowledge = learn(NOTHING_LEARNED, Decision(is_accepted=True, line=paid, documents=(receipt,)))
    knowledge = learn(knowledge, Decision(is_accepted=False, line=paid, documents=(receipt,)))
    assert [*knowledge.aliases.values()] == [Alias("jhmuller", "cafekranz", accepted=1, declined=1)]
    again = line(-1_890, 31, "SUMUP *JH MUELLER"), document(-1_890, 30, "Café Kranz")
    assert match([again[0]], [again[1]], knowledge).matches == ()


def test_a_declined_pair_does_not_come_back_until_it_is_accepted() -> None:
    paid, receipt = line(-1_234, 1), document(-1_234, 0)
    declined = learn(NOTHING_LEARNED, Decision(is_accepted=False, line=paid, documents=(receipt,)))
    result = match([paid], [receipt], declined)
    assert (result.matches, result.alternatives) == ((), {})
    assert result.unmatched_lines == {paid.id: Unmatched.DECLINED}
    assert result.unmatched_documents == {receipt.id: Unmatched.DECLINED}
    accepted = learn(declined, Decision(is_accepted=True, line=paid, documents=(receipt,)))
    assert only([paid], [receipt], accepted).documents == (receipt.id,)


def test_a_declined_pair_teaches_nothing_of_the_merchant() -> None:
    paid, receipt = line(-1_234, 1, "REWE BERLIN"), document(-1_234, 0, "REWE Markt")
    knowledge = learn(NOTHING_LEARNED, Decision(is_accepted=False, line=paid, documents=(receipt,)))
    assert knowledge.aliases == {}
    another = document(-1_234, 0, "REWE Markt")
    assert only([paid], [receipt, another], knowledge).documents == (another.id,)


def test_several_documents_claims_and_equal_names_teach_no_payee() -> None:
    paid = line(-2_000, 1, "SUMUP *JH MUELLER")
    cases = [
        (document(-1_000, 0, "Café Kranz"), document(-1_000, 0, "Café Kranz")),
        (claim(-2_000, 0, "Kontor Nord"),),
        (document(-2_000, 0, "JH Müller"),),
        (document(-2_000, 0, ""),),
    ]
    for documents in cases:
        knowledge = learn(
            NOTHING_LEARNED, Decision(is_accepted=True, line=paid, documents=documents)
        )
        assert knowledge.aliases == {}


def test_both_lines_of_a_declined_transfer_are_kept() -> None:
    one, other = line(-50_000), line(50_000, account="savings")
    knowledge = learn(NOTHING_LEARNED, Decision(is_accepted=False, line=one, other_lines=(other,)))
    assert knowledge.declined == {(one.id, other.id)}
