"""Chat models answer in several shapes, as recorded from Workers AI's documentation and OpenAI-compatible servers."""

from typing import Any

import pytest

from tillroll.platform.bindings.models import ModelError
from tillroll.receipts.transcription import ChatAnswer, read_answer

USAGE: dict[str, Any] = {"prompt_tokens": 812, "completion_tokens": 97, "total_tokens": 909}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            {"choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}], "usage": USAGE},
            ChatAnswer("Hi", input_tokens=812, output_tokens=97),
            id="chat completion",
        ),
        pytest.param(
            {"choices": [{"message": {"content": "Hi"}, "finish_reason": "length"}]},
            ChatAnswer("Hi", is_cut_off=True),
            id="cut off",
        ),
        pytest.param(
            {"choices": [{"message": {"content": [{"type": "text", "text": "H"}, {"type": "text", "text": "i"}]}}]},
            ChatAnswer("Hi"),
            id="in parts",
        ),
        pytest.param({"response": "Hi", "usage": USAGE}, ChatAnswer("Hi", False, 812, 97), id="older shape"),
        pytest.param({"response": {"a": 1}}, ChatAnswer('{"a":1}'), id="older JSON mode"),
        pytest.param({"response": "Hi", "usage": {"prompt_tokens": None}}, ChatAnswer("Hi"), id="tokens not counted"),
    ],
)
def test_a_known_shape_is_read(answer: dict[str, Any], expected: ChatAnswer) -> None:
    assert read_answer(answer) == expected


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param({}, "no text", id="a stream, which has no keys in JSON"),
        pytest.param({"choices": []}, "no text", id="no choices"),
        pytest.param({"choices": [{"delta": {"content": "H"}}]}, "no text", id="one event of a stream"),
        pytest.param({"choices": [{"message": {"content": None}}]}, "no text", id="null"),
        pytest.param({"choices": [{"message": {"content": None, "refusal": "I cannot"}}]}, "refused", id="a refusal"),
        pytest.param({"response": None}, "no text", id="an older null"),
        pytest.param({"response": 12}, "no text", id="a number"),
        pytest.param({"choices": "soon"}, "no text", id="a wrong type"),
    ],
)
def test_another_shape_is_an_error_worth_another_attempt(answer: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError, match=says) as caught:
        read_answer(answer)
    assert caught.value.is_retryable
