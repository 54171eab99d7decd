"""The erasure workflow: waits thirty days, looks again, makes it final, then deletes objects,
instances and rows.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Final, LiteralString

import tillroll_durable as durable
from tillroll.privacy import repository
from tillroll.privacy.repository import AccountErasure, Audited, Hindrance, What
from tillroll_durable import Outcome, State, Status, StepContext, statement
from tillroll_durable.archive.unarchiving import delete_bundles, erase_archived
from tillroll_durable.audit import append_if_changed
from tillroll_durable.jobs.scans import drop_position, keep_position, position_of
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Statement, digits, integer, text
from tillroll_durable.platform.bindings.engine import (
    InstanceNotFound,
    NonRetryable,
    NotDeployed,
    Retries,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import pause_others

KIND: Final = "erasure"
GRACE: Final = timedelta(days=30)
"""How long it can be taken back."""


class ErasureParams(durable.Params):
    """What is to go: an id of `erasures`, which is also the run's subject."""

    erasure_id: str


_ERASING = "This is being deleted for good."
_FAILED = "This could not be deleted to the end; retry it: it goes on with what is left."

REQUESTED = State.processing("requested", "This is to be deleted.")
WAITING = State.processing(
    "waiting", "This will be deleted for good; until then it can be taken back."
)
DUE = State.processing("due", _ERASING)
BEGUN = State.processing("begun", _ERASING)
WITHOUT_OBJECTS = State.processing("without_objects", _ERASING)
ERASED = State.ended("erased", Status.COMPLETE, "This was deleted for good.")
KEPT = State.ended("kept", Status.REJECTED, "Nothing was deleted: {reason}")
LOOK_FAILED = State.dead_letter("due_look_failed", _FAILED)
OBJECTS_FAILED = State.dead_letter("begun_objects_failed", _FAILED)
ROWS_FAILED = State.dead_letter("without_objects_rows_failed", _FAILED)
CANCELLED = State.ended("cancelled", Status.CANCELLED, "This was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "This was given up: {reason}")

WAIT_FOR_IT: Final = durable.Timer("grace", waiting=WAITING.name, over=DUE.name)

# An hour and more of attempts: what was deleted stays deleted, and the next goes on with the rest.
_RETRIES = Retries(limit=10, delay_seconds=5, backoff="exponential", longest_delay_seconds=3600)


def _step(
    name: str, begins_in: State, ends_in: tuple[State, ...], failed: State, seconds: int = 15 * 60
) -> durable.Step:
    return durable.Step(
        name=name,
        effect=durable.Effect.WRITE,
        begins_in=(begins_in.name,),
        on_success=tuple(each.name for each in ends_in),
        on_failure=durable.OnFailure(failed.name),
        retries=_RETRIES,
        timeout_seconds=seconds,
    )


LOOK_AGAIN = _step("look-again", DUE, ends_in=(BEGUN, KEPT), failed=LOOK_FAILED, seconds=60)
ERASE_OBJECTS = _step("erase-objects", BEGUN, ends_in=(WITHOUT_OBJECTS,), failed=OBJECTS_FAILED)
ERASE_ROWS = _step("erase-rows", WITHOUT_OBJECTS, ends_in=(ERASED,), failed=ROWS_FAILED)


ERASURE_V1 = durable.Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        *(REQUESTED, WAITING, DUE, BEGUN, WITHOUT_OBJECTS, ERASED, KEPT),
        *(LOOK_FAILED, OBJECTS_FAILED, ROWS_FAILED, CANCELLED, ABANDONED),
    ),
    steps=(LOOK_AGAIN, ERASE_OBJECTS, ERASE_ROWS),
    timers=(WAIT_FOR_IT,),
)


_RUNS_PAGE: Final = 50
# The engine forgets an instance thirty days after its end at the latest.
_FORGOTTEN_AFTER: Final = timedelta(days=35)
_LIVE: Final = "status IN ('processing', 'needs_review')"
# Which runs are of it. A person's go on: they are the account's; what has ended is only told to
# somebody.
_OF: Final[Mapping[What, LiteralString]] = {
    What.ACCOUNT: "account_id = ?1 AND ?2 IS NOT NULL",
    What.RECEIPT: "account_id = ?1 AND subject = ?2",
    What.PERSON: f"account_id = ?1 AND subject = 'user:' || ?2 AND NOT {_LIVE}",
}


