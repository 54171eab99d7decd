"""Lines that concern each other or the bank itself: transfers, holds, reversals and fees."""

import pytest

from tests.support.bank_matching import document, line, matched, on, only
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Knowledge,
    Level,
    MatchKind,
)


def accounts() -> list[Document]:
    return [
        document(
            0,
            None,
            "Beispiel Software GmbH",
            id=name,
            kind=DocumentKind.OWN_ACCOUNT,
            accounts=(f"mark-{name}",),
        )
        for name in ("giro", "savings", "card")
    ]


def test_a_transfer_between_own_accounts_has_two_lines() -> None:
    out = line(-50_000, 0, "Beispiel Software GmbH", counterparty="mark-savings")
    into = line(50_000, 1, "Beispiel Software GmbH", account="savings", counterparty="mark-giro")
    found = only([into, out], accounts())
    assert (found.kind, found.level, found.pairs) == (MatchKind.TRANSFER, Level.AUTOMATIC, ())
    assert found.lines == (out.id, into.id)
    assert "the number of the other account" in found.reasons


def test_a_transfer_whose_other_line_is_missing_names_the_account() -> None:
    out = line(-50_000, 0, "Beispiel Software GmbH", counterparty="mark-savings")
    found = only([out], accounts())
    assert (found.kind, found.documents) == (MatchKind.TRANSFER, ("savings",))
    assert [(pair.amount, pair.settles) for pair in found.pairs] == [(-50_000, 0)]


def test_equal_transfers_of_one_day_are_a_tie() -> None:
    out = [line(-50_000, 0, counterparty="mark-savings") for _ in range(2)]
    into = [line(50_000, 0, account="savings", counterparty="mark-giro") for _ in range(2)]
    found, _ = matched([*out, *into], accounts())
    assert [each.level for each in found] == [Level.TIE, Level.TIE]


def test_what_somebody_else_paid_in_is_no_transfer() -> None:
    out = line(-50_000, 0, "Kontor Nord", counterparty="mark-other")
    into = line(50_000, 1, "Alpenblick", account="savings", counterparty="mark-somebody")
    assert match([out, into], accounts()).matches == ()


@pytest.mark.parametrize("held", [-15_000, -6_000])
def test_a_hold_is_replaced_by_what_was_booked(held: int) -> None:
    pending = line(
        held,
        None,
        "SHELL 4711",
        value_day=on(0),
        is_pending=True,
        account="card",
        references=("AUTH12345",),
    )
    booked = line(-5_210, 1, "SHELL 4711", account="card", references=("AUTH12345",))
    receipt = document(-5_210, 0, "Shell")
    found, _ = matched([pending, booked], [receipt])
    assert {each.kind: each.lines for each in found} == {
        MatchKind.HOLD: (pending.id, booked.id),
        MatchKind.EXACT: (booked.id,),
    }


def test_a_hold_is_booked_with_a_tip() -> None:
    pending = line(
        -4_000, None, "RESTAURANT KRONE", value_day=on(0), is_pending=True, account="card"
    )
    booked = line(-4_600, 2, "RESTAURANT KRONE", account="card")
    meal = document(-4_000, 0, "Restaurant Krone", allows_tip=True)
    found, _ = matched([pending, booked], [meal])
    assert {each.kind: (each.lines, each.documents) for each in found} == {
        MatchKind.HOLD: ((pending.id, booked.id), ()),
        MatchKind.TIP: ((booked.id,), (meal.id,)),
    }


def test_a_pending_line_with_a_receipt_of_its_own_is_no_hold_of_another_purchase() -> None:
    pending = line(
        -4_000, None, "RESTAURANT KRONE", value_day=on(0), is_pending=True, account="card"
    )
    booked = line(-3_100, 1, "RESTAURANT KRONE", account="card")
    meals = [document(-4_000, 0, "Restaurant Krone"), document(-3_100, 0, "Restaurant Krone")]
    found, _ = matched([pending, booked], meals)
    assert {each.kind for each in found} == {MatchKind.EXACT}
    assert len(found) == 2


def test_a_reversal_undoes_the_newest_line_of_its_amount() -> None:
    first = line(-9_900, 0, "STADTWERKE", counterparty="mark-1")
    again = line(-9_900, 30, "STADTWERKE", counterparty="mark-1")
    back = line(9_900, 33, "STADTWERKE", counterparty="mark-1", is_reversal=True)
    found, _ = matched([first, again, back], [])
    assert [(each.kind, each.lines) for each in found] == [
        (MatchKind.REVERSAL, (back.id, again.id))
    ]


def test_a_reversal_undoes_a_line_that_was_settled() -> None:
    paid = line(-9_900, 0, "STADTWERKE", counterparty="mark-1", is_settled=True)
    back = line(9_900, 3, "STADTWERKE", counterparty="mark-1", is_reversal=True)
    found = only([paid, back], [])
    assert (found.kind, found.lines, found.level) == (
        MatchKind.REVERSAL,
        (back.id, paid.id),
        Level.AUTOMATIC,
    )


def test_a_declined_reversal_hold_or_transfer_does_not_come_back() -> None:
    pairs = [
        (line(-9_900, 0, "STADTWERKE"), line(9_900, 3, "STADTWERKE", is_reversal=True)),
        (
            line(-15_000, None, "SHELL 4711", value_day=on(0), is_pending=True, account="card"),
            line(-5_210, 1, "SHELL 4711", account="card"),
        ),
        (
            line(-50_000, 0, "Beispiel", counterparty="mark-savings"),
            line(50_000, 1, "Beispiel", account="savings", counterparty="mark-giro"),
        ),
    ]
    for one, other in pairs:
        assert any(len(each.lines) == 2 for each in match([one, other], accounts()).matches)
        for declined in ((one.id, other.id), (other.id, one.id)):
            found = match(
                [one, other], accounts(), Knowledge(declined=frozenset({declined}))
            ).matches
            assert all(len(each.lines) == 1 for each in found)


def test_fees_of_the_bank_are_known_by_words_of_the_account() -> None:
    rule = document(-5_000, None, "Entgeltabschluss", kind=DocumentKind.FEE, remainder=0)
    months = [line(-990, day, None, text="ENTGELTABSCHLUSS 03/2026") for day in (0, 30)]
    found, _ = matched(months, [rule])
    assert [(each.kind, each.level, each.documents) for each in found] == [
        (MatchKind.FEE, Level.AUTOMATIC, (rule.id,))
    ] * 2


@pytest.mark.parametrize("amount", [-5_001, 990])
def test_an_amount_beyond_the_rule_is_no_fee(amount: int) -> None:
    rule = document(-5_000, None, "Entgeltabschluss", kind=DocumentKind.FEE, remainder=0)
    assert match([line(amount, 0, None, text="ENTGELTABSCHLUSS")], [rule]).matches == ()
