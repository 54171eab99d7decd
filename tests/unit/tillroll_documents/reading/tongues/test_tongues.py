"""Papers in other tongues, written from laws and tills before the rules: most are read, and none is
accepted and wrong."""

from dataclasses import replace

import pytest

from bench.tongues.papers import TODAY, Paper, invoices, labelled, letters, no_receipts, papers
from bench.tongues.reading import Outcome, outcome
from bench.tongues.tongue import Tongue, tongues
from tests.support.campaigns import IS_WHOLE
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

pytestmark = pytest.mark.campaign
_STEP = 1 if IS_WHOLE else 7
"""Of 20 papers, three are read in `make test`."""

_OF_EACH_START = frozenset({"nb", "tr"})
"""Languages whose photographed letters are read by the rules of those that each start reads."""


def _some(tongue: Tongue) -> list[Paper]:
    written = [*papers(tongue)]
    first = sum(map(ord, tongue.code)) % _STEP
    return written[first::_STEP]


def _missed(outcomes: list[Outcome]) -> list[str]:
    return [each.paper.name for each in outcomes if not (each.is_total_right and each.is_day_right)]


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_four_of_five_totals_and_days_are_read(tongue: Tongue) -> None:
    outcomes = [outcome(paper) for paper in _some(tongue)]
    missed = _missed(outcomes)
    assert len(missed) * 5 <= len(outcomes), missed


@pytest.mark.parametrize("currency", [None, "EUR", "USD"])
@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_none_is_accepted_and_wrong(tongue: Tongue, currency: str | None) -> None:
    written = [*_some(tongue), *invoices(tongue), *[*no_receipts(tongue)][::_STEP]]
    outcomes = [outcome(paper, currency) for paper in written]
    assert [each.paper.name for each in outcomes if each.is_wrongly_accepted] == []


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_what_is_no_receipt_is_asked(tongue: Tongue) -> None:
    outcomes = [outcome(paper) for paper in [*no_receipts(tongue)][::_STEP]]
    assert [each.paper.name for each in outcomes if each.reading.accepted] == []


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_the_day_due_is_read_in_each_tongue(tongue: Tongue) -> None:
    outcomes = [outcome(paper) for paper in invoices(tongue)]
    assert [each.paper.name for each in outcomes if not each.is_due_right] == []


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_a_receipt_has_no_day_due(tongue: Tongue) -> None:
    outcomes = [outcome(paper) for paper in _some(tongue)]
    assert [each.paper.name for each in outcomes if not each.is_due_right] == []


def _names_buyer(reading: Reading) -> bool:
    return "Nordwind" in (reading.extraction.merchant.value or "")


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_no_letter_is_accepted_with_its_buyer_for_the_seller(tongue: Tongue) -> None:
    written = [*letters(tongue)]
    as_pages = [outcome(paper, "EUR").reading for paper in written]
    as_photos: list[Reading] = []
    if tongue.code not in _OF_EACH_START:
        as_photos = [read(Transcript.from_text(paper.text), today=TODAY) for paper in written]
    readings = [*as_pages, *as_photos]
    assert [each for each in readings if each.accepted and _names_buyer(each)] == []


_ACCEPTED = frozenset(
    ("bg", "el", "et", "fi", "hr", "ko", "lt", "lv", "ru", "sl", "th", "uk", "zh", "zh-tw")
)
"""Languages of which each labelled invoice is read to the end; of others, amounts or currencies are
asked."""


@pytest.mark.parametrize("tongue", tongues(), ids=lambda tongue: tongue.code)
def test_labels_tell_seller_and_buyer(tongue: Tongue) -> None:
    wrong: list[str] = []
    accepted = 0
    written = [*labelled(tongue)]
    some = written if IS_WHOLE else written[sum(map(ord, tongue.code)) % 5 :: 5]
    for paper, seller in some:
        result = outcome(paper)
        accepted += result.reading.accepted
        is_seller = result.reading.extraction.merchant.value == seller
        if result.is_wrongly_accepted or (result.reading.accepted and not is_seller):
            wrong.append(paper.text)
    assert wrong == []
    assert accepted == len(some) or tongue.code not in _ACCEPTED


@pytest.mark.parametrize("below", ["XXX {paid}\n{pay} {rest}", "XXX -{paid}", "{total} {rest}"])
def test_what_was_paid_before_is_asked_in_each_tongue(below: str) -> None:
    accepted: list[str] = []
    for tongue in tongues():
        if tongue.code not in _ACCEPTED:
            continue
        paper, _ = next(labelled(tongue))
        assert paper.total is not None
        paid = paper.total // 3
        rest = tongue.amount(paper.total - paid)
        more = below.format(
            paid=tongue.amount(paid), pay=tongue.word("pay"), total=tongue.word("total"), rest=rest
        )
        result = outcome(replace(paper, text=f"{paper.text}\n{more}"))
        if result.reading.accepted:
            accepted.append(paper.name)
    assert accepted == []
