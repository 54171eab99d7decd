"""Where an expense stands in the tax report, and what the lines of a return come to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.rates import rate_of, rate_text, rates_on
from tillroll.tax.returns import fill, return_of
from tillroll.tax.rules import (
    OWED,
    Decided,
    Figures,
    Key,
    Placed,
    Taxed,
    TaxLine,
    Treatment,
    place,
    propose,
)
from tillroll.tax.sales import SaleFigures, SaleKey, SaleTreatment

DAY = date(2026, 3, 5)
LUNCH = Taxed("exp_1", DAY, 1190, 190, 1190, 190, [TaxLine("19", 1000, 190)])


def placed(expense: Taxed, country: str | None = "DE") -> Sequence[Placed]:
    found = place(expense, country)
    assert not isinstance(found, OpenReason), found
    return found


def test_a_rate_is_one_however_it_is_written() -> None:
    assert rate_of("6") == rate_of("6.0") == rate_of("06.00")
    assert {rate_text(rate_of(each)) for each in ("6", "6.0", "06.00")} == {"6"}
    assert rate_text(rate_of("5.50")) == "5.5"
    assert rate_text(rate_of("10")) == "10"
    assert [rate_of(each) for each in (None, "", "x", "NaN", "-1", "101")] == [None] * 6


def test_two_ways_to_write_a_rate_are_one_row() -> None:
    lines = [TaxLine("19", 500, 95), TaxLine("19.0", 500, 95)]
    [row] = placed(replace(LUNCH, lines=lines))
    assert row.key == Key(Treatment.DOMESTIC, Decimal(19))
    assert row.figures == Figures(1, net=1000, tax=190, gross=1190, deductible=190)


def test_rates_hold_from_their_day_on() -> None:
    assert rates_on("DE", date(2020, 7, 1))[0] == Decimal(16)
    assert rates_on("DE", date(2021, 1, 1))[0] == Decimal(19)
    assert rates_on("GB", date(2021, 12, 1))[1] == Decimal("12.5")
    assert rates_on("FR", DAY) == ()


def test_rates_of_ireland_are_those_that_revenue_publishes() -> None:
    """Revenue Commissioners, historical VAT rates: each row that changes a rate, since 2012."""
    for day, rates in (
        (date(2012, 1, 1), "23 13.5 9 4.8 0"),
        (date(2020, 8, 31), "23 13.5 9 4.8 0"),
        (date(2020, 9, 1), "21 13.5 9 4.8 0"),
        (date(2021, 2, 28), "21 13.5 9 4.8 0"),
        (date(2021, 3, 1), "23 13.5 9 4.8 0"),
        (date(2026, 7, 1), "23 13.5 9 4.8 0"),
    ):
        assert rates_on("IE", day) == tuple(map(Decimal, rates.split()))


def test_several_rates_are_split_by_their_lines() -> None:
    hotel = Taxed(
        "exp_2",
        DAY,
        13_090,
        990,
        13_090,
        990,
        [TaxLine("7", 10_000, 700), TaxLine("19", 2_100, 290)],
    )
    assert {str(each.key.rate): each.figures.gross for each in placed(hotel)} == {
        "7": 10_700,
        "19": 2_390,
    }


@pytest.mark.parametrize(
    ("expense", "reason"),
    [
        (replace(LUNCH, base_total=None), OpenReason.NO_EXCHANGE_RATE),
        (replace(LUNCH, lines=[]), OpenReason.NO_TAX_LINES),
        (replace(LUNCH, lines=[TaxLine(None, 1000, 190)]), OpenReason.NO_TAX_RATE),
        (
            replace(LUNCH, lines=[TaxLine("19", None, 100), TaxLine("7", 1000, 90)]),
            OpenReason.NO_NET,
        ),
        (replace(LUNCH, total=1390, base_total=1390), OpenReason.SUM_DIFFERS),
        (replace(LUNCH, tax=191), OpenReason.SUM_DIFFERS),
        (replace(LUNCH, seller="AT"), OpenReason.SELLER_ABROAD),
        (replace(LUNCH, lines=[TaxLine("20", 1000, 190)]), OpenReason.OTHER_RATE),
        (
            replace(LUNCH, decided=Decided(Treatment.EU_SERVICES, 100, Decimal(19))),
            OpenReason.TAX_CHARGED,
        ),
    ],
)
def test_what_a_document_does_not_say_is_not_guessed(expense: Taxed, reason: OpenReason) -> None:
    assert place(expense, "DE") is reason


def _charged(
    rate: str, currency: str = "EUR", *, seller: str | None = None, is_in_base: bool | None = None
) -> Taxed:
    tax = int(Decimal(rate) * 1_000)
    total = 100_000 + tax
    return Taxed(
        "exp_6",
        DAY,
        total,
        tax,
        total,
        tax,
        [TaxLine(rate, 100_000, tax)],
        seller=seller,
        is_in_base=currency == "EUR" if is_in_base is None else is_in_base,
        currency=currency,
    )


@pytest.mark.parametrize(
    ("expense", "country", "reason", "proposed"),
    [
        # Six meals of Malaysia, and a hotel in London, were input tax in Ireland.
        (_charged("6", "MYR"), "IE", OpenReason.OTHER_CURRENCY, Treatment.FOREIGN_TAX),
        (_charged("20", "GBP", seller="GB"), "IE", OpenReason.SELLER_ABROAD, Treatment.FOREIGN_TAX),
        (_charged("20", "GBP"), "IE", OpenReason.OTHER_CURRENCY, Treatment.FOREIGN_TAX),
        (_charged("6"), "IE", OpenReason.OTHER_RATE, None),
        (_charged("20"), "IE", OpenReason.OTHER_RATE, None),
        (_charged("6"), "DE", OpenReason.OTHER_RATE, None),
        (_charged("8.1", "CHF"), "DE", OpenReason.OTHER_CURRENCY, Treatment.FOREIGN_TAX),
        # A rate of the country says nothing beside another currency.
        (_charged("7", "THB"), "DE", OpenReason.OTHER_CURRENCY, Treatment.FOREIGN_TAX),
        (_charged("20", "EUR", is_in_base=False), "GB", OpenReason.OTHER_CURRENCY, "foreign_tax"),
        # The base currency may be another than the country's.
        (_charged("19", "USD", is_in_base=True), "DE", OpenReason.OTHER_CURRENCY, "foreign_tax"),
        # Without tax it may be services on which the company owes it.
        (_charged("0", "USD"), "DE", OpenReason.OTHER_CURRENCY, None),
        (_charged("19", "USD", seller="DE"), "DE", OpenReason.OTHER_CURRENCY, None),
        # Nobody named a country: the base currency stands for it.
        (_charged("6", "MYR"), None, OpenReason.OTHER_CURRENCY, Treatment.FOREIGN_TAX),
        (_charged("19"), "LU", OpenReason.OTHER_RATE, None),
        # Rates of Germany, of the Netherlands until 2018 and of Italy were input tax at home.
        (_charged("19"), "AT", OpenReason.OTHER_RATE, None),
        (_charged("7"), "AT", OpenReason.OTHER_RATE, None),
        (_charged("19"), "FR", OpenReason.OTHER_RATE, None),
        (_charged("6"), "NL", OpenReason.OTHER_RATE, None),
        (_charged("13"), "ES", OpenReason.OTHER_RATE, None),
        (_charged("19"), "BE", OpenReason.OTHER_RATE, None),
        (_charged("20"), "IT", OpenReason.OTHER_RATE, None),
        # Without tax it may be services of a firm abroad.
        *((_charged("0"), home, OpenReason.SELLER_UNKNOWN, None) for home in ("DE", "IE", "AT")),
        (replace(_charged("0"), lines=[]), "DE", OpenReason.SELLER_UNKNOWN, None),
        (replace(_charged("0"), tax=None), "FR", OpenReason.SELLER_UNKNOWN, None),
    ],
)
def test_only_what_is_surely_at_home_is_domestic_by_itself(
    expense: Taxed, country: str | None, reason: OpenReason, proposed: str | None
) -> None:
    assert place(expense, country) is reason
    likely = propose(expense, reason, country)
    assert (likely and likely.treatment) == proposed
    [row] = placed(replace(expense, decided=Decided(Treatment.FOREIGN_TAX)), country)
    assert (row.key.treatment, row.figures.deductible) == (Treatment.FOREIGN_TAX, 0)


@pytest.mark.parametrize(
    ("expense", "country"),
    [
        *((_charged(rate), "IE") for rate in ("23", "13.5", "13.50", "9", "4.8")),
        *((_charged(rate), "DE") for rate in ("19", "7")),
        *((_charged("0", seller=home), home) for home in ("DE", "IE", "AT")),
        (replace(_charged("0", seller="DE"), lines=[]), "DE"),
        # Nothing was paid, so nothing is owed; and a country without VAT knows none.
        (replace(_charged("0"), total=0, base_total=0, lines=[]), "DE"),
        (_charged("0"), "ZW"),
        (_charged("0"), None),
        (_charged("19", is_in_base=False), "DE"),
        (_charged("19", seller="DE"), "DE"),
        (_charged("20", "GBP"), "GB"),
        (_charged("8.1", "CHF"), "CH"),
        *((_charged(rate), "AT") for rate in ("20", "10", "13")),
        *((_charged(rate), "FR") for rate in ("20", "10", "5.5", "8.5", "2.1")),
        (_charged("9"), "NL"),
        (_charged("20", "BGN"), "BG"),
        (_charged("6"), None),
        # No currency and no rate of this country is known here.
        (_charged("15"), "ZW"),
    ],
)
def test_what_is_at_home_stays_domestic(expense: Taxed, country: str | None) -> None:
    [row] = placed(expense, country)
    assert row.key.treatment is Treatment.DOMESTIC
    assert row.figures.deductible == expense.tax


def test_a_row_without_tax_beside_one_with_tax_is_no_doubt() -> None:
    """A deposit has no tax, and the seller charges that of the country for the rest."""
    deposit = TaxLine("0", 25, 0)
    bottle = Taxed("exp_9", DAY, 1215, 190, 1215, 190, [*LUNCH.lines, deposit], currency="EUR")
    assert sum(row.figures.deductible for row in placed(bottle, "DE")) == 190


def test_a_person_says_what_a_document_does_not() -> None:
    """A farmer's rate is none of the table, and a person may say that it is deductible all the
    same.
    """
    farm = replace(
        LUNCH, tax=78, base_tax=78, total=1078, base_total=1078, lines=[TaxLine("7.8", 1000, 78)]
    )
    assert place(farm, "DE") is OpenReason.OTHER_RATE
    [row] = placed(replace(farm, decided=Decided(Treatment.DOMESTIC)))
    assert row.figures.deductible == 78
    [abroad] = placed(replace(farm, seller="AT", decided=Decided(Treatment.FOREIGN_TAX)))
    assert (abroad.figures.deductible, abroad.figures.not_deductible) == (0, 78)


@pytest.mark.parametrize(
    ("lines", "tax"),
    [
        ([], 190),
        ([], None),
        ([TaxLine(None, 1000, 190)], 190),
        ([TaxLine(None, None, 100), TaxLine("7", None, 90)], None),
        ([TaxLine("6", 500, 30)], 190),
    ],
)
def test_the_tax_of_another_country_needs_no_rate_and_no_line(
    lines: Sequence[TaxLine], tax: int | None
) -> None:
    """This country's return has no place for it, so nothing of it is asked."""
    abroad = replace(
        LUNCH, lines=lines, tax=tax, base_tax=tax, decided=Decided(Treatment.FOREIGN_TAX)
    )
    [row] = placed(abroad)
    assert row.key == Key(Treatment.FOREIGN_TAX, None)
    assert (row.figures.gross, row.figures.deductible) == (1190, 0)
    assert row.figures.tax == row.figures.not_deductible == (190 if tax or lines else 0)


