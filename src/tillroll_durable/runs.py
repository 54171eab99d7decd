"""The run record: what a run is, where it stands, what is safe next; how an instance starts."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from tillroll_durable.audit import Audited, AuditEvent, event_of_run
from tillroll_durable.contract import Contract
from tillroll_durable.errors import ESCALATED
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    Row,
    Statement,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, JsonObject, dump, load, load_object
from tillroll_durable.slots import (
    IS_WITHIN_ITS_PARENTS,
    NUMBER_IN_LINE,
    is_in_line,
    limits_of,
    numbers_behind,
)
from tillroll_durable.states import LIVE, State, Status


@dataclass(frozen=True)
class Prefetch:
    """Queries that run in a batch, after its own statements. `take` receives the rows of each once
    the batch has succeeded. What it keeps is lost with the instance, so its reader must be able to
    query by itself.
    """

    queries: Sequence[Statement]
    take: Callable[[Sequence[list[Row]]], None]


@dataclass(frozen=True)
class Prefetched:
    """What an instance read in batches that it ran anyway: the subject's rows, and what a step left
    for a later one. It is empty after an interruption.
    """

    subject_rows: Sequence[Row] = ()
    found: dict[str, object] = field(default_factory=dict[str, object])


Result = TypeVar("Result")

# Seconds between the tries: a lost connection is back at once, a database that restarts is not
# waited for here.
_PAUSES = (0.05, 0.2)


async def insist(read: Callable[[], Awaitable[Result]]) -> Result:
    """Read, and read again where the database fails, three times in all. Raises DatabaseError: the
    last try's.
    """
    for pause in _PAUSES:
        try:
            return await read()
        except DatabaseError as error:
            log.warning("database.read_again", error=error)
            await asyncio.sleep(pause)
    return await read()


# A run (?1) and those that it goes on as, by their `place`: 1 is the run itself.
CHAIN = """
  WITH RECURSIVE chain (id, account_id, kind, place) AS (
    SELECT id, account_id, kind, 1 FROM runs WHERE id = ?1
    UNION ALL
    SELECT runs.id, runs.account_id, runs.kind, place + 1 FROM chain
    JOIN runs ON runs.account_id = chain.account_id AND runs.kind = chain.kind
      AND runs.begin_key = chain.id || ':continue'
  )
"""


@dataclass(frozen=True)
class Run:
    """A row of `runs`, as the core needs it. Times are UTC text. `cancel_kind` is "cancel",
    "abandon" or "undo" where the run was asked to end; `corrected_input` is what an operator gave
    along with a retry; `params` is the JSON text that the run was begun with. `resumptions` counts
    those by the reconciler that brought no progress; `is_escalated` says that it needs a person,
    since nothing brings it on by itself. `concurrency_key` is what it shares its slot by, None
    where nothing limits it; one that `is_in_line` waits for its turn. `ends_as_it_stands`: an
    operator gave it up although its body does not come to all that it did. `open_effects` are the
    steps of effects elsewhere of which nobody knows whether they happened, by idempotency key; an
    instance reads them. `stands_still`: no instance does anything until a person has put the code
    right. `person`: whose it is, by their id; None: the account's alone. `has_given_up_slot`: it
    stands in line before it goes on.
    """

    id: str
    account_id: str
    kind: str
    contract_version: int
    generation: int
    subject: str
    params: str
    state: str
    status: str
    state_version: int
    reason: str | None
    cancel_kind: str | None
    cancel_reason: str | None
    corrected_input: JsonObject | None
    paused_at: str | None
    parent_run_id: str | None
    resumptions: int
    is_escalated: bool
    created_at: str
    updated_at: str
    concurrency_key: str | None = None
    is_in_line: bool = False
    ends_as_it_stands: bool = False
    open_effects: Mapping[str, str] = field(default_factory=dict[str, str])
    stands_still: bool = False
    person: str | None = None
    has_given_up_slot: bool = False

    @property
    def instance_id(self) -> str:
        return instance_id(self.id, self.generation)


@dataclass(frozen=True)
class ItemCounts:
    """How many items the maps of a run had that its body has behind it, and how many failed."""

    items: int = 0
    failed: int = 0

    def with_map(self, items: int, failed: int) -> "ItemCounts":
        return ItemCounts(self.items + items, self.failed + failed)


@dataclass(frozen=True)
class StoredStep:
    """What `run_steps` knows of a step: `outcome` is retrying, completed or failed; `given` is its
    input as it is kept, `given_digest` that of all of it.
    """

    step: str
    idempotency_key: str
    outcome: str
    generation: int
    attempts: int
    output: Json
    reason: str | None
    error_summary: str | None
    given: str | None = None
    given_digest: str | None = None
    ended_at: str | None = None


@dataclass(frozen=True)
class NewRun:
    """What is recorded before anything runs. `begin_key` is the key that the run is begun under:
    what caused it. `subject` is the id of what the run is about, an employee's for instance;
    `params` is the JSON text that the body reads. `concurrency_key` is what it shares its slot by;
    one that `continues` the previous run goes on in that one's slot. `person`: whose it is; None:
    whose the run is that it follows, or that began it.
    """

    id: str
    account_id: str
    contract: Contract
    begin_key: str
    subject: str
    params: str
    previous_run_id: str | None = None
    parent_run_id: str | None = None
    concurrency_key: str | None = None
    continues: bool = False
    person: str | None = None

    @property
    def contract_version(self) -> int:
        return self.contract.version

    @property
    def schedule_id(self) -> str | None:
        """The schedule whose tick it is, as its key says; None where it is no tick's."""
        what, _, key = self.begin_key.partition(":")
        if what != "schedule":
            return None
        return key.partition(":")[0]


