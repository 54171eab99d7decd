"""Caller for the data of an account, or of one person, and fetching it."""

from collections.abc import Sequence
from dataclasses import replace

from tillroll.durable import Actor, NotBegun, begin
from tillroll.durable.record.audit import append, event_of_account
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import Statement
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.privacy.data_export.contract import FINISHED_WITHIN, DataExportParams
from tillroll.privacy.data_export.repository import (
    DataExport,
    Stand,
    Written,
    files_of,
    give_up,
    insert_data_export,
    open_data_export,
)
from tillroll.privacy.data_export.workflow import DATA_EXPORT
from tillroll.privacy.tables import What


class NoSuchFile(LookupError):
    """The data export has no such file, not yet, or no more."""


async def ask_for(platform: Platform, actor: Actor, what: What, target: str) -> DataExport:
    """Begin to gather the data of a person or an account. Where that is under way, that data export as it is; one that
    failed is given up for the new one."""
    now = to_text(platform.clock.now())
    existing = await open_data_export(platform.database, actor.account_id, what, target)
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
        event = event_of_account(
            actor.account_id,
            "data_export.requested",
            f"{export.id}:requested",
            actor=actor.name,
            at=now,
            detail={"dataExport": export.id, "what": what, "target": target},
        )
        instead = [] if existing is None else [give_up(existing.id, now)]
        return [*instead, insert_data_export(replace(export, run_id=run.id), actor.name), append(event)]

    try:
        params = DataExportParams(export_id=export.id)
        run = await begin(platform, DATA_EXPORT, params, actor, key=export.id, also=row)
    except NotBegun:
        winner = await open_data_export(platform.database, actor.account_id, what, target)
        if winner is None:
            raise
        return winner
    return replace(export, run_id=run.id)


async def fetch(platform: Platform, actor: Actor, export: DataExport, number: int) -> Written:
    """The file of that number; that it is fetched stands in the audit.

    Raises:
        NoSuchFile: there is none, not yet, or no more.
    """
    now = to_text(platform.clock.now())
    found = dict(await files_of(platform.database, export.id)).get(number)
    if found is None or export.stand(now) is not Stand.READY:
        raise NoSuchFile(export.id)
    event = event_of_account(
        export.account_id,
        "data_export.fetched",
        new_id("dxf"),
        actor=actor.name,
        at=now,
        detail={"dataExport": export.id, "file": number},
    )
    await platform.database.batch([append(event)])
    return found
