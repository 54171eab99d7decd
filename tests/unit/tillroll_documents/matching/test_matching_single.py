"""One line and one document: which belong together, how surely, and in which words."""

from dataclasses import replace

import pytest

from tests.support.bank_matching import claim, document, line, matched, on, only
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import DocumentKind, Level, MatchKind, Unmatched


def test_amount_day_and_name_make_an_automatic_match() -> None:
    paid, receipt = line(-1_234, 2), document(-1_234, 0)
    found = only([paid], [receipt])
    assert (found.kind, found.level) == (MatchKind.EXACT, Level.AUTOMATIC)
    assert found.lines == (paid.id,)
    assert found.documents == (receipt.id,)
    assert [(pair.amount, pair.settles) for pair in found.pairs] == [(-1_234, -1_234)]
    assert found.reasons == ("same amount", "two days later", "a similar name")
    assert 0 < found.score <= 1000


def test_the_reference_of_a_claim_is_named_in_words() -> None:
    owed = claim(50_000, 0, references=("2026-0014",), due=on(14))
    paid = line(50_000, 2, "KONTOR NORD AG", text="Zahlung 2026 0014, danke")
    found = only([paid], [owed])
    assert found.level is Level.AUTOMATIC
    assert found.reasons[:3] == (
        "same amount",
        "the reference names the claim 2026-0014",
        "two days later",
    )


def test_a_reference_decides_between_equal_amounts() -> None:
    first = claim(50_000, 0, references=("2026-0014",))
    second = claim(50_000, 0, references=("2026-0015",))
    paid = line(50_000, 3, "Somebody Else", text="2026-0015")
    found = only([paid], [first, second])
    assert (found.documents, found.level) == ((second.id,), Level.AUTOMATIC)


def test_a_reference_to_another_document_forbids_an_automatic_match() -> None:
    named = claim(90_000, 0, references=("2026-0014",))
    other = claim(50_000, 0, "Kontor Nord AG", references=("2026-0015",))
    found = only([line(50_000, 3, "Kontor Nord AG", text="2026-0014")], [named, other])
    assert found.level is not Level.AUTOMATIC


def test_a_day_in_the_text_is_no_reference() -> None:
    owed = claim(50_000, 0, references=("2026-0305",))
    paid = line(50_000, 3, "Somebody Else", text="2026-03-05 12:31")
    assert match([paid], [owed]).matches == ()
    assert only([replace(paid, text="2026-0305")], [owed]).level is Level.AUTOMATIC


def test_the_end_to_end_id_of_a_payout_is_enough() -> None:
    payout = document(
        -7_700, 0, "Jan Weber", kind=DocumentKind.PAYOUT, references=("run_01abc000123",)
    )
    found = only([line(-7_700, 1, "WEBER J", references=("RUN01ABC000123",))], [payout])
    assert found.level is Level.AUTOMATIC
    assert "the reference names the payment run_01abc000123" in found.reasons


def test_the_same_account_tells_people_of_nearly_one_name_apart() -> None:
    first = document(-7_700, 0, "Jan Schmidt", kind=DocumentKind.PAYOUT, accounts=("mark-1",))
    second = document(-7_700, 0, "Jan Schmitt", kind=DocumentKind.PAYOUT, accounts=("mark-2",))
    found = only([line(-7_700, 1, "JAN SCHMIDT", counterparty="mark-2")], [first, second])
    assert found.documents == (second.id,)
    assert "the same bank account" in found.reasons


def test_an_amount_of_another_name_is_shown_and_the_line_stays_unmatched() -> None:
    paid, receipt = line(-1_234, 1, "XYZ 4711"), document(-1_234, 0, "REWE")
    result = match([paid], [receipt])
    assert result.matches == ()
    assert result.unmatched_lines == {paid.id: Unmatched.OTHER_NAMES}
    assert [each.documents for each in result.alternatives[paid.id]] == [(receipt.id,)]


@pytest.mark.parametrize("lag", [-61, 22])
def test_a_purchase_of_another_time_is_no_candidate(lag: int) -> None:
    paid = line(-1_234, 70 + lag)
    result = match([paid], [document(-1_234, 70)])
    assert result.matches == ()
    assert result.unmatched_lines == {paid.id: Unmatched.NO_CANDIDATE}


