"""`run.together`: different steps of one run side by side."""

from collections.abc import Coroutine
from typing import Any, TypeVar, overload

from tillroll_durable._execution.beside import do_beside
from tillroll_durable._execution.turns import Turns
from tillroll_durable.outputs import ContractError

One = TypeVar("One")
Two = TypeVar("Two")
Three = TypeVar("Three")
Four = TypeVar("Four")


class Together(Turns):
    """One body's steps, of which some go on beside each other."""

    @overload
    async def together(
        self, first: Coroutine[Any, Any, One], second: Coroutine[Any, Any, Two], /
    ) -> tuple[One, Two]: ...

    @overload
    async def together(
        self,
        first: Coroutine[Any, Any, One],
        second: Coroutine[Any, Any, Two],
        third: Coroutine[Any, Any, Three],
        /,
    ) -> tuple[One, Two, Three]: ...

    @overload
    async def together(
        self,
        first: Coroutine[Any, Any, One],
        second: Coroutine[Any, Any, Two],
        third: Coroutine[Any, Any, Three],
        fourth: Coroutine[Any, Any, Four],
        /,
    ) -> tuple[One, Two, Three, Four]: ...

    async def together(self, *steps: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
        """Do different steps side by side, each of them `run.step(…)` or `run.call(…)`, and return
        what each gave. Each is durable by itself. None changes the run's state: that stays where it
        was. Where one fails for good, the others come to their end first, and are recorded; then
        its contract says what follows. Raises as `step`; ContractError: the contract's steps begin
        one behind the other.
        """
        try:
            if self._execution.contract.completed is None:
                raise ContractError(
                    f"{self._execution.contract.kind}: its steps begin one behind the other, so "
                    "none is done beside another: give the contract `completed`"
                )

            async def side_by_side() -> list[Any]:
                return await do_beside(self._execution.run.state, steps)

            ends = await self._bounded("what goes on side by side", side_by_side)
        finally:
            for each in steps:
                each.close()
        return (*ends,)
