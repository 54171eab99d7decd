"""What matching leaves to a person: a match that looks certain, and is not."""

import pytest

from tests.support.bank_matching import claim, document, line, matched, only, payout
from tillroll.bank.decisions.documents import FEE_WORDS
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Level,
    Line,
    MatchKind,
)


def fees() -> Document:
    """The rule for the bank's own fees."""
    return document(-5_000, None, "", kind=DocumentKind.FEE, remainder=0, names=FEE_WORDS, id="fee")


# --- What a person was asked for


def test_what_a_person_was_asked_for_is_certain_by_amount_and_day() -> None:
    flight = document(-8_999, 0, "Ryanair", person="usr_cid")
    paid = line(-8_999, 0, "VDP-RYANAIR DUBLIN", person_asked="usr_cid")
    found = only([paid], [flight])
    assert found.level is Level.AUTOMATIC
    assert "its person was asked for this document" in found.reasons


@pytest.mark.parametrize("asked", [None, "usr_ben"])
def test_what_another_person_was_asked_for_is_no_answer(asked: str | None) -> None:
    flight = document(-8_999, 0, "Ryanair", person="usr_cid")
    paid = line(-8_999, 0, "VDP-RYANAIR DUBLIN", person_asked=asked)
    assert only([paid], [flight]).level is Level.PROPOSED


def test_an_answer_of_another_name_is_asked() -> None:
    flight = document(-8_999, 0, "Ryanair", person="usr_cid")
    found = only([line(-8_999, 0, "HOTEL ADLER", person_asked="usr_cid")], [flight])
    assert found.level is Level.PROPOSED


def test_an_answer_that_says_an_employee_paid_is_asked() -> None:
    names = ("Cid Byrne", "Ryanair")
    flight = document(-8_999, 0, "Ryanair", person="usr_cid", employee="Cid Byrne", names=names)
    found = only([line(-8_999, 0, "VDP-RYANAIR DUBLIN", person_asked="usr_cid")], [flight])
    assert found.level is Level.PROPOSED


def test_two_equal_payments_that_were_asked_for_tie() -> None:
    ride = document(-1_280, 0, "Bolt", person="usr_cid")
    lines = [line(-1_280, 0, "BOLT", person_asked="usr_cid", id=each) for each in ("one", "two")]
    levels = [found.level for found in matched(lines, [ride])[0]]
    assert levels == [Level.TIE]


# --- Who paid


def test_an_expense_of_an_employee_is_asked_where_the_companys_card_fits() -> None:
    room = document(
        -18_400,
        0,
        "Pension Seestern",
        employee="Mia Brand",
        names=("Mia Brand", "Pension Seestern"),
    )
    found = only([line(-18_400, 1, "PENSION SEESTERN KIEL")], [room])
    assert found.level is Level.PROPOSED
    assert "but the expense says that an employee paid it: ask who did" in found.reasons


def test_an_expense_of_an_employee_is_asked_though_its_number_is_named() -> None:
    bill = document(-9_900, 0, "Seilerei Knoop", employee="Mia Brand", references=("R-70512",))
    found = only([line(-9_900, 3, "SEILEREI KNOOP", text="Rechnung R-70512")], [bill])
    assert found.level is Level.PROPOSED


def test_money_to_the_employee_is_no_question() -> None:
    room = document(
        -18_400,
        0,
        "Pension Seestern",
        employee="Mia Brand",
        names=("Mia Brand", "Pension Seestern"),
    )
    assert only([line(-18_400, 2, "MIA BRAND")], [room]).level is Level.AUTOMATIC


def test_a_merchant_gives_money_back_that_an_employee_paid() -> None:
    paid = document(-18_400, 0, "Pension Seestern", remainder=0, employee="Mia Brand")
    found = only([line(18_400, 9, "PENSION SEESTERN")], [paid])
    assert (found.kind, found.level) == (MatchKind.REFUND, Level.PROPOSED)


def test_several_documents_of_which_one_is_an_employees_are_asked() -> None:
    bills = [
        document(-4_000, 0, "Seilerei Knoop", references=("R-70512",)),
        document(-5_000, 0, "Seilerei Knoop", references=("R-70513",), employee="Mia Brand"),
    ]
    found = only([line(-9_000, 3, "SEILEREI KNOOP", text="R-70512 R-70513")], bills)
    assert (found.kind, found.level) == (MatchKind.ONE_TO_MANY, Level.PROPOSED)


