"""The declarations: states, steps and contracts. Pure values, checked when they are made."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from string import Formatter
from typing import Any, Final, Generic

from pydantic import TypeAdapter

from tillroll.durable.declared import Concurrency, Signal, Timer, Topic
from tillroll.durable.outputs import ContractError, Out, Output
from tillroll.platform.bindings.engine import Retries
from tillroll.platform.bindings.http import Throttled


class Effect(StrEnum):
    """What a step does to the world, which decides what its failure means."""

    READ = "read"
    WRITE = "write"
    EXTERNAL = "external"
    IRREVERSIBLE = "irreversible"


class Status(StrEnum):
    """What a state means to somebody who does not know the workflow."""

    PROCESSING = "processing"
    NEEDS_REVIEW = "needs_review"
    COMPLETE = "complete"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE: Final = frozenset({Status.PROCESSING, Status.NEEDS_REVIEW})
"""Of a run that has not ended and needs no operator."""


class Owner(StrEnum):
    """Who brings a run on from a state: that is, who is to blame while it stays there."""

    ENGINE = "engine"
    TIMER = "timer"
    PERSON = "person"
    NOBODY = "nobody"


class NextSafeAction(StrEnum):
    """What can be done now without doing anything twice."""

    WAIT = "wait"
    REVIEW = "review"
    NONE = "none"
    RETRY_FROM_STEP = "retry_from_step"
    RESEND_NOTIFICATION = "resend_notification"
    UPLOAD_AGAIN = "upload_again"
    RESUME = "resume"
    INVESTIGATE = "investigate"


class Then(StrEnum):
    """What becomes of the run when a step has failed for good."""

    STOP = "stop"
    """The run ends in the failure's state and waits for an operator: a dead letter."""
    CONTINUE = "continue"
    """The run goes on; the failure's state marks what is pending."""
    COMPENSATE = "compensate"
    """What was begun is undone, last begun first; then the run ends in the failure's state."""


# Seconds, where a state says nothing else. The engine's steps take minutes, but its queue can be long; a delivery is
# tried for three days and a half.
_DEADLINES = {Owner.ENGINE: 24 * 3600, Owner.TIMER: 96 * 3600}

_YEAR = 366 * 86400  # longer than the engine sleeps
_FAILURE_SAYS = {
    Then.STOP: "This stopped at {step}; nothing was lost. Retry it, or give it up.",
    Then.CONTINUE: "This goes on without {step}, which failed.",
    Then.COMPENSATE: "This stopped at {step}, and what was done before was undone.",
}

# Where a run ends that was stopped by its owner, or given up by an operator.
_STOPPED = ("cancelled", "abandoned")
# The name under which a run's steps record that all that had to be undone was tried.
COMPENSATED = "compensated"
# The name under which they record what the body has returned.
RETURNED = "return: the result"


ROLLBACK: Final = "rollback: "


def rollback_name(step: str) -> str:
    """The name of the durable step that undoes a step."""
    return f"{ROLLBACK}{step}"


def step_name(name: str) -> str:
    """The name of the contract's step, from its own or from that of an occurrence."""
    return name.partition("[")[0]


@dataclass(frozen=True)
class State:
    """A state of a run.

    Attributes:
        says: what the run's owner reads; {reason} stands for the review's or rejection's sentence.
        deadline_seconds: how long a run may stand here that no person is to bring on; then a person is notified.

    Raises ContractError: a deadline where the state is a person's, or nobody's."""

    name: str
    status: Status
    says: str
    next_safe_action: NextSafeAction
    is_terminal: bool = False
    deadline_seconds: int | None = None

    def __post_init__(self) -> None:
        if self.deadline_seconds is not None and self.owner not in _DEADLINES:
            raise ContractError(f"state {self.name!r} waits for nobody but a person: drop `deadline_seconds`")

    @classmethod
    def processing(cls, name: str, says: str, deadline_seconds: int | None = None) -> "State":
        """One in which the run is under way, and its owner waits."""
        return cls(name, Status.PROCESSING, says, NextSafeAction.WAIT, deadline_seconds=deadline_seconds)

    @classmethod
    def ended(cls, name: str, status: Status, says: str) -> "State":
        """One in which nothing is left to be done."""
        return cls(name, status, says, NextSafeAction.NONE, is_terminal=True)

    @classmethod
    def dead_letter(cls, name: str, says: str) -> "State":
        """One in which a step has failed for good, and an operator retries it from there or gives it up."""
        return cls(name, Status.FAILED, says, NextSafeAction.RETRY_FROM_STEP)

    @classmethod
    def undone(cls, name: str, says: str) -> "State":
        """One in which a step has failed for good and what was done before it was undone: there is nothing to retry."""
        return cls(name, Status.FAILED, says, NextSafeAction.NONE)

    @property
    def owner(self) -> Owner:
        """The engine brings on what is under way, a timer what has its result and is still to be delivered."""
        if self.is_terminal:
            return Owner.NOBODY
        match self.status:
            case Status.PROCESSING:
                return Owner.ENGINE
            case Status.NEEDS_REVIEW | Status.FAILED:
                return Owner.PERSON
            case _:
                return Owner.TIMER

    @property
    def lasts_at_most(self) -> timedelta | None:
        """The deadline by contract; None where a person, or nobody, is to bring the run on."""
        seconds = self.deadline_seconds or _DEADLINES.get(self.owner)
        return None if seconds is None else timedelta(seconds=seconds)


