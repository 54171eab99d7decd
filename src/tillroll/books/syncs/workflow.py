"""The sync: a page a run, then on in another run. Into the books each item is booked once; from a
CRM records are kept.

Each item's failure is kept with the item, for the next sync: so all items of a map may fail.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import tillroll_durable as durable
from tillroll.books.crm.pulling import following, pull_page
from tillroll.books.repository import end_sync
from tillroll.books.syncs import contract, work
from tillroll.books.syncs.calls import attach, book, find_contact
from tillroll.books.syncs.contract import (
    ATTACH,
    BOOK,
    COMPARE,
    CONTACT,
    DISCONNECTED,
    FINISH,
    FREEZE,
    NOTE_COMPARED,
    NOTE_FILES,
    PACE,
    PLAN,
    PULL,
    RECORD,
    Attached,
    Booked,
    Compared,
    Comparison,
    ContactFound,
    FileSent,
    FileTask,
    PagePlan,
    PartyFailed,
    PartyFound,
    PartyWanted,
    Recorded,
    Sent,
    Synced,
    SyncParams,
    Task,
)
from tillroll.books.syncs.pacing import Pace, in_groups
from tillroll.books.syncs.starting import SCHEDULE
from tillroll_durable import Done, Failed, Outcome
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.runs import Run

_MOST_REQUESTS: Final = 3
"""So many requests an item needs: it is read, written, and looked for."""


async def sync_v1(run: durable.WorkflowRun[SyncParams]) -> Synced | Outcome[Synced]:
    """The body of version 1."""
    params = run.params
    if params.direction == "pull":
        return await _pull(run)
    page = await run.step(PLAN, work.plan_page, params)
    if page.denied:
        return await _disconnected(run)
    pace = Pace(
        page.per_minute,
        params.requests,
        None if params.asked_at is None else from_text(params.asked_at),
    )
    pace.spent(run.now(), _MOST_REQUESTS)
    contacts, failed = await _find_contacts(run, page, pace)
    if any(each.code == "disconnected" for each in failed):
        return await _disconnected(run)
    frozen = await run.step(FREEZE, work.freeze, params, page, contacts, failed)
    is_repeated = False
    for tasks in in_groups(frozen.tasks):
        recorded = await _book(run, page, tasks=tasks, pace=pace)
        if recorded.denied:
            return await _disconnected(run)
        is_repeated = is_repeated or recorded.again
    for files in in_groups(frozen.files):
        await _attach(run, page, files=files, pace=pace)
    compares = params.compares and (is_repeated or not page.is_last)
    for comparisons in in_groups(frozen.comparisons):
        is_repeated = await _compare(run, page, comparisons=comparisons, pace=pace) or is_repeated
    if is_repeated or not page.is_last:
        # The next run counts on, and plans before it looks at the pace.
        await _keep_pace(run, pace, 1)
        # Of the last page, what was found changed is not compared again.
        counted = {"requests": pace.requests, "asked_at": to_text(run.now())}
        await run.continue_as(
            params.model_copy(update={"cursor": page.last, "compares": compares, **counted})
        )
    return await run.step(FINISH, work.finish, params, "completed")


async def _pull(run: durable.WorkflowRun[SyncParams]) -> Synced | Outcome[Synced]:
    """A page of a CRM, then on in another run: companies, contacts, deals."""
    params = run.params
    pulled = await run.step(PULL, pull_page, params)
    if pulled.denied:
        return await _disconnected(run)
    kind = following(params.kind) if pulled.is_last else params.kind
    if kind is not None:
        await run.continue_as(params.model_copy(update={"kind": kind}))
    return await run.step(FINISH, work.finish, params, "completed")


async def _disconnected(run: durable.WorkflowRun[SyncParams]) -> Outcome[Synced]:
    counted = await run.step(FINISH, work.finish, run.params, "disconnected")
    return Outcome(counted, state=DISCONNECTED.name)


async def _find_contacts(
    run: durable.WorkflowRun[SyncParams], page: PagePlan, pace: Pace
) -> tuple[list[PartyFound], list[PartyFailed]]:
    contacts: list[PartyFound] = []
    failed: list[PartyFailed] = []
    connection = run.params.connection_id
    for parties in in_groups(page.parties):
        await _keep_pace(run, pace, len(parties))
        ends = await run.map(
            CONTACT,
            partial(find_contact, connection),
            parties,
            key=lambda party: f"{party.role} {party.key}",
            at_most=page.at_once,
            may_fail="all",
            subject=lambda party: {"connection": connection, "role": party.role, "name": party.key},
        )
        for party, end in zip(parties, ends, strict=True):
            if isinstance(end, Failed):
                failed.append(_failed(party, end))
            else:
                contacts.append(
                    PartyFound(
                        role=party.role,
                        word=party.word,
                        name=party.name,
                        id=end.output.id,
                        currency=party.currency,
                    )
                )
        pace.spent(run.now(), _requests(ends))
    return contacts, failed


def _failed(party: PartyWanted, end: Failed) -> PartyFailed:
    code, _, reason = end.error.partition(": ")
    match end.failure_class:
        case FailureClass.EXTERNAL_REFUSED:
            return PartyFailed(
                role=party.role,
                word=party.word,
                code=code,
                reason=f"{party.name}: {reason or code}",
                currency=party.currency,
            )
        case FailureClass.ACCESS_DENIED:
            return PartyFailed(
                role=party.role,
                word=party.word,
                code="disconnected",
                reason=end.error,
                currency=party.currency,
            )
        case _:
            why = f"The contact {party.name} could not be had: {end.error}"
            return PartyFailed(
                role=party.role,
                word=party.word,
                code="uncertain",
                reason=why,
                currency=party.currency,
            )


async def _book(
    run: durable.WorkflowRun[SyncParams], page: PagePlan, tasks: Sequence[Task], pace: Pace
) -> Recorded:
    """Book some items, and attach their files."""
    params = run.params
    await _keep_pace(run, pace, len(tasks))
    ends = await run.map(
        BOOK,
        partial(book, params.connection_id),
        tasks,
        key=lambda task: task.item,
        at_most=page.at_once,
        may_fail="all",
        subject=lambda task: {
            "item": task.item,
            "revision": str(task.revision),
            "connection": params.connection_id,
        },
    )
    pace.spent(run.now(), _requests(ends))
    sent = [_sent(task, end) for task, end in zip(tasks, ends, strict=True)]
    recorded = await run.step(RECORD, work.record, params, sent, key=tasks[0].item)
    if recorded.files and not recorded.denied:
        await _attach(run, page, files=recorded.files, pace=pace)
    return recorded


async def _attach(
    run: durable.WorkflowRun[SyncParams], page: PagePlan, files: Sequence[FileTask], pace: Pace
) -> None:
    connection = run.params.connection_id
    await _keep_pace(run, pace, len(files))
    ends = await run.map(
        ATTACH,
        partial(attach, connection),
        files,
        key=lambda file: file.item,
        at_most=page.at_once,
        may_fail="all",
        subject=lambda file: {
            "item": file.item,
            "generation": str(file.generation),
            "file": file.sha256,
            "connection": connection,
        },
    )
    pace.spent(run.now(), _requests(ends))
    sent = [_file_sent(file, end) for file, end in zip(files, ends, strict=True)]
    await run.step(NOTE_FILES, work.note_files, sent, key=files[0].item)


async def _compare(
    run: durable.WorkflowRun[SyncParams],
    page: PagePlan,
    comparisons: Sequence[Comparison],
    pace: Pace,
) -> bool:
    """Whether somebody changed one of these documents in the books. One that cannot be read is left
    for another time.
    """
    params = run.params
    await _keep_pace(run, pace, len(comparisons))
    ends = await run.map(
        COMPARE,
        partial(_compared, params.connection_id),
        comparisons,
        key=lambda comparison: comparison.item,
        at_most=page.at_once,
        may_fail="all",
    )
    pace.spent(run.now(), _requests(ends))
    changed = [
        each.output.item for each in ends if not isinstance(each, Failed) and not each.output.same
    ]
    return (
        await run.step(NOTE_COMPARED, work.note_compared, params, changed, key=comparisons[0].item)
        > 0
    )


async def _compared(
    connection_id: str, context: durable.StepContext, comparison: Comparison
) -> Compared:
    return await work.compare(context, connection_id, comparison)


def _sent(task: Task, end: Done[Booked] | Failed) -> Sent:
    if isinstance(end, Failed):
        return Sent(
            item=task.item,
            revision=task.revision,
            booked=None,
            failure=end.failure_class,
            reason=end.error,
        )
    return Sent(item=task.item, revision=task.revision, booked=end.output)


def _file_sent(file: FileTask, end: Done[Attached] | Failed) -> FileSent:
    place = {
        "item": file.item,
        "generation": file.generation,
        "sha256": file.sha256,
        "name": file.name,
    }
    if isinstance(end, Failed):
        return FileSent.model_validate(
            {**place, "external_id": None, "failure": end.failure_class, "reason": end.error}
        )
    return FileSent.model_validate({**place, "external_id": end.output.id})


def _requests(
    ends: Iterable[Done[ContactFound] | Done[Booked] | Done[Attached] | Done[Compared] | Failed],
) -> int:
    """How many requests were made at most; of one that failed, nobody has counted them."""
    return sum(
        _MOST_REQUESTS if isinstance(each, Failed) else each.output.requests for each in ends
    )


async def _keep_pace(run: durable.WorkflowRun[SyncParams], pace: Pace, items: int) -> None:
    seconds = pace.wait(run.now(), items * _MOST_REQUESTS)
    if seconds > 0:
        await run.sleep(PACE, seconds)


def when_undone(run: Run, now: str) -> Sequence[durable.Statement]:
    """A sync that was stopped has ended; what it has not come to waits for the next."""
    return [end_sync(run.subject, "stopped", now)]


SYNC: Final = durable.Workflow(
    contract=contract.SYNC_V1,
    body=sync_v1,
    params=SyncParams,
    gives=Synced,
    subject=lambda params: params.sync_id,
    when_undone=when_undone,
    allowed=durable.Allowed(decide="approve"),
    begun_by="POST /api/books/connections/{connection_id}/syncs",
    schedule=SCHEDULE,
)
