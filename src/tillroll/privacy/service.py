"""Requests for an erasure and for the data of an account or one person, and its files, whose bytes
pass natively.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import not_found
from tillroll.exports.native import attachment, file_number
from tillroll.identity.authentication import authenticate
from tillroll.privacy import repository
from tillroll.privacy.data_export.workflow import DATA_EXPORT, FINISHED_WITHIN, DataExportParams
from tillroll.privacy.erasure.workflow import ERASURE, ERASURE_V1, GRACE, ErasureParams
from tillroll.privacy.repository import (
    AccountErasure,
    Audited,
    DataExport,
    Erasure,
    Hindrance,
    Stand,
    What,
)
from tillroll_durable import Actor, NotBegun, begin, statement
from tillroll_durable.audit import append, append_if_changed
from tillroll_durable.operations import NotPossible, Request, cancel
from tillroll_durable.platform.bindings.database import ConstraintFailed, Statement
from tillroll_durable.platform.bindings.http import IncomingUpload
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.refusals import NOT_FOUND, Kind, Refusal, missing
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, load_run


class Hindered(Refusal):
    """The subject cannot be erased as it stands; nothing was written."""

    kind = Kind("not-erasable", 409, "It cannot be deleted as it stands")

    def __init__(self, why: Hindrance) -> None:
        super().__init__(repository.SENTENCES[why])
        self.why = why
        self.extra = {"reason": why.value}


class NotThere(Hindered):
    """What is to be erased is not the account's."""

    kind = NOT_FOUND

    def __init__(self, what: What) -> None:
        Refusal.__init__(self, missing(what))
        self.why = Hindrance.GONE


class NoSuchErasure(Refusal):
    """Nothing waits to be erased under that name, or it has become final."""

    thing = "erasure that can be taken back"


class NoSuchFile(Refusal):
    """The data export has no such file, not yet, or no more."""

    explanation = (
        "It has no such file, not yet or no more: `files` of /api/data-exports says which there "
        "are."
    )


async def request_erasure(
    platform: Platform, actor: Actor, what: What, target: str, *, insists: bool = False
) -> Erasure:
    """Begin the thirty days after which something is erased; where they have begun, that erasure as
    it is.
    """
    if not await _is_seen(platform, actor, what=what, target=target):
        raise NotThere(what)
    existing = await repository.open_erasure(
        platform.database, actor.account_id, what=what, target=target
    )
    if existing is not None:
        return existing
    erasure_id = new_id("era")
    now = to_text(platform.clock.now())
    erasure = AccountErasure(
        id=erasure_id,
        account_id=actor.account_id,
        what=what,
        target=target,
        run_id="",
        status="waiting",
        requested_at=now,
        due_at=to_text(from_text(now) + GRACE),
        insisted=insists,
        taken_back_at=None,
        erased_at=None,
    )
    against = await repository.hindrance(platform.database, erasure)
    if against is not None:
        raise NotThere(what) if against is Hindrance.GONE else Hindered(against)

    def row(run: NewRun, _: str) -> Sequence[Statement]:
        event = actor.event(
            Audited.ERASURE_REQUESTED,
            f"{erasure_id}:requested",
            at=now,
            detail={"erasure": erasure_id, "what": what, "target": target, "dueAt": erasure.due_at},
        )
        # The insert comes first: the event is refused where it was.
        presence_check = statement("UPDATE erasures SET due_at = due_at WHERE id = ?", [erasure_id])
        inserted = repository.insert_erasure(
            erasure.model_copy(update={"run_id": run.id}), actor.name
        )
        return [inserted, append_if_changed(event), presence_check]

    try:
        run = await begin(
            platform,
            ERASURE,
            params=ErasureParams(erasure_id=erasure_id),
            actor=actor,
            key=erasure_id,
            also=row,
        )
    except NotBegun:
        winner = await repository.open_erasure(
            platform.database, actor.account_id, what=what, target=target
        )
        if winner is None:
            raise
        return winner
    return erasure.model_copy(update={"run_id": run.id})


async def _is_seen(platform: Platform, actor: Actor, what: What, target: str) -> bool:
    """Whether it is for the actor to erase: one who sees their own documents alone erases no
    other's.
    """
    if actor.only is None:
        return True
    query = "SELECT 1 FROM receipts WHERE id = ? AND account_id = ? AND person = ?"
    row = await platform.database.first(statement(query, [target, actor.account_id, actor.only]))
    return what is What.RECEIPT and row is not None


