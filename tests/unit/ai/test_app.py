"""The protocol of the genuine env.AI client, and what tests may order; a reader that knows its
answers is behind it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local.ai.app import create_app
from local.ai.chat import ChatInputs
from local.ai.models import MOONDREAM, VISION_MODELS, Models
from local.ai.ocr_process import Transcript
from local.ai.reader import ReaderBusyError, ReaderState, UnreadableImageError
from tests.unit.ai.requests import MODEL_HEADER, VISION_MODEL, data_url, image_inputs, text_inputs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

RECEIPT = b"\xff\xd8 a receipt"
TOTAL = [1, 0, 5, 100, 500, 900, 500, 900, 600, 100, 600]


class KnowingReader:
    def __init__(self) -> None:
        self.state = ReaderState(ready=True, ocr_resident_bytes=5)

    async def load(self) -> None:
        self.state.ocr_processes_started += 1

    async def read(self, image: bytes) -> Transcript:
        if image == b"broken":
            raise UnreadableImageError("no JPEG")
        if image == b"unlucky":
            raise ReaderBusyError("the process ended")
        return (
            Transcript("", 0)
            if image == b"blank"
            else Transcript("KEDAI KOPI\nTOTAL  9.90", 0, [TOTAL])
        )


@pytest.fixture
def reader() -> KnowingReader:
    return KnowingReader()


@pytest.fixture
async def client(reader: KnowingReader) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(Models(reader), reader.load))
    async with httpx.AsyncClient(transport=transport, base_url="http://ai.local") as client:
        yield client


async def run(
    client: httpx.AsyncClient, inputs: dict[str, Any], model: str = VISION_MODEL
) -> httpx.Response:
    body = {"inputs": inputs, "options": {"rejectIfBusy": True}}
    return await client.post("/run?version=3", headers={MODEL_HEADER: model}, json=body)


def error(response: httpx.Response) -> tuple[int, int, str]:
    body = response.json()
    assert body["description"]
    return response.status_code, body["internalCode"], body["name"]


@pytest.mark.parametrize("model", sorted(VISION_MODELS))
async def test_an_image_is_answered_with_its_transcript(
    client: httpx.AsyncClient, model: str
) -> None:
    response = await run(client, image_inputs(data_url(RECEIPT), stream=False), model)
    assert response.status_code == 200
    # the client compares the whole value
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert answer["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "KEDAI KOPI\nTOTAL  9.90"},
            "finish_reason": "stop",
        }
    ]
    assert answer["model"] == model
    assert (
        answer["usage"]["total_tokens"]
        == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]
    )
    assert answer["usage"]["completion_tokens"] > 0
    assert answer["boxes"] == {"version": 1, "pages": [{"page": 1, "words": [TOTAL]}]}


async def test_boxes_of_several_images_are_pages_with_lines_of_the_whole_transcript(
    client: httpx.AsyncClient,
) -> None:
    inputs = image_inputs(data_url(RECEIPT))
    [message] = inputs["messages"]
    message["content"] += [part for part in message["content"] if part["type"] == "image_url"]
    pages = (await run(client, inputs)).json()["boxes"]["pages"]
    assert pages == [{"page": 1, "words": [TOTAL]}, {"page": 2, "words": [[3, *TOTAL[1:]]]}]


async def test_an_answer_without_text_has_no_boxes(client: httpx.AsyncClient) -> None:
    assert "boxes" not in (await run(client, image_inputs(data_url(b"blank")))).json()


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
async def test_all_kinds_of_image_are_taken(client: httpx.AsyncClient, media_type: str) -> None:
    assert (await run(client, image_inputs(data_url(RECEIPT, media_type)))).status_code == 200


async def test_an_image_without_text_has_an_empty_transcript(client: httpx.AsyncClient) -> None:
    response = await run(client, image_inputs(data_url(b"blank")))
    assert response.status_code == 200
    assert response.json()["choices"][0]["message"]["content"] == ""


@pytest.mark.parametrize(
    "url",
    [
        data_url(b"broken"),
        "data:image/jpeg;base64,not base64!",
        data_url(RECEIPT, "image/gif"),
        "https://example.com/receipt.jpg",
        "data:image/jpeg,raw",
    ],
)
async def test_what_is_no_image_is_a_final_error(client: httpx.AsyncClient, url: str) -> None:
    assert error(await run(client, image_inputs(url))) == (400, 5004, "AiError")


async def test_a_lost_ocr_process_is_worth_a_retry(client: httpx.AsyncClient) -> None:
    assert error(await run(client, image_inputs(data_url(b"unlucky")))) == (429, 3040, "AiError")


async def test_an_unknown_model_is_told_as_cloudflare_does(client: httpx.AsyncClient) -> None:
    response = await run(client, image_inputs(data_url(RECEIPT)), "@cf/nobody/nothing")
    assert error(response) == (400, 5007, "AiError")
    assert response.json()["description"] == "No such model @cf/nobody/nothing or task"


async def test_text_without_a_language_model_is_an_unknown_model(client: httpx.AsyncClient) -> None:
    assert error(await run(client, text_inputs("Hello"))) == (400, 5007, "AiError")


@pytest.mark.parametrize(("model", "settings"), [(VISION_MODEL, {"stream": True}), (MOONDREAM, {})])
async def test_streaming_is_refused_and_not_silently_left_out(
    client: httpx.AsyncClient, model: str, settings: dict[str, bool]
) -> None:
    assert error(await run(client, image_inputs(data_url(RECEIPT), **settings), model)) == (
        400,
        5004,
        "AiError",
    )


@pytest.mark.parametrize(
    "inputs", [{}, {"messages": []}, {"messages": [{"role": "user"}]}, {"messages": "Hello"}]
)
async def test_inputs_of_another_shape_are_a_final_error(
    client: httpx.AsyncClient, inputs: dict[str, Any]
) -> None:
    assert error(await run(client, inputs)) == (400, 5004, "AiError")


async def test_a_request_without_a_model_or_type_is_incomplete(client: httpx.AsyncClient) -> None:
    assert error(await client.post("/run", json={"inputs": text_inputs("Hello")})) == (
        400,
        3003,
        "AiError",
    )
    as_a_page_could = {MODEL_HEADER: VISION_MODEL, "content-type": "text/plain"}
    assert error(await client.post("/run", content=b"{}", headers=as_a_page_could)) == (
        400,
        3003,
        "AiError",
    )


async def test_what_reads_photos_can_be_loaded_before_the_first(
    client: httpx.AsyncClient, reader: KnowingReader
) -> None:
    assert (await client.post("/load")).status_code == 204
    assert reader.state.ocr_processes_started == 1


async def test_health_tells_whether_photos_can_be_read(
    client: httpx.AsyncClient, reader: KnowingReader
) -> None:
    reader.state.photos_read = 3
    response = await client.get("/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "photosRead": 3,
        "waiting": 0,
        "ocrProcessesStarted": 0,
        "ocrResidentBytes": 5,
    }
    reader.state.ready = False
    assert (await client.get("/health")).status_code == 503


async def test_a_failure_strikes_as_often_as_ordered(client: httpx.AsyncClient) -> None:
    order = {
        "model": VISION_MODEL,
        "internalCode": 3040,
        "description": "No capacity",
        "httpStatus": 429,
        "times": 2,
    }
    assert (await client.post("/failures", json=order)).status_code == 201
    inputs = image_inputs(data_url(RECEIPT))
    assert [(await run(client, inputs)).status_code for _ in range(3)] == [429, 429, 200]


async def test_orders_can_be_taken_back(client: httpx.AsyncClient) -> None:
    await client.post("/failures", json={"internalCode": 3007, "httpStatus": 408, "times": 5})
    assert (await client.delete("/failures")).status_code == 204
    assert (await run(client, image_inputs(data_url(RECEIPT)))).status_code == 200


@pytest.mark.parametrize("order", [{"times": 0}, {"httpStatus": 200}, {"delay": 5}, []])
async def test_an_order_that_means_nothing_is_refused(
    client: httpx.AsyncClient, order: object
) -> None:
    assert (await client.post("/failures", json=order)).status_code == 422


async def test_an_order_must_say_that_it_is_json(client: httpx.AsyncClient) -> None:
    assert (
        await client.post("/failures", content=b"{}", headers={"content-type": "text/plain"})
    ).status_code == 415


async def test_calls_are_told_with_the_image_and_the_outcome(client: httpx.AsyncClient) -> None:
    await run(client, image_inputs(data_url(RECEIPT)))
    await client.post("/failures", json={"internalCode": 3040, "httpStatus": 429})
    await run(client, image_inputs(data_url(RECEIPT)))
    await run(client, text_inputs("Hello"))
    calls = (await client.get("/calls")).json()["calls"]
    sha256 = hashlib.sha256(RECEIPT).hexdigest()
    assert [(call["model"], call["imageSha256"], call["outcome"]) for call in calls] == [
        (VISION_MODEL, sha256, "answered"),
        (VISION_MODEL, sha256, "3040"),
        (VISION_MODEL, None, "5007"),
    ]
    assert (await client.delete("/calls")).status_code == 204
    assert (await client.get("/calls")).json() == {"calls": []}


@pytest.mark.parametrize(
    ("settings", "content", "reason"),
    [
        pytest.param(
            {"max_tokens": 8_000}, "KEDAI KOPI\nTOTAL  9.90", "stop", id="room for all of it"
        ),
        pytest.param({"max_tokens": 3}, "KEDAI KOPI\nT", "length", id="room for 12 characters"),
    ],
)
async def test_an_answer_has_as_many_tokens_as_it_may(
    client: httpx.AsyncClient, settings: dict[str, int], content: str, reason: str
) -> None:
    [choice] = (await run(client, image_inputs(data_url(RECEIPT), **settings))).json()["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == (content, reason)


def test_a_request_without_a_limit_has_the_documented_default() -> None:
    assert ChatInputs.model_validate(text_inputs("Hello")).limit == 256


async def test_an_ordered_answer_is_answered(client: httpx.AsyncClient) -> None:
    answer = {"content": None, "reasoningContent": "First", "finishReason": "length"}
    assert (await client.post("/failures", json={"answer": answer})).status_code == 201
    [choice] = (await run(client, image_inputs(data_url(RECEIPT)))).json()["choices"]
    assert choice["finish_reason"] == "length"
    assert choice["message"] == {"role": "assistant", "content": None, "reasoning_content": "First"}


async def test_an_ordered_text_is_answered_without_json(client: httpx.AsyncClient) -> None:
    assert (await client.post("/failures", json={"text": "error code: 1031"})).status_code == 201
    response = await run(client, image_inputs(data_url(RECEIPT)))
    assert (response.status_code, response.text) == (500, "error code: 1031")
