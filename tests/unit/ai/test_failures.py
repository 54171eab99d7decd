"""Ordered failures: which call they strike, how often, and how."""

import asyncio

import pytest

from local.ai.errors import ConnectionLostError, ModelError, PlainError
from local.ai.failures import Answer, Failure, Failures

MODEL, OTHER = "@cf/a/b", "@cf/c/d"


async def struck(failures: Failures, model: str = MODEL) -> int | None:
    try:
        await failures.strike(model)
    except ModelError as error:
        return error.internal_code
    return None


async def test_nothing_ordered_strikes_nobody() -> None:
    assert await struck(Failures()) is None


async def test_a_failure_strikes_its_model_only() -> None:
    failures = Failures()
    failures.order(Failure(model=MODEL, internal_code=3040))
    assert await struck(failures, OTHER) is None
    assert await struck(failures) == 3040
    assert await struck(failures) is None


async def test_the_star_strikes_any_model() -> None:
    failures = Failures()
    failures.order(Failure(internal_code=3007, times=2))
    assert [await struck(failures, OTHER), await struck(failures), await struck(failures)] == [
        3007,
        3007,
        None,
    ]


async def test_orders_are_used_up_in_turn() -> None:
    failures = Failures()
    failures.order(Failure(internal_code=3007))
    failures.order(Failure(internal_code=3036))
    assert [await struck(failures), await struck(failures)] == [3007, 3036]


async def test_an_order_is_not_changed_by_striking() -> None:
    failures, order = Failures(), Failure(internal_code=3040)
    for _ in range(2):
        failures.order(order)
    assert [await struck(failures), await struck(failures)] == [3040, 3040]


async def test_a_delay_alone_delays_and_does_not_fail() -> None:
    failures = Failures()
    failures.order(Failure(delay_ms=30))
    began = asyncio.get_running_loop().time()
    assert await struck(failures) is None
    assert asyncio.get_running_loop().time() - began >= 0.029


async def test_the_error_is_the_one_ordered() -> None:
    failures = Failures()
    failures.order(
        Failure(internal_code=5016, name="AiError", description="Agree first", http_status=403)
    )
    with pytest.raises(ModelError, match="5016: Agree first") as caught:
        await failures.strike(MODEL)
    assert caught.value.http_status == 403
    assert caught.value.body() == {
        "internalCode": 5016,
        "name": "AiError",
        "description": "Agree first",
    }


async def test_a_connection_is_lost_as_ordered() -> None:
    failures = Failures()
    failures.order(Failure(is_lost=True))
    with pytest.raises(ConnectionLostError):
        await failures.strike(MODEL)


async def test_a_failure_without_a_code_is_the_text_ordered() -> None:
    failures = Failures()
    failures.order(Failure(text="error code: 1031", http_status=502))
    with pytest.raises(PlainError, match="error code: 1031") as caught:
        await failures.strike(MODEL)
    assert caught.value.http_status == 502


async def test_an_answer_is_the_one_ordered() -> None:
    failures, answer = (
        Failures(),
        Answer(content=None, reasoning_content="First", finish_reason="length"),
    )
    failures.order(Failure(answer=answer))
    assert await failures.strike(MODEL) == answer
    assert await failures.strike(MODEL) is None


async def test_clearing_lets_the_delayed_calls_go() -> None:
    failures = Failures()
    failures.order(Failure(delay_ms=600_000, times=2))
    delayed = [asyncio.create_task(struck(failures)) for _ in range(2)]
    await asyncio.sleep(0)
    failures.clear()
    assert await asyncio.wait_for(asyncio.gather(*delayed), 10) == [None, None]
