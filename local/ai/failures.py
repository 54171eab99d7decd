"""Failures and delays that a test has ordered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from local.ai.errors import AI_ERROR, ConnectionLostError, ModelError, PlainError

ANY_MODEL = "*"


class Answer(BaseModel):
    """What a model answers in place of what it read: a chat completion with this message and
    reason. `content` is None where a thinking model has spent all tokens on its
    `reasoning_content`."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid")

    content: str | None
    reasoning_content: str | None = None
    finish_reason: str | None = "stop"


class Failure(BaseModel):
    """One order: the next `times` calls of `model` are delayed, and fail where an internal code is
    given. Where there is a `text`, that is the body of the failure, as it is without a code;
    `is_lost` drops the connection in place of an answer; `answer` is answered with status 200."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid")

    model: str = ANY_MODEL
    internal_code: int | None = None
    name: str = AI_ERROR
    description: str = "Ordered by a test"
    http_status: Annotated[int, Field(ge=400, le=599)] = 500
    delay_ms: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] = 1
    text: str | None = None
    is_lost: bool = False
    answer: Answer | None = None


class Failures:
    """The orders not yet used up; the oldest that fits a call is taken first."""

    def __init__(self) -> None:
        self._ordered: list[Failure] = []
        self._cleared = asyncio.Event()

    def order(self, failure: Failure) -> None:
        """Add an order after those that stand."""
        self._ordered.append(failure.model_copy())

    def clear(self) -> None:
        """Forget the orders, and let go at once the calls that are being delayed."""
        self._ordered.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def strike(self, model: str) -> Answer | None:
        """Do to a call of `model` what was ordered; return what it answers, None for what it reads.
        Raises ModelError, PlainError, ConnectionLostError."""
        failure = next((each for each in self._ordered if each.model in {ANY_MODEL, model}), None)
        if failure is None:
            return None
        failure.times -= 1
        if failure.times == 0:
            self._ordered.remove(failure)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._cleared.wait(), failure.delay_ms / 1000)
        if failure.is_lost:
            raise ConnectionLostError
        if failure.text is not None:
            raise PlainError(failure.text, failure.http_status)
        if failure.internal_code is not None:
            raise ModelError(
                failure.internal_code, failure.description, failure.http_status, failure.name
            )
        return failure.answer