@dataclass(frozen=True)
class OnFailure:
    """Where a step's final failure leads.

    Attributes:
        state: by default a dead letter named for the state and step where the run has stopped.
        escalate: asks for a person, whatever the failure's class would do. Where it compensates, only an undoing that
            fails does, so `escalate` is refused there.
        says: what the state says, where the contract's states do not declare it."""

    state: str = ""
    then: Then = Then.STOP
    escalate: bool = False
    says: str = ""

    def derived(self) -> State:
        """The state, where the contract's states do not declare it."""
        match self.then:
            case Then.STOP:
                return State.dead_letter(self.state, self.says)
            case Then.CONTINUE:
                return State.processing(self.state, self.says)
            case Then.COMPENSATE:
                return State.undone(self.state, self.says)


@dataclass(frozen=True)
class Retry:
    """A policy for a class of errors, beside the engine's own retries: the run sleeps, then tries the step again.

    Attributes:
        on: the class, such as `Throttled`; also what is derived from it.
        limit: how often it waits; after that the step's `retries` apply.
        delay_seconds: the first wait, which doubles; an error with `seconds` of its own says how long it is.
        longest_delay_seconds: no wait is longer."""

    on: type[Exception]
    limit: int = 20
    delay_seconds: int = 30
    longest_delay_seconds: int = 3600

    def delay_after(self, wait: int, error: Exception) -> int:
        """Whole seconds before the next attempt, where `wait` waits have been."""
        asked: float | None = getattr(error, "seconds", None)
        seconds = self.delay_seconds * 2**wait if asked is None else math.ceil(asked)
        return max(1, min(seconds, self.longest_delay_seconds))


@dataclass(frozen=True)
class RollbackConfig:
    """How a step's compensation is run: a durable step of its own."""

    retries: Retries = field(default_factory=Retries)
    timeout_seconds: int = 600