# --- Tips and other amounts


@pytest.mark.parametrize("allows", [True, False])
@pytest.mark.parametrize(
    ("total", "paid", "rate"), [(25_000, 29_750, 19), (8_400, 8_988, 7), (3_300, 3_960, 20)]
)
def test_a_net_total_is_no_tip(total: int, paid: int, rate: int, *, allows: bool) -> None:
    bill = document(-total, 0, "Gasthof Linde", allows_tip=allows)
    found = only([line(-paid, 1, "GASTHOF LINDE")], [bill])
    assert (found.kind, found.level) == (MatchKind.EXACT, Level.PROPOSED)
    assert f"the amount is the document's with {rate} % tax: look at its total" in found.reasons


def test_a_tip_is_proposed_and_never_certain() -> None:
    meal = document(-4_120, 0, "Gasthof Linde", allows_tip=True)
    found = only([line(-4_500, 0, "GASTHOF LINDE", text="KAUF 02.03.")], [meal])
    assert (found.kind, found.level) == (MatchKind.TIP, Level.PROPOSED)


@pytest.mark.parametrize("paid", [-11_901, -11_902])
def test_a_cent_is_no_tip(paid: int) -> None:
    meal = document(-11_900, 0, "Gasthof Linde", allows_tip=True)
    found = only([line(paid, 0, "GASTHOF LINDE")], [meal])
    assert (found.kind, found.level) == (MatchKind.EXACT, Level.PROPOSED)
    assert "nearly the same amount: look at the total" in found.reasons


@pytest.mark.parametrize(
    ("total", "paid", "currency"),
    [(4_718, 4_720, "EUR"), (4_722, 4_720, "CHF"), (18_930, 18_900, "SEK")],
)
def test_rounded_cash_is_certain(total: int, paid: int, currency: str) -> None:
    meal = document(-total, 0, "Gasthof Linde", currency=currency)
    found = only([line(-paid, 0, "GASTHOF LINDE", currency=currency)], [meal])
    assert (found.kind, found.level) == (MatchKind.EXACT, Level.AUTOMATIC)
    assert (found.pairs[0].amount, found.pairs[0].settles) == (-paid, -total)


def test_more_than_is_owed_is_proposed_by_its_number() -> None:
    owed = claim(32_000, 0, references=("2026-0081",))
    found = only([line(35_000, 5, "Kontor Nord AG", text="Re 2026-0081")], [owed])
    assert (found.pairs[0].amount, found.pairs[0].settles) == (35_000, 32_000)
    assert found.level is Level.PROPOSED
    assert "more than is open" in found.reasons


def test_more_than_one_claim_is_rather_another_ones_whole_amount() -> None:
    named = claim(3_600, 0, "Optik Sehwerk GmbH", references=("2026-0051",))
    own = claim(40_000, 0, "Kontor Nord AG", references=("2026-0052",))
    found = only([line(40_000, 9, "Kontor Nord AG", text="Re 2026-0051")], [named, own])
    assert found.documents == (own.id,)
    assert found.level is not Level.AUTOMATIC


# --- When


@pytest.mark.parametrize("lag", [-5, -12, -30, -60])
def test_a_charge_before_the_invoice_is_proposed(lag: int) -> None:
    order = document(-6_490, 70, "Garnwerk Versand GmbH")
    found = only([line(-6_490, 70 + lag, "GARNWERK VERSAND")], [order])
    assert (found.documents, found.level) == ((order.id,), Level.PROPOSED)


def test_a_charge_before_an_invoice_of_another_name_is_nothing() -> None:
    order = document(-6_490, 40, "Garnwerk Versand GmbH")
    assert match([line(-6_490, 30, "TANKHOF SUED")], [order]).matches == ()


def test_a_text_that_names_another_day_is_not_certain() -> None:
    coffee = document(-350, 0, "Café Kranz")
    assert (
        only([line(-350, 2, "CAFE KRANZ", text="03.03.2026 KARTE 4711")], [coffee]).level
        is Level.PROPOSED
    )


# --- Whose money


def test_the_number_of_another_customer_ties_with_the_payers_own_claim() -> None:
    named = claim(7_140, 0, "Lena Vogt", references=("2026-0061",))
    own = claim(7_140, 1, "Paul Vogt", references=("2026-0062",))
    found = only([line(7_140, 8, "Paul Vogt", text="Rechnung 2026-0061")], [named, own])
    assert (found.level, found.documents, found.twins) == (Level.TIE, (named.id,), (own.id,))