def test_import_vat_needs_its_amount_alone() -> None:
    """Line 62 has no rate: section 15 (1) sentence 1 no. 2 UStG."""
    customs = replace(LUNCH, lines=[], decided=Decided(Treatment.IMPORT))
    [row] = placed(customs)
    assert (row.key.rate, row.figures.deductible) == (None, 190)
    assert place(replace(customs, tax=None, base_tax=None), "DE") is OpenReason.NO_TAX_LINES


@pytest.mark.parametrize(
    ("expense", "country", "proposed"),
    [
        (replace(LUNCH, is_in_base=False), "DE", Treatment.FOREIGN_TAX),
        (replace(LUNCH, is_in_base=False), None, Treatment.FOREIGN_TAX),
        (replace(LUNCH, seller="AT"), "DE", Treatment.FOREIGN_TAX),
        (replace(LUNCH, seller="DE", is_in_base=False), "DE", None),
        (LUNCH, "DE", None),
    ],
)
@pytest.mark.parametrize("reason", [OpenReason.NO_TAX_LINES, OpenReason.NO_TAX_RATE])
def test_an_unread_tax_from_abroad_is_most_likely_that_of_another_country(
    expense: Taxed, country: str | None, proposed: Treatment | None, reason: OpenReason
) -> None:
    likely = propose(expense, reason, country)
    assert (likely and likely.treatment) == proposed


