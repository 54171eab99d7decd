"""The steps of a sync that read and write here: plan a page, freeze what is to be written, record
what came of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tillroll.books import repository
from tillroll.books.connections import names
from tillroll.books.connections.connection import Connection, connected, find_connection, target_of
from tillroll.books.repository import Page, Write
from tillroll.books.syncs.calls import Counting
from tillroll.books.syncs.contract import (
    Compared,
    Comparison,
    FileSent,
    FileTask,
    Frozen,
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
from tillroll.books.syncs.drafts import (
    Choices,
    ContactKey,
    Draft,
    NotWanted,
    Wanted,
    draft_of,
    wanted,
)
from tillroll.books.syncs.planning import Act, Closed, Item, ItemState, Planned, Settled, plan
from tillroll.books.syncs.subject_rows import load_subjects
from tillroll.books.syncs.subjects import (
    Subject,
    SubjectKind,
    existed_before_closing,
    file_of,
    is_over,
    version_of,
)
from tillroll.books.syncs.surroundings import Surroundings, load_surroundings
from tillroll.books.targets.errors import GrantRevoked
from tillroll.books.targets.target import Kind, Written
from tillroll.claims.charged import ChargedCredit
from tillroll.notifications.service import Subject as About
from tillroll.notifications.service import notify
from tillroll.notifications.topics import BOOKS_DISCONNECTED
from tillroll_durable import Outcome, Statement, StepContext
from tillroll_durable.errors import UNKNOWN, FailureClass
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump

ERASED: Final = NotWanted("It was erased.", is_over=False)


async def plan_page(context: StepContext, params: SyncParams) -> Outcome[PagePlan]:
    """Which items the next page has, and the contacts that they need. Also asks the target which
    days are closed.
    """
    platform = context.platform
    now = to_text(context.platform.clock.now())
    chain = repository.continue_sync(params.sync_id, context.run.id)
    try:
        connection = await connected(context, params.connection_id)
        target = await target_of(platform, connection)
        closed_until = await target.closed_until()
    except GrantRevoked as error:
        none = PagePlan(
            items=[], parties=[], last=0, is_last=True, per_minute=1, at_once=1, denied=True
        )
        return Outcome(
            none,
            statements=[
                chain,
                *await disconnect(context, params.connection_id, why=str(error), now=now),
            ],
        )
    due = await repository.find_due(
        platform.database, connection.id, cursor=params.cursor, limit=params.page + 1
    )
    items = due[: params.page]
    outlook = await look(platform.database, connection, items)
    parties: dict[ContactKey, PartyWanted] = {}
    for _, subject in outlook.wanted:
        if isinstance(subject, Draft):
            key = outlook.around.key_of(subject)
            if key not in outlook.around.contacts:
                parties[key] = PartyWanted.model_validate(
                    {"name": subject.party.name, **key._asdict()}
                )
    page = PagePlan(
        items=[each.id for each in items],
        parties=[*parties.values()],
        last=items[-1].changed if items else params.cursor,
        is_last=len(due) <= params.page,
        per_minute=target.limits.per_minute,
        at_once=target.limits.at_once,
        closed_until=None if closed_until is None else closed_until.isoformat(),
    )
    return Outcome(page, statements=[chain])


@dataclass(frozen=True)
class Look:
    """Items with what the books should have of each, their subjects by ids, and what planning needs
    besides.
    """

    wanted: Sequence[tuple[Item, Wanted]]
    subjects: Mapping[str, Subject]
    around: Surroundings


async def look(database: Database, connection: Connection, items: Sequence[Item]) -> Look:
    subjects = await load_subjects(
        database, connection.account_id, [each.subject_id for each in items]
    )
    around = await load_surroundings(database, connection.account_id, connection.id)
    wants = wanted_of(connection, items, subjects=subjects, around=around)
    drafts = [draft_of(each) for _, each in wants]
    keys = [around.key_of(draft) for draft in drafts if draft is not None]
    contacts = await names.find_contacts(database, connection.id, keys)
    return Look(wants, subjects, replace(around, contacts=contacts))


def wanted_of(
    connection: Connection,
    items: Sequence[Item],
    subjects: Mapping[str, Subject],
    around: Surroundings,
) -> list[tuple[Item, Wanted]]:
    """What the books should have of each item. Of the `subjects` by their ids, those that are
    missing were erased.
    """
    choices = Choices(connection.first_day, connection.only_approved, home=around.home)
    pairs = [(item, subjects.get(item.subject_id)) for item in items]
    return [
        (item, ERASED if subject is None else wanted(subject, around.mapping, choices))
        for item, subject in pairs
    ]


async def freeze(
    context: StepContext,
    params: SyncParams,
    page: PagePlan,
    parties: list[PartyFound],
    failed: list[PartyFailed],
) -> Outcome[Frozen]:
    """Write down what is to be sent of each item of a page. What an earlier run left open is sent
    as it was.
    """
    platform = context.platform
    now = to_text(context.platform.clock.now())
    connection = await connected(context, params.connection_id)
    loaded = await repository.load_page(platform.database, connection.id, page.items)
    outlook = await look(platform.database, connection, loaded.items)
    contacts = {**outlook.around.contacts, **{_key_of(each): each.id for each in parties}}
    around = replace(
        outlook.around, contacts=contacts, closed=_closed(outlook.around.closed, page.closed_until)
    )
    statements = [
        names.note_contact(connection.id, _key_of(each), name=each.name, external_id=each.id)
        for each in parties
    ]
    failures = {_key_of(each): each for each in failed}
    tasks: list[Task] = []
    files: list[FileTask] = []
    comparisons: list[Comparison] = []
    for item, wants in outlook.wanted:
        open_write = loaded.open.get(item.id)
        if open_write is not None:
            tasks.append(Task(item=item.id, revision=open_write.revision))
            continue
        subject = outlook.subjects.get(item.subject_id)
        decided = next_of(
            item,
            subject,
            entry=wants,
            around=around,
            page=loaded,
            today=platform.clock.now().date(),
            failures=failures,
        )
        if isinstance(decided, Planned):
            version = 0 if subject is None else version_of(subject)
            statements += repository.plan_write(
                item, decided, version=version, run_id=context.run.id, now=now
            )
            tasks.append(Task(item=item.id, revision=item.revision + 1))
        else:
            statements.append(repository.settle(item, decided, now))
            if decided.state is ItemState.WRITTEN:
                outcome = "unchanged"
            else:
                outcome = decided.state.value
            statements.append(
                repository.note_outcome(
                    params.sync_id, item.id, outcome=outcome, reason=decided.reason, now=now
                )
            )
            if item.written is not None and decided.state is ItemState.WRITTEN:
                if params.compares:
                    comparisons.append(_comparison(item, item.written))
                files += _files_of(
                    item, subject, kind=item.written.kind.value, external_id=item.written.id
                )
    left_files = await _without_attached(platform.database, files)
    return Outcome(
        Frozen(tasks=tasks, files=left_files, comparisons=comparisons), statements=statements
    )


def _key_of(party: PartyFound | PartyFailed) -> ContactKey:
    return ContactKey(party.role, party.word, party.currency)


def _comparison(item: Item, written: Written) -> Comparison:
    return Comparison(
        item=item.id, kind=written.kind.value, external_id=written.id, digest=written.digest
    )


async def compare(context: StepContext, connection_id: str, comparison: Comparison) -> Compared:
    """Whether the books have a document as it was written."""
    counting = Counting(context.platform.exchange)
    connection = await connected(context, connection_id)
    target = await target_of(replace(context.platform, exchange=counting), connection)
    document = await target.read(Kind(comparison.kind), comparison.external_id)
    same = document is not None and not document.is_void and document.digest == comparison.digest
    return Compared(item=comparison.item, same=same, requests=counting.requests)


async def note_compared(
    _context: StepContext, params: SyncParams, changed: list[str]
) -> Outcome[int]:
    """Have what somebody changed in the books looked at again in this sync: it is asked to be as we
    want it, which the books' version then refuses, with both sides.
    """
    statements = [
        repository.forget_asked(changed),
        repository.touch(
            params.connection_id, "id IN (SELECT value FROM json_each(?2))", dump([*changed])
        ),
    ]
    return Outcome(len(changed), statements=statements if changed else [])


async def _without_attached(database: Database, files: Sequence[FileTask]) -> list[FileTask]:
    attached = await repository.find_attached(database, [each.item for each in files])
    return [each for each in files if (each.item, each.generation, each.sha256) not in attached]


def _closed(ours: Closed, until: str | None) -> Closed:
    return replace(ours, there_until=None if until is None else date.fromisoformat(until))


def next_of(
    item: Item,
    subject: Subject | None,
    entry: Wanted,
    around: Surroundings,
    page: Page,
    today: date,
    failures: dict[ContactKey, PartyFailed] | None = None,
) -> Planned | Settled:
    """What is next for an item, by its subject as it is now, and what the books should have. None:
    it was erased.
    """
    contact: str | None = None
    draft = draft_of(entry)
    if draft is not None:
        contact = around.contacts.get(around.key_of(draft))
    if isinstance(entry, Draft):
        failure = (failures or {}).get(around.key_of(entry))
        if contact is None and failure is not None:
            is_refused = failure.code != "uncertain"
            if is_refused:
                state = ItemState.SET_ASIDE
            else:
                state = ItemState.WAITING
            return Settled(state, failure.code, failure.reason, is_open=not is_refused)
    if isinstance(subject, ChargedCredit):
        invoice = page.invoices.get(subject.claim_id)
    else:
        invoice = None
    return plan(
        item,
        entry,
        contact=contact,
        closed=around.closed,
        today=today,
        invoice=invoice,
        existed=subject is not None and existed_before_closing(subject),
    )


async def record(context: StepContext, params: SyncParams, sent: list[Sent]) -> Outcome[Recorded]:
    """Note what became of some tasks, and which files are to be attached."""
    platform = context.platform
    now = to_text(context.platform.clock.now())
    database = platform.database
    writes = await repository.load_writes(database, [(each.item, each.revision) for each in sent])
    loaded = await repository.load_page(
        database, params.connection_id, [each.item for each in sent]
    )
    items = {each.id: each for each in loaded.items}
    subjects = await load_subjects(
        database, context.run.account_id, [each.subject_id for each in loaded.items]
    )
    statements: list[Statement] = []
    files: list[FileTask] = []
    is_denied = is_repeated = False
    for each in sent:
        write = writes.get(each.item)
        item = items.get(each.item)
        if write is None or item is None:
            continue  # erased meanwhile
        subject = subjects.get(item.subject_id)
        outcome, reason, noted = _noted(context, params, sent=each, write=write, item=item, now=now)
        is_repeated = is_repeated or (outcome == "written" and item.kind is SubjectKind.CLAIM)
        if outcome == "written" and params.compares and write.run_id != context.run.id:
            # An earlier run sent it, and somebody may have changed it since then.
            is_repeated = True
            noted = [*noted, repository.touch(params.connection_id, "id = ?2", item.id)]
        if outcome == "credited" and subject is not None and not is_over(subject):
            is_repeated = True
            noted = [*noted, repository.touch(params.connection_id, "id = ?2", item.id)]
        statements += noted
        statements.append(
            repository.note_outcome(
                params.sync_id, item.id, outcome=outcome, reason=reason, now=now
            )
        )
        if outcome == "written" and each.booked is not None and each.booked.seen is not None:
            document = repository.written_from_json(each.booked.seen)
            files += _files_of(item, subject, kind=document.kind.value, external_id=document.id)
        is_denied = is_denied or outcome == "denied"
    if is_denied:
        why = next(each.reason for each in sent if each.failure == FailureClass.ACCESS_DENIED)
        statements += await disconnect(context, params.connection_id, why=why, now=now)
    remaining = await _without_attached(database, files)
    return Outcome(
        Recorded(files=remaining, denied=is_denied, again=is_repeated), statements=statements
    )


def _noted(
    context: StepContext, params: SyncParams, sent: Sent, write: Write, item: Item, now: str
) -> tuple[str, str | None, list[Statement]]:
    """The outcome of a task, why, and what notes it."""
    booked = sent.booked
    if booked is not None:
        document = None if booked.seen is None else repository.written_from_json(booked.seen)
        if booked.outcome == "conflict" or (document is None and booked.outcome == "written"):
            return (
                "conflict",
                booked.why,
                _in_conflict(context, params, sent=sent, write=write, now=now),
            )
        settled = repository.settle_write(write, "written", now)
        if write.act is Act.CREDIT and item.kind is not SubjectKind.CREDIT_NOTE:
            credit = None if booked.outcome == "void" else document
            return "credited", None, [settled, repository.note_credited(write, credit, now)]
        assert document is not None  # noqa: S101 - see above
        noted = [settled, repository.note_written(write, document, now)]
        if item.kind is SubjectKind.CLAIM:
            notes = "kind = 'credit_note' AND state = 'waiting' AND subject_id LIKE ?2 || ':%'"
            noted.append(repository.touch(params.connection_id, notes, item.subject_id))
        return "written", None, noted
    if sent.failure == FailureClass.EXTERNAL_REFUSED:
        code, _, reason = sent.reason.partition(": ")
        state = repository.note_state(
            write, "set_aside", code=code, reason=reason or sent.reason, now=now, is_open=False
        )
        return (
            "set_aside",
            reason or sent.reason,
            [repository.settle_write(write, "refused", now), state],
        )
    if sent.failure == FailureClass.ACCESS_DENIED:
        state = repository.note_state(
            write, "waiting", code="disconnected", reason=sent.reason, now=now, is_open=True
        )
        return "denied", sent.reason, [repository.settle_write(write, "denied", now), state]
    why = f"Whether the books have it is unknown; they are asked next time. {sent.reason}"
    state = repository.note_state(
        write, "waiting", code="uncertain", reason=why, now=now, is_open=True
    )
    return "uncertain", sent.reason, [repository.settle_write(write, "uncertain", now), state]


def _in_conflict(
    context: StepContext, params: SyncParams, sent: Sent, write: Write, now: str
) -> list[Statement]:
    booked = sent.booked
    assert booked is not None  # noqa: S101 - only what was answered is in conflict
    document = None if booked.seen is None else repository.written_from_json(booked.seen)
    apart: JsonObject = {name: [*pair] for name, pair in booked.differences.items()}
    reason = "It was changed in the books by hand: decide which side holds."
    return [
        repository.settle_write(write, "conflict", now),
        repository.note_state(
            write, "conflict", code="changed-there", reason=reason, now=now, is_open=False
        ),
        repository.insert_conflict(
            new_id("bkc"),
            context.run.account_id,
            connection_id=params.connection_id,
            write=write,
            theirs=document,
            differences=apart,
            now=now,
        ),
    ]


def _files_of(item: Item, subject: Subject | None, kind: str, external_id: str) -> list[FileTask]:
    file = None if subject is None else file_of(subject)
    if file is None:
        return []
    return [
        FileTask(
            item=item.id,
            generation=item.generation,
            kind=kind,
            external_id=external_id,
            object_key=file.object_key,
            sha256=file.sha256,
            name=file.name,
            media_type=file.media_type,
        )
    ]


async def note_files(context: StepContext, sent: list[FileSent]) -> Outcome[None]:
    """Note which files are there. One that was lost on the way is looked for by the next sync."""
    now = to_text(context.platform.clock.now())
    statements: list[Statement] = []
    for each in sent:
        place = (each.item, each.generation, each.sha256, each.name, now)
        code, _, reason = each.reason.partition(": ")
        if each.external_id is not None:
            statements.append(repository.note_attached(*place, external_id=each.external_id))
        elif each.failure == FailureClass.EXTERNAL_REFUSED:
            statements.append(repository.note_attached(*place, reason=reason or code))
        else:
            is_unknown = each.failure in UNKNOWN
            if is_unknown:
                why = "Whether the books have its file is unknown."
            else:
                why = "Its file is not in the books yet."
            statements.append(repository.await_file(each.item, why, now))
    return Outcome(statements=statements)


async def finish(context: StepContext, params: SyncParams, ended_as: str) -> Outcome[Synced]:
    """End the sync, and count what it came to."""
    now = to_text(context.platform.clock.now())
    outcomes = await repository.count_outcomes(context.platform.database, params.sync_id)
    return Outcome(
        Synced(outcomes=outcomes), statements=[repository.end_sync(params.sync_id, ended_as, now)]
    )


async def disconnect(
    context: StepContext, connection_id: str, why: str, now: str
) -> list[Statement]:
    """Note that the books let us in no more, and call the people who can connect them again."""
    connection = await find_connection(
        context.platform.database, context.run.account_id, connection_id
    )
    if connection is None:
        name = ""
    else:
        name = f"{connection.name}, in {connection.provider_name}"
    about = About(connection_id, run_id=context.run.id, about=name, occasion=context.run.subject)
    return [
        repository.deny(connection_id, why, now),
        *notify(context.run.account_id, BOOKS_DISCONNECTED, subject=about, now=now),
    ]