def instance_id(run_id: str, generation: int) -> str:
    """The engine's id of a run's instance: a retry raises the generation, so each has an instance
    of its own.
    """
    return f"{run_id}-{generation}"


def instance_params(run_id: str, generation: int, kind: str) -> JsonObject:
    """What an instance is created with. A class that has several kinds tells them apart by it."""
    return {"kind": kind, "runId": run_id, "generation": generation}


def log_fields(run: Run) -> log.OfRun:
    """What the log says of a run."""
    return {
        "account": run.account_id,
        "run": run.id,
        "kind": run.kind,
        "generation": run.generation,
    }


def deadline_in(state: State, now: str) -> str | None:
    """Until when a run that comes into a state now may stand there, UTC text; None where only a
    person brings it on.
    """
    most = state.lasts_at_most
    if most is None:
        return None
    return to_text(from_text(now) + most)


_INSERT = """
  INSERT INTO runs (id, account_id, kind, contract_version, begin_key, subject, params,
                    previous_run_id, parent_run_id, state, status, next_safe_action, created_at,
                    updated_at, deadline,
                    undoing, person, schedule_id, fingerprint
"""
_PERSON = "COALESCE(?16, (SELECT person FROM runs WHERE id = COALESCE(?7, ?14)))"
# A continuation is its schedule's, as the run was that it goes on from.
_SCHEDULE = "COALESCE(?17, (SELECT schedule_id FROM runs WHERE id = ?18))"
_INSERT_AT_ONCE = f"""
  {_INSERT}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?12, ?7, ?14, ?8, ?9, ?10, ?11, ?11, ?13, ?15,
  {_PERSON}, {_SCHEDULE}, ?19)
"""
# The same, where so many (?21) go on at once, and so many (?23) begin in a period: it goes on, or
# is the last of its priority in line, as the other runs stand right now. One that goes on in the
# slot of another has not begun by itself.
_INSERT_IN_TURN = f"""
  {_INSERT}, concurrency_key, queue_number, queued_at, rate_key, admitted_at, admissions,
    gives_up_slot)
  WITH
  asked AS MATERIALIZED (
    SELECT ?3 AS kind, ?2 AS account_id,
      CASE WHEN {IS_WITHIN_ITS_PARENTS} THEN NULL ELSE ?20 END AS concurrency_key
    FROM (SELECT ?3 AS kind, ?2 AS account_id, ?14 AS parent_run_id, ?20 AS concurrency_key) AS mine
  ),
  continued AS (
    SELECT *, ?22 = 1 AND EXISTS (
      SELECT 1 FROM runs WHERE id = ?7 AND concurrency_key = asked.concurrency_key) AS is_in_slot
    FROM asked
  ),
  placed AS MATERIALIZED (
    SELECT concurrency_key, ?25 = 1 AND concurrency_key IS NOT NULL
      AND NOT is_in_slot AS is_counted,
      CASE WHEN NOT is_in_slot THEN
        {NUMBER_IN_LINE.format(at_once="?21", in_period="?23", since="?24", behind="?26")}
            END AS queue_number
    FROM continued AS mine
  )
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?12, ?7, ?14, ?8, ?9, ?10, ?11, ?11,
    CASE WHEN queue_number IS NULL THEN ?13 END, ?15, {_PERSON}, {_SCHEDULE}, ?19,
    concurrency_key, queue_number,
    CASE WHEN queue_number IS NOT NULL THEN ?11 END,
    CASE WHEN is_counted AND queue_number IS NULL THEN concurrency_key END,
    CASE WHEN is_counted AND queue_number IS NULL THEN ?11 END,
    CASE WHEN is_counted AND queue_number IS NULL THEN 1 END, ?27
  FROM placed
"""