def test_a_statement_without_an_invoice_has_no_input_tax() -> None:
    [row] = placed(replace(LUNCH, has_invoice=False))
    assert (row.figures.deductible, row.figures.not_deductible) == (0, 190)


def test_part_of_the_tax_may_not_be_deductible() -> None:
    [row] = placed(replace(LUNCH, decided=Decided(Treatment.DOMESTIC, deductible=70)))
    assert (row.figures.deductible, row.figures.not_deductible) == (133, 57)


def test_cash_is_rounded_within_its_row() -> None:
    [row] = placed(replace(LUNCH, total=1188, base_total=1188))
    assert (row.figures.net, row.figures.tax, row.figures.gross) == (998, 190, 1188)


def test_the_company_owes_the_tax_of_a_reverse_charge() -> None:
    hosting = Taxed(
        "exp_3",
        DAY,
        10_050,
        0,
        10_050,
        0,
        (),
        Decided(Treatment.EU_SERVICES, 100, Decimal(19)),
        "IE",
    )
    [row] = placed(hosting)
    assert row.figures == Figures(1, net=10_050, gross=10_050, owed=1_910, owed_deductible=1_910)


def _line(country: str, number: str, rows: dict[Key, Figures]) -> int:
    held = return_of(country, 2026)
    assert held is not None
    return next(line.amount for line in fill(held, rows, {}, unit=100) if line.number == number)


