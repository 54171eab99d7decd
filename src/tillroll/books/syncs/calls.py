"""Calls of a sync: a contact, a document and a file, each done once and looked for after a lost
answer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from tillroll.books.connections.connection import connected, target_of
from tillroll.books.repository import Write, load_writes, written_to_json
from tillroll.books.syncs.contract import (
    Attached,
    Booked,
    ContactFound,
    FileTask,
    PartyWanted,
    Task,
)
from tillroll.books.syncs.planning import Act
from tillroll.books.targets.errors import (
    ChangedElsewhere,
    FoundTwice,
    ItemRefused,
    PeriodClosed,
    TargetError,
    WrittenOtherwise,
)
from tillroll.books.targets.target import (
    Difference,
    Kind,
    Role,
    Target,
    Written,
    differences,
    digest_of,
)
from tillroll_documents.pictures.bare import bare
from tillroll_durable import (
    AccessDenied,
    Done,
    ExternalCall,
    NotDone,
    Refused,
    StepContext,
    Unknown,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.http import Exchange, HttpReply, HttpRequest

CLOSED: Final = "closed-there"
REFUSED: Final = "refused"
TOO_LARGE: Final = "too-large"
Answer = TypeVar("Answer")


class Counting:
    """`Exchange` that counts requests, for the pace of the next ones."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.requests = 0

    async def send(self, request: HttpRequest) -> HttpReply:
        self.requests += 1
        return await self._exchange.send(request)

    async def stream(
        self,
        request: HttpRequest,
        take: Callable[[bytes], Awaitable[None]],
    ) -> HttpReply:
        self.requests += 1
        return await self._exchange.stream(request, take)


@dataclass(frozen=True)
class _Reached:
    target: Target
    counting: Counting


async def _reach(context: StepContext, connection_id: str) -> _Reached:
    platform = context.platform
    connection = await connected(context, connection_id)
    counting = Counting(platform.exchange)
    return _Reached(await target_of(replace(platform, exchange=counting), connection), counting)


async def asked(answer: Awaitable[Answer]) -> Answer:
    """Wait for a target's answer. A refusal becomes `Refused` with a code and words."""
    try:
        return await answer
    except PeriodClosed as error:
        if error.until is None:
            until = ""
        else:
            until = f" All days up to {error.until} are closed."
        raise Refused(
            f"{CLOSED}: The day is closed in the books: {error.reason}.{until} Open it there."
        ) from error
    except ItemRefused as error:
        raise Refused(f"{REFUSED}: The books refuse it: {error}") from error


def find_contact(connection_id: str, party: PartyWanted) -> ExternalCall[StepContext, ContactFound]:
    async def send(context: StepContext) -> Done[ContactFound]:
        reached = await _reach(context, connection_id)
        role = Role(party.role)
        contact = await asked(
            reached.target.upsert_contact(
                party.name, context.idempotency_key, role=role, currency=party.currency
            )
        )
        return Done(contact.id, ContactFound(id=contact.id, requests=reached.counting.requests))

    async def reconcile(_: StepContext) -> NotDone:
        return NotDone()  # a contact of that name is found, not made again

    request = {"connection": connection_id, "role": party.role, "name": party.key}
    return ExternalCall(request=dict(request), send=send, reconcile=reconcile, honours_key=True)


def book(connection_id: str, task: Task) -> ExternalCall[StepContext, Booked]:
    """Write or credit one revision. Where somebody changed the document there, nothing is written,
    and the output says what both sides have.
    """

    async def send(context: StepContext) -> Done[Booked]:
        write = await _planned(context, task)
        reached = await _reach(context, connection_id)
        if write.run_id != context.run.id:
            # An earlier run may have sent it, and its record may be gone.
            existing = await _looked_up(reached, write)
            if existing is not None:
                return existing
        return await _sent(reached, write, context.idempotency_key)

    async def reconcile(context: StepContext) -> Done[Booked] | NotDone | Unknown:
        try:
            write = await _planned(context, task)
            existing = await _looked_up(await _reach(context, connection_id), write)
        except (TargetError, AccessDenied) as error:
            return Unknown(str(error))
        if existing is None:
            return NotDone()
        return existing

    request = {"connection": connection_id, "item": task.item, "revision": task.revision}
    return ExternalCall(request=dict(request), send=send, reconcile=reconcile, honours_key=True)


async def _planned(context: StepContext, task: Task) -> Write:
    write = (await load_writes(context.platform.database, [(task.item, task.revision)])).get(
        task.item
    )
    if write is None:
        raise Refused(f"{REFUSED}: What was to be written was erased.")
    return write


