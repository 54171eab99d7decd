"""How a model's answer to a chat is read: whether it has ended by itself."""

import pytest

from tillroll_durable.ai.chat import read_answer


@pytest.mark.parametrize(
    ("reason", "is_cut_off"),
    [
        ("stop", False),
        ("STOP", False),
        ("tool_calls", False),
        ("", False),
        (None, False),
        ("length", True),
        ("content_filter", True),
    ],
)
def test_a_reason_says_whether_the_end_may_be_missing(reason: str | None, is_cut_off: bool) -> None:
    words = read_answer({"choices": [{"message": {"content": "Hi"}, "finish_reason": reason}]})
    assert words.is_cut_off is is_cut_off
