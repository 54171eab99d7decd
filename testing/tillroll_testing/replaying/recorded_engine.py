"""The record of a run, which answers its body as an engine would."""

import re
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from tillroll_durable.contract import COMPENSATED, Contract
from tillroll_durable.execution import Execution
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.engine import Retries, StepError
from tillroll_durable.platform.json import Json
from tillroll_durable.states import LIVE, OUTCOME_UNKNOWN
from tillroll_durable.step import MAY_BE_DONE, step_name
from tillroll_testing.replaying.history import History, Recorded
from tillroll_testing.replaying.words import MOST_SHOWN, is_known, is_undoing, what_it_is

# A wait looks often, under a number each time; what it found in the end is recorded without one.
_LOOK: Final = re.compile(r"((?:signal|child) .*: end|review-\d+: take up) \d+")
_BEGINS: Final = re.compile(r"(timer|signal|child) .*: begin|review-\d+: request")


class Differs(BaseException):
    """Unwinds the body, which may catch any Exception."""


class Reached(BaseException):
    """The record ends here, and the run goes on."""


class RecordedEngine:
    """The record as an engine: it answers what the body asks for, in its order. `place` is how far
    that went.
    """

    execution: Execution

    def __init__(self, contract: Contract, history: History) -> None:
        self.contract = contract
        self.history = history
        self._done = [*history.done]
        self.place = 0
        self.unseen: list[str] = []
        # Failures of steps that others went on beside: they move the run once all have ended.
        self.failed_beside: dict[str, Recorded] = {}
        self._undone: set[int] = set()

    @property
    def next(self) -> Recorded | None:
        return self._done[self.place] if self.place < len(self._done) else None

    def bring(self, name: str) -> None:
        """Have an occurrence come next that the record has among others of its step: those of a map
        end in any order.
        """
        of = step_name(name)
        for place in range(self.place, len(self._done)):
            there = self._done[place].name
            if there == name:
                self._done.insert(self.place, self._done.pop(place))
                return
            if not there.startswith(f"{of}["):
                return

    def bring_beside(self, name: str, names: Collection[str]) -> None:
        """Have a step come next that the record has among those beside it. Raises Reached: the run
        goes on, and this one of them has not come to its end; StepError: it was cancelled before.
        """
        following = ""
        for place in range(self.place, len(self._done)):
            there = self._done[place].name
            if there == name:
                self._done.insert(self.place, self._done.pop(place))
                return
            if there not in names:
                following = there
                break
        run = self.history.run
        if not following and run.status in LIVE:
            raise Reached
        if run.cancel_kind and (not following or is_undoing(following)):
            raise StepError(
                "NonRetryable", f"cancel requested: {run.cancel_kind}", is_non_retryable=True
            )

    @property
    def same(self) -> int:
        return self.place + len(self._undone)

    @property
    def ends_early(self) -> bool:
        """Whether the record goes on with the undoing of the run, or with its end."""
        return self.next is not None and is_undoing(self.next.name)

    async def do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries,
        timeout_seconds: int,
    ) -> Json:
        """As `Engine.do`, of which nothing is done."""
        del retries, timeout_seconds
        if name.endswith((": record failure", MAY_BE_DONE)) or name.startswith("wait for the "):
            return self._answer_of_failure(name)
        if is_undoing(name):
            return self._undo(name)
        if ": " not in name:  # all others have one
            return await attempt(1)
        looked = _LOOK.fullmatch(name)
        asked = looked[1] if looked else name
        there = self.take(asked, what_it_is(asked))
        self.move(there)
        if there.outcome == "failed":  # a map, of which too many items failed
            raise StepError(there.error_class or "Error", there.error_summary or "")
        if _BEGINS.fullmatch(asked):
            # What comes after it in the record is answered; behind its end the run waits to this
            # day.
            is_behind = self.next is not None and self.next.outcome != "retrying"
            if asked.startswith("child "):
                return is_behind
            return 0 if is_behind else 60
        return there.output

    def _answer_of_failure(self, name: str) -> Json:
        """What was noted of a step's failure."""
        if name.endswith(MAY_BE_DONE):
            return self._has_failed(name.removesuffix(MAY_BE_DONE))
        of = name.removesuffix(": record failure")
        if of in self.failed_beside:
            self.move(self.failed_beside.pop(of))
        return self._kept_of_failure(of)

    def _kept_of_failure(self, name: str) -> Json:
        """What the record has in the place of an occurrence's output; where a failed step's outcome
        is unknown, the state in which the run stopped; else None.
        """
        led_to = {each.to for each in self._done if each.name == name and each.outcome == "failed"}
        if OUTCOME_UNKNOWN.name in led_to:
            return OUTCOME_UNKNOWN.name
        kept = next(
            (each.output for each in self._done if each.name == name and each.outcome == "failed"),
            None,
        )
        return None if kept is None else {"output": kept}

    def _has_failed(self, name: str) -> bool:
        """Whether the record has the failure of a step. Of those beside each other, it has the one
        that counted first."""
        return any(each.name == name and each.outcome == "failed" for each in self._done)

    async def sleep(self, name: str, seconds: int) -> None:
        del name, seconds
        raise Reached

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        del name, event_type, timeout_seconds
        raise Reached

    def take(self, name: str, what: str) -> Recorded:
        """What the record has next, which is to be of this name."""
        there, run = self.next, self.history.run
        if there is None:
            if run.status in LIVE or run.cancel_kind:
                raise Reached
            raise Differs(
                f"today's body does {what} there, where the run had ended in {run.state!r}"
            )
        if there.name == name:
            if there.outcome == "retrying":
                raise Reached
            if there.outcome == "completed" and there.ended_at is not None:
                self.execution.known.note_end(there.name, there.ended_at)
            self.place += 1
            return there
        if run.cancel_kind and (self.ends_early or self.was_left_out(name)):
            raise StepError(
                "NonRetryable", f"cancel requested: {run.cancel_kind}", is_non_retryable=True
            )
        raise Differs(self._told(there, name, what))

    def was_left_out(self, name: str) -> bool:
        """Whether a cancelled run never did this occurrence, while others of its step were under
        way.
        """
        of, bracket, _ = name.partition("[")
        is_among = self.next is not None and self.next.name.startswith(f"{of}[")
        return bool(bracket) and is_among and all(each.name != name for each in self._done)

    def _told(self, there: Recorded, name: str, what: str) -> str:
        says = (
            f"the run did {what_it_is(there.name, self._effect(there))}, and today's body does "
            f"{what}"
        )
        later = [place for place, each in enumerate(self._done, start=1) if each.name == name]
        known = is_known(self.contract, there.name)
        if later and later[0] > self.place:
            if known:
                return f"{says}, which the run did at {later[0]}: their order has changed"
            return f"{says}, which the run did at {later[0]}: {there.name!r} was removed"
        if later:
            return (
                f"{says}, which the run had done at {later[0]} already: it is done twice "
                "under one name"
            )
        if known:
            return f"{says}, which is nowhere in its record: it was inserted"
        return (
            f"{says}, and the contract has no {there.name!r} any more: it was renamed, or "
            "replaced. A run that goes on would do it again under the new name"
        )

    def _effect(self, there: Recorded) -> str | None:
        intent = self.history.intents.get(there.name)
        return intent.effect if intent else None

    def _undo(self, name: str) -> Json:
        """What was undone, in this generation or a later one; and what of that has failed and was
        not tried again.
        """
        for place, there in enumerate(self._done):
            if place < self.place or place in self._undone or not is_undoing(there.name):
                continue
            if there.name == name or there.name.startswith(f"{name}: generation "):
                self._undone.add(place)
                self.move(there)
                return there.output
            if self.history.run.generation == 1 and name not in self.history.failed_rollbacks:
                raise Differs(self._told(there, name, what_it_is(name)))
        if name in self.history.failed_rollbacks:
            raise StepError("RollbackFailed", "as it did")
        if self.history.run.status in LIVE:
            raise Reached
        raise Differs(f"today's body does {what_it_is(name)} there, which the run did not")

    def move(self, there: Recorded) -> None:
        if there.to is None:
            return
        try:
            # The record tells each change once, in order: it is always the next version.
            self.execution.moved_to(there.to, self.execution.run.state_version + 1)
        except ContractError as error:
            raise Differs(f"{there.name!r} led to {there.to!r}, and {error}") from error

    def fail(self, there: Recorded, *, is_beside: bool) -> None:
        """A step has failed for good; beside others, that counts once all have ended."""
        if is_beside:
            self.failed_beside[there.name] = there
        else:
            self.move(there)

    def check_over(self) -> None:
        """The body has ended, and the record, too."""
        rest = [
            each
            for place, each in enumerate(self._done)
            if place >= self.place
            and place not in self._undone
            and not each.name.startswith(("end as ", COMPENSATED))
        ]
        if rest:
            names = ", ".join(repr(each.name) for each in rest[:MOST_SHOWN])
            raise Differs(f"today's body ends there, and the run went on with {names}")
