"""A decision model's probabilities: they make a value surer or have a person asked, and change
none.
"""

import pytest

from tests.unit.tillroll_documents.reading.opinions.test_second_opinion import (
    UNSURE,
    answer,
    asked,
    understood,
)
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.opinions.second_opinion import InvalidAnswer
from tillroll_documents.reading.opinions.third_voice import confirm, parse_answer, request

SURE = {"merchant": 0.95, "date": 0.99, "total": 0.91}


def test_the_questions_hold_the_values_and_the_print_as_data() -> None:
    requested = request(
        Transcript.from_text(UNSURE),
        understood(UNSURE).extraction,
        "@cf/x/clef-flash",
        is_invoice=False,
    )
    assert requested["model"] == "clef-flash"
    questions = requested["questions"]
    assert isinstance(questions, dict)
    total = questions["total"]
    assert isinstance(total, dict)
    instructions = total["instructions"]
    assert isinstance(instructions, dict)
    assert (total["type"], instructions["value"]) == ("noul", "9.00 GBP")


def test_what_all_three_say_is_surer() -> None:
    before, agreed = understood(UNSURE), asked(UNSURE, answer())
    after = confirm(agreed, before, SURE)
    assert after.accepted
    assert after.extraction.total.confidence > agreed.extraction.total.confidence
    assert after.extraction.total.reasons[-1].code == "decision_agrees"


@pytest.mark.parametrize("likely", [SURE | {"date": 0.89}, {"total": 1.0}, {}])
def test_one_doubt_asks_a_person_as_before(likely: dict[str, float]) -> None:
    before, agreed = understood(UNSURE), asked(UNSURE, answer())
    after = confirm(agreed, before, likely)
    assert not after.accepted
    assert after.reasons == (*before.reasons, "model_disagrees")
    assert after.extraction == agreed.extraction


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"total": {"noul": 2}}', '{"total": 0.9}', '{"total": {"noul": true}}'],
)
def test_what_is_no_probability_is_refused(text: str) -> None:
    with pytest.raises(InvalidAnswer):
        parse_answer(text)


def test_probabilities_are_read_by_field() -> None:
    assert parse_answer('{"total": {"type": "noul", "noul": 1}}') == {"total": 1.0}
