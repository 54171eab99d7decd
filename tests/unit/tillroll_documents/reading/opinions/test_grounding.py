"""A value stands in the transcript, or it does not: numbers, dates and spaces are compared by what
they mean.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.money import decimal_string
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.opinions.second_opinion import Grounds
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.recognition import merchant_key

RECEIPT = """\
PINE  BOOKS & CO.
Café Größe, 12 High Street
Date: 25/05/2024 10:00
Due 4 June 2024
Atlas   £1,234.50
Tea  £4.00
TOTAL  £1,238.50
VAT 20%  £206.42
"""


def grounds(text: str = RECEIPT, currency: str = "GBP") -> Grounds:
    return Grounds(Page.of(Transcript.from_text(text)), currency)


@pytest.mark.parametrize(
    ("field", "value", "found", "line", "printed"),
    [
        ("total", "1238.50", "1238.50", 6, "£1,238.50"),
        ("total", "1,238.50", "1238.50", 6, "£1,238.50"),
        ("total", "£1238.5", "1238.50", 6, "£1,238.50"),
        ("tax", "206.42", "206.42", 7, "£206.42"),
        ("date", "2024-05-25", "2024-05-25", 2, "25/05/2024"),
        ("date", "4 Jun 2024", "2024-06-04", 3, "4 June 2024"),
        ("merchant", "Pine Books", "PINE BOOKS", 0, "PINE  BOOKS"),
        ("merchant", "cafe grosse", "Café Größe", 1, "Café Größe"),
        ("currency", "gbp", "GBP", 4, "£"),
    ],
)
def test_what_is_printed_stands(
    field: str, value: str, found: str, line: int, printed: str
) -> None:
    standing = grounds().find(field, value, claimed=line)
    assert standing is not None
    text, evidence = standing
    assert (text, evidence.line) == (found, line)
    assert evidence.text[evidence.start : evidence.end] == printed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("total", "1238.51", id="a cent more"),
        pytest.param("total", "238.50", id="a part of a number"),
        pytest.param("total", "1.2e3", id="another notation"),
        pytest.param("total", "", id="no number"),
        pytest.param("total", "about 12", id="no amount"),
        pytest.param("date", "2024-05-26", id="another day"),
        pytest.param("date", "2024-25-05", id="no day at all"),
        pytest.param("date", "yesterday", id="no date"),
        pytest.param("merchant", "Pine Bookshop", id="another name"),
        pytest.param("merchant", "&", id="no letters"),
        pytest.param("currency", "EUR", id="a currency that is not printed"),
        pytest.param("currency", "pounds", id="no code"),
    ],
)
def test_what_is_not_printed_does_not_stand(field: str, value: str) -> None:
    assert grounds().find(field, value, claimed=0) is None


def test_a_wrong_line_number_leads_to_the_nearest_place() -> None:
    twice = "TOTAL  £4.00\nabc\nabc\nabc\nCARD  £4.00"
    places = [grounds(twice).find("total", "4.00", claimed) for claimed in (0, 1, 3, 4, 99)]
    assert [place[1].line for place in places if place] == [0, 0, 4, 4, 4]


@given(
    st.integers(min_value=1, max_value=99_999_999), st.integers(min_value=1, max_value=99_999_999)
)
def test_an_amount_stands_exactly_where_it_is_printed(printed: int, claimed: int) -> None:
    text = f"TOTAL  £{decimal_string(printed, 2)}"
    found = grounds(text).find("total", decimal_string(claimed, 2), claimed=0)
    assert (found is not None) is (printed == claimed)


def test_names_are_the_same_whatever_their_case_accents_and_signs() -> None:
    assert merchant_key("Café Größe, Ltd.") == merchant_key("CAFE  GROSSE LTD")
    assert merchant_key("Cafe Grosse") != merchant_key("Cafe Gross")
