"""A new run from a step of one that has ended: it has the outputs of the steps before, and does the
others again, each under a key of its own.

Nothing that the old run did elsewhere from that step on is done again, unless the operator names
it. What it did before stays the old run's: the new one never undoes it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_durable._record.changes import restarted
from tillroll_durable._record.instances import start_instance
from tillroll_durable.attributes import attributes_of, write_attributes
from tillroll_durable.audit import Audited, append_if_changed, event_of_run
from tillroll_durable.beginning import begin_as_asked, begin_at_tick
from tillroll_durable.contract import Contract
from tillroll_durable.decisions import May, refused_for_tool
from tillroll_durable.declared import checked
from tillroll_durable.operations import NotPossible, Request
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, Run, created_event, insert, log_fields
from tillroll_durable.slots import concurrency_key, is_in_line, number_of
from tillroll_durable.states import Status
from tillroll_durable.step import ITEMS, ROLLBACK, Effect, mapped_name
from tillroll_durable.step_records import MAP
from tillroll_durable.workflow import Workflow

# How the steps are called by which a run begins others.
_OF_RUNS: Final = ("child: ", "continue: ")
_STEPS: Final = """
  SELECT step, outcome, at_version FROM run_steps WHERE run_id = ?1
  ORDER BY at_version, outcome = 'completed', started_at
"""
# What happened elsewhere, or may have; also by what it has of a run that it was restarted from.
_EFFECTS: Final = """
  SELECT step FROM effect_intents WHERE run_id = ?1 AND outcome IS NOT 'refused'
  UNION
  SELECT run_steps.step FROM run_steps JOIN effect_intents ON effect_intents.idempotency_key =
    COALESCE(run_steps.idempotency_key, run_steps.run_id || ':' || run_steps.step)
  WHERE run_steps.run_id = ?1 AND effect_intents.outcome IS NOT 'refused'
"""
_LED_TO: Final = """
  SELECT event_key, action, detail FROM audit_events
  WHERE stream = ?1 AND json_extract(detail, '$.to') IS NOT NULL ORDER BY id
"""
# Which calls of tools are decided by a person with a permission of the tool's own.
_OF_TOOLS: Final = """
  SELECT step, output ->> 'tool' AS tool, output ->> 'allowedBy' AS permission FROM run_steps
  WHERE run_id = ?1 AND step LIKE 'tool %: asked' AND output ->> 'allowedBy' IS NOT NULL
"""
_IS_ARCHIVED: Final = "SELECT 1 FROM archived_runs WHERE run_id = ?1"
# In the same order, before all that the new run does: its own versions begin at 1.
_COPY: Final = """
  INSERT INTO run_steps (
    run_id, step, idempotency_key, outcome, generation, attempts, started_at, ended_at, output,
    reason, error_class, error_summary, attempt_started_at, input, has_rollback, at_version,
    external_id)
  SELECT ?1, step, COALESCE(idempotency_key, run_id || ':' || step), outcome, 1, attempts,
    started_at, ended_at, output, reason, error_class, error_summary, attempt_started_at, input, 0,
    at_version - CAST(?4 AS INTEGER), external_id
  FROM run_steps WHERE run_id = ?2 AND step IN (SELECT value FROM json_each(?3))
"""
_COPY_IDS: Final = """
  INSERT INTO run_external_ids (account_id, external_id, run_id)
  SELECT DISTINCT ?1, external_id, run_id FROM run_steps
  WHERE run_id = ?2 AND external_id <> ''