ROWS = {
    Key(Treatment.DOMESTIC, Decimal(19)): Figures(2, 1_000, 190, 1_190, 133, 57),
    Key(Treatment.FOREIGN_TAX, Decimal(20)): Figures(1, 1_000, 200, 1_200, 0, 200),
    Key(Treatment.NO_TAX, None): Figures(1, 5_000, 0, 5_000),
    Key(Treatment.EU_GOODS, Decimal(19)): Figures(
        1, 10_099, 0, 10_099, owed=1_919, owed_deductible=1_919
    ),
    Key(Treatment.EU_GOODS, Decimal(7)): Figures(
        1, -10_099, 0, -10_099, owed=-707, owed_deductible=-707
    ),
    Key(Treatment.EU_SERVICES, Decimal(19)): Figures(
        1, 20_050, 0, 20_050, owed=3_810, owed_deductible=1_905
    ),
    Key(Treatment.OTHER_SERVICES, Decimal(19)): Figures(
        1, 30_000, 0, 30_000, owed=5_700, owed_deductible=5_700
    ),
    Key(Treatment.IMPORT, Decimal(19)): Figures(1, 40_000, 7_600, 47_600, 7_600),
}


def test_lines_of_the_german_return() -> None:
    """Bases lose their cents, taxes keep them."""
    expected = {
        "89": 10_000,
        "93": -10_000,
        "95": 0,
        "98": 0,
        "46": 20_000,
        "47": 3_810,
        "84": 30_000,
        "85": 5_700,
        "66": 133,
        "61": 1_212,
        "62": 7_600,
        "67": 7_605,
    }
    assert {number: _line("DE", number, ROWS) for number in expected} == expected


def test_boxes_of_the_british_return() -> None:
    expected = {"1": 9_510, "2": 1_212, "4": 16_550, "6": 50_000, "7": 91_000, "9": 0}
    assert {number: _line("GB", number, ROWS) for number in expected} == expected


SALES = {
    SaleKey(SaleTreatment.TAXED, Decimal(19)): SaleFigures(2, 10_150, tax=1_929),
    SaleKey(SaleTreatment.TAXED, Decimal(7)): SaleFigures(1, 5_099, tax=357),
    SaleKey(SaleTreatment.TAXED, Decimal(16)): SaleFigures(1, 1_000, tax=160),
    SaleKey(SaleTreatment.EU_SERVICES): SaleFigures(1, 2_050),
    SaleKey(SaleTreatment.DOMESTIC_REVERSE): SaleFigures(1, 3_000),
    SaleKey(SaleTreatment.ABROAD): SaleFigures(1, -4_050),
    SaleKey(SaleTreatment.EXEMPT): SaleFigures(1, 700),
    SaleKey(SaleTreatment.DISBURSED): SaleFigures(1, 1_290),
}