@dataclass(frozen=True)
class Step(Generic[Out]):
    """A durable step.

    Attributes:
        name: unique in its contract; the engine's name for it.
        on_success: the states it can lead to; the first is meant unless the step's outcome names another. By default
            one of its own, named for the step.
        gives: what it returns, a pydantic model or a type of JSON such as `list[str]`; a union as a `TypeAdapter`. An
            output is checked when it is kept, and when a replay reads it. Without it, any JSON.
        at_most: how many occurrences it has in a run that does it once for each key.
        reviews: the reasons with which the step may refuse (`NeedsReview`); they lead to a person, not to `on_failure`.
        idempotency_key: a template over {run_id} and {step}; every write and every outgoing call carries it. That of a
            call may be of a subject instead, such as "{expense}:{revision}:{target}": the account's runs with the same
            key share one effect.
        retry: for classes of errors; the first that fits applies.
        timeout_seconds: of one attempt.
        begins_in: the states in which the step begins; by default those that the step before it leads to.
        rollback_config: set where the step can be undone; the body then gives `rollback=` along with it.
        withheld: names of members of its input and output, at any depth, that are secret or personal: they are
            shown to nobody who asks from outside. "*" is the whole of it.

    Raises ContractError: the declaration contradicts itself."""

    name: str
    effect: Effect
    on_success: tuple[str, ...] = ()
    on_failure: OnFailure = field(default_factory=OnFailure)
    retries: Retries = field(default_factory=Retries)
    timeout_seconds: int = 600
    reviews: tuple[str, ...] = ()
    idempotency_key: str = "{run_id}:{step}"
    begins_in: tuple[str, ...] = ()
    rollback_config: RollbackConfig | None = None
    withheld: tuple[str, ...] = ()
    gives: type[Out] | TypeAdapter[Out] | None = None
    at_most: int = 1000
    retry: tuple[Retry, ...] = (Retry(Throttled),)

    def __post_init__(self) -> None:
        if not self.on_success:
            object.__setattr__(self, "on_success", (self.own_state,))
        if not self.on_failure.state:
            name = "_".join([*self.begins_in[:1], self.own_state, "failed"])
            says = self.on_failure.says or _FAILURE_SAYS[self.on_failure.then].format(step=self.name)
            object.__setattr__(self, "on_failure", replace(self.on_failure, state=name, says=says))
        for is_wrong, remedy in (
            (
                not self.name or ": " in self.name or "[" in self.name,
                "give it a name without a bracket, and without a colon and a space",
            ),
            (self.at_most < 1, "let it have at least one occurrence in `at_most`"),
            (
                self.on_failure.then is Then.CONTINUE and not self._admits_none(),
                "a run that goes on without it is given None: let `gives` be a `TypeAdapter` of a union with None",
            ),
            (
                self.effect is not Effect.READ and not {"run_id", *self.subject} & _names_in(self.idempotency_key),
                "its effect needs an idempotency key with {run_id}, so that a repeated attempt is recognised",
            ),
            (
                bool(self.subject) and (not self.is_elsewhere or "run_id" in _names_in(self.idempotency_key)),
                "only a call has the key of a subject, and then without {run_id}: that of a step here has {run_id}",
            ),
            (
                bool(self.subject) and self.rollback_config is not None,
                "runs share its effect, so one of them cannot undo it: drop `rollback_config`",
            ),
            (
                self.effect is Effect.READ and self.rollback_config is not None,
                "a read changes nothing, so there is nothing to roll back: drop `rollback_config`",
            ),
            (
                self.effect is Effect.IRREVERSIBLE and self.rollback_config is not None,
                "an irreversible effect cannot be rolled back: drop `rollback_config`, or call it external",
            ),
            (
                self.on_failure.escalate and self.on_failure.then is Then.COMPENSATE,
                "what is undone leaves nothing for a person, and an undoing that fails calls one: drop `escalate`",
            ),
            (
                self.effect is Effect.IRREVERSIBLE and self.on_failure.then is not Then.STOP,
                "after an irreversible effect a person decides: let `on_failure` stop the run",
            ),
        ):
            if is_wrong:
                raise ContractError(f"step {self.name!r}: {remedy}")

    @property
    def own_state(self) -> str:
        """The state that its success leads to by default."""
        return self.name.replace("-", "_")

    @property
    def longest_seconds(self) -> int:
        """How long the step takes at most: all attempts time out, with the pauses in between."""
        attempts = range(1, self.retries.limit + 1)
        return (self.retries.limit + 1) * self.timeout_seconds + sum(map(self.retries.delay_after, attempts))

    @property
    def is_elsewhere(self) -> bool:
        """Whether it acts on somebody else's system."""
        return self.effect in {Effect.EXTERNAL, Effect.IRREVERSIBLE}

    @cached_property
    def subject(self) -> frozenset[str]:
        """The names in its idempotency key that are a subject's; none where the key is the run's."""
        return _names_in(self.idempotency_key) - {"run_id", "step"}

    def key_for(self, run_id: str) -> str:
        """The key that its effect carries."""
        return self.idempotency_key.format(run_id=run_id, step=self.name)

    def record_key_for(self, run_id: str) -> str:
        """The key of its own row in a run's record; runs may share that of its effect."""
        own = "run_id" in _names_in(self.idempotency_key)
        return self.key_for(run_id) if own else f"{run_id}:{self.name}"

    def undo_key_for(self, run_id: str) -> str:
        """The key under which it is undone."""
        return f"{self.key_for(run_id)}:rollback"

    @cached_property
    def output(self) -> "Output[Out]":
        return Output(f"step {self.name!r}", self.gives)

    def _admits_none(self) -> bool:
        try:
            self.output.read(None)
        except ContractError:
            return False
        return True

    def keyed(self, key: str, *, may_fail: bool = False) -> "Occurrence[Out]":
        """The occurrence of this step that a key names. Where it `may_fail`, the run goes on without it. Raises
        ContractError: it is no key."""
        if not 0 < len(key) <= LONGEST_KEY:
            raise ContractError(f"step {self.name!r}: a key has 1 to {LONGEST_KEY} characters; this has {len(key)}")
        failure = {"on_failure": OnFailure(self.on_success[0], then=Then.CONTINUE)} if may_fail else {}
        return self._occurrence(name=f"{self.name}[{key}]", **failure)

    def of_subject(self, account_id: str, subject: Mapping[str, str]) -> "Occurrence[Out]":
        """This call for a subject of an account. Raises ContractError: its key has other names."""
        if frozenset(subject) != self.subject:
            named = ", ".join(sorted(self.subject)) or "none"
            raise ContractError(f"step {self.name!r}: give `subject` the names in its idempotency key: {named}")
        key = self.idempotency_key.format(step=self.name, **subject)
        return self._occurrence(idempotency_key=f"{account_id}:{key}".replace("{", "{{").replace("}", "}}"))

    def _occurrence(self, **changes: object) -> "Occurrence[Out]":
        of = self.of if isinstance(self, Occurrence) else self
        occurrence = Occurrence(**{each.name: getattr(of, each.name) for each in fields(of)}, of=of)
        kept = {each.name: getattr(self, each.name) for each in fields(of)}
        for name, value in {**kept, **changes}.items():
            object.__setattr__(occurrence, name, value)
        return occurrence


