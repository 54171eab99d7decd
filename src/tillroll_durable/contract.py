"""A contract: the steps and states of a workflow, checked when it is made."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from pydantic.alias_generators import to_camel

from tillroll_durable.declared import Concurrency, Rate, Signal, Timer, Topic
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.declaring import check_all, check_members
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.states import DEADLINES, OUTCOME_UNKNOWN, NextSafeAction, Owner, State, Status
from tillroll_durable.step import (
    ITEMS,
    Effect,
    Occurrence,
    OnFailure,
    Step,
    Then,
    mapped_name,
)

_YEAR = 366 * 86400  # longer than the engine sleeps
# Where a run ends that was stopped by its owner, or given up by an operator.
_STOPPED = ("cancelled", "abandoned")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,49}")
MOST_ATTRIBUTES = 10
# The name under which a run's steps record that all that had to be undone was tried.
COMPENSATED = "compensated"
# The name of the step by which a body says that its run fails.
FAIL = "fail"
# The name under which they record what the body has returned.
RETURNED = "return: the result"


@dataclass(frozen=True)
class ReviewStates:
    """The states of a human review: while it waits, and after the decision. `begins_in` are those
    in which the body may ask for it, so that a decision leads past nothing that comes before it;
    without any, it may anywhere.

    Attributes:
        waiting: while a person is asked.
        approved: once they said yes.
        rejected: once they said no.
    """

    waiting: str = "in_review"
    approved: str = "approved"
    rejected: str = "rejected"
    begins_in: tuple[str, ...] = ()


_MEMBERS: Final[Mapping[str, type]] = {
    "kind": str,
    "version": int,
    "review": ReviewStates,
    "concurrency": Concurrency,
    "rate": Rate,
}
_TUPLES: Final[Mapping[str, type]] = {
    "steps": Step,
    "states": State,
    "timers": Timer,
    "signals": Signal,
    "topics": Topic,
    "attributes": str,
    "withheld": str,
}


@dataclass(frozen=True)
class Contract:
    """A workflow's steps and states. A state that is used and not declared is derived, with a
    sentence of its own.

    Attributes:
        kind: the workflow's name: small letters, digits and hyphens.
        version: counts from 1; a change of the steps' order needs a new one.
        steps: all that its body does.
        review: set where a person decides something.
        states: those whose sentence, status or deadline the author gives.
        initial: the state of a run that has done nothing yet.
        completed: the state in which a run ends whose body returns, unless it returns an `Outcome`
            of another end. By default "completed" where no step leads to an end; such a contract
            lets its steps begin in any order, but for those that have `begins_in`.
        cancelled, abandoned: the states in which a run ends that was stopped by its owner, or given
            up by an operator.
        compensating: the state while what was begun is undone after a failure, and while a rollback
            that failed is tried again; by default "undoing" where a step can be undone, or its
            failure compensates.
        timers, signals: what the body sleeps by, and what it waits for from outside.
        topics: what the body tells the world outside.
        continued: the state in which a run ends that goes on as another, such as "continued".
        undone: the state in which a completed run ends that was undone with the run that began it,
            such as "undone". Without one, what it did stands.
        failed: the state in which a run stands whose body says by `run.fail` that it fails, such as
            "failed". What was done before is undone, so nothing is left to be retried.
        result: the step whose output is what the run gives, where its body does not return it; by
            default the last one that succeeded.
        withheld: as of a step, of what the body returns.
        concurrency: how many of its runs go on at once; None for as many as are begun.
        attributes: at most ten names by whose values its runs are found: of params, and of what a
            step sets by its outcome. None of them is withheld anywhere.
        rate: how many of its runs begin in a period; None for as many as are begun.
        priority: the name of a whole-numbered param; of those in line the highest goes first, by
            default the first.
        is_told: whether endpoints are notified of what becomes of its runs. They must not be
            notified of a kind that
            notifies people of failed deliveries: it would notify of its own notifications without
                end.

    Raises ContractError: two steps or states of one name, or a step that contradicts the states it
    names.
    """

    kind: str
    version: int
    steps: tuple[Step[Any], ...] = ()
    initial: str = "begun"
    states: tuple[State, ...] = ()
    completed: str | None = None
    review: ReviewStates | None = None
    cancelled: str = "cancelled"
    abandoned: str = "abandoned"
    compensating: str | None = None
    timers: tuple[Timer, ...] = ()
    signals: tuple[Signal[Any], ...] = ()
    topics: tuple[Topic[Any], ...] = ()
    continued: str | None = None
    result: str | None = None
    withheld: tuple[str, ...] = ()
    concurrency: Concurrency | None = None
    attributes: tuple[str, ...] = ()
    rate: Rate | None = None
    priority: str | None = None
    is_told: bool = True
    undone: str | None = None
    failed: str | None = None

    def __post_init__(self) -> None:
        self._check_types()
        self._add_failing()
        for what in ("states", "steps", "timers", "signals", "topics"):
            names = [each.name for each in getattr(self, what)]
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ContractError(
                    f"{self.kind}: {what} need names of their own; repeated: {', '.join(repeated)}"
                )
        self._derive_states()
        declared = {state.name for state in self.states}
        for user, name in self._used_states():
            if name not in declared:
                raise ContractError(
                    f"{self.kind}: {user} uses the state {name!r}; declare it in the contract's "
                    "states, or for a failure's state give `says`"
                )
        for step in self.steps:
            self._check_step(step)
        end = None if self.undone is None else self.state(self.undone)
        if end is not None and (end.status is not Status.CANCELLED or not end.is_terminal):
            raise ContractError(
                f"{self.kind}: nothing stands in {end.name!r}: make it `State.ended`, as cancelled"
            )
        if self.result is not None and all(step.name != self.result for step in self.steps):
            raise ContractError(
                f"{self.kind}: `result` names {self.result!r}, which is none of its steps"
            )
        self._check_attributes()
        if self.concurrency and self.rate and self.concurrency.key != self.rate.key:
            raise ContractError(
                f"{self.kind}: `concurrency` is by {self.concurrency.key!r} and `rate` by "
                f"{self.rate.key!r}; a run waits in one line only, so give both the same key"
            )
        if self.priority is not None and not self.has_line:
            raise ContractError(
                f"{self.kind}: nobody waits in line, so `priority` says nothing: give "
                "`concurrency` or `rate`"
            )

    def _check_attributes(self) -> None:
        if len({*self.attributes}) < len(self.attributes) or len(self.attributes) > MOST_ATTRIBUTES:
            raise ContractError(
                f"{self.kind}: `attributes` are at most {MOST_ATTRIBUTES} names, each once"
            )
        secret = {to_camel(name) for withheld in (self, *self.steps) for name in withheld.withheld}
        for name in self.attributes:
            if not _ATTRIBUTE.fullmatch(name):
                raise ContractError(
                    f"{self.kind}: name the attribute {name!r} with 1 to 50 small letters, digits "
                    "and underscores"
                )
            if to_camel(name) in secret:
                raise ContractError(
                    f"{self.kind}: {name!r} is withheld, so nothing is found by it: "
                    "drop one of both"
                )

    @property
    def has_line(self) -> bool:
        """Whether its runs can have to wait for their turn."""
        return self.concurrency is not None or self.rate is not None

    @property
    def line_key(self) -> str | None:
        """The param that each line is for one value of; None where there is one line in an
        account.
        """
        limits = self.concurrency or self.rate
        if limits is None:
            return None
        return limits.key

    def _check_types(self) -> None:
        """Raises WrongDeclaration, ContractError: a member is of another type than it is to be."""
        what = f"contract {self.kind!r}"
        check_members(what, self, _MEMBERS)
        check_all(what, self, _TUPLES)
        if self.version < 1:
            raise ContractError(f"{self.kind}: its version is {self.version}: begin with 1")

    def _add_failing(self) -> None:
        """Declare the step by which a body says that its run fails."""
        if self.failed is None or any(step.name == FAIL for step in self.steps):
            return
        leads_to = OnFailure(
            self.failed,
            then=Then.COMPENSATE,
            says="This failed, and what was done before was undone.",
        )
        failing: Step[Any] = Step(FAIL, Effect.READ, on_failure=leads_to, title="Fail")
        object.__setattr__(self, "steps", (*self.steps, failing))

    @property
    def failing(self) -> Step[Any]:
        """The step by which a body says that its run fails. Raises ContractError: it has none."""
        if self.failed is None:
            raise ContractError(
                f"{self.kind}: its body says that the run fails: give the contract "
                '`failed="failed"`'
            )
        return next(step for step in self.steps if step.name == FAIL)

    def _derive_states(self) -> None:
        """Declare what follows from the steps and from what the body waits for."""
        states = {state.name: state for state in self.states}
        ends = {state.name for state in self.states if state.status is Status.COMPLETE}
        if self.completed is None and not any(
            ends.intersection(step.on_success) for step in self.steps
        ):
            object.__setattr__(self, "completed", "completed")
        is_undoable = any(
            step.rollback_config or step.on_failure.then is Then.COMPENSATE for step in self.steps
        )
        can_undo = self.compensating is not None or any(step.rollback_config for step in self.steps)
        if self.undone is not None and not can_undo:
            raise ContractError(
                f"{self.kind}: `undone` has nothing to undo: give a step `rollback_config`, or "
                "where only children are undone, give the contract `compensating`"
            )
        if self.compensating is None and is_undoable:
            object.__setattr__(self, "compensating", "undoing")
        longest = max((2 * step.longest_seconds for step in self.steps), default=0)
        lasts = longest if longest > DEADLINES[Owner.ENGINE] else None
        waits = (*self.timers, *self.signals)
        derived = [
            *(
                State.processing(name, sentence, lasts)
                for name, sentence in self._named_by_default().items()
            ),
            *(
                State.processing(each.waiting, f"This waits for {each.name}.", _YEAR)
                for each in waits
                if each.is_derived
            ),
            *(step.on_failure.derived() for step in self.steps if step.on_failure.says),
            *(OUTCOME_UNKNOWN for step in self.steps if step.stops_unknown),
            *(
                State.ended(name, Status.CANCELLED, sentence)
                for name, sentence in (
                    (self.cancelled, "This was stopped: {reason}"),
                    (self.abandoned, "This was given up: {reason}"),
                )
                if name in _STOPPED
            ),
        ]
        if self.continued == "continued":
            derived.append(
                State.ended(self.continued, Status.COMPLETE, "This goes on as another run.")
            )
        if self.undone == "undone":
            derived.append(State.ended(self.undone, Status.CANCELLED, "This was undone: {reason}"))
        if self.completed == "completed":
            derived.append(State.ended(self.completed, Status.COMPLETE, "This is complete."))
        if self.review is not None and self.review.waiting == ReviewStates.waiting:
            derived += [
                State.review(self.review.waiting),
                State.ended(self.review.rejected, Status.REJECTED, "This was rejected: {reason}"),
            ]
        for state in derived:
            if states.setdefault(state.name, state).status is not state.status:
                raise ContractError(
                    f"{self.kind}: name another step than {state.name!r}, or give it `on_success`"
                )
        object.__setattr__(self, "states", (*states.values(),))

    def _named_by_default(self) -> dict[str, str]:
        """The states of a run under way whose names the author did not choose, with their
        sentences.
        """
        named = {
            "begun": "This has begun.",
            "undoing": "What was done is being undone.",
            "approved": "This is approved.",
        }
        used = {self.initial, self.compensating, self.review.approved if self.review else None}
        named = {name: sentence for name, sentence in named.items() if name in used}
        named |= {
            step.own_state: f"This has come as far as {step.name}."
            for step in self.steps
            if step.on_success[0] == step.own_state
        }
        for each in (*self.timers, *self.signals):
            if each.is_derived:
                named |= dict.fromkeys(each.states[1:], f"The wait for {each.name} is over.")
        return named

    def state(self, name: str) -> State:
        """The state of a name."""
        state = self._named_states.get(name)
        if state is None:
            raise ContractError(f"{self.kind} has no state {name!r}")
        return state

    @cached_property
    def fingerprint(self) -> str:
        """What a body does in which order, digested, as far as its contract says: steps with their
        effects, timers, signals and topics. Two bodies that differ inside of that have the same.
        """
        order: list[Json] = [
            [self.kind, str(self.version)],
            [f"{step.name} {step.effect.value}" for step in self.steps],
            [timer.name for timer in self.timers],
            [signal.name for signal in self.signals],
            [topic.name for topic in self.topics],
        ]
        return hashlib.sha256(dump(order).encode()).hexdigest()[:16]

    # By name: each step of a run looks its states and its place up, however long the contract is.
    @cached_property
    def _named_states(self) -> dict[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {step.name: place for place, step in enumerate(self.steps)}

    def has_step(self, step: Step[Any]) -> bool:
        """Whether this is one of its steps, as it declares it."""
        place = self._places.get(step.name)
        return place is not None and self.steps[place] == step

    def _check_step(self, step: Step[Any]) -> None:
        """A step begins where a run goes on, within the state's time, and leads to a state that
        says what is safe after its failure: a dead letter is retried, and what was undone is not.
        """
        which = f"{self.kind}: step {step.name!r}"
        ended = [name for name in step.begins_in if self.state(name).is_terminal]
        if ended:
            raise ContractError(f"{which} begins in {ended[0]!r}, where a run has ended")
        for name in self.begins_of(step):
            most = self.state(name).lasts_at_most
            if most is not None and most.total_seconds() <= step.longest_seconds:
                raise ContractError(
                    f"{which} can take {step.longest_seconds} s, and {name!r} ends after "
                    f"{int(most.total_seconds())}: give the state a longer `deadline_seconds`"
                )
        then = step.on_failure.then
        state = self.state(step.on_failure.state)
        is_undone = then is Then.COMPENSATE
        is_dead = then is Then.STOP and state.status is Status.FAILED
        for is_wrong, remedy in (
            (
                bool(step.reviews) and self.review is None,
                "can ask for a review; give the contract `review`",
            ),
            (
                is_undone and self.compensating is None,
                "compensates; give the contract `compensating`",
            ),
            (
                is_undone and state.next_safe_action is NextSafeAction.RETRY_FROM_STEP,
                (
                    f"compensates, so nothing is left to retry in {state.name!r}: make it a "
                    "`State.undone`"
                ),
            ),
            (
                is_dead and state.next_safe_action is NextSafeAction.NONE,
                (
                    f"stops, so nothing is undone in {state.name!r}: make it a "
                    "`State.dead_letter`, or let it compensate"
                ),
            ),
            (
                step.rollback_config is not None and self.compensating is None,
                "can be undone; give the contract `compensating`",
            ),
        ):
            if is_wrong:
                raise ContractError(f"{which} {remedy}")

    def withheld_of(self, step: str) -> tuple[str, ...]:
        """What is not shown of a step's output; of one that the contract does not have (any more),
        the whole of it.
        """
        if step == RETURNED:
            return self.withheld
        declared = self.find_step(step)
        if declared is None:
            return ("*",)
        return declared.withheld

    def find_step(self, name: str) -> Step[Any] | None:
        """The step, or the occurrence of one, that has this name; None where the contract has none
        (any more).
        """
        if name.startswith(ITEMS):
            step = self._declared(mapped_name(name))
            if step is None:
                return None
            return step.of_map(int(name.rpartition(" ")[2]))
        base, bracket, key = name.partition("[")
        step = self._declared(base)
        if step and bracket:
            return step.keyed(key[:-1])
        return step

    def _declared(self, name: str) -> Step[Any] | None:
        place = self._places.get(name)
        if place is None:
            return None
        return self.steps[place]

    def begins_of(self, step: Step[Any]) -> tuple[str, ...]:
        """The states in which a step begins: those it declares; in a contract whose run ends as its
        body returns, any in which the run is under way; else those that the step before it leads
        to. An occurrence also begins where the one before it has led.
        """
        if isinstance(step, Occurrence):
            begins = self.begins_of(step.of)
            if step.keeps_state:
                return begins
            return (*begins, *step.on_success)
        if step.begins_in:
            return step.begins_in
        if self.completed is not None:
            return self._free
        return self._follows(step)

    @cached_property
    def _free(self) -> tuple[str, ...]:
        waits = {each.waiting for each in (*self.timers, *self.signals)} | {self.compensating}
        return tuple(
            state.name
            for state in self.states
            if state.status is Status.PROCESSING and state.name not in waits
        )

    def _follows(self, step: Step[Any]) -> tuple[str, ...]:
        """The states that the step before leads to, also by a failure that lets the run go on."""
        place = self._places[step.name]
        if place == 0:
            return (self.initial,)
        before = self.steps[place - 1]
        leads_to = [*before.on_success]
        if before.on_failure.then is Then.CONTINUE:
            leads_to.append(before.on_failure.state)
        return tuple(name for name in leads_to if not self.state(name).is_terminal)

    def step_from(self, state: str, done: Collection[str] | None = None) -> Step[Any] | None:
        """The step that comes next in a state: the first that begins there, of those that are not
        `done`; None where none does. Where steps begin in any order, and nobody says what is done,
        only a step's own state tells. Where the body decides which it takes, that which follows by
        their order comes first.
        """
        steps = [step for step in self.steps if state in self.begins_of(step)]
        begin = sorted(
            steps, key=lambda step: not step.begins_in and state not in self._follows(step)
        )
        if done is not None:
            return next((step for step in begin if step.name not in done), None)
        tells = {self.initial, *(name for step in self.steps for name in step.on_success)}
        if self.completed is None or state in tells:
            return next(iter(begin), None)
        return None

    def is_returned_to(self, state: State) -> bool:
        """Whether a body that returns can end its run there."""
        return (
            self.completed is not None and state.is_terminal and state.status is not Status.FAILED
        )

    def unreachable(self, led_to: Iterable[str] = ()) -> list[str]:
        """The states that nothing leads to: no step that can begin, no wait, no review and no end.
        `led_to` are those that something beside the contract leads to.
        """
        reached = {self.initial, self.cancelled, self.abandoned, OUTCOME_UNKNOWN.name, *led_to}
        ends = (self.continued, self.undone, self.compensating, self.completed)
        reached |= {each for each in ends if each is not None}
        reached |= {state.name for state in self.states if self.is_returned_to(state)}
        reached |= {name for waited in (*self.timers, *self.signals) for name in waited.states}
        if self.review is not None:
            reached |= {self.review.waiting, self.review.approved, self.review.rejected}
        pending = [*self.steps]
        while begin := [step for step in pending if reached & set(self.begins_of(step))]:
            reached |= {
                name for step in begin for name in (*step.on_success, step.on_failure.state)
            }
            pending = [step for step in pending if step not in begin]
        return [state.name for state in self.states if state.name not in reached]

    def shown_state(self, name: str, status: str, next_safe_action: str, *, version: int) -> State:
        """The state for showing of a run that began with a `version`: one that is not declared
        (any more) is made of what the record says.
        """
        if any(state.name == name for state in self.states):
            return self.state(name)
        sentence = "This run belongs to a version that is not deployed any more."
        if version == self.version and self.steps:  # a kind that is not deployed has none
            sentence = f"The deployed version {version} lacks the state {name} of this run."
        return State(
            name, Status(status), says=sentence, next_safe_action=NextSafeAction(next_safe_action)
        )

    def _used_states(self) -> list[tuple[str, str]]:
        used = [
            ("the initial state", self.initial),
            ("`cancelled`", self.cancelled),
            ("`abandoned`", self.abandoned),
        ]
        used += [
            (f"`{user}`", name)
            for user, name in (
                ("continued", self.continued),
                ("undone", self.undone),
                ("completed", self.completed),
            )
            if name is not None
        ]
        for waited in (*self.timers, *self.signals):
            used += [
                (f"{type(waited).__name__.lower()} {waited.name!r}", name) for name in waited.states
            ]
        for signal in self.signals:
            used += [(f"begins_in of signal {signal.name!r}", name) for name in signal.begins_in]
        if self.compensating:
            used.append(("`compensating`", self.compensating))
        for step in self.steps:
            used += [(f"begins_in of step {step.name!r}", name) for name in step.begins_in]
            used += [(f"on_success of step {step.name!r}", name) for name in step.on_success]
            used.append((f"on_failure of step {step.name!r}", step.on_failure.state))
        if self.review:
            review = self.review
            used += [
                ("review", name)
                for name in (review.waiting, review.approved, review.rejected, *review.begins_in)
            ]
        return used


@dataclass(frozen=True)
class Settlement:
    """What the end of a delivery means for the run it belongs to: from which state it leads
    where.

    Attributes:
        pending: while the event waits for its delivery.
        delivered: once its receiver took it.
        given_up: once nobody tries any more.
    """

    pending: State
    delivered: State
    given_up: State


# The deployed contracts by kind and version.
Contracts: TypeAlias = Mapping[tuple[str, int], Contract]


def newest(contracts: Contracts) -> Mapping[str, Contract]:
    """The newest contract of each kind: what new runs begin under."""
    return {kind: contracts[kind, version] for kind, version in sorted(contracts)}
