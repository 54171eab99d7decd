"""The items of a printed invoice: rows of its table that add up to a printed sum."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.lines import find_items
from tillroll_documents.reading.invoices.sheet import Sheet
from tillroll_documents.reading.invoices.sums import find_sums
from tillroll_documents.reading.page import Page

HEAD = "Pos  Beschreibung                 Menge   Einzelpreis      Gesamt"
SUMS = (
    "                                Nettobetrag                100,00",
    "                                USt 19 %                    19,00",
    "                                Rechnungsbetrag            119,00",
)
ROWS = (
    "1    Wandfarbe, weiss                 2         20,00       40,00",
    "2    Pinsel                           3         20,00       60,00",
)


def items(*lines: str) -> list[tuple[str, str | None, str | None, str]]:
    sheet = Sheet(Page.of(Transcript.from_text("\n".join(lines))))
    found = find_items(sheet, find_sums(sheet).printed)
    return [(each.description, each.quantity, each.unit_price, each.amount) for each in found]


def test_rows_below_the_headings_are_the_items() -> None:
    assert items(HEAD, *ROWS, *SUMS) == [
        ("Wandfarbe, weiss", "2", "20.00", "40.00"),
        ("Pinsel", "3", "20.00", "60.00"),
    ]


def test_a_description_goes_on_below() -> None:
    rows = (ROWS[0], "     deckend, 5 l", ROWS[1])
    assert [each[0] for each in items(HEAD, *rows, *SUMS)] == [
        "Wandfarbe, weiss deckend, 5 l",
        "Pinsel",
    ]


def test_what_is_carried_to_the_next_page_is_no_item() -> None:
    carried = ("     Übertrag                                             40,00",)
    assert len(items(HEAD, ROWS[0], *carried, HEAD, *carried, ROWS[1], *SUMS)) == 2


@pytest.mark.parametrize(
    "row",
    [
        "1    Wandfarbe    2    20,00    40,00    47,60",
        "1    Wandfarbe    2    20,00    40,00    19 %   47,60",
    ],
)
def test_the_tax_or_gross_amount_may_stand_behind(row: str) -> None:
    other = row.replace("40,00", "60,00").replace("47,60", "71,40")
    assert [each[3] for each in items(HEAD, row, other, *SUMS)] in (
        ["40.00", "60.00"],
        ["47.60", "71.40"],
    )


def test_prices_below_and_texts_beside_the_table_are_no_items() -> None:
    rows = (ROWS[0] + "      GB: Amt", "     2 x 20,00", ROWS[1], "     3 x 20,00")
    assert [each[3] for each in items(HEAD, *rows, *SUMS)] == ["40.00", "60.00"]


def test_a_space_parts_quantity_and_price_where_points_group_thousands() -> None:
    row = "Parkering                          12 100,00      1.200,00"
    sums = (
        "Netto                                            1.200,00",
        "I alt            1.200,00",
    )
    assert [each[3] for each in items("Ydelse      Antal    Pris       Beløb", row, *sums)] == [
        "1200.00"
    ]


def test_rows_without_headings_are_items_above_their_sum() -> None:
    assert [each[3] for each in items("Rechnung", *ROWS, *SUMS)] == ["40.00", "60.00"]


@pytest.mark.parametrize("rows", [ROWS[:1], (*ROWS, ROWS[0])])
def test_rows_that_make_no_sum_are_not_believed(rows: Sequence[str]) -> None:
    assert items(HEAD, *rows, "Rechnungsbetrag   118,00") == []


def test_sums_are_no_items() -> None:
    assert items("Beschreibung    Betrag", *SUMS) == []


@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=12))
def test_items_make_the_sum_whatever_they_cost(amounts: list[int]) -> None:
    rows = [
        f"{number}    Ware {chr(65 + number)}x      {amount / 100:.2f}"
        for number, amount in enumerate(amounts)
    ]
    total = f"Total amount       {sum(amounts) / 100:.2f}"
    found = items("No   Description        Amount", *rows, total)
    made = 0
    for count, amount in enumerate(amounts, start=1):
        made += amount
        if made == sum(amounts):
            assert len(found) == count
            break
    assert sum(round(float(each[3]) * 100) for each in found) == sum(amounts)