async def forget_runs(platform: Platform, erasure: AccountErasure) -> None:
    """End and delete the instances of its runs, of every generation; after an interruption, from
    where it stopped.
    """
    since = to_text(platform.clock.now() - _FORGOTTEN_AFTER)
    while True:
        rows = await platform.database.all(
            statement(
                f"SELECT id, kind, generation FROM runs WHERE {_OF[erasure.what]} AND id > ?3 "
                f"AND id <> ?4 AND ({_LIVE} OR updated_at > ?5) ORDER BY id "
                f"LIMIT {digits(_RUNS_PAGE)}",
                [
                    erasure.account_id,
                    erasure.target,
                    await position_of(platform.database, _cursor(erasure)),
                    erasure.run_id,
                    since,
                ],
            )
        )
        for row in rows:
            for generation in range(1, integer(row, "generation") + 1):
                await _forget(platform, text(row, "kind"), f"{text(row, 'id')}-{generation}")
        if len(rows) < _RUNS_PAGE:
            return
        now = to_text(platform.clock.now())
        await keep_position(
            platform.database, _cursor(erasure), position=text(rows[-1], "id"), now=now
        )


def all_forgotten(erasure: AccountErasure) -> Statement:
    """Where to go on is over: what begins from here on is looked for from the first run."""
    return drop_position(_cursor(erasure))


async def _forget(platform: Platform, kind: str, instance_id: str) -> None:
    try:
        with contextlib.suppress(InstanceNotFound):
            await platform.instances_of(kind).delete(instance_id)
    except NotDeployed as error:
        # A workflow that is removed takes its instances along.
        log.warning("erasure.kind_not_deployed", kind=kind, error=error)


def _cursor(erasure: AccountErasure) -> str:
    return f"erasure {erasure.id}"


_OBJECTS_PAGE = 200
_RUNS: Final = "SELECT id FROM runs WHERE subject = ? AND account_id = ?"


async def erasure_v1(run: durable.WorkflowRun[ErasureParams]) -> JsonObject:
    """The body of version 1."""
    erasure_id = run.params.erasure_id
    # The row stands before the run, and its time stays.
    due = await _load(run.platform, erasure_id)  # replayed: as the row has it
    await run.sleep_until(WAIT_FOR_IT, from_text(due.due_at))
    await run.step(LOOK_AGAIN, look_again, erasure_id)
    if run.state == KEPT.name:
        return {"erasureId": erasure_id}
    await run.step(ERASE_OBJECTS, erase_objects, erasure_id)
    await run.step(ERASE_ROWS, erase_the_rows, erasure_id)
    return {"erasureId": erasure_id}


async def look_again(context: StepContext, erasure_id: str) -> Outcome:
    """Thirty days are long: what counts again, or was handed on since, is kept. From here on it is
    final.
    """
    erasure = await _load(context.platform, erasure_id)
    now = to_text(context.platform.clock.now())
    against: Hindrance | None = Hindrance.TAKEN_BACK
    if not erasure.taken_back_at and erasure.is_repeated:
        against = None  # it was final before the restore
    elif not erasure.taken_back_at:
        against = await repository.hindrance(context.platform.database, erasure)
    if against is not None:
        batch = [repository.give_up(erasure_id, now)]
        return Outcome(output={"kept": against}, state=KEPT.name, reason=against, statements=batch)
    by = durable.Actor(erasure.account_id, f"workflow:{KIND}")
    detail: JsonObject = {"erasure": erasure_id, "what": erasure.what, "target": erasure.target}
    event = by.event(Audited.ERASURE_BEGUN, f"{erasure_id}:begun", at=now, detail=detail)
    # The one who took it back in this moment was first: then nothing is written, and the next
    # attempt finds that.
    statements = [
        repository.make_final(erasure_id, now),
        append_if_changed(event),
        *shut(erasure, now),
    ]
    return Outcome(statements=statements, state=BEGUN.name)


