"""A body that a deployment has broken: it departs from its contract behind its first step."""

from collections.abc import Awaitable, Callable
from typing import Any

from tillroll.durable import ContractError, WorkflowRun
from tillroll.platform.json import Json, JsonObject

_STEPS = 1


class _Lost:
    """A run as such a body sees it. All but steps and calls pass."""

    def __init__(self, run: WorkflowRun) -> None:
        self._run = run
        self._left = _STEPS

    def __getattr__(self, name: str) -> object:
        return getattr(self._run, name)

    async def step(self, *arguments: Any, **options: Any) -> Json:
        self._check()
        return await self._run.step(*arguments, **options)

    async def call(self, *arguments: Any, **options: Any) -> Json:
        self._check()
        return await self._run.call(*arguments, **options)

    def _check(self) -> None:
        if not self._left:
            raise ContractError("the body has gone astray")
        self._left -= 1


async def go_astray(body: Callable[[Any], Awaitable[JsonObject]], run: WorkflowRun) -> JsonObject:
    """Run a body up to its second step."""
    return await body(_Lost(run))