def insert(run: NewRun, now: str) -> Statement:
    """Write a new run, in the first state of its contract."""
    contract = run.contract
    initial: State = contract.state(contract.initial)
    own = (run.id, run.account_id, contract.kind, contract.version, run.begin_key, run.subject)
    begins = (
        run.previous_run_id,
        initial.name,
        initial.status,
        initial.next_safe_action,
        now,
        run.params,
    )
    undoing = None if contract.undone is None else contract.compensating
    continued = None
    if run.continues:
        continued = run.previous_run_id
    deadline_values = (deadline_in(initial, now), run.parent_run_id, undoing, run.person)
    schedule = (run.schedule_id, continued, contract.fingerprint)
    if not contract.has_line:
        return statement(_INSERT_AT_ONCE, [*own, *begins, *deadline_values, *schedule])
    limits = limits_of(contract, now)
    slot = (run.concurrency_key, limits.at_once, int(run.continues))
    rate = (limits.in_period, limits.since, limits.is_counted, numbers_behind(contract, run.params))
    gives_up = int(contract.concurrency is not None and not contract.concurrency.keeps_slot)
    return statement(
        _INSERT_IN_TURN, [*own, *begins, *deadline_values, *schedule, *slot, *rate, gives_up]
    )


def created_event(run: NewRun, actor: str, now: str) -> AuditEvent:
    """The audit event of a new run."""
    detail: JsonObject = {
        "subject": run.subject,
        "previousRun": run.previous_run_id,
        "to": run.contract.initial,
    }
    return event_of_run(run, Audited.RUN_CREATED, "created", actor=actor, at=now, detail=detail)


def is_escalated(row: Row) -> bool:
    """Whether a run (a row of `runs`) stands still until a person does something, though none of
    its steps failed.
    """
    return row["escalated_at"] is not None and row["error_class"] == ESCALATED


def wants_operator(row: Row) -> bool:
    """Whether a run (a row of `runs`) that has not failed stands still until a person does
    something. One with a result does where its body fails in what follows, such as the notice.
    """
    return is_escalated(row) and row["status"] != Status.FAILED


def is_called_for(row: Row) -> bool:
    """Whether a person was called to a run (a row of `runs`) that has not failed: it wants an
    operator, or is past its deadline. `_CALLED_FOR` of tillroll_durable/selection.py asks the same.
    An overdue review alone calls its reviewer.
    """
    is_overdue = row["escalated_at"] is not None and row["status"] == Status.PROCESSING
    return is_overdue or wants_operator(row)


# What `resumptions` is of a run that no instance can bring on before its code was put right: more
# than the reconciler resumes one by itself.
NO_MORE: Final = 1000


def stands_still(row: Row) -> bool:
    """Whether no instance of a run (a row of `runs`) does anything until a person has put its code
    right.
    """
    return row["status"] != Status.FAILED and row["resumptions"] == NO_MORE


def run_from_row(row: Row) -> Run:
    """Read a row of `runs`. Its open effects are read apart."""
    corrected = optional_text(row, "corrected_input")
    return of_row(
        Run,
        row,
        corrected_input=None if corrected is None else load_object(corrected),
        open_effects={},
        is_escalated=is_escalated(row),
        is_in_line=is_in_line(row),
        stands_still=stands_still(row),
        has_given_up_slot=row["slot_given_up_at"] is not None,
    )


def _step_from_row(row: Row) -> StoredStep:
    output = optional_text(row, "output")
    return of_row(
        StoredStep,
        row,
        idempotency_key=optional_text(row, "idempotency_key")
        or f"{text(row, 'run_id')}:{text(row, 'step')}",
        output=None if output is None else load(output),
        given=optional_text(row, "input"),
        given_digest=optional_text(row, "input_digest"),
    )


_RUN: Final = "SELECT * FROM runs WHERE id = ?"
_STEPS: Final = "SELECT * FROM run_steps WHERE run_id = ?"


async def load_run(database: Database, run_id: str) -> tuple[Run, dict[str, StoredStep]] | None:
    """The run and all of its steps by name, read in one transaction.

    Returns None where there is no such run.
    """
    queries = [statement(_RUN, [run_id]), statement(_STEPS, [run_id])]
    rows, steps = await insist(lambda: database.batch(queries))
    if not rows:
        return None
    return run_from_row(rows[0]), steps_by_name(steps)


