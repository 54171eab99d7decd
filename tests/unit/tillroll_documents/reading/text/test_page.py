"""A page is searched in one go, and what is found stands on the line where it was printed."""

import re

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.dates import find_dates


def page_of(text: str) -> Page:
    return Page.of(Transcript.from_text(text))


def test_what_a_pattern_matches_is_found_with_its_line() -> None:
    page = page_of("A 1\n\nB  22\nC")
    found = [
        (line.index, match.start() - begin, match[0])
        for line, begin, match in page.search(re.compile(r"\d+"))
    ]
    assert found == [(0, 2, "1"), (2, 3, "22")]


def test_folded_words_are_found_on_their_line_though_folding_makes_them_longer() -> None:
    page = page_of("GRÖSSE ß ½\nMÄRZ")
    assert [line.index for line in page.lines_with(re.compile("marz"))] == [1]


def test_concepts_stand_on_their_lines_and_no_phrase_goes_over_the_end_of_one() -> None:
    page = page_of("Bread\nCASH\nCHANGE  1.00")
    assert [page.named(line) for line in page.lines] == [
        frozenset(),
        {Concept.CASH},
        {Concept.CHANGE},
    ]
    assert [(found.start, found.end) for found in page.found(page.lines[2])] == [(0, 6)]
    assert page.naming(Concept.CASH, Concept.CHANGE) == [*page.lines[1:]]


@pytest.mark.parametrize("headings", ["Description  Price", "QTY ITEM AMOUNT PRICE"])
def test_headings_of_goods_are_two_or_more(headings: str) -> None:
    page = page_of(f"{headings}\nPrice 3.00")
    assert [page.heads_goods(line) for line in page.lines] == [True, False]


@pytest.mark.parametrize(
    "printed",
    [
        "23/03/18",
        "2018-03-23",
        "16 / 04 / 2018",
        "I2.O3.2018",
        "3.4.2018 ",
        "2018年3月23日",
        "20180323  9:15",
        "23 MAR 2018",
        "23MAR18",
        "Mar 23, 2018",
        "Feb23'19 10:23AM",
        "Feb2319~10:23AM",
        "Ju116'17 08:15PM",
        "0ct 5, 2017",
        "SEPT. 5, 2017",
        "2018 Mar 5",
        "5th of March 2018",
        "5 August 2018",
        "JUN 24 20:49:53 2018",
        "DEC13'21 1:00",
    ],
)
def test_every_date_has_a_sign_by_which_its_line_is_looked_at(printed: str) -> None:
    page = page_of(f"Shop\nSold: {printed}\nThanks")
    line = page.lines[1]
    assert page.dates(line) == find_dates(line.plain, page.months)
    assert page.dates(line)
