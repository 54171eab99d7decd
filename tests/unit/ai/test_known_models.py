"""What each model is told beside the question: to think little, where it would think long by
itself.
"""

import json
from pathlib import Path

import pytest

from tillroll.ai.known_models import (
    TRANSCRIPT_TOKENS,
    with_limit,
    with_little_thought,
    with_twice_the_limit,
    without_thought,
)
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.opinions.second_opinion import chat_request
from tillroll_durable.ai.costs import parse_prices

MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B"
GLM, QWEN, GEMMA = (
    "@cf/zai-org/glm-5.3-flash",
    "@cf/qwen/qwen3.8-27b",
    "@cf/google/gemma-4-26b-a4b-it",
)
REQUEST = chat_request(Transcript.from_text("TOTAL 9.00"), is_second=False)


def test_what_must_think_thinks_little_and_has_room_for_it() -> None:
    asked = with_little_thought(GLM, REQUEST)
    assert (asked["reasoning_effort"], asked["max_tokens"]) == ("low", 3_000)
    assert with_limit(GLM, asked, TRANSCRIPT_TOKENS)["max_tokens"] == 8_000


def test_what_can_do_without_does_without() -> None:
    assert with_little_thought(QWEN, REQUEST) == REQUEST | {
        "chat_template_kwargs": {"enable_thinking": False}
    }
    assert with_little_thought(GEMMA, REQUEST) == REQUEST


@pytest.mark.parametrize(
    ("model", "first", "second"),
    [
        (GLM, 8_000, 16_000),
        (GEMMA, 8_000, 16_000),
        ("@cf/of/nobody", 8_000, 16_000),
        (MOONDREAM, 2_048, 2_048),
    ],
)
def test_a_transcript_has_a_limit_that_the_model_takes_and_twice_that(
    model: str, first: int, second: int
) -> None:
    request = with_limit(model, {}, TRANSCRIPT_TOKENS)
    assert request["max_tokens"] == first
    assert with_twice_the_limit(model, request)["max_tokens"] == second


def test_what_wrote_nothing_is_asked_without_thoughts_where_it_can_do_without() -> None:
    request = with_limit(GEMMA, {"stream": False}, TRANSCRIPT_TOKENS)
    off = {"chat_template_kwargs": {"enable_thinking": False}}
    assert without_thought(GEMMA, request) == request | off
    assert without_thought(GLM, request) == request | {"reasoning_effort": "low"}
    assert without_thought(GEMMA, {}) == off


def test_json_mode_names_its_schema_as_the_models_pages_want_it() -> None:
    wanted = REQUEST["response_format"]
    assert isinstance(wanted, dict)
    described = wanted["json_schema"]
    assert isinstance(described, dict)
    assert described["name"] == "answer"
    assert isinstance(described["schema"], dict)


@pytest.mark.parametrize("model", [GLM, QWEN, GEMMA])
def test_the_models_that_are_named_have_a_price(model: str) -> None:
    text = Path("wrangler.jsonc").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if '"AI_PRICES"' in line)
    assert model in parse_prices(json.loads(f"{{{line.strip().rstrip(',')}}}")["AI_PRICES"])
