"""The engine that a body sees, which refuses what Cloudflare's does: names, sizes, sleeps and the number of steps."""

from collections.abc import Awaitable, Callable
from typing import Final

from tillroll.platform.bindings.engine import Engine, NonRetryable, Retries, StepError
from tillroll.platform.json import Json, dump
from tillroll.platform.limits.adapters import LimitExceeded, check_name
from tillroll.platform.limits.declared import (
    EVENT_TYPE_LENGTH,
    PAID,
    SLEEP_SECONDS,
    STEP_NAME_LENGTH,
    STEP_OUTPUT_BYTES,
    Plan,
    bytes_of,
)

_REFUSED: Final = "LimitExceeded"


class BoundedEngine:
    """`Engine`. What it refuses is a fault of the body, so it is final: a `StepError` that no attempt can mend."""

    def __init__(self, engine: Engine, plan: Plan = PAID) -> None:
        self._engine = engine
        self._plan = plan
        self._steps = 0

    async def do(
        self, name: str, attempt: Callable[[int], Awaitable[Json]], retries: Retries, timeout_seconds: int
    ) -> Json:
        self._count(name)

        async def bounded(number: int) -> Json:
            output = await attempt(number)
            if (size := bytes_of(dump(output))) > STEP_OUTPUT_BYTES:
                raise NonRetryable(
                    f"a step may return {STEP_OUTPUT_BYTES:,} bytes, and {name} returned {size:,}: "
                    "store them and return where they lie"
                )
            return output

        return await self._engine.do(name, bounded, retries, timeout_seconds)

    async def sleep(self, name: str, seconds: int) -> None:
        if seconds > SLEEP_SECONDS:
            raise _refusal(f"a run may sleep for {SLEEP_SECONDS // 86_400} days at once, and {name} is longer")
        self._check_step(name)
        await self._engine.sleep(name, seconds)

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        self._count(name)
        try:
            check_name("event", event_type, EVENT_TYPE_LENGTH)
        except LimitExceeded as error:
            raise _refusal(str(error)) from error
        await self._engine.wait_for_event(name, event_type, timeout_seconds)

    def _count(self, name: str) -> None:
        self._check_step(name)
        self._steps += 1
        if self._steps > self._plan.steps:
            raise _refusal(
                f"an instance may begin {self._plan.steps:,} steps ({self._plan.name}), and {name} is one more: "
                "go on in a continuation (run.continue_as)"
            )

    def _check_step(self, name: str) -> None:
        if len(name) > STEP_NAME_LENGTH:
            raise _refusal(f"the name of a step may have {STEP_NAME_LENGTH} letters, and this has {len(name)}")


def _refusal(why: str) -> StepError:
    return StepError(_REFUSED, why, is_non_retryable=True)
