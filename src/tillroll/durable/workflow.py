"""A workflow as one value: all that is a kind's own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from tillroll.durable.contract import Contract, ContractError, Settlement
from tillroll.durable.declared import NoParams, ObjectsInUse, Tick, Topic, Triggered
from tillroll.durable.errors import ValuesRefused
from tillroll.durable.explanation.views import View
from tillroll.durable.record.runs import WhenUndone, nothing_else
from tillroll.platform.bindings.database import Statement
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.platform.settings import RoomSettings

if TYPE_CHECKING:
    from tillroll.durable.beginning import Actor
    from tillroll.durable.execution.workflow_run import WorkflowRun


async def no_values(platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool) -> None:
    """For a workflow that no person gives values to.

    Raises:
        ValuesRefused: some were given.
    """
    del platform, run_id, is_complete
    if values:
        raise ValuesRefused([(name, "This workflow takes no values: leave it out.") for name in sorted(values)])


class CheckValues(Protocol):
    """Refuses values that a person gives along with a decision or a retry, before anything is recorded.

    Unless `is_complete`, what is not given may still be found by the run. Raises ValuesRefused.
    """

    async def __call__(self, platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool) -> None: ...


class MayDecide(Protocol):
    """Says why a person may not decide what a run asks, where they may otherwise: whoever asked does not approve. None
    where they may."""

    async def __call__(self, platform: Platform, run_id: str, user_id: str, /) -> str | None: ...


async def whoever_may(_platform: Platform, _run_id: str, _user_id: str) -> str | None:
    """For a kind whose reviews are anybody's who has the permission."""
    return None


class MaySignal(Protocol):
    """Says, in a sentence, why a signal that a person sends would do the run no good now. None where it is recorded."""

    async def __call__(self, platform: Platform, run_id: str, name: str, /) -> str | None: ...


async def whenever_sent(_platform: Platform, _run_id: str, _name: str) -> str | None:
    """For a kind whose signals are good at any time."""
    return None


class BeginTriggered(Protocol):
    """Begins a run for whoever may, from params that fit the workflow's model. What it names of an account belongs to
    the actor's, or it is refused. `key`, where given, stands for one run: asked for again, it is that one.

    Raises ValuesRefused, InvalidParams, KeyReused; nothing was begun then.
    """

    async def __call__(
        self, platform: Platform, workflow: "Workflow", actor: "Actor", params: Any, key: str | None, /
    ) -> Triggered: ...


@dataclass(frozen=True)
class Trigger:
    """That runs of a kind may be begun from outside, by its name, and with what checks. `moves_money`: a key holds for
    the whole account, and for ever."""

    begin: BeginTriggered
    moves_money: bool = False


@dataclass(frozen=True)
class Allowed:
    """Who may do what with runs of a kind, each as the name of a permission that the deployment knows; whoever asks
    needs it besides what the route needs. A kind that is deployed says all of it.

    Attributes:
        trigger: for beginning one by the kind's name; None where that is not possible.
        decide: for deciding what a run asks.
        operate: for retrying, abandoning, cancelling, pausing and resuming one.
        signals: for sending it a signal, by the signal's name; each that its contract has.
    """

    decide: str
    operate: str
    trigger: str | None = None
    signals: Mapping[str, str] = field(default_factory=dict[str, str])


class BeginAtTick(Protocol):
    """Begins a run for the actor's account under `tick.key`, from params that fit the schedule's model. It may be
    called again for the same tick, also by two at once: that key makes one run of it.

    Raises NothingBegun, ValuesRefused; nothing was begun then.
    """

    async def __call__(
        self, platform: Platform, workflow: "Workflow", actor: "Actor", params: Any, tick: Tick, /
    ) -> None: ...


class CheckSchedule(Protocol):
    """Refuses params with which no tick could begin anything, when a schedule is made or changed. `account_id` is None
    for a schedule of all accounts. Raises ValuesRefused."""

    async def __call__(self, platform: Platform, account_id: str | None, params: Any, /) -> None: ...


async def no_more_checks(_platform: Platform, _account_id: str | None, _params: Any) -> None:
    """For a kind whose model of params says all."""


def tells_nobody(_account_id: str, _tick: Tick, _reason: str, _now: str) -> Sequence[Statement]:
    """For a kind of which nobody is told that a tick began nothing: it is shown with the schedule."""
    return ()


