"""Where less or more was charged than the total, a person is asked, and what was charged is proposed."""

import pytest

from tests.unit.tillroll_documents.reading.papers.payments import ACCEPTED, ASKED, Paid
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read


@pytest.mark.parametrize("paper", ASKED, ids=lambda paper: paper.name)
def test_what_was_charged_is_accepted_or_asked_about(paper: Paid) -> None:
    reading = read(Transcript.from_text(paper.text))
    assert not reading.accepted or reading.extraction.total.value == paper.charged


@pytest.mark.parametrize("paper", ACCEPTED, ids=lambda paper: paper.name)
def test_a_paid_bill_is_accepted(paper: Paid) -> None:
    reading = read(Transcript.from_text(paper.text))
    assert reading.accepted, reading.reasons
    assert reading.extraction.total.value == paper.charged
