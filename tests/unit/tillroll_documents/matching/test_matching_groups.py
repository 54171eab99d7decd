"""One line and several documents, several lines and one, and money that came back."""

import pytest

from tests.support.bank_matching import claim, document, line, matched, on, only, payout
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    NOTHING_LEARNED,
    Knowledge,
    Level,
    MatchKind,
)
from tillroll_documents.matching.subset_sums import MOST_AMOUNTS, find_sum


def test_one_line_pays_the_claims_that_its_reference_names() -> None:
    owed = [
        claim(10_000, 0, references=("2026-0014",)),
        claim(25_000, 2, references=("2026-0015",)),
    ]
    found = only([line(35_000, 9, "KONTOR NORD", text="2026-0014 und 2026-0015")], owed)
    assert (found.kind, found.level) == (MatchKind.ONE_TO_MANY, Level.AUTOMATIC)
    assert [(pair.document, pair.amount, pair.settles) for pair in found.pairs] == [
        (owed[0].id, 10_000, 10_000),
        (owed[1].id, 25_000, 25_000),
    ]
    assert "the reference names the claims 2026-0014, 2026-0015" in found.reasons


def test_a_payment_file_is_one_line_of_the_bank() -> None:
    file = "pmf-01M8QRPPAH3MJXM6HCMJPCF1JP"
    payouts = [
        payout(-amount, 0, name, references=("Auslagen", f"run-01M8QRPP34H21354JR6V{amount}", file))
        for amount, name in ((1_000, "Anna Weber"), (2_500, "Jan Nowak"), (3_333, "Ali Becker"))
    ]
    found = only([line(-6_833, 1, "SAMMELUEBERWEISUNG", text=f"{file} 3 POSTEN")], payouts)
    assert (found.kind, found.level) == (MatchKind.ONE_TO_MANY, Level.AUTOMATIC)
    assert set(found.documents) == {each.id for each in payouts}


def test_an_invoice_in_words_may_be_the_number_alone() -> None:
    invoice = claim(71_128, 0, "Zimmerei Balken KG", references=("INV-2026-0007",))
    owed = claim(33_649, 0, "Kontor Nord AG", references=("2026-0007",))
    paid = line(40_042, 22, "Kontor Nord AG", text="INV 2026/0007 danke")
    found = only([paid], [invoice, owed])
    assert (found.documents, found.level) == ((owed.id,), Level.PROPOSED)
    exact = line(71_128, 22, "Zimmerei Balken KG", text="INV-2026-0007")
    assert only([exact], [invoice, owed]).documents == (invoice.id,)


def test_documents_of_one_party_that_add_up_are_proposed() -> None:
    bills = [
        document(-amount, day, "Schmidt Druckerei GmbH", due=on(30))
        for amount, day in ((11_900, 0), (5_950, 3), (70_000, 5))
    ]
    found = only([line(-17_850, 10, "Schmidt Druckerei", counterparty="mark-1")], bills)
    assert (found.kind, found.level) == (MatchKind.ONE_TO_MANY, Level.PROPOSED)
    assert set(found.documents) == {bills[0].id, bills[1].id}


def test_two_ways_to_add_up_are_a_tie() -> None:
    bills = [
        document(-amount, 0, "Schmidt Druckerei GmbH", due=on(30))
        for amount in (1_000, 4_000, 2_000, 3_000)
    ]
    found = only([line(-5_000, 10, "Schmidt Druckerei", counterparty="mark-1")], bills)
    assert found.level is Level.TIE


def test_an_order_that_is_charged_in_parts() -> None:
    order = document(-9_000, 0, "Amazon")
    parts = [line(-2_500, 1, "AMZN MKTP DE*4711"), line(-6_500, 3, "AMZN MKTP DE*4712")]
    found = only(parts, [order])
    assert (found.kind, found.level) == (MatchKind.MANY_TO_ONE, Level.PROPOSED)
    assert [(pair.line, pair.settles) for pair in found.pairs] == [
        (parts[0].id, -2_500),
        (parts[1].id, -6_500),
    ]
    assert "2 lines are together the same amount" in found.reasons


def test_a_refund_is_netted_against_its_expense() -> None:
    bought = document(-4_999, 0, "Conrad Electronic")
    out, back = line(-4_999, 1, "CONRAD ELECTRONIC"), line(4_999, 9, "CONRAD ELECTRONIC")
    found, _ = matched([out, back], [bought])
    refund = next(each for each in found if each.kind is MatchKind.REFUND)
    assert refund.lines == (back.id,)
    assert refund.level is Level.AUTOMATIC
    assert [(pair.document, pair.amount, pair.settles) for pair in refund.pairs] == [
        (bought.id, 4_999, 4_999)
    ]
    assert refund.reasons[:2] == ("the whole amount came back", "nine days later")


def test_a_part_comes_back_of_what_was_paid_before() -> None:
    bought = document(-4_999, 0, "Conrad Electronic", remainder=0)
    found = only([line(1_000, 9, "CONRAD ELECTRONIC")], [bought])
    assert (found.kind, found.level) == (MatchKind.REFUND, Level.PROPOSED)


def test_no_more_comes_back_than_was_paid() -> None:
    bought = document(-4_999, 0, "Conrad Electronic", remainder=0)
    back = [line(3_000, day, "CONRAD ELECTRONIC") for day in (5, 6)]
    found, result = matched(back, [bought])
    assert len(found) == 1
    assert len(result.unmatched_lines) == 1


def test_nothing_comes_back_of_what_was_not_paid() -> None:
    assert (
        match(
            [line(4_999, 9, "CONRAD ELECTRONIC")], [document(-4_999, 0, "Conrad Electronic")]
        ).matches
        == ()
    )


def test_a_credit_note_is_a_document_of_its_own() -> None:
    note = document(4_999, 0, "Conrad Electronic")
    assert only([line(4_999, 3, "CONRAD ELECTRONIC")], [note]).kind is MatchKind.EXACT


def test_declined_sums_are_not_proposed_again() -> None:
    order = document(-9_000, 0, "Amazon")
    parts = [line(-2_500, 1, "AMZN MKTP DE*4711"), line(-6_500, 3, "AMZN MKTP DE*4712")]
    assert (
        match(
            parts, [order], Knowledge(NOTHING_LEARNED.aliases, frozenset({(parts[0].id, order.id)}))
        ).matches
        == ()
    )


@pytest.mark.parametrize(
    ("amounts", "total", "positions"),
    [
        ([1, 2, 4], 6, (1, 2)),
        ([-5, -7, -9], -12, (0, 1)),
        ([5, 5], 5, None),
        ([1] * (MOST_AMOUNTS + 1), 2, None),
        ([], 0, None),
    ],
)
def test_sums(amounts: list[int], total: int, positions: tuple[int, ...] | None) -> None:
    found = find_sum(amounts, total)
    assert (found.positions if found else None) == positions


def test_a_sum_among_many_amounts_ends() -> None:
    amounts = [2**at * 100 + 1 for at in range(MOST_AMOUNTS)]
    assert find_sum(amounts, 7) is None
