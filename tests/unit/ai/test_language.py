"""Text requests are passed on to an OpenAI-compatible server, in its words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local.ai.chat import ChatInputs
from local.ai.errors import ModelError
from local.ai.language import LanguageModel
from tests.unit.ai.requests import text_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER = {
    "choices": [{"message": {"role": "assistant", "content": "{}"}}],
    "usage": {"total_tokens": 3},
}
SCHEMA = {"type": "object", "properties": {"total": {"type": "string"}}}


async def complete(
    handler: Callable[[httpx.Request], httpx.Response], inputs: dict[str, Any] | None = None
) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        model = LanguageModel(client, "http://127.0.0.1:1/", "small")
        return await model.complete(ChatInputs.model_validate(inputs or text_inputs("Hello")))


async def sent(inputs: dict[str, Any]) -> dict[str, Any]:
    requests: list[httpx.Request] = []

    def remember(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ANSWER)

    assert await complete(remember, inputs) == ANSWER
    assert requests[0].url == "http://127.0.0.1:1/v1/chat/completions"
    return json.loads(requests[0].content)


async def test_the_request_is_passed_on_with_its_settings() -> None:
    assert await sent(text_inputs("Hello", temperature=0, max_tokens=9)) == {
        "model": "small",
        "messages": [{"role": "user", "content": "Hello"}],
        "temperature": 0,
        "max_tokens": 9,
        "stream": False,
    }


@pytest.mark.parametrize(
    ("asked", "passed_on"),
    [
        ({"type": "json_object"}, {"type": "json_object"}),
        (
            {"type": "json_schema", "json_schema": SCHEMA},
            {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}},
        ),
        (
            {"type": "json_schema", "json_schema": {"name": "receipt", "schema": SCHEMA}},
            {"type": "json_schema", "json_schema": {"name": "receipt", "schema": SCHEMA}},
        ),
    ],
)
async def test_json_mode_is_passed_on_in_openais_words(
    asked: dict[str, Any], passed_on: dict[str, Any]
) -> None:
    assert (await sent(text_inputs("Hello", response_format=asked)))["response_format"] == passed_on


@pytest.mark.parametrize(
    ("status", "internal_code"), [(400, 5004), (404, 5004), (429, 3040), (500, 3040), (503, 3040)]
)
async def test_its_errors_are_final_or_worth_a_retry(status: int, internal_code: int) -> None:
    with pytest.raises(ModelError) as caught:
        await complete(lambda _: httpx.Response(status, text="no"))
    assert caught.value.internal_code == internal_code


@pytest.mark.parametrize(
    ("fault", "internal_code"),
    [(httpx.ConnectError("refused"), 3040), (httpx.ReadTimeout("slow"), 3007)],
)
async def test_a_server_that_is_not_there_is_worth_a_retry(
    fault: httpx.TransportError, internal_code: int
) -> None:
    def break_off(_: httpx.Request) -> httpx.Response:
        raise fault

    with pytest.raises(ModelError) as caught:
        await complete(break_off)
    assert caught.value.internal_code == internal_code


async def test_an_answer_that_is_not_json_is_worth_a_retry() -> None:
    with pytest.raises(ModelError) as caught:
        await complete(lambda _: httpx.Response(200, text="<html>"))
    assert caught.value.internal_code == 3040