"""


class WouldRepeat(NotPossible):
    """What the run did elsewhere would happen again, and was not named."""


@dataclass(frozen=True)
class Restart:
    """From which step, as the record names it; what may happen again, by the names of its steps;
    and the key, under which it is begun once.
    """

    step: str
    repeats: frozenset[str]
    key: str


@dataclass(frozen=True)
class _Record:
    """What an old run did: its steps in order, those with an effect elsewhere, and the state that
    each led to.
    """

    steps: Sequence[Row]
    effects: Sequence[str]
    led_to: Mapping[str, str]

    @property
    def rollbacks(self) -> frozenset[str]:
        """The steps whose rollback was completed."""
        names = [text(row, "step") for row in self.steps if row["outcome"] == "completed"]
        return frozenset(each.removeprefix(ROLLBACK) for each in names if each.startswith(ROLLBACK))


@dataclass(frozen=True)
class Repeat:
    """What would happen again elsewhere, by its step."""

    step: str
    is_irreversible: bool


@dataclass(frozen=True)
class Place:
    """A step from which a run can be restarted: what the new run has of the old one, and what would
    happen again. `why_not` says why it cannot be this one.
    """

    step: str
    keeps: Sequence[str]
    repeats: Sequence[Repeat]
    why_not: str | None = None


@dataclass(frozen=True)
class Places:
    """Where a run can be restarted, its first step first; `why_not` says why nowhere."""

    steps: Sequence[Place]
    why_not: str | None = None


async def places_of(database: Database, workflow: Workflow, run: Run) -> Places:
    """What a restart of the run would do, from each of its steps. Nothing is written."""
    try:
        _check_kind(workflow, run)
        record = await _record_of(database, run)
    except NotPossible as refused:
        return Places((), str(refused))
    names = dict.fromkeys(text(row, "step") for row in record.steps)
    steps = [name for name in names if not name.startswith(ROLLBACK)]
    return Places([_place(workflow.contract, record, step) for step in steps])


def _place(contract: Contract, record: _Record, step: str) -> Place:
    try:
        before = _before(record, step)
    except NotPossible as refused:
        return Place(step, keeps=(), repeats=(), why_not=str(refused))
    repeats = [
        Repeat(name, is_irreversible=_is_irreversible(contract, name))
        for name in _repeated(record, before)
    ]
    return Place(step, [text(row, "step") for row in before], repeats)


def _is_irreversible(contract: Contract, name: str) -> bool:
    step = contract.find_step(name)
    return step is not None and step.effect is Effect.IRREVERSIBLE


async def restart(
    platform: Platform,
    workflow: Workflow,
    *,
    run: Run,
    request: Request,
    order: Restart,
    may: May,
) -> str:
    """Begin a new run from a step of one that has ended, or return the one of this key. Returns
    its id. `may` says what the person who asks may do. Raises NotPossible, WouldRepeat,
    NotForThisTool, InvalidParams.
    """
    database = platform.database
    # A key can be longer than what a run is begun under.
    begin_key = f"restart:{run.id}:{hashlib.sha256(order.key.encode()).hexdigest()[:32]}"
    existing = await _find(database, run, begin_key)
    if existing is not None:
        return existing
    _check_kind(workflow, run)
    record = await _record_of(database, run)
    before = _before(record, order.step)
    _check_effects(record, before, order)
    await _check_tools(platform, run, order, actor=request.actor, may=may)
    now = to_text(platform.clock.now())
    new, batch = _written(workflow, run, actor=request.actor, begin_key=begin_key, now=now)
    state = _state_at(workflow.contract, record, before)
    batch += _placed(new, run, request=request, order=order, before=before, state=state, now=now)
    try:
        *_, row = await database.batch([*batch, *request.also, number_of(new.id)])
    except ConstraintFailed as refused:
        existing = await _find(database, run, begin_key)
        if existing is None:
            raise NotPossible("somebody else was first: look at the run again") from refused
        return existing
    log.info(Audited.RUN_RESTARTED, **log_fields(run))
    if not any(map(is_in_line, row)):
        await start_instance(platform, run.kind, run_id=new.id, generation=1)
    return new.id


async def _find(database: Database, run: Run, begin_key: str) -> str | None:
    query = "SELECT id FROM runs WHERE account_id = ?1 AND kind = ?2 AND begin_key = ?3"
    row = await database.first(statement(query, [run.account_id, run.kind, begin_key]))
    if row is None:
        return None
    return text(row, "id")


def _check_kind(workflow: Workflow, run: Run) -> None:
    """Raises NotPossible: the run has not ended so, or its beginning writes more than its row."""
    if run.status not in {Status.COMPLETE, Status.FAILED}:
        raise NotPossible(
            "only a run that has completed or failed can be restarted from a step; this one is "
            f"{run.status}"
        )
    trigger = workflow.trigger
    schedule = workflow.schedule
    is_plain = (
        not workflow.begun_by
        and (trigger is None or trigger.begin is begin_as_asked)
        and (schedule is None or schedule.begin is begin_at_tick)
    )
    if not is_plain:
        raise NotPossible(
            f"runs of the kind {run.kind} begin with more than their params, so none of them is "
            "restarted from a step"
        )


async def _record_of(database: Database, run: Run) -> _Record:
    queries = (_STEPS, _EFFECTS, _LED_TO, _IS_ARCHIVED)
    steps, effects, events, archived = await database.batch(
        [statement(query, [run.id]) for query in queries]
    )
    if archived:
        raise NotPossible("the run's steps lie in the archive: have it restored first")
    led_to: dict[str, str] = {}
    for event in events:
        detail = load_object(text(event, "detail"))
        if event["action"] == "step.failed":
            led_to[f"failed: {detail['step']}"] = str(detail["to"])
        elif text(event, "event_key").endswith(":completed") and "step" in detail:
            led_to[f"completed: {detail['step']}"] = str(detail["to"])
    return _Record(steps, [text(row, "step") for row in effects], led_to)


def _before(record: _Record, step: str) -> list[Row]:
    """The steps before one, in order. Raises NotPossible: the run did no such step, or what it did
    before was undone.
    """
    names = [text(row, "step") for row in record.steps]
    if step not in names or step.startswith(ROLLBACK):
        raise NotPossible(f"the run did no step {step!r}")
    place = names.index(step)
    before = [
        row
        for row in _without_failed_items(record.steps[:place], step)
        if row["outcome"] in {"completed", "failed"}
    ]
    rolled_back = [name for name in names[:place] if name in record.rollbacks]
    if rolled_back:
        raise NotPossible(
            f"what {rolled_back[0]!r} did was undone: restart it from there, or before"
        )
    return [row for row in before if not text(row, "step").startswith(ROLLBACK)]


def _without_failed_items(before: Sequence[Row], step: str) -> Sequence[Row]:
    """Steps before one that says what became of a map's items: of these the failed ones are done
    again, and no other.
    """
    if not step.startswith(ITEMS):
        return before
    item = f"{mapped_name(step)}["
    begin = [text(row, "step") for row in before].index(f"{MAP}{step.removeprefix(ITEMS)}")
    return [
        row
        for place, row in enumerate(before)
        if place < begin or row["outcome"] != "failed" or not text(row, "step").startswith(item)
    ]


def _check_effects(record: _Record, before: Sequence[Row], order: Restart) -> None:
    """Raises WouldRepeat: something elsewhere would happen again that is not named; NotPossible:
    what is named is nothing that would.
    """
    repeated = _repeated(record, before)
    unnamed = [name for name in repeated if name not in order.repeats]
    if unnamed:
        raise WouldRepeat(
            f"{', '.join(map(repr, unnamed))} happened elsewhere, or may have, and would happen "
            "again: name each that is to"
        )
    unknown = sorted(order.repeats - {*repeated})
    if unknown:
        raise NotPossible(f"{unknown[0]!r} is nothing that would happen again elsewhere")


def _repeated(record: _Record, before: Sequence[Row]) -> list[str]:
    """What would happen again elsewhere behind these steps."""
    names_before = {text(row, "step") for row in before}
    names = [text(row, "step") for row in record.steps]
    runs = [name for name in names if name.startswith(_OF_RUNS)]
    return [
        name
        for name in [*record.effects, *runs]
        if name not in names_before
        and name not in record.rollbacks
        and not name.startswith(ROLLBACK)
    ]


async def _check_tools(
    platform: Platform, run: Run, order: Restart, *, actor: str, may: May
) -> None:
    """A call of a tool is repeated by who could allow it. Raises NotForThisTool."""
    for row in await platform.database.all(statement(_OF_TOOLS, [run.id])):
        tool = text(row, "tool")
        number = text(row, "step").removeprefix("tool ").removesuffix(": asked")
        permission = text(row, "permission")
        step = f"{tool}[{number}]"
        if step in order.repeats and not may(permission):
            raise await refused_for_tool(
                platform,
                run,
                tool,
                permission=permission,
                actor=actor,
                detail={"decision": "repeat", "step": step},
            )


def _state_at(contract: Contract, record: _Record, before: Sequence[Row]) -> str:
    """The state in which the step began: what those before it led to."""
    state = contract.initial
    for row in before:
        state = record.led_to.get(f"{row['outcome']}: {row['step']}", state)
    return state


def _written(
    workflow: Workflow, run: Run, *, actor: str, begin_key: str, now: str
) -> tuple[NewRun, list[Statement]]:
    """The new run, as any begins: its row, `run.created` and what it is found by."""
    contract = workflow.contract
    valid, params = checked(workflow.params, load_object(run.params or "{}"))
    new_run_id = new_id("run")
    subject = run.subject
    if subject == run.id:
        subject = new_run_id
    new = NewRun(
        id=new_run_id,
        account_id=run.account_id,
        contract=contract,
        begin_key=begin_key,
        subject=subject,
        params=params,
        previous_run_id=run.id,
        concurrency_key=concurrency_key(contract, valid),
    )
    found_by = write_attributes(run.account_id, new.id, attributes_of(contract, valid))
    created = append_if_changed(created_event(new, actor, now))
    return new, [insert(new, now), created, *found_by]


def _placed(
    new: NewRun,
    run: Run,
    *,
    request: Request,
    order: Restart,
    before: Sequence[Row],
    state: str,
    now: str,
) -> list[Statement]:
    """Bring the new run to where the step began, with what the old one did before."""
    to = new.contract.state(state)
    completed = [row for row in before if row["outcome"] == "completed"]
    last = None
    if completed:
        last = text(completed[-1], "step")
    latest = max([integer(row, "at_version") for row in before], default=0)
    place = restarted(new.id, to, last_step=last, old=run, now=now)
    detail: JsonObject = {
        "reason": request.reason,
        "run": run.id,
        "step": order.step,
        "repeats": [*sorted(order.repeats)],
        "from": new.contract.initial,
        "to": to.name,
    }
    event = event_of_run(
        new,
        Audited.RUN_RESTARTED,
        f"{new.id}:restarted",
        actor=request.actor,
        at=now,
        detail=detail,
    )
    names = dump([text(row, "step") for row in before])
    return [
        place,
        append_if_changed(event),
        statement(_COPY, [new.id, run.id, names, latest]),
        statement(_COPY_IDS, [run.account_id, new.id]),
    ]