def shut(erasure: AccountErasure, now: str) -> list[Statement]:
    """Shut an account that is erased: nobody signs in any more, and nothing of it begins."""
    if erasure.what is not What.ACCOUNT:
        return []
    shuts: list[LiteralString] = [
        f"UPDATE {each.name} SET {each.shut.to} WHERE {each.shut.where}"
        for each in repository.tables()
        if each.shut
    ]
    # A run that is paused is left alone by all that would give it an instance again.
    return [
        *(statement(each, [now, erasure.account_id]) for each in shuts),
        pause_others(erasure.account_id, erasure.run_id, now),
    ]


async def erase_objects(context: StepContext, erasure_id: str) -> Outcome:
    """Delete all objects of it, and before what the engine keeps, so that nothing writes
    another.
    """
    erasure = await _load(context.platform, erasure_id)
    deleted = 0
    await forget_runs(context.platform, erasure)
    async for prefix in _prefixes(context, erasure):
        after = prefix
        while True:
            page = await context.platform.objects.page(after, _OBJECTS_PAGE)
            own = [each.key for each in page if each.key.startswith(prefix)]
            for key in own:
                await context.platform.objects.delete(key)
            deleted += len(own)
            if len(own) < _OBJECTS_PAGE:
                break
            after = own[-1]
    await _erase_archived(context, erasure)
    return Outcome(output={"objects": deleted}, statements=[all_forgotten(erasure)])


async def _erase_archived(context: StepContext, erasure: AccountErasure) -> None:
    """Cut what the archive has of a receipt's runs out of files that have others' too. An account's
    go as a whole, also those that were written while its objects were deleted. A person's runs stay
    the account's.
    """
    if erasure.what is What.ACCOUNT:
        await delete_bundles(context.platform, erasure.account_id)
    if erasure.what is not What.RECEIPT:
        return
    for row in await context.platform.database.all(
        statement(_RUNS, [erasure.target, erasure.account_id])
    ):
        await erase_archived(context.platform, text(row, "id"))


async def _prefixes(context: StepContext, erasure: AccountErasure) -> AsyncIterator[str]:
    """What the keys of its objects begin with."""
    if erasure.what is What.ACCOUNT:
        yield f"{erasure.account_id}/"
    database = context.platform.database
    if erasure.what is What.PERSON:
        query = (
            "SELECT id FROM data_exports WHERE account_id = ? AND what = 'person' AND target = ?"
        )
        for row in await database.all(statement(query, [erasure.account_id, erasure.target])):
            yield repository.data_export_folder(erasure.account_id, text(row, "id"))
    if erasure.what is not What.RECEIPT:
        return
    query = "SELECT sha256 FROM receipts WHERE id = ? AND account_id = ?"
    for row in await database.all(statement(query, [erasure.target, erasure.account_id])):
        yield f"{erasure.account_id}/{text(row, 'sha256')}/"
    for row in await database.all(statement(_RUNS, [erasure.target, erasure.account_id])):
        yield f"{erasure.account_id}/outputs/{text(row, 'id')}/"


async def erase_the_rows(context: StepContext, erasure_id: str) -> Outcome:
    """Delete or empty all rows of it. Raises DatabaseError, EngineUnavailable: the rest is left to
    the next attempt.
    """
    erasure = await _load(context.platform, erasure_id)
    # what began while objects were deleted, or was given an instance
    await forget_runs(context.platform, erasure)
    await _erase_archived(context, erasure)  # what was moved meanwhile
    values = [erasure.account_id, erasure.target, context.run.id]
    await repository.erase_rows(context.platform.database, erasure.what, values)
    now = to_text(context.platform.clock.now())
    return Outcome(statements=[repository.note_erased(erasure_id, now), all_forgotten(erasure)])


async def _load(platform: Platform, erasure_id: str) -> AccountErasure:
    erasure = await repository.load_erasure(platform.database, erasure_id)
    if erasure is None:
        raise NonRetryable(f"the erasure {erasure_id} is missing")
    return erasure


ERASURE = durable.Workflow(
    contract=ERASURE_V1,
    body=erasure_v1,
    params=ErasureParams,
    subject=lambda params: params.erasure_id,
    when_undone=lambda run, now: [repository.give_up(run.subject, now)],
    sentences=repository.SENTENCES,
    allowed=durable.Allowed(decide="review", operate="administer"),
    begun_by=(
        "POST /api/receipts/{receipt_id}/erasure, /api/people/{user_id}/erasure or "
        "/api/account/erasure"
    ),
)