def test_the_number_of_another_customer_decides_once_the_payers_own_claim_is_paid() -> None:
    named = claim(7_140, 0, "Lena Vogt", references=("2026-0061",))
    own = claim(7_140, 1, "Paul Vogt", references=("2026-0062",))
    lines = [
        line(7_140, 8, "Paul Vogt", text="Rechnung 2026-0061"),
        line(7_140, 9, "Paul Vogt", text="Rechnung 2026-0062"),
    ]
    found, _ = matched(lines, [named, own])
    assert {each.level for each in found} == {Level.AUTOMATIC}


def test_the_number_of_a_customer_with_a_shorter_name_ties() -> None:
    named = claim(7_140, 0, "Vogt Holz GmbH", references=("2026-0061",))
    own = claim(7_140, 1, "Vogt Holz Handels GmbH", references=("2026-0062",))
    text = "Vogt Holz Handels GmbH Re 2026-0061"
    found = only([line(7_140, 8, None, text=text)], [named, own])
    assert (found.level, found.twins) == (Level.TIE, (own.id,))


def test_the_number_decides_between_two_claims_of_one_customer() -> None:
    owed = [claim(7_140, 0, "Lena Vogt", references=(f"2026-006{each}",)) for each in (1, 2)]
    found = only([line(7_140, 8, "Lena Vogt", text="Rechnung 2026-0062")], owed)
    assert (found.level, found.documents) == (Level.AUTOMATIC, (owed[1].id,))


def test_who_is_no_customer_pays_by_the_number() -> None:
    owed = claim(7_140, 0, "Lena Vogt", references=("2026-0061",))
    assert (
        only([line(7_140, 8, "Treuhand Kassel", text="Re 2026-0061")], [owed]).level
        is Level.AUTOMATIC
    )


def test_several_numbers_of_another_customer_tie_with_the_payers_own_claim() -> None:
    named = [claim(each, 0, "Lena Vogt", references=(f"2026-00{each}",)) for each in (70, 71)]
    own = claim(141, 0, "Paul Vogt", references=("2026-0099",))
    found = only([line(141, 8, "Paul Vogt", text="Re 2026-0070, 2026-0071")], [*named, own])
    assert (found.level, found.twins) == (Level.TIE, (own.id,))


def test_a_supplier_of_another_name_is_not_certain_by_number_and_amount() -> None:
    bill = document(-11_900, 0, "Seilerei Knoop", references=("10001",))
    found = only([line(-11_900, 3, "Tischlerei Bohm", text="Rechnung 10001")], [bill])
    assert found.level is Level.PROPOSED


def test_a_refund_of_another_party_is_not_certain_by_number_and_amount() -> None:
    paid = document(-8_800, 0, "Seilerei Knoop", remainder=0, references=("R-70512",))
    other = only([line(8_800, 9, "Tischlerei Bohm", text="Erstattung R-70512")], [paid])
    own = only([line(8_800, 9, "Seilerei Knoop", text="Erstattung R-70512")], [paid])
    assert (other.level, own.level) == (Level.PROPOSED, Level.AUTOMATIC)


# --- Names


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Block", "BLOCKHAUS MEISSNER"),
        ("Orion", "ORIONIS STERNWARTE"),
        ("Perle", "PERLENTAUCHER BAR"),
        ("Jet", "JETZT REISEN"),
        ("Blockhaus Meissner", "BLOCK"),
        ("Gasthof Perlmutt", "GASTHOF PER"),
    ],
)
def test_a_short_name_inside_a_longer_word_is_another_name(merchant: str, printed: str) -> None:
    result = match([line(-4_210, 1, printed)], [document(-4_210, 0, merchant)])
    assert result.automatic() == ()


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Block", "BLOCK 0071 ULM"),
        ("Blockhaus Meissner", "BLOCKHAUS MEISS"),
        ("Bürowelt24 GmbH", "BUEROWELT24/Ulm"),
    ],
)
def test_a_short_name_as_a_whole_word_is_the_name(merchant: str, printed: str) -> None:
    assert (
        only([line(-4_210, 1, printed)], [document(-4_210, 0, merchant)]).level is Level.AUTOMATIC
    )


