"""What happens to a simulated process on its way. Every adapter passes through `point`; a plan says
what happens there.

A point is passed before and after everything that leaves something behind: a batch, an object, a
call, a message, what the engine stores. Points are numbered from 1 in the order in which they are
passed, so that a run without a plan lists every place at which the next run can be disturbed. Calls
are numbered by themselves: every read and every write, and the way back from every write, can err.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass


class Crash(BaseException):
    """kill -9: nothing in the program may catch it."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """One attempt at a step of a run, as the engine makes it."""

    run: str
    step: str


# The attempt that goes on here; None outside of steps.
ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def _nobody(_what: str) -> None:
    """Nobody listens."""


class Faults:
    """Does at point number n what `plan[n]` says, and what `when` says at the first point whose
    name is meant.

    From call number n on, that adapter errs `errs[n]` times in a row. `outlives_death`: what hung
    is in another isolate, so the death of this process does not end it.
    """

    def __init__(self, plan: Mapping[int, Callable[[], Awaitable[None]]] | None = None) -> None:
        self.plan = dict(plan or {})
        self.passed: list[str] = []
        self.when: list[tuple[Callable[[str], bool], Callable[[], Awaitable[None]]]] = []
        self.has_stalled = False
        self.has_died = False
        self.stalled: dict[asyncio.Task[object], asyncio.Event] = {}
        self.called: list[str] = []
        self.errs: dict[int, int] = {}
        self.raised: list[Exception] = []
        self.outlives_death = False
        # The last attempt that was made at each step, by run and step.
        self.attempts: dict[tuple[str, str], Attempt] = {}
        # Hears of every point that is passed and every error that is raised, without giving others
        # a turn.
        self.hear: Callable[[str], None] = _nobody
        self._is_releasing = False
        self._to_raise: Counter[str] = Counter()

    def may_err(self, name: str, error: Exception) -> None:
        """A call of an adapter, or the way back from one: `error` is raised where that was
        planned.
        """
        self.called.append(name)
        adapter = name.partition(":")[0]
        self._to_raise[adapter] += self.errs.pop(len(self.called), 0)
        if self._to_raise[adapter]:
            self._to_raise[adapter] -= 1
            self.raised.append(error)
            self.hear(f"{name} errs: {error}")
            raise error

    def is_planned(self, error: BaseException | None) -> bool:
        """Whether an error is, or comes from, one that `may_err` raised."""
        while error is not None:
            if any(error is raised for raised in self.raised):
                return True
            error = error.__cause__ or error.__context__
        return False

    def begin_attempt(self, run: str, step: str) -> None:
        """The task that calls this is an attempt from here on."""
        attempt = self.attempts[run, step] = Attempt(run, step)
        ATTEMPT.set(attempt)

    async def point(self, name: str) -> None:
        """A point at which the process can die or hang."""
        self.passed.append(name)
        self.hear(name)
        action = self.plan.pop(len(self.passed), None)
        if action:
            await action()
        for item in [item for item in self.when if item[0](name)]:
            self.when.remove(item)
            await item[1]()

    async def kill(self) -> None:
        """An action: the process dies here."""
        self.has_died = True
        raise Crash(self.passed[-1])

    async def stall(self) -> None:
        """An action: the attempt hangs until `release`, and the engine takes it for timed out.
        Elsewhere: nothing.
        """
        task = asyncio.current_task()
        # While somebody waits for its end it hangs no second time: both would wait for ever.
        if task is not None and task.get_name().startswith("attempt") and not self._is_releasing:
            self.has_stalled = True
            self.stalled[task] = asyncio.Event()
            await self.stalled[task].wait()

    def is_stalled(self, task: "asyncio.Task[object]") -> bool:
        """Whether an attempt hangs."""
        return task in self.stalled

    async def let_go(self) -> None:
        """An action: what hung goes on from here, beside everything else."""
        for event in self.stalled.values():
            event.set()

    async def release(self) -> None:
        """An action: what hung goes on to its end before anything else does."""
        await self.let_go()
        hanging, self.stalled = self.stalled, {}
        self._is_releasing = True
        try:
            await asyncio.gather(*hanging, return_exceptions=True)
        finally:
            self._is_releasing = False

    async def drop(self) -> None:
        """What hung dies with its process, unless it runs in another."""
        if self.outlives_death:
            return
        hanging, self.stalled = self.stalled, {}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