async def take_back(platform: Platform, actor: Actor, what: What, target: str) -> Erasure:
    """Let something stay that was to be erased. Its row says so; that its run ends is a
    consequence.
    """
    if not await _is_seen(platform, actor, what=what, target=target):
        raise NoSuchErasure(target)
    erasure = await repository.open_erasure(
        platform.database, actor.account_id, what=what, target=target
    )
    if erasure is None or erasure.status != "waiting":
        raise NoSuchErasure(target)
    now = to_text(platform.clock.now())
    event = actor.event(
        Audited.ERASURE_TAKEN_BACK,
        f"{erasure.id}:taken-back",
        at=now,
        detail={"erasure": erasure.id, "what": what, "target": target},
    )
    try:
        await platform.database.batch([repository.stop(erasure.id, now), append_if_changed(event)])
    except ConstraintFailed as error:
        raise NoSuchErasure(target) from error
    loaded = await load_run(platform.database, erasure.run_id)
    if loaded is not None:
        # It may have looked already, and found it taken back.
        with contextlib.suppress(NotPossible):
            await cancel(
                platform,
                loaded[0],
                request=Request(actor.name, "it was taken back"),
                contract=ERASURE_V1,
            )
    return await repository.load_erasure(platform.database, erasure.id) or erasure


async def request_data_export(
    platform: Platform, actor: Actor, what: What, target: str
) -> DataExport:
    """Begin to gather data, or return what is under way; a data export that failed is given up for
    the new one.
    """
    now = to_text(platform.clock.now())
    existing = await repository.open_data_export(
        platform.database, actor.account_id, what=what, target=target
    )
    if existing is not None and existing.stand(now) is not Stand.FAILED:
        return existing
    export = DataExport(
        id=new_id("dex"),
        account_id=actor.account_id,
        what=what,
        target=target,
        run_id="",
        requested_at=now,
        expires_at=to_text(from_text(now) + FINISHED_WITHIN),
    )

    def row(run: NewRun, _: str) -> Sequence[Statement]:
        event = actor.event(
            Audited.DATA_EXPORT_REQUESTED,
            f"{export.id}:requested",
            at=now,
            detail={"dataExport": export.id, "what": what, "target": target},
        )
        if existing is None:
            instead = []
        else:
            instead = [repository.give_up_export(existing.id, now)]
        return [
            *instead,
            repository.insert_data_export(replace(export, run_id=run.id), actor.name),
            append_if_changed(event),
        ]

    try:
        params = DataExportParams(export_id=export.id)
        run = await begin(
            platform, DATA_EXPORT, params=params, actor=actor, key=export.id, also=row
        )
    except NotBegun:
        winner = await repository.open_data_export(
            platform.database, actor.account_id, what=what, target=target
        )
        if winner is None:
            raise
        return winner
    return replace(export, run_id=run.id)


DATA: Final = "/api/data-exports/{data_export_id}/file"


async def show_data(
    platform: Platform, header: Callable[[str], str | None], export_id: str, number: str | None
) -> ObjectReply:
    """The file of that number, or the first, to be saved. No cache keeps it: it is to be gone when
    its time is over.
    """
    principal = await authenticate(platform, "GET", header=header, needed=Permission.PERSONAL)
    export = await repository.load_data_export(platform.database, export_id)
    is_theirs = export is not None and export.account_id == principal.account_id
    if (
        export is None
        or not is_theirs
        or (export.what is What.PERSON and export.target != principal.user_id)
    ):
        raise not_found("data export")
    principal.require(Permission.OWN)
    if export.what is What.ACCOUNT:
        principal.require(Permission.ADMINISTER)
    export_number = file_number(number)
    key = await fetch(platform, principal.as_actor, export=export, number=export_number)
    name = f"tillroll-data-{export.requested_at[:10]}-{export_number}.zip"
    return attachment(
        key,
        "application/zip",
        name=name,
        account_id=principal.account_id,
        cached="private, no-store",
    )


async def fetch(platform: Platform, actor: Actor, export: DataExport, number: int) -> str:
    """Where the file of that number lies; that it is fetched stands in the audit."""
    now = to_text(platform.clock.now())
    key = await repository.data_export_file_key(platform.database, export.id, number)
    if key is None or export.stand(now) is not Stand.READY:
        raise NoSuchFile
    event = actor.event(
        Audited.DATA_EXPORT_FETCHED,
        new_id("dxf"),
        at=now,
        detail={"dataExport": export.id, "file": number},
    )
    await platform.database.batch([append(event)])
    return key


async def _data(
    platform: Platform, request: IncomingUpload, values: Values, export_id: str
) -> ObjectReply:
    return await show_data(
        platform, request.header, export_id=export_id, number=values.get("number")
    )


ROUTES: Final[tuple[NativeRoute, ...]] = (
    native(DATA, Permission.PERSONAL, handler=_data, parameters=("number",)),
)