# --- What is bought again and again, and names that the bank cut


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(-350, "EUR"), (-380, "EUR"), (-200, "GBP"), (-4_200, "SEK"), (-450, "JPY")],
)
def test_an_everyday_price_is_asked_though_the_day_is_named(amount: int, currency: str) -> None:
    coffee = document(amount, 0, "Café Kranz", currency=currency)
    found = only(
        [line(amount, 1, "CAFE KRANZ", text="Kauf vom 02.03.", currency=currency)], [coffee]
    )
    assert found.level is Level.PROPOSED
    assert "but a price like this is often paid twice: look at the receipt" in found.reasons


@pytest.mark.parametrize(
    ("amount", "currency"), [(-1_350, "EUR"), (-345, "EUR"), (-8_900, "SEK"), (-1_200, "JPY")]
)
def test_a_price_that_is_rarely_paid_twice_is_certain(amount: int, currency: str) -> None:
    lunch = document(amount, 0, "Café Kranz", currency=currency)
    paid = line(amount, 1, "CAFE KRANZ", text="Kauf vom 02.03.", currency=currency)
    assert only([paid], [lunch]).level is Level.AUTOMATIC


def test_an_everyday_price_is_certain_by_its_number_or_its_account() -> None:
    numbered = document(-450, 0, "Copyshop Kranz", references=("R-70519",))
    assert (
        only([line(-450, 2, "COPYSHOP KRANZ", text="R-70519")], [numbered]).level is Level.AUTOMATIC
    )
    known = payout(-450, 0, "Eva Kranz", accounts=("DE02",))
    assert only([line(-450, 2, "EVA KRANZ", counterparty="DE02")], [known]).level is Level.AUTOMATIC


def test_another_receipt_of_the_amount_without_a_name_is_asked() -> None:
    named = document(-1_840, 0, "Gasthof Linde")
    nameless = document(-1_840, 0, "")
    paid = line(-1_840, 1, "GASTHOF LINDE", text="Kauf vom 02.03.")
    assert only([paid], [named]).level is Level.AUTOMATIC
    assert only([paid], [named, nameless]).level is not Level.AUTOMATIC


def test_another_receipt_of_the_next_day_is_asked_for_a_day_may_be_misread() -> None:
    receipts = [document(-1_840, 0, "Gasthof Linde"), document(-1_840, 1, "Gasthof Linde")]
    paid = [line(-1_840, 2, "GASTHOF LINDE", text="Kauf vom 02.03.")]
    assert match(paid, receipts).automatic() == ()
    assert (
        match(
            [*paid, line(-1_840, 2, "GASTHOF LINDE", text="Kauf vom 03.03.")], receipts
        ).automatic()
        != ()
    )


def test_a_plain_price_is_no_rounded_cash() -> None:
    lunch = document(-799, 0, "Gasthof Linde")
    found = only([line(-800, 0, "GASTHOF LINDE")], [lunch])
    assert found.level is Level.PROPOSED


@pytest.mark.parametrize("text", ["Kauf vom 02.03.", "KARTENZAHLUNG 84242258"])
def test_a_name_that_the_bank_cut_is_certain_for_a_rare_amount(text: str) -> None:
    meal = document(-5_895, 0, "Café Goldener Hirsch")
    found = only([line(-5_895, 2, "SumUp  *Cafe Golde MUENCHEN", text=text)], [meal])
    assert found.level is Level.AUTOMATIC


@pytest.mark.parametrize(
    ("printed", "text"), [("OBINGER LANDBRAEU", "KARTENZAHLUNG 02.03 ULM"), ("ULM", "")]
)
def test_a_name_that_is_hardly_like_it_is_asked(printed: str, text: str) -> None:
    merchant = "Obi" if printed.startswith("OBI") else "Restaurant Adler"
    assert (
        match([line(-3_951, 2, printed, text=text)], [document(-3_951, 0, merchant)]).automatic()
        == ()
    )


# --- Transfers between own accounts


def own(account: str) -> Document:
    """An own bank account, whose number is its name in capitals."""
    accounts = (account.upper(),)
    return document(
        0,
        None,
        "Example GmbH",
        kind=DocumentKind.OWN_ACCOUNT,
        remainder=0,
        accounts=accounts,
        id=account,
    )


