"""Bodies that a deployment has broken: each departs from its contract, or from what the run has
done, at one step.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tillroll_durable import ContractError, WorkflowRun
from tillroll_durable.platform.json import Json

_Step = Callable[[], Awaitable[Json]]


class Mutation(StrEnum):
    """What the body of the next deployment does at a step."""

    REFUSE = "departs from its contract at"
    CRASH = "crashes at"
    OMIT = "leaves out"
    REPEAT = "does twice"
    DEFER = "does late, behind the next,"
    CHANGE = "gives another input to"
    FORGET = "lost the rollback of"
    END = "ends in place of"


@dataclass(frozen=True)
class Mutant:
    """A body that was changed at one of its steps and calls, which are counted from 1."""

    mutation: Mutation
    at: int

    @property
    def leaves_the_way(self) -> bool:
        """Whether it may bring a run on to where the right body does not take it up: without a
        step, or with what that one does not give it.
        """
        return self.mutation in {Mutation.OMIT, Mutation.DEFER, Mutation.CHANGE}

    def __str__(self) -> str:
        return f"a body that {self.mutation} step {self.at}"


class _Ended(Exception):
    """The body returns here."""


class _Mutated:
    """A run as such a body sees it. All but steps and calls pass."""

    def __init__(self, run: WorkflowRun, mutant: Mutant) -> None:
        self._run = run
        self._mutant = mutant
        self._begun = 0
        self._deferred: _Step | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._run, name)

    async def step(self, *arguments: Any, **options: Any) -> Json:
        return await self._do(self._run.step, arguments, options)

    async def call(self, *arguments: Any, **options: Any) -> Json:
        return await self._do(self._run.call, arguments, options)

    async def _do(
        self,
        verb: Callable[..., Awaitable[Json]],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Json:
        self._begun += 1
        if self._begun == self._mutant.at:
            return await self._do_changed(verb, arguments, options)
        output = await verb(*arguments, **options)
        if self._deferred is not None:
            deferred, self._deferred = self._deferred, None
            await deferred()
        return output

    async def _do_changed(
        self,
        verb: Callable[..., Awaitable[Json]],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Json:
        match self._mutant.mutation:
            case Mutation.REFUSE:
                raise ContractError("the body has gone astray")
            case Mutation.CRASH:
                raise KeyError("the body has gone astray")
            case Mutation.END:
                raise _Ended
            case Mutation.OMIT:
                return None
            case Mutation.DEFER:
                self._deferred = lambda: verb(*arguments, **options)
                return None
            case Mutation.REPEAT:
                await verb(*arguments, **options)
                return await verb(*arguments, **options)
            case Mutation.CHANGE:
                return await verb(*arguments, "what it was not given before", **options)
            case Mutation.FORGET:
                return await verb(*arguments, **{**options, "rollback": None})


async def go_astray(
    mutant: Mutant, body: Callable[[Any], Awaitable[Any]], run: WorkflowRun
) -> object:
    """Run the changed body."""
    try:
        return await body(_Mutated(run, mutant))
    except _Ended:
        return {}
