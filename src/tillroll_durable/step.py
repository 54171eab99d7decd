"""The declaration of a step: what it does to the world, where its end leads, and how it is tried
again.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from string import Formatter
from typing import Final, Generic, cast

from pydantic import TypeAdapter

from tillroll_durable.outputs import ContractError, Out, Output
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.bindings.http import Throttled
from tillroll_durable.platform.declaring import check_all, check_members
from tillroll_durable.platform.json import Json
from tillroll_durable.states import State


class Effect(StrEnum):
    """What a step does to the world, which decides what its failure means."""

    READ = "read"
    """It changes nothing, here or elsewhere."""
    WRITE = "write"
    """It writes rows here, in the transaction that ends it."""
    EXTERNAL = "external"
    """It does something elsewhere, by `run.call`."""
    IRREVERSIBLE = "irreversible"
    """As `EXTERNAL`, and nothing undoes it: its failure stops the run, and a person decides."""


class Then(StrEnum):
    """What becomes of the run when a step has failed for good."""

    STOP = "stop"
    """The run ends in the failure's state and waits for an operator: a dead letter."""
    CONTINUE = "continue"
    """The run goes on; the failure's state marks what is pending."""
    COMPENSATE = "compensate"
    """What was begun is undone, last begun first; then the run ends in the failure's state. Where
    the step may have been done elsewhere and has no rollback, the run stops in `outcome_unknown`
    instead, and nothing is undone by itself."""


_FAILURE_SAYS = {
    Then.STOP: "This stopped at {step}; nothing was lost. Retry it, or give it up.",
    Then.CONTINUE: "This goes on without {step}, which failed.",
    Then.COMPENSATE: "This stopped at {step}, and what was done before was undone.",
}

ROLLBACK: Final = "rollback: "
# How the name of the durable step ends that tells whether a step that failed may be done.
MAY_BE_DONE: Final = ": may be done"
# How the name of the durable step begins that begins a child.
CHILD: Final = "child: "
# How the name of the durable step begins that says what became of the items of a map.
ITEMS: Final = "items: "


def rollback_name(step: str) -> str:
    """The name of the durable step that undoes a step."""
    return f"{ROLLBACK}{step}"


def mapped_name(whole: str) -> str:
    """The name of the step whose map a step of this name sums up."""
    return whole.removeprefix(ITEMS).rpartition(" ")[0]


def step_name(name: str) -> str:
    """The name of the contract's step, from its own or from that of an occurrence."""
    return name.partition("[")[0]


@dataclass(frozen=True)
class OnFailure:
    """Where a step's final failure leads.

    Attributes:
        then: whether the run stops, goes on without the step, or undoes what it did.
        state: in which the run then stands; by default the step's name and `_failed`, behind the
            first state of its `begins_in`, where it has any.
        escalate: asks for a person, whatever the failure's class would do. Where it compensates,
            only an undoing that fails does, so `escalate` is refused there.
        says: what the state says, where the contract's states do not declare it.
    """

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
    """A policy for a class of errors, beside the engine's own retries: the run sleeps, then tries
    the step again.

    Attributes:
        on: the class, such as `Throttled`; also what is derived from it.
        limit: how often it waits; after that the step's `retries` apply.
        delay_seconds: the first wait, which doubles; an error with `seconds` of its own says how
            long it is.
        longest_delay_seconds: no wait is longer.
    """

    on: type[Exception]
    limit: int = 20
    delay_seconds: int = 30
    longest_delay_seconds: int = 3600

    def delay_after(self, wait: int, error: Exception) -> int:
        """Whole seconds before the next attempt, where `wait` waits have been."""
        requested: float | None = getattr(error, "seconds", None)
        if requested is None:
            seconds = self.delay_seconds * 2**wait
        else:
            seconds = math.ceil(requested)
        return max(1, min(seconds, self.longest_delay_seconds))


@dataclass(frozen=True)
class RollbackConfig:
    """How a step's compensation is run: a durable step of its own.

    `finds_out`: it finds out by itself what of the step there is to be undone, and is made although
    nobody knows whether the step's call was made. By default that call's `reconcile` is asked
    before.

    Attributes:
        retries: how often it is tried again.
        timeout_seconds: of one attempt.
    """

    retries: Retries = field(default_factory=Retries)
    timeout_seconds: int = 600
    finds_out: bool = False


_MEMBERS: Final[Mapping[str, type]] = {
    "name": str,
    "effect": Effect,
    "on_failure": OnFailure,
    "retries": Retries,
    "timeout_seconds": int,
    "idempotency_key": str,
    "rollback_config": RollbackConfig,
    "at_most": int,
}
# Tuples of texts.
_TEXTS: Final = ("on_success", "reviews", "begins_in", "withheld")


