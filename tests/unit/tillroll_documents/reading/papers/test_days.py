"""No paper is accepted with another day than that of the purchase."""

from collections.abc import Iterable

from tests.unit.tillroll_documents.reading.papers.days import (
    TODAY,
    Dated,
    dollars_elsewhere,
    other_days,
    years_of_others,
)
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read


def _read(paper: Dated) -> Reading:
    return read(Transcript.from_text(paper.text), default_currency=paper.default, today=TODAY)


def _wrong(papers: Iterable[Dated]) -> list[str]:
    wrong: list[str] = []
    for paper in papers:
        reading = _read(paper)
        if reading.accepted and reading.extraction.date.value != paper.day:
            wrong.append(f"{paper.name}: {reading.extraction.date.value}")
    return wrong


def test_dollars_do_not_tell_the_order_outside_the_united_states() -> None:
    assert _wrong(dollars_elsewhere()) == []


def test_years_of_other_calendars_are_read_or_asked_about() -> None:
    assert _wrong(years_of_others()) == []


def test_another_day_on_the_paper_is_not_the_purchase() -> None:
    assert _wrong(other_days()) == []


def test_most_of_these_days_are_read_right() -> None:
    papers = [*dollars_elsewhere(), *years_of_others(), *other_days()]
    right = [paper.name for paper in papers if _read(paper).extraction.date.value == paper.day]
    assert len(right) * 10 >= len(papers) * 8
