"""Steps side by side (`run.together`), those that ask a model (`run.model`), and those that a model
asks for (`run.tool`).
"""

from collections.abc import Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from tillroll_durable._execution.beside import do_beside
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.reviews import Decision, ask_person
from tillroll_durable._execution.turns import Turns
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.json import GivenJson, JsonObject
from tillroll_durable.step import Step

if TYPE_CHECKING:
    from tillroll_durable._execution.asking import Asking, ModelAnswer, RunBudget
    from tillroll_durable._execution.tools import RunVerbs, Tool, ToolCall, ToolEnd, Tools
    from tillroll_durable.ai.chat import Chat

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


class WithTools(Together):
    """A run whose body asks models, and lets them call what it offers."""

    def __init__(self, execution: Execution) -> None:
        super().__init__(execution)
        self._reviews: set[int] = set()
        self._tool_reviews: set[int] = set()

    @cached_property
    def _tools(self) -> "Tools":
        # Few runs have tools, so a start does not load what does their calls.
        from tillroll_durable._execution.tools import Tools  # noqa: PLC0415

        return Tools(self._execution, self._verbs)

    @cached_property
    def _asking(self) -> "Asking":
        # As above.
        from tillroll_durable._execution.asking import Asking  # noqa: PLC0415

        return Asking(self._execution, self._verbs)

    @property
    def _verbs(self) -> "RunVerbs":
        # As above.
        from tillroll_durable._execution.tools import RunVerbs  # noqa: PLC0415

        return RunVerbs(
            self._bounded,
            occurrence=self._occurrence,
            alone=self._alone,
            do_step=self._kept,
            ask_next=self._ask_next,
        )

    @overload
    async def model(
        self,
        step: Step[Any],
        chat: "Chat",
        *,
        gives: type[One],
        key: str | None = None,
        budget: "RunBudget | None" = None,
    ) -> One: ...

    @overload
    async def model(
        self,
        step: Step[Any],
        chat: "Chat",
        *,
        key: str | None = None,
        budget: "RunBudget | None" = None,
    ) -> "ModelAnswer": ...

    async def model(
        self,
        step: Step[Any],
        chat: "Chat",
        *,
        gives: type[Any] | None = None,
        key: str | None = None,
        budget: "RunBudget | None" = None,
    ) -> Any:
        """Ask a model as a step that reads, once, or once for each `key`; return what it says. With
        `gives`, that is asked for by its JSON schema, and returned as this type, such as a pydantic
        model. An answer that does not fit is paid for, and fails its attempt. The ledger has the
        call before it is made; its tokens and cost are written with the step's end. A process that
        dies in between leaves a call whose cost nobody knows: it says so, counts as what was set
        aside for it, and the next attempt asks again. `budget` bounds what the run's calls cost
        together. Where it is used up, or the account's of the day, a person is asked, or the run
        fails. Raises as `step`; ContractError: the contract has no `failed`, the model no price, or
        it is offered tools together with `gives`.
        """
        if gives is None:
            return await self._asking.ask(step, chat, key=key, budget=budget)
        return await self._asking.ask_for(step, chat, gives, key=key, budget=budget)

    @property
    def next_review(self) -> int:
        """The number of the next review, behind those of the body and of calls of tools."""
        return 1 + max(self._reviews | self._tool_reviews, default=0)

    async def offer(self, *tools: "Tool[Any, Any]", at_most: int = 50) -> list[JsonObject]:
        """Record which tools a model may ask for from now on, and return their words for it.
        It is given so many calls in the run, of which each tool has its own part. Raises
        ContractError: the contract does not have a tool's step, or no review for a dangerous one.
        """
        return await self._tools.offer(tools, at_most)

    async def tool(self, call: "ToolCall") -> "ToolEnd":
        """Do a call that a model asks for, once: by the key of the run, the tool and the number of
        the call. What was not offered, does not fit the arguments or exceeds a bound is refused
        before anything begins, and a dangerous call waits for a person. Each of these, and a
        failure, is an answer for the model. Raises as `step`, but for what a failure would raise.
        """
        return await self._tools.call(call)

    async def _ask_next(
        self, reason: str, *, proposed: GivenJson, deadline_hours: int
    ) -> tuple[int, Decision]:
        """Put the run before a person in its next review; that review's number, and the decision.
        Raises as `review`.
        """
        number = self.next_review
        self._tool_reviews.add(number)
        decision = await self._ask_person(
            number, reason, proposed=proposed, deadline_hours=deadline_hours
        )
        return number, decision

    async def _ask_person(
        self, number: int, reason: str, *, proposed: GivenJson, deadline_hours: int
    ) -> Decision:
        return await self._bounded(
            f"the review {number}",
            lambda: ask_person(
                self._execution,
                number,
                reason=reason,
                proposed=proposed,
                deadline_hours=deadline_hours,
            ),
        )

    def _note_review(self, number: int) -> None:
        """Note a review of the body itself. Raises ContractError: a tool's call has its number."""
        if number in self._tool_reviews:
            raise ContractError(
                f"the review {number} was of a tool's call: number this one `run.next_review`"
            )
        self._reviews.add(number)