@dataclass(frozen=True)
class Step(Generic[Out]):
    """A durable step.

    Attributes:
        effect: what it does to the world.
        on_failure: where its final failure leads; by default the run stops and waits for an
            operator.
        retries: how the engine tries it again: three times, after 1, 2 and 4 seconds.
        name: unique in its contract; the engine's name for it.
        on_success: the states it can lead to; the first is meant unless the step's outcome names
            another. By default one of its own, named for the step.
        gives: what it returns, a pydantic model or a type of JSON such as `list[str]`; a union as a
            `TypeAdapter`. An output is checked when it is kept, and when a replay reads it. Without
            it, any JSON.
        at_most: how many occurrences it has in a run that does it once for each key.
        reviews: the reasons with which the step may refuse (`NeedsReview`); they lead to a person,
            not to `on_failure`.
        idempotency_key: a template over {run_id} and {step}; every write and every outgoing call
            carries it. That of a call may be of a subject instead, such as
            "{expense}:{revision}:{target}": the account's runs with the same key share one effect.
        retry: for classes of errors; the first that fits applies.
        timeout_seconds: of one attempt.
        begins_in: the states in which the step begins; by default those that the step before it
            leads to.
        rollback_config: set where the step can be undone; the body then gives `rollback=` along
            with it.
        withheld: names of members of its input and output, at any depth, that are secret or
            personal: they are shown to nobody who asks from outside. "*" is the whole of it.
        title: what people read of it, such as "Check the limit"; by default its name in words.

    Raises ContractError: the declaration contradicts itself.
    """

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
    title: str = ""

    def __post_init__(self) -> None:
        what = f"step {self.name!r}"
        check_members(what, self, _MEMBERS)
        check_all(what, self, {**dict.fromkeys(_TEXTS, str), "retry": Retry})
        if not self.title:
            object.__setattr__(
                self, "title", self.name.replace("-", " ").replace("_", " ").capitalize()
            )
        if not self.on_success:
            object.__setattr__(self, "on_success", (self.own_state,))
        if not self.on_failure.state:
            name = "_".join([*self.begins_in[:1], self.own_state, "failed"])
            sentence = self.on_failure.says or _FAILURE_SAYS[self.on_failure.then].format(
                step=self.name
            )
            object.__setattr__(
                self, "on_failure", replace(self.on_failure, state=name, says=sentence)
            )
        for is_wrong, remedy in (
            (
                not self.name or ": " in self.name or "[" in self.name,
                "give it a name without a bracket, and without a colon and a space",
            ),
            (
                self.name == "ctx",
                "give it another name: steps on Cloudflare are given their context by this one",
            ),
            (self.at_most < 1, "let it have at least one occurrence in `at_most`"),
            (
                self.on_failure.then is Then.CONTINUE and not self._admits_none(),
                (
                    "a run that goes on without it is given None: let `gives` be a `TypeAdapter` "
                    "of a union with None"
                ),
            ),
            (
                self.effect is not Effect.READ and not {"run_id", *self.subject} & self._names,
                (
                    "its effect needs an idempotency key with {run_id}, so that a repeated "
                    "attempt is recognised"
                ),
            ),
            (
                bool(self.subject) and (not self.is_elsewhere or "run_id" in self._names),
                (
                    "only a call has the key of a subject, and then without {run_id}: that of a "
                    "step here has {run_id}"
                ),
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
                (
                    "an irreversible effect cannot be rolled back: drop `rollback_config`, or "
                    "call it external"
                ),
            ),
            (
                self.on_failure.escalate and self.on_failure.then is Then.COMPENSATE,
                (
                    "what is undone leaves nothing for a person, and an undoing that fails calls "
                    "one: drop `escalate`"
                ),
            ),
            (
                self.effect is Effect.IRREVERSIBLE and self.on_failure.then is not Then.STOP,
                (
                    "after an irreversible effect a person decides: let `on_failure` stop the run. "
                    "To undo what came before where the other side refuses it, call it external: "
                    "what nobody knows stops the run there, too"
                ),
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
        return (self.retries.limit + 1) * self.timeout_seconds + sum(
            map(self.retries.delay_after, attempts)
        )

    @property
    def is_elsewhere(self) -> bool:
        """Whether it acts on somebody else's system."""
        return self.effect in {Effect.EXTERNAL, Effect.IRREVERSIBLE}

    @property
    def stops_unknown(self) -> bool:
        """Whether its failure undoes what was done before only where it is known not to be done."""
        return self.on_failure.then is Then.COMPENSATE and self.stands_unknown

    @property
    def stands_unknown(self) -> bool:
        """Whether nothing undoes it where nobody knows whether it was done, so that its failure
        stops the run. One that the run goes on without stops nothing.
        """
        return (
            self.on_failure.then is not Then.CONTINUE
            and self.is_elsewhere
            and self.rollback_config is None
        )

    @cached_property
    def subject(self) -> frozenset[str]:
        """The names in its idempotency key that are a subject's; none where the key is the
        run's.
        """
        return self._names - {"run_id", "step"}

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names in its idempotency key."""
        return _names_in(self.idempotency_key)

    def key_for(self, run_id: str) -> str:
        """The key that its effect carries."""
        return self.idempotency_key.format(run_id=run_id, step=self.name)

    def record_key_for(self, run_id: str) -> str:
        """The key of its own row in a run's record; runs may share that of its effect."""
        if "run_id" in self._names:
            return self.key_for(run_id)
        return f"{run_id}:{self.name}"

    def undo_key_for(self, run_id: str) -> str:
        """The key under which it is undone."""
        return f"{self.key_for(run_id)}:rollback"

    @cached_property
    def output(self) -> "Output[Out]":
        """What it returns, as a type that is checked."""
        return Output(f"step {self.name!r}", self.gives)

    def _admits_none(self) -> bool:
        try:
            self.output.read(None)
        except ContractError:
            return False
        return True

    def keyed(self, key: str, *, may_fail: bool = False) -> "Occurrence[Out]":
        """The occurrence of this step that a key names. Where it `may_fail`, the run goes on
        without it. Raises ContractError: it is no key.
        """
        if not 0 < len(key) <= LONGEST_KEY:
            raise ContractError(
                f"step {self.name!r}: a key has 1 to {LONGEST_KEY} characters; this has {len(key)}"
            )
        if may_fail:
            failure = OnFailure(self.on_success[0], then=Then.CONTINUE)
        else:
            failure = self.on_failure
        return self._occurrence(name=f"{self.name}[{key}]", on_failure=failure, may_fail=may_fail)

    def of_map(self, number: int) -> "Occurrence[Json]":
        """What became of the items of the `number`th map of this step in its run: where too many
        failed, the step has failed.
        """
        whole = self._occurrence(
            name=f"{ITEMS}{self.name} {number}",
            effect=Effect.READ,
            idempotency_key="{run_id}:{step}",
            gives=None,
            reviews=(),
            retry=(),
            rollback_config=None,
            withheld=(),
        )
        return cast("Occurrence[Json]", whole)

    def of_subject(self, account_id: str, subject: Mapping[str, str]) -> "Occurrence[Out]":
        """This call for a subject of an account. Raises ContractError: its key has other names."""
        if frozenset(subject) != self.subject:
            named = ", ".join(sorted(self.subject)) or "none"
            raise ContractError(
                f"step {self.name!r}: give `subject` the names in its idempotency key: {named}"
            )
        key = self.idempotency_key.format(step=self.name, **subject)
        return self._occurrence(
            idempotency_key=f"{account_id}:{key}".replace("{", "{{").replace("}", "}}")
        )

    def that_may_refuse(self, reason: str) -> "Occurrence[Out]":
        """This step, which may also refuse for a reason that its contract need not declare."""
        return self._occurrence(reviews=(*self.reviews, reason))

    def in_company(self) -> "Occurrence[Out]":
        """Make this step run beside others: so it leaves the run in its state."""
        return self._occurrence(keeps_state=True)

    def _occurrence(self, **changes: object) -> "Occurrence[Out]":
        """The step with changes. A run has hundreds, so what was checked with the step is not
        checked again, and the types of all are read by one adapter.
        """
        occurrence = cast("Occurrence[Out]", object.__new__(Occurrence))
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        overrides = {
            "of": self,
            "may_fail": False,
            "keeps_state": False,
            **own,
            "gives": self.output.adapter,
        }
        for name, value in {**overrides, **changes}.items():
            object.__setattr__(occurrence, name, value)
        return occurrence


# The engine names a step with at most 256 characters, and its rollback is a step.
LONGEST_KEY: Final = 150


def _names_in(template: str) -> frozenset[str]:
    """Raises ContractError: a brace is left open."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)
    except ValueError as error:
        raise ContractError(
            f"the idempotency key {template!r} leaves a brace open: write `{{run_id}}:{{step}}`"
        ) from error


@dataclass(frozen=True)
class Occurrence(Step[Out]):
    """One of a step's occurrences in a run, named for the step and its key: `push[42]`. Where it
    `may_fail`, the run goes on, and what it came to is a value. Where it `keeps_state`, its success
    leaves the run where it stands, since other steps go on beside it.
    """

    of: Step[Out] = field(kw_only=True)
    may_fail: bool = field(default=False, kw_only=True)
    keeps_state: bool = field(default=False, kw_only=True)
