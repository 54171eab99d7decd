"""The erasure workflow: wait, look again, make it final, delete the objects, then the rows.

Objects go first, since rows say where they lie. Both are deleted piece by piece, outside of the step's batch: what is
deleted twice is deleted, and an attempt that died leaves less to the next.
"""

from collections.abc import AsyncIterator

from tillroll.durable import NonRetryable, Outcome, StepContext, WorkflowRun, statement
from tillroll.durable.operating.archiving.restoring import delete_bundles, erase_archived
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.platform.bindings.database import Statement, text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.privacy.data import What, data_export_folder
from tillroll.privacy.erasing import erase_rows
from tillroll.workflows.erasure import contract
from tillroll.workflows.erasure.contract import ErasureParams
from tillroll.workflows.erasure.instances import all_forgotten, forget_runs
from tillroll.workflows.erasure.rows import Erasure, give_up, load_erasure, make_final, note_erased
from tillroll.workflows.erasure.standing import Hindrance, hindrance

_PAGE = 200


async def erasure_v1(run: WorkflowRun[ErasureParams]) -> JsonObject:
    """The body of version 1."""
    erasure_id = run.params.erasure_id
    due = await _load(run.platform, erasure_id)  # replayed: the row stands before the run, and its time stays
    await run.sleep_until(contract.WAIT_FOR_IT, from_text(due.due_at))
    await run.step(contract.LOOK_AGAIN, look_again, erasure_id)
    if run.state == contract.KEPT.name:
        return {"erasureId": erasure_id}
    await run.step(contract.ERASE_OBJECTS, erase_objects, erasure_id)
    await run.step(contract.ERASE_ROWS, erase_the_rows, erasure_id)
    return {"erasureId": erasure_id}


async def look_again(context: StepContext, erasure_id: str) -> Outcome:
    """Thirty days are long: what counts again, or was handed on since, is kept. From here on it is final."""
    erasure, now = await _load(context.platform, erasure_id), to_text(context.platform.clock.now())
    against = Hindrance.TAKEN_BACK if erasure.taken_back_at else await hindrance(context.platform.database, erasure)
    if against is not None:
        return Outcome(
            output={"kept": against},
            state=contract.KEPT.name,
            reason=against,
            statements=[give_up(erasure_id, now)],
        )
    event = event_of_account(
        erasure.account_id,
        "erasure.begun",
        f"{erasure_id}:begun",
        actor=f"workflow:{contract.KIND}",
        at=now,
        detail={"erasure": erasure_id, "what": erasure.what, "target": erasure.target},
    )
    # Whoever took it back in this moment was first: then nothing is written, and the next attempt finds that.
    statements = [make_final(erasure_id, now), append_if_changed(event), *shut(erasure, now)]
    return Outcome(statements=statements, state=contract.BEGUN.name)


def shut(erasure: Erasure, now: str) -> list[Statement]:
    """Nobody comes into an account that goes, and nothing of it is begun any more."""
    if erasure.what is not What.ACCOUNT:
        return []
    own = erasure.account_id
    people = "SELECT id FROM users WHERE account_id = ?2"
    return [
        statement(
            "UPDATE users SET removed_at = COALESCE(removed_at, ?1), session_epoch = session_epoch + 1 "
            "WHERE account_id = ?2",
            now,
            own,
        ),
        statement(
            f"UPDATE tokens SET revoked_at = ?1 WHERE revoked_at IS NULL AND user_id IN ({people})",  # noqa: S608 - names and constants of ours
            now,
            own,
        ),
        statement(
            f"UPDATE sign_in_codes SET expires_at = ?1 WHERE expires_at > ?1 AND user_id IN ({people})",  # noqa: S608 - names and constants of ours
            now,
            own,
        ),
        # A run that is paused is left alone by all that would give it an instance again.
        statement(
            "UPDATE runs SET paused_at = COALESCE(paused_at, ?1) "
            "WHERE account_id = ?2 AND status IN ('processing', 'needs_review') AND id <> ?3",
            now,
            own,
            erasure.run_id,
        ),
        statement("UPDATE inbound_sources SET ended_at = COALESCE(ended_at, ?1) WHERE account_id = ?2", now, own),
        statement("UPDATE schedules SET removed_at = COALESCE(removed_at, ?1) WHERE account_id = ?2", now, own),
        statement("UPDATE export_links SET revoked_at = COALESCE(revoked_at, ?1) WHERE account_id = ?2", now, own),
        statement("UPDATE claim_links SET revoked_at = COALESCE(revoked_at, ?1) WHERE account_id = ?2", now, own),
    ]


