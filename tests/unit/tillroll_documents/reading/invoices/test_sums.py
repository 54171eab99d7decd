"""Totals of invoices: tax that is included, items that confirm, headings that are none of a sum."""

from collections.abc import Sequence

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.sheet import Sheet
from tillroll_documents.reading.invoices.sums import Sums, find_sums
from tillroll_documents.reading.page import Page


def sums(*lines: str) -> Sums:
    return find_sums(Sheet(Page.of(Transcript.from_text("\n".join(lines)))))


def total(found: Sums) -> int | None:
    return None if found.total is None else found.total.value


@pytest.mark.parametrize(
    "lines",
    [
        ("Summe   119,00", "darin enthalten 19 % USt   19,00"),
        ("Grand total:  119.00", "includes VAT at 19%:   19.00"),
        ("Montant TTC   119,00 €", "dont TVA 19 %   19,00 €"),
        ("Importo totale      IVA 19% inclusa", "Euro 119,00         Euro 19,00"),
        ("Rechnungsbetrag:  EUR 119,00", "inkl. MwSt 19 %:   EUR 19,00"),
    ],
)
def test_a_tax_at_its_rate_confirms_the_total_that_includes_it(lines: Sequence[str]) -> None:
    found = sums(*lines)
    assert (total(found), found.is_sure) == (11_900, True)


@pytest.mark.parametrize("tax", ["18,00", "19,50"])
def test_another_tax_confirms_nothing(tax: str) -> None:
    assert not sums("Summe   119,00", f"darin enthalten 19 % USt   {tax}").is_sure


def test_small_totals_are_not_confirmed_by_a_tax_alone() -> None:
    assert not sums("Summe   1,19", "darin enthalten 19 % USt   0,19").is_sure


def test_the_heading_of_a_column_of_items_is_no_label_of_a_sum() -> None:
    found = sums(
        "Description    Quantity    Amount",
        "Paper   1   6.04",
        "Pens    2   3.96",
        "Amount   10.00",
    )
    assert total(found) == 1_000


def test_an_item_that_includes_something_is_no_gross_amount() -> None:
    found = sums(
        "Heckenschnitt inkl. Entsorgung   389,10",
        "Summe   2.820,43",
        "darin enthalten 20 % USt   470,07",
    )
    assert (total(found), found.is_sure) == (282_043, True)


def test_what_is_left_to_pay_is_not_the_total() -> None:
    found = sums(
        "Totale imponibile    Totale I.V.A. 22%    Totale          Già pagato        Da pagare",
        "Euro 9667,63         Euro 2126,88         Euro 11794,51   -Euro 3538,35     Euro 8256,16",
    )
    assert (total(found), found.is_sure) == (1_179_451, True)


@pytest.mark.parametrize(
    "said", ["Not registered for VAT.", "Steuerschuldnerschaft des Leistungsempfängers", ""]
)
def test_without_tax_the_items_must_make_the_total(said: str) -> None:
    assert sums("Amount   120.00", said).needs_items is bool(said)


def test_a_sum_above_is_no_heading_of_the_tax_below() -> None:
    found = sums(
        "Office chair          70.00",
        "        Subtotal   $ 112.00",
        "Truffles             150.90",
        "        Subtotal   $ 150.90",
        "        Subtotal   $ 262.90",
        "        Tax 15% on $ 112.90     $ 16.94",
        "        Total                  $ 279.84",
    )
    assert (total(found), found.is_sure) == (27_984, True)
    assert found.tax is not None
    assert found.tax.value == 1_694


def test_the_tax_beside_the_sums_counts_where_each_item_names_a_rate() -> None:
    items = [f"Item {number}    1 pc   19 % VAT (S)    {number}0,00" for number in range(1, 9)]
    found = sums(
        *items, "Rechnungssumme ohne USt.   360,00", "Steuerbetrag   68,40", "Bruttosumme   428,40"
    )
    assert (total(found), found.is_sure) == (42_840, True)
    assert not sums(
        *items, "Rechnungssumme ohne USt.   360,00", "Steuerbetrag   67,40", "Bruttosumme   428,40"
    ).is_sure


def test_a_minus_before_a_currency_is_of_the_amount_behind_it() -> None:
    heads = "Net amount     VAT (20%)    Total       Less interim invoice     Outstanding"
    found = sums(heads, "£ 3,661.00     £ 732.20     4,393.20 -£ 1,054.37            £ 3,338.83")
    assert total(found) == 439_320
    assert total(sums("Net  100.00-", "VAT 20%  20.00-", "Total  120.00-")) == -12_000


@pytest.mark.parametrize(
    "other", ["1251,86 Bildretusch", "1251.86 Bildretusch", "Capital social 5.000,00"]
)
@pytest.mark.parametrize("money", ["", "€ "])
def test_thousands_in_spaces_stay_together_in_sums_whatever_else_is_printed(
    other: str, money: str
) -> None:
    # Without its thousands each amount adds up as well.
    found = sums(
        other,
        f"Netto         {money}29 088,14",
        f"Moms (25%)     {money}7 272,04",
        f"Att betala    {money}36 360,18",
    )
    assert (total(found), found.is_sure) == (3_636_018, True)


def test_a_quantity_beside_its_price_is_no_thousand() -> None:
    page = Page.of(Transcript.from_text("Paper   3 100,00   300,00\nTotal\n1.300,00"))
    assert [[each.value for each in amounts] for amounts in Sheet(page).amounts] == [
        [10_000, 30_000],
        [],
        [130_000],
    ]


_OF_TWO_RATES = (
    "Netto 10%: 122,73   USt 10%: 12,27",
    "Netto 0%: {free}",
    "Gesamtbetrag EUR 138,00",
)


@pytest.mark.parametrize(("free", "is_sure"), [("3,00", True), ("3,10", False)])
def test_all_net_amounts_and_taxes_together_confirm_the_total(free: str, is_sure: bool) -> None:
    found = sums(*(line.format(free=free) for line in _OF_TWO_RATES))
    assert (total(found), found.is_sure) == (13_800, is_sure)
