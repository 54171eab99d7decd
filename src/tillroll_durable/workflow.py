"""A workflow as one value: all that is a kind's own, also how its runs are shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from inspect import iscoroutinefunction, isroutine
from typing import TYPE_CHECKING, Any, Final, Generic, LiteralString, Protocol, cast

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypeVar

from tillroll_durable.archive.files import Rows
from tillroll_durable.beginning import Actor, begin_as_asked, begin_at_tick
from tillroll_durable.contract import Contract, Settlement
from tillroll_durable.decisions import Review
from tillroll_durable.declared import NoParams, Overlap, Tick, Topic, Triggered
from tillroll_durable.errors import ValuesRefused
from tillroll_durable.explanation.queries import Query
from tillroll_durable.outputs import ContractError, Output
from tillroll_durable.platform.bindings.database import Row, Statement
from tillroll_durable.platform.clock import UnknownZone, check_zone_name
from tillroll_durable.platform.declaring import check_all, check_members
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import Model, strict_schema
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import WhenUndone, nothing_else

if TYPE_CHECKING:
    from tillroll_durable._execution.steps import Outcome
    from tillroll_durable._execution.workflow_run import WorkflowRun


# A SELECT over the table expression `page`, whose one column is `run_id`; it gives the same column
# back.
NO_QUERY: Final = "SELECT run_id FROM page"


async def _nothing_detailed(_platform: Platform, _detail: "Detail") -> JsonObject:
    return {}


async def _as_proposed(_platform: Platform, review: Review, _only: str | None) -> JsonObject:
    return {"proposed": review.proposed}


@dataclass(frozen=True)
class Detail:
    """What one run's details are made of.

    Attributes:
        steps: the run's rows of `run_steps`.
        rows: what each of the view's statements found, in their order.
        only: the person whose documents alone the caller sees, by their id; None: they see all.
        left: what the archive has of an archived run, by table."""

    steps: Sequence[Row]
    rows: Sequence[Sequence[Row]]
    only: str | None
    left: Rows


@dataclass(frozen=True)
class View:
    """A kind's part of what the API answers of its runs; JSON objects with keys in camelCase.

    Attributes:
        query: SELECT over `page(run_id)`, one row a run, with the column `run_id`; where it has a
            column `changed_at`, a change of that counts as a change of the run.
        listed: what an item of a list has, from the query's row.
        statements: what is read for one run's details, by the run's id, in one transaction with the
            run's own records.
        detailed: what one run's details have in addition.
        proposed: what a person who decides on a review is shown, who sees what is of themselves
            alone where they are named, by their id.
        shapes, detailed_shapes, proposed_shapes: for the OpenAPI document, the model of each object
            that `listed`, `detailed` and `proposed` give, by its name.
    """

    query: LiteralString = NO_QUERY
    listed: Callable[[Row], JsonObject] = lambda _row: {}
    statements: Callable[[str], Sequence[Statement]] = lambda _run_id: ()
    detailed: Callable[[Platform, Detail], Awaitable[JsonObject]] = _nothing_detailed
    proposed: Callable[[Platform, Review, str | None], Awaitable[JsonObject]] = _as_proposed
    shapes: Mapping[str, type[Model]] = field(default_factory=dict[str, type[Model]])
    detailed_shapes: Mapping[str, type[Model]] = field(default_factory=dict[str, type[Model]])
    proposed_shapes: Mapping[str, type[Model]] = field(default_factory=dict[str, type[Model]])


@dataclass(frozen=True)
class ToldBeside:
    """`statements` are read with the run; the other two get their rows, in order. `shown` is a part
    of its RunDetail; `paid_calls` counts, by step, the calls that cost money.
    """

    statements: Callable[[str], Sequence[Statement]]
    shown: Callable[[Sequence[Sequence[Row]]], JsonObject]
    paid_calls: Callable[[Sequence[Sequence[Row]]], Mapping[str, int]]


# To be filled in; where anything may stand, it is taken as it is.
FILL_IN: Final = "…"
_DEEPEST: Final = 4
_REF: Final = "#/$defs/"
_BY_TYPE: Final[Mapping[str, Json]] = {
    "integer": 0,
    "number": 0,
    "boolean": True,
    "string": FILL_IN,
    "null": None,
}
_BY_FORMAT: Final[Mapping[str, str]] = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z"}
Schema = Mapping[str, Any]


def example_of(model: type[BaseModel]) -> JsonObject:
    """The members of a payload that cannot be left out, each with a value of its type."""
    schema = model.model_json_schema()
    example = _example(schema, schema.get("$defs", {}), 0)
    if isinstance(example, dict):
        return example
    return {}


def _example(schema: Schema, models: Mapping[str, Schema], depth: int) -> Json:
    if "$ref" in schema:
        return _example(models[str(schema["$ref"]).removeprefix(_REF)], models, depth)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return _example(choices[0], models, depth)
    if "const" in schema:
        named = [schema["const"]]
    else:
        named = schema.get("enum") or schema.get("examples")
    if named:
        return cast("Json", named[0])
    if schema.get("type") == "object":
        members: Mapping[str, Schema] = schema.get("properties", {})
        needed: list[str] = schema.get("required", []) if depth < _DEEPEST else []
        return {
            name: _example(each, models, depth + 1)
            for name, each in members.items()
            if name in needed
        }
    return _plain_example(schema, models, depth)


def _plain_example(schema: Schema, models: Mapping[str, Schema], depth: int) -> Json:
    if schema.get("type") == "array":
        if schema.get("minItems") and "items" in schema:
            return [_example(schema["items"], models, depth + 1)]
        return []
    if "minimum" in schema:
        return cast("Json", schema["minimum"])
    return _BY_FORMAT.get(schema.get("format", "")) or _BY_TYPE.get(schema.get("type", ""))


def _is_searchable(schema: Schema, models: Mapping[str, Schema]) -> bool:
    """Whether the values of a param are plain, and no secret."""
    if "$ref" in schema:
        return _is_searchable(models[str(schema["$ref"]).removeprefix(_REF)], models)
    choices = schema.get("anyOf")
    if choices:
        return all(_is_searchable(each, models) for each in choices)
    return (
        schema.get("type") in {"string", "integer", "boolean", "null"}
        and schema.get("format") != "password"
    )


async def no_values(
    platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool
) -> None:
    """Take no values: for a workflow without any. Raises ValuesRefused: some were given."""
    del platform, run_id, is_complete
    if values:
        raise ValuesRefused(
            [(name, "This workflow takes no values: leave it out.") for name in sorted(values)]
        )


class CheckValues(Protocol):
    """Refuses values that a person gives along with a decision or a retry, before anything is
    recorded. Unless `is_complete`, what is not given may still be found by the run.
    Raises ValuesRefused.
    """

    async def __call__(
        self, platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool
    ) -> None: ...


MayDecide = Callable[[Platform, str, str], Awaitable[str | None]]
"""Says why a person (the user's id) may not decide what a run (its id) asks, where they may
otherwise: anyone who asked does not approve. None where they may.
"""


MaySignal = Callable[[Platform, str, str], Awaitable[str | None]]
"""Says, in a sentence, why a signal of a name that a person sends would do the run no good now.
None where it is recorded.
"""


async def never_refused(_platform: Platform, _of: str | None, _what: object) -> None:
    """Refuse nothing: for a kind whose reviews, signals or schedules need no check but that of
    permissions, names and models.
    """


BeginTriggered = Callable[[Platform, "Workflow", Actor, Any, str | None], Awaitable[Triggered]]
"""Begins a run for anyone who may, from params that fit the workflow's model. What it names of an
account belongs to the actor's, or it is refused. The key, where given, stands for one run: asked
for again, it is that one. Raises ValuesRefused, InvalidParams, KeyReused; nothing was begun then.
"""


@dataclass(frozen=True)
class Trigger:
    """That runs of a kind may be begun from outside, by its name, and with what checks; by default
    with none, for params that name nothing of an account. `moves_money`: a key holds for the whole
    account, and for ever.

    Attributes:
        begin: checks the params, and begins the run.
    """

    begin: BeginTriggered = begin_as_asked
    moves_money: bool = False


# The permission of who looks after an account's runs: what is needed where a kind says nothing.
_OPERATE: Final = "operate"


@dataclass(frozen=True)
class Allowed:
    """Who may do what with runs of a kind, each as the name of a permission that the deployment
    knows; the caller needs it besides what the route needs. What is left out needs more than the
    route does.

    Attributes:
        trigger: for beginning one by the kind's name, "operate" by default; None where that is not
            possible.
        decide: for deciding what a run asks.
        operate: for retrying, abandoning, cancelling, pausing and resuming one.
        signals: for sending it a signal, by the signal's name; "operate" for each that its contract
            has besides.
    """

    decide: str = "approve"
    operate: str = _OPERATE
    trigger: str | None = None
    signals: Mapping[str, str] = field(default_factory=dict[str, str])


BeginAtTick = Callable[[Platform, "Workflow", Actor, Any, Tick], Awaitable[None]]
"""Begins a run for the actor's account under `tick.key`, from params that fit the schedule's model.
It may be called again for the same tick, also by two at once: that key makes one run of it.
Raises NothingBegun, ValuesRefused; nothing was begun then.
"""

CheckSchedule = Callable[[Platform, str | None, Any], Awaitable[None]]
"""Refuses params with which no tick could begin anything, when a schedule is made or changed. The
account is None for a schedule of all accounts. Raises ValuesRefused.
"""


_OF_THE_KIND: Any = None
_BY_DEFAULT: Any = object()


@dataclass(frozen=True)
class Schedule:
    """That runs of a kind may be begun by time: by schedules that people make, and by its own
    `cron`. Raises ContractError: `cron` is no time, or `time_zone` no name.

    Attributes:
        cron: five fields of cron. With them the deployment itself begins a run in each account,
            with the params' defaults, and nobody makes a schedule. They are read in `time_zone`.
        overlap: what becomes of a time of that `cron` while the run before goes on.
        begin: begins the run of a tick; by default with the schedule's params.
        params: the model of what a schedule of the kind is made with, by default the kind's own;
            its names come in camelCase.
        permission: what somebody needs to keep one, besides what the route needs; by default that
            for beginning a run by the kind's name.
        check: refuses what could never begin anything.
        for_all_accounts: whether one schedule may begin a run for each account.
        tell: what is written along when a tick begins nothing: called with the account, the tick,
            the reason and the time. By default nobody gets a notice, and the schedule shows it.
    """

    begin: BeginAtTick = begin_at_tick
    params: type[BaseModel] = _OF_THE_KIND
    permission: str = ""
    cron: str = ""
    time_zone: str = "UTC"
    overlap: Overlap = "allow"
    check: CheckSchedule = never_refused
    for_all_accounts: bool = False
    tell: Callable[[str, Tick, str, str], Sequence[Statement]] = (
        lambda _account_id, _tick, _reason, _now: ()
    )

    def __post_init__(self) -> None:
        try:
            check_zone_name(self.time_zone)
        except UnknownZone as error:
            raise ContractError(f"schedule {self.cron!r}: {error}") from error
        if self.cron:
            self._check_cron()

    def _check_cron(self) -> None:
        from tillroll_durable.platform.cron import (  # noqa: PLC0415 - few kinds begin by time
            InvalidCron,
            check_cron,
        )

        try:
            check_cron(self.cron)
        except InvalidCron as error:
            raise ContractError(f"schedule {self.cron!r}: {error}") from error


def _is_model(params: object) -> bool:
    return isinstance(params, type) and issubclass(params, BaseModel)


RunParams = TypeVar("RunParams", bound=BaseModel, default=Any)
Result = TypeVar("Result", default=Any)
_NO_PARAMS: Any = NoParams


@dataclass(frozen=True)
class Workflow(Generic[RunParams, Result]):
    """All that is a kind's own. Old versions stay until no live run has them.

    Attributes:
        contract, body: what it promises, and what fulfils that.
        params: the model that a run is begun with.
        gives: what the body returns, as a step's `gives`: it is the run's output, in its status and
            for its parent. Without it, any JSON.
        subject: gives the id of what a run with such params is about; by default a run is about
            itself.
        when_undone: gives what is written along when a run ends without what it was made for:
            cancelled, abandoned, rejected or compensated. It is called with the run and the time.
        view: how its runs are shown.
        check_values: refuses what a person gives along with a decision or a retry.
        settlements: what the end of a delivery means for its run, by topic. The contract's own
            topics have none.
        topics: what receivers are notified of those topics: their models, and when. Each of
            `settlements` has one.
        sentences: what a person reads for a reason's code.
        subject_rows: the query for what a run is about, given the run's id: its rows are read along
            with the run, and its steps find them in `StepContext.prefetched`.
        allowed: who may do what with its runs; None for what is the default where it is deployed.
        may_decide: who of them may not decide what a run asks.
        may_signal: when a person's signal is refused.
        own_signals: those that this deployment sends by itself; nobody is asked to send them.
        trigger: how its runs are begun from outside by the kind's name; None where they are not.
            By default they are, from params as they come, unless `begun_by` says what begins them.
        schedule: how its runs are begun by time; None where they are not.
        begun_by: what begins them instead, for anyone who tries, such as "POST /api/exports".
        queries: what its runs can be asked by name, each a function under `@query`.
        has_own_class: whether Cloudflare has a workflow for this kind alone. The engine creates 100
            instances a second of each, and the dashboard has a page for each. By default all kinds
            share one, and wrangler.jsonc does not name them.

    Raises ContractError: a topic has a settlement, and is one that the body tells of; the contract
    limits how many runs go on, says which goes first, or finds them, by what is no such param; it
    has a state that nothing leads to; its schedule has params of its own, and nothing that begins a
    run from them; or two queries have one name.
    """

    contract: Contract
    body: Callable[["WorkflowRun[RunParams]"], Awaitable["Result | Outcome[Result]"]]
    params: type[RunParams] = _NO_PARAMS
    gives: type[Result] | TypeAdapter[Result] | None = None
    subject: Callable[[Any], str] | None = None
    when_undone: WhenUndone = nothing_else
    view: View = field(default_factory=View)
    check_values: CheckValues = no_values
    settlements: Mapping[str, Settlement] = field(default_factory=dict[str, Settlement])
    topics: Sequence[Topic[Any]] = ()
    sentences: Mapping[str, str] = field(default_factory=dict[str, str])
    subject_rows: Callable[[str], Statement] | None = None
    allowed: Allowed | None = None
    may_decide: MayDecide = never_refused
    may_signal: MaySignal = never_refused
    own_signals: Sequence[str] = ()
    trigger: Trigger | None = _BY_DEFAULT
    schedule: Schedule | None = None
    begun_by: str = ""
    queries: Sequence[Query[RunParams, Any]] = ()
    has_own_class: bool = False

    async def begin_asked(
        self, platform: Platform, actor: Actor, *, params: RunParams, key: str | None
    ) -> Triggered:
        """Begin a run from outside, by the kind's name, as its trigger says. A kind without one
        checks nothing.

        Raises ValuesRefused, InvalidParams, KeyReused; nothing was begun then.
        """
        trigger = self.trigger or Trigger()
        return await trigger.begin(platform, self, actor, params, key)

    @property
    def params_schema(self) -> JsonObject:
        """The JSON Schema of its params, as somebody outside gives them."""
        return strict_schema(self.params)

    @property
    def begun_otherwise(self) -> str:
        """What begins its runs, in words, for somebody who asks for one without a trigger."""
        if self.begun_by:
            return self.begun_by
        if self.schedule is not None:
            return "a schedule"
        return "other runs"

    @cached_property
    def permissions(self) -> Allowed:
        """Say who may do what with its runs, with defaults for what the author left open."""
        allowed = self.allowed or Allowed()
        trigger = allowed.trigger
        if trigger is None and self.trigger is not None:
            trigger = _OPERATE
        by_default = {each.name: _OPERATE for each in self.contract.signals}
        return replace(allowed, trigger=trigger, signals={**by_default, **allowed.signals})

    @cached_property
    def output(self) -> Output[Result]:
        """What the body returns, as a type that is checked."""
        return Output(f"the code of {self.contract.kind!r}", self.gives)

    def __post_init__(self) -> None:
        self._fill_in_trigger()
        self._check_types()
        self._fill_in()
        for topic in self.contract.topics:
            if topic.name in self.settlements:
                raise ContractError(
                    f"{self.contract.kind}: the topic {topic.name!r} moves its run by a "
                    "settlement; give what its body tells at any point a topic of its own"
                )
        if len({each.name for each in self.queries}) < len(self.queries):
            raise ContractError(f"{self.contract.kind}: give each of its queries a name of its own")
        ends = self.settlements.values()
        settled = (
            state.name for each in ends for state in (each.pending, each.delivered, each.given_up)
        )
        lost = self.contract.unreachable(settled)
        if lost:
            raise ContractError(
                f"{self.contract.kind}: nothing leads to the state {lost[0]!r}: name it in a "
                "step's `on_success` or `on_failure`, in `begins_in` of a step on the way to it, "
                "or drop it"
            )
        if self.gives is not None and self.contract.completed is None:
            raise ContractError(
                f"{self.contract.kind}: a step ends its runs, so nothing that the body returns is "
                "kept: drop `gives`, or give the contract `completed`"
            )
        self._check_line()
        self._check_attributes()

    def _check_types(self) -> None:
        """Raises WrongDeclaration, ContractError: a member is of another type than it is to be."""
        check_members("workflow", self, {"contract": Contract})
        what = f"workflow {self.contract.kind!r}"
        check_members(what, self, {"allowed": Allowed, "trigger": Trigger, "schedule": Schedule})
        check_all(what, self, {"queries": Query})
        if not _is_model(self.params):
            raise ContractError(
                f"{what}: its `params` are no model: give a class that is derived from `Params`"
            )
        if not callable(self.body) or (isroutine(self.body) and not iscoroutinefunction(self.body)):
            raise ContractError(f"{what}: its body is no coroutine: write it with `async def`")

    def _check_line(self) -> None:
        """Hold the params to what the contract says of its line. Raises ContractError: they have no
        such param.
        """
        contract = self.contract
        fields = self.params.model_fields
        for what, name in (
            ("concurrency" if contract.concurrency else "rate", contract.line_key),
            ("priority", contract.priority),
        ):
            if name is not None and name not in fields:
                raise ContractError(
                    f"{contract.kind}: `{what}` names {name!r}, which is none of its params; "
                    f"they are {', '.join(fields) or 'none'}"
                )
        if contract.priority is None:
            return
        type_ = fields[contract.priority].annotation
        if not isinstance(type_, type) or not issubclass(type_, int) or issubclass(type_, bool):
            raise ContractError(
                f"{contract.kind}: `priority` names {contract.priority!r}, which is no whole "
                "number: let it be an `int`"
            )

    def _check_attributes(self) -> None:
        of_params = [name for name in self.contract.attributes if name in self.params.model_fields]
        if of_params:
            schema = self.params.model_json_schema(by_alias=False)
            for name in of_params:
                if not _is_searchable(schema["properties"][name], schema.get("$defs", {})):
                    raise ContractError(
                        f"{self.contract.kind}: runs are found by a text, a whole number, a yes or "
                        f"no, or a day, and the param {name!r} is none, or a secret: leave it "
                        "out of `attributes`"
                    )

    def _fill_in_trigger(self) -> None:
        """Say what begins runs where the author left it open."""
        if self.trigger is not _BY_DEFAULT:
            return
        trigger = Trigger()
        if self.begun_by:
            trigger = None
        object.__setattr__(self, "trigger", trigger)

    def _fill_in(self) -> None:
        """Say what a schedule is made with."""
        if self.schedule is None:
            return
        permission = self.schedule.permission or self.permissions.trigger or _OPERATE
        if self.schedule.params is _OF_THE_KIND:
            params = self.params
        else:
            params = self.schedule.params
        object.__setattr__(
            self, "schedule", replace(self.schedule, permission=permission, params=params)
        )
        if self.schedule.begin is begin_at_tick and self.schedule.params is not self.params:
            raise ContractError(
                f"{self.contract.kind}: its schedule has params of its own; give it a `begin` too"
            )
        needed = [
            name for name, each in self.schedule.params.model_fields.items() if each.is_required()
        ]
        if self.schedule.cron and needed:
            raise ContractError(
                f"{self.contract.kind}: its `cron` begins runs with the params' defaults: give "
                f"{needed[0]!r} one, or leave the schedule to people, who give params"
            )
