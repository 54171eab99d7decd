"""A model's answer is read as its type: from JSON alone, or from the fence that it stands in."""

import pytest

from tests.support.growth import assert_linear
from tillroll_durable.ai.chat import ModelWords
from tillroll_durable.ai.typed import TypedAnswer
from tillroll_durable.platform.bindings.http import AnswerUnfit

_ANSWER = TypedAnswer("think", dict[str, int])


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '```json\n{"a": 1}\n```',
        '```\n{"a": 1}\n```',
        'Here it is: ```json  \r\n\n{"a": 1}\r\n\n  ``` and so on',
        '```\n{"a":\n 1}\n```\n```\n{"b": 2}\n```',
    ],
)
def test_an_answer_is_read_with_and_without_a_fence(text: str) -> None:
    _ANSWER.check(ModelWords(text))
    assert _ANSWER.read(text) == {"a": 1}


@pytest.mark.parametrize("text", ['```json\n{"a": 1}', '{"a": 1}\n```', "```", "```\n```", ""])
def test_a_fence_that_does_not_end_is_none(text: str) -> None:
    with pytest.raises(AnswerUnfit):
        _ANSWER.check(ModelWords(text))


@pytest.mark.parametrize(
    ("before", "part"), [("```\n", "\n"), ("", "```\n"), ("```json", " "), ("", "```\n \n")]
)
def test_what_a_model_says_takes_linear_time(before: str, part: str) -> None:
    """Eight thousand lines took four minutes once."""

    def refuse(count: int) -> None:
        with pytest.raises(AnswerUnfit):
            _ANSWER.check(ModelWords(before + part * count))

    assert_linear(refuse, 100_000)