@dataclass(frozen=True)
class Schedule:
    """That runs of a kind may be begun by time.

    Attributes:
        begin: begins the run of a tick.
        params: the model of what a schedule of the kind is made with; its names come in camelCase.
        permission: what somebody needs to keep one, besides what the route needs.
        check: refuses what could never begin anything.
        for_all_accounts: whether one schedule may begin a run for each account.
        tell: what is written along when a tick begins nothing: called with the account, the tick, the reason and the
            time.
    """

    begin: BeginAtTick
    params: type[BaseModel]
    permission: str
    check: CheckSchedule = no_more_checks
    for_all_accounts: bool = False
    tell: Callable[[str, Tick, str, str], Sequence[Statement]] = tells_nobody


@dataclass(frozen=True)
class Workflow:
    """All that is a kind's own. Old versions stay until no live run has them.

    Attributes:
        contract, body: what it promises, and what fulfils that.
        params: the model that a run is begun with.
        subject: gives the id of what a run with such params is about; by default a run is about itself.
        when_undone: gives what is written along when a run ends without what it was made for: cancelled, abandoned,
            rejected or compensated. It is called with the run and the time.
        view: how its runs are shown.
        check_values: refuses what a person gives along with a decision or a retry.
        settlements: what the end of a delivery means for its run, by topic. The contract's own topics have none.
        topics: what receivers are told of those topics: their models, and when. Each of `settlements` has one.
        objects_in_use: which objects are the kind's, and which of them it refers to; None for a kind without objects.
            What no kind claims, the reconciler leaves alone, also where the kind is not deployed any more.
        sentences: what a person reads for a reason's code.
        subject_rows: the query for what a run is about, given the run's id: its rows are read along with the run, and
            its steps find them in `StepContext.along`.
        settings: what the kind is told by the deployment, checked before anything is done.
        allowed: who may do what with its runs.
        may_decide: who of them may not decide what a run asks.
        may_signal: when a person's signal is refused.
        own_signals: those that this deployment sends by itself; nobody is asked to send them.
        trigger: how its runs are begun from outside by the kind's name; None where they are not.
        schedule: how its runs are begun by time; None where they are not.
        begun_by: what begins them instead, for whoever tries, such as "POST /api/exports".

    Raises:
        ContractError: a topic has a settlement, and is one that the body tells of; the contract limits how many runs go
            on at once by what is no param; or it has a state that nothing leads to.
    """

    contract: Contract
    body: Callable[["WorkflowRun"], Awaitable[JsonObject]]
    params: type[BaseModel] = NoParams
    subject: Callable[[Any], str] | None = None
    when_undone: WhenUndone = nothing_else
    view: View = field(default_factory=View)
    check_values: CheckValues = no_values
    settlements: Mapping[str, Settlement] = field(default_factory=dict[str, Settlement])
    topics: Sequence[Topic[Any]] = ()
    objects_in_use: ObjectsInUse | None = None
    sentences: Mapping[str, str] = field(default_factory=dict[str, str])
    subject_rows: Callable[[str], Statement] | None = None
    settings: Sequence[type[RoomSettings]] = ()
    allowed: Allowed | None = None
    may_decide: MayDecide = whoever_may
    may_signal: MaySignal = whenever_sent
    own_signals: Sequence[str] = ()
    trigger: Trigger | None = None
    schedule: Schedule | None = None
    begun_by: str = ""

    def __post_init__(self) -> None:
        for topic in self.contract.topics:
            if topic.name in self.settlements:
                raise ContractError(
                    f"{self.contract.kind}: the topic {topic.name!r} moves its run by a settlement; "
                    "give what its body tells at any point a topic of its own"
                )
        settled = (name for each in self.settlements.values() for name in _states_of(each))
        if lost := self.contract.unreachable(settled):
            raise ContractError(
                f"{self.contract.kind}: nothing leads to the state {lost[0]!r}: name it in a step's `on_success` or "
                "`on_failure`, in `begins_in` of a step on the way to it, or drop it"
            )
        limits = self.contract.concurrency
        if limits is not None and limits.key is not None and limits.key not in self.params.model_fields:
            raise ContractError(
                f"{self.contract.kind}: `concurrency` names {limits.key!r}, which is none of its params; they are "
                f"{', '.join(self.params.model_fields) or 'none'}"
            )


def _states_of(settlement: Settlement) -> tuple[str, ...]:
    return (settlement.pending.name, settlement.delivered.name, settlement.given_up.name)