def moved(account: str, amount: int, day: int = 0, **values: str | None) -> Line:
    return line(
        amount,
        day,
        "EXAMPLE GMBH",
        **{"account": account, "text": "Umbuchung", "counterparty": None, **values},
    )


@pytest.mark.parametrize(
    ("text", "level"),
    [("Umbuchung", Level.AUTOMATIC), ("", Level.AUTOMATIC), ("Kreditkarte", Level.PROPOSED)],
)
def test_a_transfer_of_another_text_is_asked(text: str, level: Level) -> None:
    lines = [
        moved("card", -100_000, counterparty="SAVINGS"),
        moved("savings", 100_000, 1, text=text),
    ]
    found = only(lines, [own("card"), own("savings")])
    assert (found.kind, found.level) == (MatchKind.TRANSFER, level)


def test_a_transfer_of_another_text_is_certain_where_both_name_the_other() -> None:
    lines = [
        moved("card", -100_000, counterparty="SAVINGS"),
        moved("savings", 100_000, 1, counterparty="CARD", text="Sparen"),
    ]
    assert only(lines, [own("card"), own("savings")]).level is Level.AUTOMATIC


def test_a_transfer_whose_other_line_may_be_matched_otherwise_is_asked() -> None:
    lines = [
        moved("giro", -50_000, counterparty="CARD"),
        moved("savings", -50_000, counterparty="CARD"),
        moved("card", 50_000, 1, counterparty="SAVINGS"),
    ]
    found = match(lines, [own("giro"), own("card"), own("savings")])
    assert [each.lines for each in found.automatic()] == [(lines[1].id, lines[2].id)]
    [single] = [each for each in found.matches if each.lines == (lines[0].id,)]
    assert single.level is Level.PROPOSED
    assert "its line may be one that is matched otherwise" in single.reasons


# --- Fees


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("TOFFEE HOUSE", "VISA", None),
        ("RECHARGE HUB A3", "VISA", None),
        ("Mia Brand", "Entgelt April", None),
        ("Stadtkasse Fulda", "Gebühr Bescheid 77", None),
        (None, "TOFFEE HOUSE KASSEL", None),
        (None, "Reisekosten April", None),
        ("Gebühr & Söhne", "KARTENZAHLUNG", "PMNT-CCRD-POSD"),
        ("Abschlussball Tanzhaus", "VISA", None),
        (None, "CHARGEPOINT A8 KARTE 4711", None),
    ],
)
def test_what_has_a_merchant_or_half_a_word_is_no_fee(
    name: str | None, text: str, code: str | None
) -> None:
    assert match([line(-450, 0, name, text=text, code=code)], [fees()]).matches == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Entgelt Kontoführung", None),
        ("Gebühr Kartenzahlung Ausland 03/26", "X"),
        ("Depotpreis", "ACMT-MDOP-CHRG"),
        ("Rechnungsposten", "808"),
        ("PREMIUM PACKAGE", "SRVCHG"),
        ("Buchungspreise", "NTRF+807+9310"),
        ("Abschluss per 31.03.2026", None),
    ],
)
def test_the_banks_own_fee_is_certain(text: str, code: str | None) -> None:
    found = only([line(-490, 0, None, text=text, code=code)], [fees()])
    assert (found.kind, found.level) == (MatchKind.FEE, Level.AUTOMATIC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Entgelt April", None),
        ("Gebühr Konto Weber", None),
        ("Entgelt", "177"),
        ("Spesen April", None),
        ("Commission 04/2026", None),
    ],
)
def test_a_word_of_fees_that_may_be_somebody_elses_is_asked(text: str, code: str | None) -> None:
    found = only([line(-490, 0, None, text=text, code=code)], [fees()])
    assert (found.kind, found.level) == (MatchKind.FEE, Level.PROPOSED)


# --- Card processors, batches, returns


def test_a_payout_of_a_card_processor_is_gross_fee_and_net() -> None:
    sold = [claim(8_000, 0, "Lena Vogt", references=("2026-0091",)), claim(4_500, 1, "Ole Thies")]
    paid = line(12_237, 3, "SumUp Payments Limited", text="PID48211-SUMUP")
    found = only([paid], [*sold, fees()])
    assert found.level is Level.PROPOSED
    assert [(each.document, each.amount, each.settles) for each in found.pairs] == [
        (sold[0].id, 8_000, 8_000),
        (sold[1].id, 4_500, 4_500),
        ("fee", -263, 0),
    ]
    assert sum(each.amount for each in found.pairs) == paid.amount