def _filled(country: str, rows: dict[Key, Figures]) -> dict[str, int]:
    form = return_of(country, 2026)
    assert form is not None
    return {line.number: line.amount for line in fill(form, rows, SALES, unit=100)}


def test_what_was_charged_fills_its_lines_and_the_sum() -> None:
    german = _filled("DE", {})
    expected = {
        "81": 10_100,
        "86": 5_000,
        "35": 1_000,
        "36": 160,
        "21": 2_000,
        "60": 3_000,
        "45": -4_000,
        # The form reckons 19 % of 101 and 7 % of 50 euros.
        "83": 1_919 + 350 + 160,
    }
    assert {number: amount for number, amount in german.items() if amount} == expected
    both = _filled("DE", ROWS)
    owed = 1_900 - 700 + 3_810 + 5_700
    assert both["83"] == expected["83"] + owed - (133 + 1_212 + 7_600 + 7_605)


def test_what_was_charged_fills_british_boxes() -> None:
    boxes = _filled("GB", ROWS)
    assert boxes["1"] == 9_510 + 1_929 + 357 + 160
    assert boxes["3"] == boxes["1"] + boxes["2"]
    assert boxes["5"] == boxes["3"] - boxes["4"]
    assert boxes["6"] == 67_900


def test_a_year_before_the_table_has_no_return() -> None:
    assert return_of("DE", 2020) is None
    assert return_of("FR", 2026) is None


_AMOUNTS = st.integers(-10_000_000, 10_000_000)
_RATES = st.sampled_from([None, "0", "7", "7.0", "19", "20"])
_LINES = st.lists(st.builds(TaxLine, _RATES, st.none() | _AMOUNTS, _AMOUNTS), max_size=4)


@st.composite
def expenses(draw: st.DrawFn) -> Taxed:
    """Half of them agree with their lines."""
    lines = draw(_LINES)
    tax = draw(st.none() | st.just(sum(line.tax for line in lines)) | _AMOUNTS)
    total = draw(st.just(sum((line.net or 0) + line.tax for line in lines)) | _AMOUNTS)
    factor = draw(st.sampled_from([Decimal(1), Decimal("0.213"), Decimal("4.7"), Decimal(0)]))
    treatment = draw(st.none() | st.sampled_from([*Treatment]))
    decided = Decided(treatment, draw(st.integers(0, 100)), draw(st.none() | st.just(Decimal(19))))
    return Taxed(
        "exp_1",
        DAY,
        total,
        tax,
        draw(st.none() | st.just(int(total * factor))),
        None if tax is None else int(tax * factor),
        lines,
        decided,
        draw(st.sampled_from([None, "DE", "AT"])),
        is_purchase=draw(st.booleans()),
        has_invoice=draw(st.booleans()),
    )


@given(st.lists(expenses(), max_size=8), st.sampled_from([None, "DE", "GB"]))
def test_rows_add_up_to_the_expenses(given: list[Taxed], country: str | None) -> None:
    """Each expense is in the rows with all that it cost, or is an open point; never both, never in
    part.
    """
    for each in given:
        found = place(each, country)
        if isinstance(found, OpenReason):
            continue
        assert each.base_total is not None
        sums = sum((one.figures for one in found), Figures())
        assert sums.gross == each.base_total
        assert sums.net + sums.tax == sums.gross
        assert sums.deductible + sums.not_deductible == sums.tax
        if each.base_tax is not None and not sums.owed:
            assert sums.tax == each.base_tax
        assert len({one.key for one in found}) == len(found)


@given(
    st.dictionaries(
        st.builds(
            Key,
            st.sampled_from([*Treatment]),
            st.sampled_from([None, Decimal(7), Decimal(19), Decimal(5)]),
        ),
        st.builds(Figures, *[_AMOUNTS] * 8),
    )
)
def test_a_return_has_each_input_tax_once(rows: dict[Key, Figures]) -> None:
    """66, 61, 62 and 67 add up to what is deductible; so does box 4."""
    asked = {
        key: figures
        for key, figures in rows.items()
        if key.treatment not in {Treatment.NO_TAX, Treatment.FOREIGN_TAX}
    }
    whole = sum((figures.deductible + figures.owed_deductible for figures in asked.values()), 0)
    assert sum(_line("DE", number, rows) for number in ("66", "61", "62", "67")) == whole
    assert _line("GB", "4", rows) == whole


