"""On a letter, the buyer is never accepted as the seller."""

from datetime import date

import pytest

from tests.support.campaigns import some_of_campaign
from tests.unit.tillroll_documents.reading.papers.letters import Letter, letters, with_web_address
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page

pytestmark = pytest.mark.campaign
_TODAY = date(2026, 11, 27)


def _read(letter: Letter) -> Reading:
    page = Page.of(Transcript.from_text(letter.text))
    return read_printed(page, today=_TODAY) or read_page(page, today=_TODAY)


def test_no_buyer_is_accepted_as_the_seller() -> None:
    wrong: list[str] = []
    for letter in some_of_campaign([*letters()]):
        for each in (letter, with_web_address(letter)):
            reading = _read(each)
            if reading.accepted and reading.extraction.merchant.value != letter.seller:
                wrong.append(
                    f"{letter.layout}: {reading.extraction.merchant.value} for {letter.seller}"
                )
    assert wrong == []