async def _sent(reached: _Reached, write: Write, key: str) -> Done[Booked]:
    try:
        if write.act is Act.CREDIT:
            return await _credited(reached, write, key)
        return _done(
            reached, await asked(reached.target.write(write.document, key, write.previous))
        )
    except ChangedElsewhere as error:
        return _in_conflict(reached, error.seen, why=str(error), apart=error.differences)
    except FoundTwice as error:
        return _in_conflict(reached, None, why=str(error), apart=())
    except WrittenOtherwise:
        # The key was used before our record was put back to an earlier time.
        existing = await _looked_up(reached, write)
        return existing or _in_conflict(
            reached, None, why="the books did something else under this key before", apart=()
        )


async def _credited(reached: _Reached, write: Write, key: str) -> Done[Booked]:
    """Credit what the books have, where it is as we know it."""
    previous = write.previous
    if previous is None:
        raise NonRetryable("a credit without what it credits was planned")
    document = await asked(reached.target.read(previous.kind, previous.id))
    if document is None or (document.digest != previous.digest and not document.is_void):
        return _conflict(reached, previous, document)
    if document.is_void:
        return _done(reached, document, "void")
    return _done(reached, await asked(reached.target.credit(write.document, key, document)))


async def _looked_up(reached: _Reached, write: Write) -> Done[Booked] | None:
    """What became of a revision that may have been sent; None: the books have nothing of it."""
    target = reached.target
    document = write.document
    previous = write.previous
    if write.act is Act.CREDIT:
        previous = None  # what is credited stays as it is: the credit is a document of its own
    try:
        if previous is None:
            current = await asked(target.find(document))
            if current is None:
                return None
        else:
            current = await asked(target.read(previous.kind, previous.id))
    except FoundTwice as error:
        return _in_conflict(reached, None, why=str(error), apart=())
    why = "somebody changed the document in the books"
    if current is None:
        return _in_conflict(reached, None, why=why, apart=())
    expected = (await asked(target.as_it_reads(document))).fields()
    if not current.is_void:
        if current.digest == digest_of(expected):
            return _done(reached, current)
        if previous is not None and current.digest == previous.digest:
            return None
    apart = tuple(differences(expected, current.fields))
    return _in_conflict(reached, current, why=why, apart=apart)


def _done(reached: _Reached, document: Written, outcome: str = "written") -> Done[Booked]:
    booked = Booked(
        outcome="void" if outcome == "void" else "written",
        seen=written_to_json(document),
        requests=reached.counting.requests,
    )
    return Done(document.id, booked)


def _conflict(reached: _Reached, previous: Written, document: Written | None) -> Done[Booked]:
    if document is None:
        apart = ()
    else:
        apart = tuple(differences(previous.fields, document.fields))
    return _in_conflict(
        reached, document, why="somebody changed the document in the books", apart=apart
    )


def _in_conflict(
    reached: _Reached, document: Written | None, why: str, apart: tuple[Difference, ...]
) -> Done[Booked]:
    booked = Booked(
        outcome="conflict",
        seen=None if document is None else written_to_json(document),
        why=why,
        differences={each.field: [each.ours, each.theirs] for each in apart},
        requests=reached.counting.requests,
    )
    return Done("" if document is None else document.id, booked)


def attach(connection_id: str, task: FileTask) -> ExternalCall[StepContext, Attached]:
    kind = Kind(task.kind)

    async def send(context: StepContext) -> Done[Attached]:
        reached = await _reach(context, connection_id)
        content = await context.platform.objects.get_bytes(task.object_key)
        if content is None:
            raise Refused(f"{REFUSED}: The file is not there any more.")
        content = bare(task.media_type, content)
        most = reached.target.limits.attachment_bytes
        if len(content) > most:
            raise Refused(
                f"{TOO_LARGE}: The file has {len(content)} bytes, and the books take {most}."
            )
        attachment = await asked(
            reached.target.attach(
                kind,
                task.external_id,
                name=task.name,
                media_type=task.media_type,
                content=content,
                key=context.idempotency_key,
            )
        )
        return Done(attachment.id, Attached(id=attachment.id, requests=reached.counting.requests))

    async def reconcile(context: StepContext) -> Done[Attached] | NotDone | Unknown:
        try:
            reached = await _reach(context, connection_id)
            attachments = await asked(reached.target.attachments(kind, task.external_id))
        except (TargetError, AccessDenied, Refused) as error:
            return Unknown(str(error))
        attachment = next((each for each in attachments if each.name == task.name), None)
        if attachment is None:
            return NotDone()
        return Done(attachment.id, Attached(id=attachment.id, requests=reached.counting.requests))

    request = {
        "connection": connection_id,
        "item": task.item,
        "document": task.external_id,
        "file": task.sha256,
    }
    return ExternalCall(request=dict(request), send=send, reconcile=reconcile, honours_key=True)