def _invoice(category: str, seller: str | None, **more: Any) -> Taxed:
    lines = [TaxLine("0", 50_000, 0, category)]
    return Taxed("exp_4", DAY, 50_000, 0, 50_000, 0, lines, seller=seller, **more)


@pytest.mark.parametrize(
    ("category", "seller", "reason", "treatment"),
    [
        # Section 13b (2) UStG: a builder in the same country.
        ("AE", "DE", OpenReason.REVERSE_CHARGE, Treatment.DOMESTIC_REVERSE),
        # Article 196 of the VAT directive.
        ("AE", "IE", OpenReason.REVERSE_CHARGE, Treatment.EU_SERVICES),
        ("AE", "US", OpenReason.REVERSE_CHARGE, Treatment.OTHER_SERVICES),
        ("K", "FR", OpenReason.EU_SUPPLY, Treatment.EU_GOODS),
        ("G", "CH", OpenReason.EXPORT_SUPPLY, Treatment.IMPORT),
        ("O", "US", OpenReason.OUTSIDE_OF_VAT, Treatment.OTHER_SERVICES),
        ("O", "IE", OpenReason.OUTSIDE_OF_VAT, Treatment.EU_SERVICES),
        ("O", None, OpenReason.OUTSIDE_OF_VAT, Treatment.OTHER_SERVICES),
        ("L", "ES", OpenReason.OTHER_TAX, Treatment.FOREIGN_TAX),
        ("M", "ES", OpenReason.OTHER_TAX, Treatment.FOREIGN_TAX),
    ],
)
def test_a_category_that_charges_no_tax_here_is_an_open_point_with_a_proposal(
    category: str, seller: str | None, reason: OpenReason, treatment: Treatment
) -> None:
    expense = _invoice(category, seller)
    assert place(expense, "DE") is reason
    proposed = propose(expense, reason, "DE")
    assert proposed is not None
    assert proposed.treatment is treatment
    assert proposed.rate == (Decimal(19) if treatment in OWED else None)
    assert not isinstance(place(replace(expense, decided=proposed), "DE"), OpenReason)


def test_a_reverse_charge_of_a_seller_anywhere_is_asked_without_a_proposal() -> None:
    """Article 196 and section 13b have other lines of the return, and the paper names neither."""
    expense = _invoice("AE", None)
    assert place(expense, "DE") is OpenReason.REVERSE_CHARGE
    assert propose(expense, OpenReason.REVERSE_CHARGE, "DE") is None


def test_what_is_outside_of_vat_at_home_is_without_tax() -> None:
    [row] = placed(_invoice("O", "DE"))
    assert row.key == Key(Treatment.NO_TAX, None)


def test_an_exempt_row_at_home_stays_at_no_rate() -> None:
    [row] = placed(_invoice("E", "DE"))
    assert row.key == Key(Treatment.DOMESTIC, Decimal(0))


def test_a_decision_holds_for_the_rows_of_a_reverse_charge_alone() -> None:
    """Scaffolding by section 13b beside drinks with tax, in one invoice."""
    lines = [TaxLine("0", 50_000, 0, "AE"), TaxLine("19", 10_000, 1_900, "S")]
    mixed = Taxed("exp_5", DAY, 61_900, 1_900, 61_900, 1_900, lines, seller="DE")
    assert place(mixed, "DE") is OpenReason.REVERSE_CHARGE
    rows = placed(replace(mixed, decided=Decided(Treatment.DOMESTIC_REVERSE, 100, Decimal(19))))
    assert {each.key: each.figures for each in rows} == {
        Key(Treatment.DOMESTIC_REVERSE, Decimal(19)): Figures(
            1, net=50_000, gross=50_000, owed=9_500, owed_deductible=9_500
        ),
        Key(Treatment.DOMESTIC, Decimal(19)): Figures(
            1, net=10_000, tax=1_900, gross=11_900, deductible=1_900
        ),
    }
