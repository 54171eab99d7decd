"""Chat models answer in several shapes, as recorded from Workers AI's documentation and
OpenAI-compatible servers.
"""

from typing import Any

import pytest

from tests.support.cloudflare_failures import CUT_ANSWERS, PublishedAnswer
from tillroll.receipts.chat_answers import ChatAnswer, read_answer
from tillroll_durable.platform.bindings.models import ModelError

USAGE: dict[str, Any] = {"prompt_tokens": 812, "completion_tokens": 97, "total_tokens": 909}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            {
                "choices": [
                    {"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}
                ],
                "usage": USAGE,
            },
            ChatAnswer("Hi", "stop", 812, 97),
            id="chat completion",
        ),
        pytest.param(
            {"choices": [{"message": {"content": "Hi"}, "finish_reason": "length"}]},
            ChatAnswer("Hi", "length"),
            id="cut off",
        ),
        pytest.param(
            {
                "choices": [
                    {
                        "message": {
                            "content": [
                                {"type": "text", "text": "H"},
                                {"type": "text", "text": "i"},
                            ]
                        }
                    }
                ]
            },
            ChatAnswer("Hi"),
            id="in parts",
        ),
        pytest.param(
            {"response": "Hi", "usage": USAGE}, ChatAnswer("Hi", None, 812, 97), id="older shape"
        ),
        pytest.param({"response": {"a": 1}}, ChatAnswer('{"a":1}'), id="older JSON mode"),
        pytest.param(
            {
                "choices": [
                    {"message": {"content": None, "reasoning": "First"}, "finish_reason": "length"}
                ]
            },
            ChatAnswer("", "length", has_text=False),
            id="null, since all was thought",
        ),
        pytest.param(
            {"choices": [{"message": {"content": None}}]}, ChatAnswer("", has_text=False), id="null"
        ),
        pytest.param({"response": None}, ChatAnswer("", has_text=False), id="an older null"),
        pytest.param({"choices": [{"message": {"content": ""}}]}, ChatAnswer(""), id="empty"),
        pytest.param(
            {"choices": [{"message": {"content": None, "refusal": "I cannot"}}]},
            ChatAnswer("", has_text=False, refusal="I cannot"),
            id="a refusal",
        ),
        pytest.param(
            {"response": "Hi", "usage": {"prompt_tokens": None}},
            ChatAnswer("Hi"),
            id="tokens not counted",
        ),
    ],
)
def test_a_known_shape_is_read(answer: dict[str, Any], expected: ChatAnswer) -> None:
    assert read_answer(answer) == expected


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param({}, "no text", id="a stream, which has no keys in JSON"),
        pytest.param({"choices": []}, "no text", id="no choices"),
        pytest.param(
            {"choices": [{"delta": {"content": "H"}}]}, "no text", id="one event of a stream"
        ),
        pytest.param({"response": 12}, "no text", id="a number"),
        pytest.param({"choices": "soon"}, "no text", id="a wrong type"),
    ],
)
def test_another_shape_is_an_error_worth_another_attempt(answer: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError, match=says) as caught:
        read_answer(answer)
    assert caught.value.is_retryable


@pytest.mark.parametrize("published", CUT_ANSWERS, ids=lambda each: each.name)
def test_what_is_published_as_cut_is_no_whole_text(published: PublishedAnswer) -> None:
    answer = read_answer(
        {"choices": [{"message": published.message, "finish_reason": published.finish_reason}]}
    )
    assert answer.is_cut_off or answer.is_blank


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [
        pytest.param(
            ChatAnswer("Hi", None, 10, 256), True, id="all tokens are spent, and no reason is given"
        ),
        pytest.param(ChatAnswer("Hi", None, 10, 255), False, id="tokens are left"),
        pytest.param(ChatAnswer("Hi", None, None, None), False, id="nobody counted"),
        pytest.param(
            ChatAnswer("Hi", "stop", 10, 256), False, id="it ended by itself with its last token"
        ),
        pytest.param(ChatAnswer("Hi", "content_filter", 10, 20), True, id="a filter took the rest"),
    ],
)
def test_where_no_reason_is_given_the_tokens_say_whether_it_was_cut(
    answer: ChatAnswer, is_cut: bool
) -> None:
    assert answer.is_cut_at(256) == is_cut