def test_charges_that_the_bank_kept_are_added_to_what_was_paid() -> None:
    owed = claim(50_000, 0, references=("2026-0014",))
    found = only([line(48_500, 2, "Kontor Nord AG", charges=1_500, text="2026-0014")], [owed])
    assert (found.pairs[0].amount, found.pairs[0].settles) == (48_500, 50_000)
    assert "same amount without the bank's charges" in found.reasons


def test_charges_that_the_bank_kept_are_its_fee_beside_the_whole_claim() -> None:
    owed = claim(50_000, 0, references=("2026-0014",))
    rule = document(-5_000, None, "", kind=DocumentKind.FEE, remainder=0, names=("fee",), id="fee")
    paid = line(48_500, 2, "Kontor Nord AG", charges=1_500, text="2026-0014")
    found = only([paid], [owed, rule])
    assert [(each.document, each.amount, each.settles) for each in found.pairs] == [
        (owed.id, 50_000, 50_000),
        ("fee", -1_500, 0),
    ]
    assert found.level is Level.AUTOMATIC


def test_charges_for_a_purchase_abroad_are_a_fee() -> None:
    night = document(
        -20_000, 0, "Hilton Garden Inn", currency="USD", converted=-18_500, converted_currency="EUR"
    )
    rule = document(-5_000, None, "", kind=DocumentKind.FEE, remainder=0, names=("fee",), id="fee")
    paid = line(
        -18_900,
        2,
        "HILTON GARDEN INN",
        charges=331,
        foreign_amount=-20_000,
        foreign_currency="USD",
        rate="0.928450",
    )
    found = only([paid], [night, rule])
    assert [(each.document, each.amount, each.settles) for each in found.pairs] == [
        (night.id, -18_569, -20_000),
        ("fee", -331, 0),
    ]


def test_a_tip_is_recognised_where_the_document_allows_one() -> None:
    meal = document(-4_000, 0, "Restaurant Krone", allows_tip=True)
    found = only([line(-4_600, 1, "RESTAURANT KRONE")], [meal])
    assert found.kind is MatchKind.TIP
    assert (found.pairs[0].amount, found.pairs[0].settles) == (-4_600, -4_000)
    assert "the amount and a tip of 15 %" in found.reasons


@pytest.mark.parametrize(("paid", "allows"), [(-4_600, False), (-5_001, True), (-3_900, True)])
def test_no_tip_is_taken_where_none_can_be(paid: int, allows: bool) -> None:
    meal = document(-4_000, 0, "Restaurant Krone", allows_tip=allows)
    assert match([line(paid, 1, "RESTAURANT KRONE")], [meal]).matches == ()


def test_a_foreign_expense_takes_the_rate_and_fee_of_the_bank() -> None:
    room = document(
        -20_000, 0, "Hilton Garden Inn", currency="USD", converted=-18_400, converted_currency="EUR"
    )
    paid = line(
        -18_900,
        2,
        "HILTON GARDEN INN",
        charges=331,
        foreign_amount=-20_000,
        foreign_currency="USD",
        rate="0.928450",
    )
    found = only([paid], [room])
    assert (found.kind, found.level) == (MatchKind.FOREIGN, Level.AUTOMATIC)
    assert (found.pairs[0].amount, found.pairs[0].settles) == (-18_900, -20_000)
    assert "same amount in USD" in found.reasons


@pytest.mark.parametrize(
    ("paid", "is_found"), [(-18_952, True), (-17_848, True), (-18_960, False), (-17_830, False)]
)
def test_a_rate_may_be_three_per_cent_off(paid: int, *, is_found: bool) -> None:
    room = document(
        -20_000, 0, "Hilton Garden Inn", currency="USD", converted=-18_400, converted_currency="EUR"
    )
    assert bool(match([line(paid, 2, "HILTON GARDEN INN")], [room]).matches) is is_found


def test_the_foreign_amount_of_the_bank_rules_out_another_one() -> None:
    room = document(
        -20_000, 0, "Hilton Garden Inn", currency="USD", converted=-18_400, converted_currency="EUR"
    )
    paid = line(-18_400, 2, "HILTON GARDEN INN", foreign_amount=-20_100, foreign_currency="USD")
    assert match([paid], [room]).matches == ()


