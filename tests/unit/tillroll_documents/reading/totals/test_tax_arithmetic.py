"""What a line of tax comes to tells its parts: the rate of the net
amount is the tax, and both are the gross amount. So tills print them in
Germany and Austria, whose rates are those of § 12 UStG and § 10 UStG 1994.
"""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading, read

HAMBURG = "Ristorante Da Marco\nDeichstr. 25\n20459 Hamburg\n26.10.2026  13:15\n"
VIENNA = "Taxi 40100\n1030 Wien\nATU44444445\n22.10.2026 08:55\n"
KAJANG = "LIM AH KOW TRADING SDN BHD\n43000 Kajang, Selangor\nTax Invoice\nDate 20/03/2018\n"
TAX_DOUBTS = {ReviewReason.TAX_UNREAD.value, ReviewReason.TAX_CONTRADICTS.value}


def of(text: str) -> Reading:
    return read(Transcript.from_text(text))


def lines(text: str) -> list[tuple[str | None, str | None, str]]:
    return [(each.rate, each.net, each.tax) for each in of(text).extraction.tax_lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                f"{HAMBURG}Super E10  76,79 EUR\nGESAMT  76,79 EUR\n"
                "MwSt 19%  Netto   64,53\n          Steuer  12,26\nZahlung: EC-Karte"
            ),
            [("19", "64.53", "12.26")],
        ),
        (
            (
                f"{HAMBURG}Mittagsmenue  57,50\nWasser  7,80\nSumme EUR  65,30\n"
                "A 7%  Netto 53,74 St. 3,76\nB 19% Netto  6,55 St. 1,25\nBAR  65,30"
            ),
            [("7", "53.74", "3.76"), ("19", "6.55", "1.25")],
        ),
        (
            (
                f"{VIENNA}Fahrpreis  EUR 27,50\n10% USt aus 27,50 = 2,50\n"
                "Netto  EUR 25,00\nBAR BEZAHLT  EUR 27,50"
            ),
            [("10", "25.00", "2.50")],
        ),
        (
            (
                f"{KAJANG}Total Sales Inclusive GST :  26.82\nRounding Adjustment:  -0.02\n"
                "Amount To Be Paid:  26.80\nCash  50.00\nChange  23.20\nGST Summary\n"
                "Tax Code  %    Taxable Amount    GST\nSR    6.00          25.30     1.52"
            ),
            [("6", "25.30", "1.52")],
        ),
        (
            (
                f"{KAJANG}Total Amount:  212.00\nCash  212.00\nGST Summary\n"
                "Tax Code  %    Taxable Amount    GST\nSR    6.00          200.00     12.00"
            ),
            [("6", "200.00", "12.00")],
        ),
    ],
)
def test_the_parts_of_a_printed_tax_are_told(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert lines(text) == expected
    assert not TAX_DOUBTS & {*of(text).reasons}


def test_a_lost_rate_is_the_only_legal_one_that_fits() -> None:
    text = f"{HAMBURG}GESAMT  76,79 EUR\nNetto   64,53\nSteuer  12,26\nBAR  76,79"
    assert lines(text) == [("19", "64.53", "12.26")]


def test_a_rate_that_two_laws_allow_is_not_guessed() -> None:
    """In so small a sum the tax of 5 and of 7 % are both one cent."""
    text = f"{HAMBURG}GESAMT  0,16 EUR\nNetto   0,15\nSteuer  0,01\nBAR  0,16"
    assert [rate for rate, _, _ in lines(text)] == [None]


def test_a_net_amount_that_does_not_fit_its_rate_is_asked_about() -> None:
    text = f"{HAMBURG}GESAMT  76,79 EUR\nMwSt 19%  Netto 64,53  Steuer 10,26\nBAR  76,79"
    assert ReviewReason.TAX_CONTRADICTS.value in of(text).reasons


def test_a_printed_tax_whose_word_nobody_knows_is_asked_about() -> None:
    text = f"{HAMBURG}Summe EUR  65,30\nA 7%  Netto 51,74 St. 3,16\nBAR  65,30"
    assert TAX_DOUBTS & {*of(text).reasons}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _german(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


FORMS = (
    "MwSt {r}%  Netto {n}  Steuer {t}",
    "MwSt {r}%  Netto {n}\n     Steuer {t}",
    "{r}% Netto {n} St. {t}",
    "{r} % USt aus {g} = {t}",
    "Netto {n}\nMwSt {r}% {t}",
    "inkl. {r}% MwSt {t} aus {g}",
    "MwSt {r}% {n} {t} {g}",
    "MwSt {r}% {g} {n} {t}",
)


@given(
    st.sampled_from(FORMS),
    st.sampled_from(["7", "19"]),
    st.decimals(Decimal(20), Decimal(900), places=2),
)
def test_each_printed_form_of_a_tax_is_read_or_asked_about(
    form: str, rate: str, gross: Decimal
) -> None:
    tax = _cents(gross * Decimal(rate) / (100 + Decimal(rate)))
    net = gross - tax
    row = form.format(r=rate, n=_german(net), t=_german(tax), g=_german(gross))
    text = f"{HAMBURG}Menue  {_german(gross)}\nSumme EUR  {_german(gross)}\n{row}\n"
    assert lines(text) == [(rate, f"{net:.2f}", f"{tax:.2f}")]