async def erase_objects(context: StepContext, erasure_id: str) -> Outcome:
    """Delete all objects of it, and before what the engine keeps, so that nothing writes another. Raises
    ObjectsUnavailable, EngineUnavailable: the rest is left to the next attempt."""
    erasure, deleted = await _load(context.platform, erasure_id), 0
    await forget_runs(context.platform, erasure)
    async for prefix in _prefixes(context, erasure):
        after = prefix
        while True:
            page = await context.platform.objects.page(after, _PAGE)
            own = [each.key for each in page if each.key.startswith(prefix)]
            for key in own:
                await context.platform.objects.delete(key)
            deleted += len(own)
            if len(own) < _PAGE:
                break
            after = own[-1]
    await _erase_archived(context, erasure)
    return Outcome(output={"objects": deleted}, statements=[all_forgotten(erasure)])


async def _erase_archived(context: StepContext, erasure: Erasure) -> None:
    """Cut what the archive has of a receipt's runs out of files that have others' too. An account's go as a whole, also
    those that were written while its objects were deleted. A person's runs stay the account's."""
    if erasure.what is What.ACCOUNT:
        await delete_bundles(context.platform, erasure.account_id)
    if erasure.what is not What.RECEIPT:
        return
    query = "SELECT id FROM runs WHERE subject = ? AND account_id = ?"
    for row in await context.platform.database.all(statement(query, erasure.target, erasure.account_id)):
        await erase_archived(context.platform, text(row, "id"))


async def _prefixes(context: StepContext, erasure: Erasure) -> AsyncIterator[str]:
    """What the keys of its objects begin with."""
    if erasure.what is What.ACCOUNT:
        yield f"{erasure.account_id}/"
    database = context.platform.database
    if erasure.what is What.PERSON:
        query = "SELECT id FROM data_exports WHERE account_id = ? AND what = 'person' AND target = ?"
        for row in await database.all(statement(query, erasure.account_id, erasure.target)):
            yield data_export_folder(erasure.account_id, text(row, "id"))
    if erasure.what is not What.RECEIPT:
        return
    query = "SELECT sha256 FROM receipts WHERE id = ? AND account_id = ?"
    for row in await database.all(statement(query, erasure.target, erasure.account_id)):
        yield f"{erasure.account_id}/{text(row, 'sha256')}/"
    query = "SELECT id FROM runs WHERE subject = ? AND account_id = ?"
    for row in await database.all(statement(query, erasure.target, erasure.account_id)):
        yield f"{erasure.account_id}/outputs/{text(row, 'id')}/"


async def erase_the_rows(context: StepContext, erasure_id: str) -> Outcome:
    """Delete or empty all rows of it. Raises DatabaseError, EngineUnavailable: the rest is left to the next attempt."""
    erasure = await _load(context.platform, erasure_id)
    await forget_runs(context.platform, erasure)  # what began while objects were deleted, or was given an instance
    await _erase_archived(context, erasure)  # what was moved meanwhile
    values = [erasure.account_id, erasure.target, context.run.id]
    await erase_rows(context.platform.database, erasure.what, values)
    now = to_text(context.platform.clock.now())
    return Outcome(statements=[note_erased(erasure_id, now), all_forgotten(erasure)])


async def _load(platform: Platform, erasure_id: str) -> Erasure:
    erasure = await load_erasure(platform.database, erasure_id)
    if erasure is None:
        raise NonRetryable(f"the erasure {erasure_id} is missing")
    return erasure