# The engine names a step with at most 256 characters, and its rollback is a step.
LONGEST_KEY: Final = 150


def _names_in(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@dataclass(frozen=True)
class Occurrence(Step[Out]):
    """One of a step's occurrences in a run, named for the step and its key: `push[42]`."""

    of: Step[Out] = field(kw_only=True)


@dataclass(frozen=True)
class ReviewStates:
    """The states of a human review: while it waits, and after the decision. `begins_in` are those in which the body may
    ask for it, so that a decision leads past nothing that comes before it; without any, it may anywhere."""

    waiting: str = "in_review"
    approved: str = "approved"
    rejected: str = "rejected"
    begins_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """A workflow's steps and states. A state that is used and not declared is derived, with a sentence of its own.

    Attributes:
        states: those whose sentence, status or deadline the author gives.
        initial: the state of a run that has done nothing yet.
        completed: the state in which a run ends whose body returns. By default "completed" where no step leads to an
            end; such a contract lets its steps begin in any order, but for those that have `begins_in`.
        cancelled, abandoned: the states in which a run ends that was stopped by its owner, or given up by an operator.
        compensating: the state while what was begun is undone after a failure, and while a rollback that failed is
            tried again; by default "undoing" where a step can be undone, or its failure compensates.
        timers, signals: what the body sleeps by, and what it waits for from outside.
        topics: what the body tells the world outside.
        continued: the state in which a run ends that goes on as another.
        result: the step whose output is what the run gives, where its body does not return it; by default the last one
            that succeeded.
        withheld: as of a step, of what the body returns.
        concurrency: how many of its runs go on at once; None for as many as are begun.
        is_told: whether endpoints are notified of what becomes of its runs. They must not be notified of a kind that
            notifies people of failed deliveries: it would notify of its own notifications without end.

    Raises ContractError: two steps or states of one name, or a step that contradicts the states it names."""

    kind: str
    version: int
    steps: tuple[Step[Any], ...]
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
    is_told: bool = True

    def __post_init__(self) -> None:
        for what in ("states", "steps", "timers", "signals", "topics"):
            _refuse_repeated(self.kind, what, [each.name for each in getattr(self, what)])
        self._derive_states()
        declared = {state.name for state in self.states}
        for user, name in self._used_states():
            if name not in declared:
                raise ContractError(
                    f"{self.kind}: {user} uses the state {name!r}; declare it in the contract's states, or for a "
                    "failure's state give `says`"
                )
        for step in self.steps:
            self._check_step(step)
        if self.result is not None and all(step.name != self.result for step in self.steps):
            raise ContractError(f"{self.kind}: `result` names {self.result!r}, which is none of its steps")

    def _derive_states(self) -> None:
        """Declare what follows from the steps and from what the body waits for."""
        states = {state.name: state for state in self.states}
        ends = {state.name for state in self.states if state.status is Status.COMPLETE}
        if self.completed is None and not any(ends.intersection(step.on_success) for step in self.steps):
            object.__setattr__(self, "completed", "completed")
        is_undoable = any(step.rollback_config or step.on_failure.then is Then.COMPENSATE for step in self.steps)
        if self.compensating is None and is_undoable:
            object.__setattr__(self, "compensating", "undoing")
        longest = max((2 * step.longest_seconds for step in self.steps), default=0)
        lasts = longest if longest > _DEADLINES[Owner.ENGINE] else None
        waits = (*self.timers, *self.signals)
        derived = [
            *(State.processing(name, says, lasts) for name, says in self._named_by_default().items()),
            *(
                State.processing(each.waiting, f"This waits for {each.name}.", _YEAR)
                for each in waits
                if each.is_derived
            ),
            *(step.on_failure.derived() for step in self.steps if step.on_failure.says),
            *(
                State.ended(name, Status.CANCELLED, "This was stopped: {reason}")
                for name in (self.cancelled, self.abandoned)
                if name in _STOPPED
            ),
        ]
        if self.completed == "completed":
            derived.append(State.ended(self.completed, Status.COMPLETE, "This is complete."))
        if self.review is not None and self.review.waiting == ReviewStates.waiting:
            waiting = State(self.review.waiting, Status.NEEDS_REVIEW, "{reason}", NextSafeAction.REVIEW)
            derived += [waiting, State.ended(self.review.rejected, Status.REJECTED, "This was rejected: {reason}")]
        for state in derived:
            if states.setdefault(state.name, state).status is not state.status:
                raise ContractError(f"{self.kind}: name another step than {state.name!r}, or give it `on_success`")
        object.__setattr__(self, "states", (*states.values(),))

    def _named_by_default(self) -> dict[str, str]:
        """The states of a run under way whose names the author did not choose, with their sentences."""
        named = {
            "begun": "This has begun.",
            "undoing": "What was done is being undone.",
            "approved": "This is approved.",
        }
        used = {self.initial, self.compensating, self.review.approved if self.review else None}
        named = {name: says for name, says in named.items() if name in used}
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
        for state in self.states:
            if state.name == name:
                return state
        raise ContractError(f"{self.kind} has no state {name!r}")

    def _check_step(self, step: Step[Any]) -> None:
        """A step begins where a run goes on, within the state's time, and leads to a state that says what is safe after
        its failure: a dead letter is retried, and what was undone is not."""
        which = f"{self.kind}: step {step.name!r}"
        if ended := [name for name in step.begins_in if self.state(name).is_terminal]:
            raise ContractError(f"{which} begins in {ended[0]!r}, where a run has ended")
        for name in self.begins_of(step):
            most = self.state(name).lasts_at_most
            if most is not None and most.total_seconds() <= step.longest_seconds:
                raise ContractError(
                    f"{which} can take {step.longest_seconds} s, and {name!r} ends after {int(most.total_seconds())}: "
                    "give the state a longer `deadline_seconds`"
                )
        then, state = step.on_failure.then, self.state(step.on_failure.state)
        is_undone = then is Then.COMPENSATE
        is_dead = then is Then.STOP and state.status is Status.FAILED
        for is_wrong, remedy in (
            (bool(step.reviews) and self.review is None, "can ask for a review; give the contract `review`"),
            (is_undone and self.compensating is None, "compensates; give the contract `compensating`"),
            (
                is_undone and state.next_safe_action is NextSafeAction.RETRY_FROM_STEP,
                f"compensates, so nothing is left to retry in {state.name!r}: make it a `State.undone`",
            ),
            (
                is_dead and state.next_safe_action is NextSafeAction.NONE,
                f"stops, so nothing is undone in {state.name!r}: make it a `State.dead_letter`, or let it compensate",
            ),
            (
                step.rollback_config is not None and self.compensating is None,
                "can be undone; give the contract `compensating`",
            ),
        ):
            if is_wrong:
                raise ContractError(f"{which} {remedy}")

    def withheld_of(self, step: str) -> tuple[str, ...]:
        """What is not shown of a step's output; of one that the contract does not have (any more), the whole of it."""
        if step == RETURNED:
            return self.withheld
        found = self.find_step(step)
        return ("*",) if found is None else found.withheld

    def find_step(self, name: str) -> Step[Any] | None:
        """The step, or the occurrence of one, that has this name; None where the contract has none (any more)."""
        base, bracket, key = name.partition("[")
        found = next((each for each in self.steps if each.name == base), None)
        return found.keyed(key[:-1]) if found and bracket else found

    def begins_of(self, step: Step[Any]) -> tuple[str, ...]:
        """The states in which a step begins: those it declares; in a contract whose run ends as its body returns, any
        in which the run is under way; else those that the step before it leads to. An occurrence also begins where the
        one before it has led."""
        if isinstance(step, Occurrence):
            return (*self.begins_of(step.of), *step.on_success)
        if step.begins_in:
            return step.begins_in
        return self._free if self.completed is not None else self._follows(step)

    @cached_property
    def _free(self) -> tuple[str, ...]:
        waits = {each.waiting for each in (*self.timers, *self.signals)} | {self.compensating}
        return tuple(
            state.name for state in self.states if state.status is Status.PROCESSING and state.name not in waits
        )

    def _follows(self, step: Step[Any]) -> tuple[str, ...]:
        """The states that the step before leads to, also by a failure that lets the run go on."""
        place = self.steps.index(step)
        if place == 0:
            return (self.initial,)
        before = self.steps[place - 1]
        leads_to = [*before.on_success]
        if before.on_failure.then is Then.CONTINUE:
            leads_to.append(before.on_failure.state)
        return tuple(name for name in leads_to if not self.state(name).is_terminal)

    def steps_from(self, state: str) -> tuple[Step[Any], ...]:
        """The steps that begin in a state, that which follows by their order first. There are several where the body
        decides which of them it takes."""
        begin = [step for step in self.steps if state in self.begins_of(step)]
        return (*sorted(begin, key=lambda step: not step.begins_in and state not in self._follows(step)),)

    def step_from(self, state: str) -> Step[Any] | None:
        """The step that comes next in a state: the first that begins there; None where none does."""
        return next(iter(self.steps_from(state)), None)

    def unreachable(self, led_to: Iterable[str] = ()) -> list[str]:
        """The states that nothing leads to: no step that can begin, no wait, no review and no end. `led_to` are those
        that something beside the contract leads to."""
        reached = {self.initial, self.cancelled, self.abandoned, *led_to}
        reached |= {each for each in (self.continued, self.compensating, self.completed) if each is not None}
        reached |= {name for waited in (*self.timers, *self.signals) for name in waited.states}
        if self.review is not None:
            reached |= {self.review.waiting, self.review.approved, self.review.rejected}
        pending = [*self.steps]
        while begin := [step for step in pending if reached & set(self.begins_of(step))]:
            reached |= {name for step in begin for name in (*step.on_success, step.on_failure.state)}
            pending = [step for step in pending if step not in begin]
        return [state.name for state in self.states if state.name not in reached]

    def shown_state(self, name: str, status: str, next_safe_action: str) -> State:
        """The state for showing: one that is not declared, since the run's own version is no longer deployed, is made
        of what the record says."""
        if any(state.name == name for state in self.states):
            return self.state(name)
        says = "This run belongs to a version that is not deployed any more."
        return State(name, Status(status), says, NextSafeAction(next_safe_action))

    def _used_states(self) -> list[tuple[str, str]]:
        used = [("the initial state", self.initial), ("`cancelled`", self.cancelled), ("`abandoned`", self.abandoned)]
        used += [
            (f"`{user}`", name)
            for user, name in (("continued", self.continued), ("completed", self.completed))
            if name is not None
        ]
        for waited in (*self.timers, *self.signals):
            used += [(f"{type(waited).__name__.lower()} {waited.name!r}", name) for name in waited.states]
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
            used += [("review", name) for name in (review.waiting, review.approved, review.rejected, *review.begins_in)]
        return used


def _refuse_repeated(kind: str, what: str, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ContractError(f"{kind}: {what} need names of their own; repeated: {', '.join(repeated)}")


@dataclass(frozen=True)
class Settlement:
    """What the end of a delivery means for the run it belongs to: from which state it leads where."""

    pending: State
    delivered: State
    given_up: State
