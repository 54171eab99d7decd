"""Different steps side by side: each is durable by itself, and none changes the run's state.

All of them begin before one is sent, and all come to their end before one's failure counts. One
that may be done elsewhere counts first: no other may undo by itself what it rests on. The rest
count in the order in which the body names the steps: each replay goes the same way.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from tillroll_durable.errors import ReviewNeeded
from tillroll_durable.outputs import ContractError
from tillroll_durable.step import Step

_NO_STEP = "`run.together` does steps and calls, one each: begin this before it, or behind"


class Group:
    """The steps of one `run.together`. `state` is where the run stands meanwhile."""

    def __init__(self, state: str, count: int) -> None:
        self.state = state
        self.names: list[str] = []
        self._begun = [asyncio.Event() for _ in range(count)]
        self._tried = [asyncio.Event() for _ in range(count)]
        self._left = [asyncio.Event() for _ in range(count)]
        self._may_be_done = [False] * count
        self._end: BaseException | None = None

    async def begin(self, place: int, name: str) -> None:
        """Note that a step begins; return when all have begun.

        Raises ContractError: its coroutine has begun another one.
        """
        if self._begun[place].is_set():
            raise ContractError(f"the step {name!r} is begun behind another one: {_NO_STEP}")
        self.names.append(name)
        self._begun[place].set()
        await _all_of(self._begun)

    async def wait_to_fail(self, place: int, *, may_be_done: bool) -> None:
        """Return when all others have come to their end, and those that count before have failed.

        Raises what has ended the run, where one of those has ended it.
        """
        self._may_be_done[place] = may_be_done
        self._tried[place].set()
        await _all_of(self._tried)
        await _all_of([self._left[each] for each in self._counting_before(place)])
        if self._end is not None:
            raise self._end

    def _counting_before(self, place: int) -> list[int]:
        """The places whose failures count before that of this one."""
        if self._may_be_done[place]:
            return [each for each in range(place) if self._may_be_done[each]]
        return [
            each
            for each, may_be_done in enumerate(self._may_be_done)
            if may_be_done or each < place
        ]

    async def do(self, place: int, step: Coroutine[Any, Any, Any]) -> Any:
        token = _MEMBER.set(Member(self, place))
        try:
            output = await step
            self._check_has_begun(place)
        except ReviewNeeded:
            raise
        except BaseException as error:
            self._end = self._end or error
            raise
        finally:
            _MEMBER.reset(token)
            for events in (self._begun, self._tried, self._left):
                events[place].set()
        return output

    def _check_has_begun(self, place: int) -> None:
        if not self._begun[place].is_set():
            raise ContractError(f"what stands at {place + 1} has begun no step: {_NO_STEP}")


@dataclass(frozen=True)
class Member:
    """One of the steps of a group, by its place."""

    group: Group
    place: int

    async def begin(self, step: Step[Any]) -> None:
        await self.group.begin(self.place, step.name)

    async def wait_to_fail(self, *, may_be_done: bool) -> None:
        await self.group.wait_to_fail(self.place, may_be_done=may_be_done)


_MEMBER: ContextVar[Member | None] = ContextVar("member", default=None)


def member() -> Member | None:
    """The place in a group of what goes on in this context; None outside of any."""
    return _MEMBER.get()


def check_outside(what: str) -> None:
    """Raises ContractError: it is begun beside steps, and is none."""
    if _MEMBER.get() is not None:
        raise ContractError(f"{what} is begun beside other steps: {_NO_STEP}")


async def do_beside(state: str, coroutines: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Do them side by side, and return what each gave. Where some have raised, what ends the run is
    raised before a review that one of them asks for.
    """
    group = Group(state, len(coroutines))
    tasks = [asyncio.ensure_future(group.do(*each)) for each in enumerate(coroutines)]
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    raised = [end for end in ends if isinstance(end, BaseException)]
    for error in raised:
        if not isinstance(error, ReviewNeeded):
            raise error
    if raised:
        raise raised[0]
    return ends


async def _all_of(events: Sequence[asyncio.Event]) -> None:
    for event in events:
        await event.wait()
