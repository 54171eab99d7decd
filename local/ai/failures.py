"""Failures and delays that a test has ordered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from local.ai.errors import AI_ERROR, ModelError

ANY_MODEL = "*"


class Failure(BaseModel):
    """One order: the next `times` calls of `model` are delayed, and fail where an internal code is given."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid")

    model: str = ANY_MODEL
    internal_code: int | None = None
    name: str = AI_ERROR
    description: str = "Ordered by a test"
    http_status: Annotated[int, Field(ge=400, le=599)] = 500
    delay_ms: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] = 1


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

    async def strike(self, model: str) -> None:
        """Do to a call of `model` what was ordered. Raises ModelError."""
        failure = next((each for each in self._ordered if each.model in {ANY_MODEL, model}), None)
        if failure is None:
            return
        failure.times -= 1
        if failure.times == 0:
            self._ordered.remove(failure)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._cleared.wait(), failure.delay_ms / 1000)
        if failure.internal_code is not None:
            raise ModelError(failure.internal_code, failure.description, failure.http_status, failure.name)