def steps_by_name(rows: Iterable[Row]) -> dict[str, StoredStep]:
    """Read rows of `run_steps`, by the names of their steps."""
    return {step.step: step for step in map(_step_from_row, rows)}


async def find_run(database: Database, run_id: str) -> Run | None:
    """The run without its steps; None where there is no such run."""
    row = await database.first(statement("SELECT * FROM runs WHERE id = ?", [run_id]))
    if row is None:
        return None
    return run_from_row(row)


async def rows_of_runs(database: Database, run_ids: Sequence[str]) -> dict[str, Row]:
    """Load rows for `run_from_row`, by id. It reads each by itself, so an unreadable row stops no
    other.
    """
    query = "SELECT * FROM runs WHERE id IN (SELECT value FROM json_each(?))"
    return {
        text(row, "id"): row for row in await database.all(statement(query, [dump([*run_ids])]))
    }


async def load_step(database: Database, run_id: str, step: str) -> StoredStep | None:
    """Load a step of a run; None where it was not recorded yet."""
    query = statement("SELECT * FROM run_steps WHERE run_id = ? AND step = ?", [run_id, step])
    row = await insist(lambda: database.first(query))
    if row is None:
        return None
    return _step_from_row(row)


# What is written along when a run ends without what it was made for; called with the run and the
# time.
WhenUndone = Callable[[Run, str], Sequence[Statement]]


def nothing_else(_run: Run, _now: str) -> Sequence[Statement]:
    """Mark nothing: for a workflow without rows that change when a run is undone."""
    return ()


def shown_state(contract: Contract, row: Row) -> State:
    """The state in which a run stands, for showing. `row` has `state`, `status`,
    `next_safe_action` and `contract_version` of it.
    """
    return contract.shown_state(
        text(row, "state"),
        text(row, "status"),
        text(row, "next_safe_action"),
        version=integer(row, "contract_version"),
    )


def state_gone(kind: str, version: int, state: str) -> str:
    """What is said of a run that stands where its deployed version has no state (any more)."""
    return (
        f"the run stands in {state}, a state that version {version} of {kind} lacks: put back the "
        "step, the review or the wait that led there, or give the changed body a new version"
    )


def not_deployed(run: Run) -> str:
    """What is to be done about a run whose body was removed too early."""
    return (
        f"{run.kind} version {run.contract_version} is not deployed: put its body back into the "
        "registry and deploy"
    )


def creation_refused_at(run: Row) -> str | None:
    """Since when a run (a row of `runs`) waits for the engine to take it; None where it does not.
    What happened to the run afterwards says that the engine has it: its answer may have been lost.
    """
    since = optional_text(run, "creation_refused_at")
    is_live = run["status"] in LIVE and run["paused_at"] is None
    is_this_one = (
        run["creation_refused_generation"] == run["generation"]
        and run["instance_confirmed_at"] is None
    )
    if since is not None and is_live and is_this_one and text(run, "updated_at") <= since:
        return since
    return None


def touch(run_id: str, now: str) -> Statement:
    """Tell anyone who waits for the run to change that something beside it has changed."""
    return statement("UPDATE runs SET updated_at = ? WHERE id = ?", [now, run_id])


def touch_found(run_ids: Statement, now: str) -> Statement:
    """Touch the runs whose ids a query finds, which has numbered places."""
    place = len(run_ids.parameters) + 1
    sql = f"UPDATE runs SET updated_at = ?{digits(place)} WHERE id IN ({run_ids.sql})"
    return statement(sql, [*run_ids.parameters, now])


def pause_others(account_id: str, run_id: str, now: str) -> Statement:
    """Pause all live runs of an account but one. What is paused gets no instance again."""
    sql = """
      UPDATE runs SET paused_at = COALESCE(paused_at, ?1)
      WHERE account_id = ?2 AND status <> 'complete'
        AND status IN ('processing', 'needs_review') AND id <> ?3
    """
    return statement(sql, [now, account_id, run_id])


def pause_with(run: Run, run_id: str, now: str) -> Statement:
    """Pause the run `run_id`, which has no instance yet, where `run` is paused by now."""
    sql = """
      UPDATE runs SET paused_at = ?1 WHERE id = ?2 AND account_id = ?3
        AND EXISTS (SELECT 1 FROM runs AS other WHERE other.id = ?4 AND other.paused_at IS NOT NULL)
    """
    return statement(sql, [now, run_id, run.account_id, run.id])
