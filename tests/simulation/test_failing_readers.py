"""Each published failure of Workers AI and of Images, at each call that a receipt makes: nothing is
lost, nothing is booked from a text that was cut, and a person can leave every state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import httpx
import pytest

from tests.simulation.receipts import (
    UNSURE,
    check_ledger,
    check_receipts,
    model_reads,
    open_receipts,
    upload,
)
from tests.simulation.test_learning import Shopper, clear
from tests.support.cloudflare_failures import (
    AI_FAILURES,
    CUT_ANSWERS,
    IMAGES_FAILURES,
    PublishedAnswer,
)
from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.models import MissingImage, error_of, image_error_of
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

# Both take pictures, so that a second reading asks Images too.
MODELS: Final = ("@cf/qwen/qwen3.8-27b", "@cf/google/gemma-4-26b-a4b-it")
# The calls of a receipt that a second reading makes sure, by their numbers.
VISION, LANGUAGE, FALLBACK = 1, 2, 3
PREPARED, PREPARED_AGAIN = 1, 2


@dataclass(frozen=True)
class Ending:
    """Where a run stands: its status, and what a person is asked where one is."""

    status: str
    reasons: tuple[str, ...] = ()


COMPLETE: Final = Ending("complete")
FAILED: Final = Ending("failed")
UNREADABLE: Final = Ending("needs_review", ("unreadable",))
CUT: Final = Ending("needs_review", ("transcript_cut",))
UNSETTLED: Final = Ending("needs_review", ("total_uncertain",))


async def open_unsure(replies: Iterable[JsonObject] = ()) -> World:
    """A world in which a language model makes the rules sure of a receipt; by default with its
    first answer."""
    answers = [*replies] or [model_reads()]
    return await open_receipts(
        Faults(), UNSURE, webhook=False, replies=answers, language_models=MODELS
    )


def fail_at(calls: set[int], error: Exception) -> Callable[[], None]:
    """What happens before each call to a model: those of these numbers fail."""
    made: list[int] = []

    def before_call() -> None:
        made.append(len(made) + 1)
        if made[-1] in calls:
            raise error

    return before_call


def completion(published: PublishedAnswer) -> JsonObject:
    return {
        "choices": [{"message": {**published.message}, "finish_reason": published.finish_reason}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 200},
    }


async def read(world: World) -> tuple[str, Ending]:
    """Hand a receipt in and let all happen that happens by itself; the run's id, and where it
    stands."""
    run_id = await upload(world)
    await world.settle()
    await check_receipts(world)
    return run_id, await ending_of(world, run_id)


async def run_of(world: World, run_id: str) -> JsonObject:
    async with api_client(world.host.platform) as client:
        return (await client.get(f"/api/runs/{run_id}")).json()


async def ending_of(world: World, run_id: str) -> Ending:
    run = await run_of(world, run_id)
    match run["review"]:
        case {"reasons": [*reasons]}:
            return Ending(str(run["status"]), tuple(str(reason) for reason in reasons))
        case _:
            return Ending(str(run["status"]))


async def act(world: World, path: str, body: JsonObject) -> JsonObject:
    """What a person does; then let all happen that follows."""
    async with api_client(world.host.platform) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    await world.settle({})
    await check_ledger(world)
    return answer.json()


async def leaves(world: World, run_id: str) -> None:
    """A retry of the failed run, once the cause is mended, comes to its end."""
    await act(world, f"/api/runs/{run_id}/retry", {"reason": "it is mended"})
    assert await ending_of(world, run_id) == COMPLETE


async def is_read_again(world: World, run_id: str) -> None:
    """After the outage a person has the receipt read again, which ends the run that waited."""
    following = await act(world, f"/api/runs/{run_id}/read-again", {})
    assert await ending_of(world, str(following["runId"])) == COMPLETE
    assert (await ending_of(world, run_id)).status == "rejected"


AT_VISION: Final = {
    "retry": COMPLETE,
    "input": UNREADABLE,
    "quota": FAILED,
    "denied": FAILED,
    "no_model": FAILED,
}


async def test_a_failure_at_the_transcription() -> None:
    for published in AI_FAILURES:
        world = await open_unsure()
        world.host.pieces.models.before_call = fail_at({VISION}, error_of(published.text))
        run_id, ending = await read(world)
        assert ending == AT_VISION[published.expectation], published.text
        if ending == FAILED:
            await leaves(world, run_id)
        if ending == UNREADABLE:
            await is_read_again(world, run_id)


async def test_a_failure_at_the_second_reading_asks_the_next_model_but_for_a_quota() -> None:
    for published in AI_FAILURES:
        world = await open_unsure()
        world.host.pieces.models.before_call = fail_at({LANGUAGE}, error_of(published.text))
        _, ending = await read(world)
        expected = UNSETTLED if published.expectation == "quota" else COMPLETE
        assert ending == expected, published.text


async def test_where_no_model_answers_a_person_is_asked() -> None:
    for published in AI_FAILURES:
        world = await open_unsure()
        world.host.pieces.models.before_call = fail_at(
            {LANGUAGE, FALLBACK}, error_of(published.text)
        )
        _, ending = await read(world)
        assert ending == UNSETTLED, published.text


async def test_a_failure_at_the_category_leaves_the_expense_without_one() -> None:
    world = await open_receipts(
        Faults(), webhook=False, replies=[model_reads()], language_models=(MODELS[0], "")
    )
    shopper = Shopper(world)
    await shopper.ask("POST", "/api/categories/starters", {"set": "basic"})
    for number, published in enumerate(AI_FAILURES, start=20):
        world.host.pieces.models.replies = [error_of(published.text)]
        run = await shopper.show(await shopper.upload(clear(f"{number}.00", "ZARLO MERIDIAN")))
        match run:
            case {"status": "complete", "expense": {"category": None, "proposedCategory": None}}:
                pass
            case _:
                pytest.fail(f"{published.text}: {run['status']}, {run['expense']}")
    calls = await world.rows("SELECT state FROM ai_calls WHERE purpose = 'category'")
    assert [call["state"] for call in calls] == ["failed"] * len(AI_FAILURES)


AT_PREPARING: Final = {"retry": COMPLETE, "picture": UNREADABLE, "quota": FAILED}


async def test_a_failure_of_images_at_the_transcription() -> None:
    for published in IMAGES_FAILURES:
        world = await open_unsure()
        world.host.pieces.images.failures = [image_error_of(published.text, published.code)]
        run_id, ending = await read(world)
        assert ending == AT_PREPARING[published.expectation], published.text
        if ending == FAILED:
            error = (await run_of(world, run_id))["error"]
            assert "switch on Images Paid" in str(error)
            await leaves(world, run_id)
        if ending == UNREADABLE:
            await is_read_again(world, run_id)


async def test_a_failure_of_images_at_the_second_reading() -> None:
    """The transcript is there, so that a picture that can never be prepared is done without."""
    for published in IMAGES_FAILURES:
        world = await open_unsure()
        images = world.host.pieces.images
        error = image_error_of(published.text, published.code)
        world.host.pieces.models.before_call = lambda images=images, error=error: (
            images.failures.append(error)
        )
        _, ending = await read(world)
        assert ending == COMPLETE, published.text
        # Of two orders, one for each model that was asked, the second reading's picture has met the
        # first.
        assert images.failures == [error], published.text


async def test_a_picture_that_is_missing_is_not_called_unreadable() -> None:
    world = await open_unsure()
    world.host.pieces.images.failures = [MissingImage("the object acc/x is missing")]
    run_id, ending = await read(world)
    assert ending == FAILED
    assert "is missing" in str((await run_of(world, run_id))["error"])
    await leaves(world, run_id)


@pytest.mark.parametrize("published", CUT_ANSWERS, ids=lambda each: each.name)
async def test_what_is_cut_once_is_asked_for_again(published: PublishedAnswer) -> None:
    world = await open_unsure()
    models = world.host.pieces.models
    models.failures = [completion(published)]
    _, ending = await read(world)
    assert ending == COMPLETE
    assert [request["max_tokens"] for request in models.shown] == [8_000, 16_000]
    [expense] = await world.rows("SELECT total_minor FROM expenses")
    assert expense == {"total_minor": 900}
    calls = await world.rows(
        "SELECT state, reason FROM ai_calls WHERE purpose = 'ocr-extract' ORDER BY id"
    )
    assert [(call["state"], call["reason"]) for call in calls] == [
        ("completed", "unusable"),
        ("completed", None),
    ]


@pytest.mark.parametrize("published", CUT_ANSWERS, ids=lambda each: each.name)
async def test_what_is_cut_twice_is_a_persons_and_is_no_transcript(
    published: PublishedAnswer,
) -> None:
    world = await open_unsure()
    models = world.host.pieces.models
    models.failures = [completion(published), completion(published)]
    run_id, ending = await read(world)
    assert ending == CUT
    assert len(models.shown) == 2
    assert await world.rows("SELECT * FROM expenses") == []
    assert not any(key.endswith("glm-5.3-flash.json") for key in world.host.pieces.objects.content)
    # Read again, the model is asked anew: nothing of the cut text is taken for one.
    following = await act(world, f"/api/runs/{run_id}/read-again", {})
    assert len(models.shown) == 3
    assert await ending_of(world, str(following["runId"])) == COMPLETE


async def test_the_second_try_alone_is_made_again_where_it_fails() -> None:
    """The cut answer is kept, so that nobody pays for it twice."""
    world = await open_unsure()
    models = world.host.pieces.models
    capacity = error_of("3040: no more data centers to forward the request to")
    models.failures = [completion(CUT_ANSWERS[0]), *[capacity] * 6]
    run_id, ending = await read(world)
    assert ending == FAILED
    limits = [request["max_tokens"] for request in models.shown]
    assert limits == [8_000, *[16_000] * 6]
    await leaves(world, run_id)
    assert [request["max_tokens"] for request in models.shown][7:] == [16_000]


@pytest.mark.parametrize("published", [each for each in CUT_ANSWERS if not each.message["content"]])
async def test_a_model_that_only_thinks_is_asked_without_thoughts_and_then_the_next(
    published: PublishedAnswer,
) -> None:
    nothing = completion(published)
    world = await open_unsure([nothing, nothing, model_reads()])
    _, ending = await read(world)
    assert ending == COMPLETE
    first, second, third = world.host.pieces.models.asked
    assert [model for model, _ in (first, second, third)] == [MODELS[0], MODELS[0], MODELS[1]]
    assert second[1]["chat_template_kwargs"] == {"enable_thinking": False}
    assert second[1]["max_tokens"] == 2 * int(str(first[1]["max_tokens"]))
