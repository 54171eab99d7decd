"""The one way to begin a run: its row, `run.created` and whatever belongs to it in one batch, then
its instance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from tillroll_durable._record.instances import start_instance
from tillroll_durable.attributes import attributes_of, write_attributes
from tillroll_durable.audit import AuditEvent, append_if_changed, event_of_account
from tillroll_durable.declared import Tick, Triggered, checked
from tillroll_durable.errors import KeyReused
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import ConstraintFailed, Statement, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import GivenObject, JsonObject, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, created_event, insert
from tillroll_durable.slots import concurrency_key, is_in_line, number_of

if TYPE_CHECKING:
    from tillroll_durable.workflow import Workflow

_LONGEST_KEY = 200

Also = Callable[[NewRun, str], Sequence[Statement]]


@dataclass(frozen=True)
class Actor:
    """Who begins a run: the account that it will belong to, and a name for the audit (user:usr_…,
    run:run_…). `only`: the person whose documents alone they see, and whose the run is; None: they
    see the account's.

    Attributes:
        account_id: the account of the run.
        name: who it is, for the audit.
    """

    account_id: str
    name: str
    only: str | None = None

    def event(
        self, action: Action, event_key: str, at: str, detail: JsonObject | None = None
    ) -> AuditEvent:
        """Make the event of their act in the account, outside of its runs."""
        return event_of_account(
            self.account_id, action, event_key, actor=self.name, at=at, detail=detail
        )


@dataclass(frozen=True)
class BegunRun:
    """The run that stands under a key. `is_new`: this call has begun it; `params` are those that it
    was begun with.

    Attributes:
        id: of the run, run_….
        subject: what it is about.
        status: what stood in its row: a `Status`.
    """

    id: str
    subject: str
    status: str
    params: JsonObject
    is_new: bool


class NotBegun(Exception):
    """What was to be written along was refused, and no run stands under the key: nothing was
    written.
    """


def nothing_else(_run: NewRun, _now: str) -> Sequence[Statement]:
    """Write nothing along with a new run."""
    return ()


@dataclass(frozen=True)
class Beginning:
    """What a run is begun with, as `begin` takes it."""

    params: BaseModel | GivenObject
    key: str
    also: Also = nothing_else
    previous_run_id: str | None = None
    person: str | None = None


async def begin(  # noqa: PLR0913 - what a run is begun with, and where it comes from
    platform: Platform,
    workflow: "Workflow",
    params: BaseModel | GivenObject,
    actor: Actor,
    *,
    key: str,
    also: Also = nothing_else,
    previous_run_id: str | None = None,
    parent_run_id: str | None = None,
    person: str | None = None,
) -> BegunRun:
    """Begin a run of a workflow, or return the one that this key has begun already, whatever its
    params.

    `key` says what causes the run; it is unique among the account's runs of the kind. `also` gives
    the statements that belong to the run's beginning, from the run and the time; they stand in its
    batch, and the last of them must change exactly one row, or nothing is written. `person`: the
    owner of the run; None: the actor, if they see only their own. The run is recorded when this
    returns, so it will run also where the engine did not answer: the reconciler starts it then.
    Where as many go on as the contract lets, it waits in line. Raises InvalidParams: the params are
    not what the workflow declares, or what its line takes; NotBegun: `also` was refused;
    ValueError: the key is empty or longer than 200 characters.
    """
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"a key has 1 to {_LONGEST_KEY} characters; this one has {len(key)}")
    beginning = Beginning(params, key, also=also, previous_run_id=previous_run_id, person=person)
    contract = workflow.contract
    now = to_text(platform.clock.now())
    run, written = _written(workflow, beginning, actor=actor, now=now, parent_run_id=parent_run_id)
    look = [number_of(run.id)] if contract.has_line else []
    try:
        *_, placed = await platform.database.batch([*written, *look])
    except ConstraintFailed as refused:
        existing = await _begun_before(platform, run)
        if existing is None:
            raise NotBegun(f"{contract.kind} {key}: {refused}") from refused
        return existing
    if not any(map(is_in_line, placed)):
        await start_instance(platform, contract.kind, run_id=run.id, generation=1)
    return _begun_run(run)


async def begin_together(
    platform: Platform,
    workflow: "Workflow",
    actor: Actor,
    beginnings: Sequence[Beginning],
    before: Sequence[Statement] = (),
) -> list[BegunRun]:
    """Begin several runs of a workflow behind the statements `before`, all in one batch: all are
    recorded when this returns, or none. Raises InvalidParams; NotBegun: one of them is begun
    already, or a statement was refused; ValueError: the workflow's runs wait in line.
    """
    contract = workflow.contract
    now = to_text(platform.clock.now())
    if contract.has_line:
        raise ValueError(f"runs of {contract.kind} wait in line: begin each by itself")
    written = [_written(workflow, each, actor=actor, now=now) for each in beginnings]
    try:
        await platform.database.batch(
            [*before, *(each for _, statements in written for each in statements)]
        )
    except ConstraintFailed as refused:
        raise NotBegun(f"{contract.kind}, {len(beginnings)} together: {refused}") from refused
    for run, _ in written:
        await start_instance(platform, contract.kind, run_id=run.id, generation=1)
    return [_begun_run(run) for run, _ in written]


def _written(
    workflow: "Workflow",
    beginning: Beginning,
    actor: Actor,
    now: str,
    parent_run_id: str | None = None,
) -> tuple[NewRun, list[Statement]]:
    """A run, and the statements that record it."""
    contract = workflow.contract
    valid, params = checked(workflow.params, beginning.params)
    run_id = new_id("run")
    run = NewRun(
        id=run_id,
        account_id=actor.account_id,
        contract=contract,
        begin_key=beginning.key,
        subject=workflow.subject(valid) if workflow.subject else run_id,
        params=params,
        previous_run_id=beginning.previous_run_id,
        parent_run_id=parent_run_id,
        concurrency_key=concurrency_key(contract, valid),
        person=beginning.person or actor.only,
    )
    found_by = write_attributes(run.account_id, run_id, attributes_of(contract, valid))
    created = append_if_changed(created_event(run, actor.name, now))
    return run, [insert(run, now), *beginning.also(run, now), created, *found_by]


def _begun_run(run: NewRun) -> BegunRun:
    status = run.contract.state(run.contract.initial).status
    return BegunRun(run.id, run.subject, status=status, params=load_object(run.params), is_new=True)


async def begin_as_asked(
    platform: Platform, workflow: "Workflow", actor: Actor, params: BaseModel, key: str | None
) -> Triggered:
    """Begin a run that is triggered from outside, for a kind whose params name nothing that belongs
    to an account. Raises InvalidParams: they exceed what may be kept; KeyReused: the key stands for
    a run with other params.
    """
    cause = f"trigger:{key or new_id('trg')}"
    run = await begin(platform, workflow, params=params, actor=actor, key=cause)
    if not run.is_new:
        check_same(workflow, params, stored=run.params, key=cause)
    return Triggered(run.id)


async def begin_at_tick(
    platform: Platform, workflow: "Workflow", actor: Actor, params: BaseModel, tick: Tick
) -> None:
    """Begin the run of a tick, for a kind whose schedules are made with its own params.
    Raises InvalidParams: they exceed what may be kept.
    """
    await begin(platform, workflow, params=params, actor=actor, key=tick.key)


def check_same(workflow: "Workflow", params: BaseModel, stored: JsonObject, key: str) -> None:
    """Hold what is asked for under a key to the params that are kept of the run that it stands for.
    Raises KeyReused: they are others.
    """
    if stored != load_object(checked(workflow.params, params)[1]):
        raise KeyReused(key)


async def _begun_before(platform: Platform, run: NewRun) -> BegunRun | None:
    row = await platform.database.first(
        statement(
            "SELECT id, subject, status, params FROM runs WHERE account_id = ? AND kind = ? "
            "AND begin_key = ?",
            [run.account_id, run.contract.kind, run.begin_key],
        )
    )
    if row is None:
        return None
    params = load_object(text(row, "params"))
    return BegunRun(
        text(row, "id"),
        text(row, "subject"),
        status=text(row, "status"),
        params=params,
        is_new=False,
    )