def test_a_payout_that_names_its_claims_is_of_these() -> None:
    sold = [
        claim(each, 0, f"Customer {each}", references=(f"2026-{each}",))
        for each in (5_000, 6_000, 7_000)
    ]
    text = "STRIPE TRANSFER 2026-5000 2026-7000"
    found = only([line(11_770, 4, "STRIPE PAYMENTS EUROPE", text=text)], [*sold, fees()])
    assert set(found.documents) == {sold[0].id, sold[2].id, "fee"}
    assert found.level is Level.PROPOSED


def test_a_payout_of_a_whole_day_has_more_claims_than_are_tried_one_by_one() -> None:
    day = [claim(each * 1_000, 2, f"Customer {each}") for each in range(21, 28)]
    gross = sum(each.amount for each in day)
    found = only([line(gross - 2_336, 4, "Adyen N.V.", text="TX4821XT BATCH 9")], [*day, fees()])
    assert set(found.documents) == {*(each.id for each in day), "fee"}
    assert found.pairs[-1].amount == -2_336


def test_a_payout_that_fits_in_many_ways_is_left() -> None:
    sold = [claim(5_000 + each, 0, f"Customer {each}") for each in range(8)]
    assert match([line(9_800, 3, "Mollie B.V.")], [*sold, fees()]).matches == ()


def test_a_run_and_its_payments_in_another_file_are_asked() -> None:
    runs = [
        document(-each, 0, name, kind=DocumentKind.PAYOUT, references=("PYR-558120",))
        for each, name in ((3_100, "Lena Vogt"), (4_700, "Ole Thies"))
    ]
    singles = [
        line(-each, 1, name, references=("PYR-558120",))
        for each, name in ((3_100, "Lena Vogt"), (4_700, "Ole Thies"))
    ]
    batch = line(-7_800, 1, None, text="Sammler", references=("PYR-558120",))
    found, result = matched([*singles, batch], runs)
    assert result.automatic() == ()
    says = "but another entry may be the same money: a sum, or one of its payments"
    assert all(says in each.reasons for each in found)


def test_a_run_without_a_reference_and_its_payments_are_asked() -> None:
    bills = [document(-3_100, 0, "Seilerei Knoop"), document(-4_700, 0, "Tischlerei Bohm")]
    singles = [line(-3_100, 1, "SEILEREI KNOOP"), line(-4_700, 2, "TISCHLEREI BOHM")]
    batch = line(-7_800, 1, None, text="SAMMELUEBERWEISUNG 2 POSTEN", code="191")
    assert match([*singles, batch], bills).automatic() == ()
    assert len(match(singles, bills).automatic()) == 2


def test_a_return_is_the_claims_and_the_banks_fee() -> None:
    paid = claim(7_700, 0, remainder=0, references=("2026-0033",))
    back = line(
        -8_250, 6, "Kontor Nord AG", text="Rueckgabe MS03 2026-0033", charges=550, code="109"
    )
    found = only([back], [paid, fees()])
    assert found.kind is MatchKind.REFUND
    assert [(each.document, each.amount, each.settles) for each in found.pairs] == [
        (paid.id, -7_700, -7_700),
        ("fee", -550, 0),
    ]


def test_a_payout_that_bounced_less_the_banks_fee_is_the_whole_payout_and_a_fee() -> None:
    sent = document(
        -40_000, 0, "Ann Lee", kind=DocumentKind.PAYOUT, remainder=0, references=("RUN-0123456789",)
    )
    back = line(39_500, 6, "Ann Lee", text="Rueckueberweisung AC04 RUN-0123456789")
    found = only([back], [sent, fees()])
    assert (found.kind, found.level) == (MatchKind.REFUND, Level.PROPOSED)
    assert [(each.document, each.amount, each.settles) for each in found.pairs] == [
        (sent.id, 40_000, 40_000),
        ("fee", -500, 0),
    ]


def test_a_return_whose_fee_the_bank_does_not_print_is_split_by_its_number() -> None:
    paid = claim(7_700, 0, remainder=0, references=("2026-0033",))
    found = only(
        [line(-8_000, 6, "Kontor Nord AG", text="Rueckgabe AC04 2026-0033")], [paid, fees()]
    )
    assert [each.amount for each in found.pairs] == [-7_700, -300]
    assert found.level is Level.PROPOSED