def test_a_part_of_a_claim_is_paid_and_the_rest_later() -> None:
    owed = claim(100_000, 0, references=("2026-0014",))
    parts = [
        line(30_000, 3, "Kontor Nord AG", text="2026-0014"),
        line(70_000, 20, "Kontor Nord AG", text="2026-0014"),
    ]
    found, result = matched(parts, [owed])
    assert sorted(pair.settles for each in found for pair in each.pairs) == [30_000, 70_000]
    assert result.unmatched_documents == {}
    assert matched(parts[:1], [owed])[0][0].kind is MatchKind.PARTIAL


def test_another_own_account_pays_the_document() -> None:
    assert (
        match([line(-1_234, 1, account="card")], [document(-1_234, bank_account="giro")]).matches
        == ()
    )


def test_twins_are_shown_and_not_decided() -> None:
    coffees = [document(-350, 0, "Kiosk Mokka"), document(-350, 0, "Kiosk Mokka")]
    paid = [line(-350, 1, "KIOSK MOKKA"), line(-350, 1, "KIOSK MOKKA")]
    found, _ = matched(paid, coffees)
    assert [each.level for each in found] == [Level.TIE, Level.TIE]
    assert {each.documents[0] for each in found} == {each.id for each in coffees}
    assert all(len(each.twins) == 2 for each in found)


def test_one_line_and_two_equal_receipts_are_a_tie() -> None:
    receipts = [document(-350, 0, "Kiosk Mokka"), document(-350, 0, "Kiosk Mokka")]
    found = only([line(-350, 1, "KIOSK MOKKA")], receipts)
    assert found.level is Level.TIE
    assert {*found.documents, *found.twins} == {each.id for each in receipts}


def test_the_day_in_the_text_tells_purchases_of_one_amount_apart() -> None:
    receipts = [document(-350, day, "Kiosk Mokka") for day in (0, 3)]
    paid = [
        line(-350, 4, "KIOSK MOKKA", text="Kauf vom 05.03."),
        line(-350, 4, "KIOSK MOKKA", text="Kauf vom 02.03."),
    ]
    found, _ = matched(paid, receipts)
    assert {each.lines[0]: each.documents[0] for each in found} == {
        paid[0].id: receipts[1].id,
        paid[1].id: receipts[0].id,
    }


def test_a_receipt_that_two_lines_may_be_says_where_it_fits_better() -> None:
    receipt = document(-1_350, 0, "Café Mokka")
    paid = [
        line(-1_350, 1, "KIOSK MOKKA", text="Kauf vom 02.03."),
        line(-1_350, 4, "KIOSK MOKKA", text="Kauf vom 05.03."),
    ]
    first, second = match(paid, [receipt]).proposals().values()
    assert [len(each) for each in (first, second)] == [1, 1]
    assert first[0].score > second[0].score
    assert second[0].reasons == (
        "same amount",
        "four days later",
        "but the text names another day",
        "but it is also proposed for the entry of 2026-03-03, and fits better there",
    )


def test_equal_purchases_are_matched_in_the_order_of_their_days() -> None:
    receipts = [document(-350, day, "Kiosk Mokka") for day in (0, 1, 2)]
    paid = [line(-350, day, "KIOSK MOKKA") for day in (2, 3, 4)]
    found, _ = matched(paid, receipts)
    assert {each.lines[0]: each.documents[0] for each in found} == {
        one.id: other.id for one, other in zip(paid, receipts, strict=True)
    }


def test_a_pending_line_is_never_matched_automatically() -> None:
    found = only([line(-1_234, None, value_day=on(1), is_pending=True)], [document(-1_234, 0)])
    assert found.level is Level.PROPOSED


def test_what_is_left_is_listed_on_both_sides() -> None:
    alone, receipt = line(-999, 0, "FINANZAMT"), document(-5_000, 0, "Lufthansa")
    result = match([alone], [receipt])
    assert result.unmatched_lines == {alone.id: Unmatched.NO_CANDIDATE}
    assert result.unmatched_documents == {receipt.id: Unmatched.AWAITS_MONEY}


def test_a_line_shows_what_else_it_could_be() -> None:
    near, far = document(-1_234, 0), document(-1_234, 0, "Edeka Schulze")
    result = match([line(-1_234, 0)], [near, far])
    [found] = result.matches
    assert found.documents == (near.id,)
    assert [each.documents for each in result.alternatives[found.lines[0]]] == [(far.id,)]


def test_two_lines_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="Two of the lines have the id a"):
        match([line(-1, id="a"), line(-2, id="a")], [])
