"""A page of a CRM: its records are kept by their ids there, and a deal that is won opens a client
and a project.
"""

from typing import Final

from tillroll.books import repository as sync_rows
from tillroll.books.connections.connection import connected, source_of
from tillroll.books.crm import repository
from tillroll.books.crm.records import Came, Known, came, client_of, fact_of, latest
from tillroll.books.syncs.contract import Pulled, SyncParams
from tillroll.books.syncs.work import disconnect
from tillroll.books.targets.errors import GrantRevoked
from tillroll.books.targets.source import DealStatus, Record, RecordKind, SourcePage
from tillroll_durable import Outcome, Statement, StepContext
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import to_text

ORDER: Final = (RecordKind.COMPANY, RecordKind.CONTACT, RecordKind.DEAL)
"""Whom a deal is with is read before it."""


def following(kind: str) -> str | None:
    """The kind that is read after one; None after the last."""
    place = ORDER.index(RecordKind(kind)) + 1
    if place < len(ORDER):
        return ORDER[place].value
    return None


async def pull_page(context: StepContext, params: SyncParams) -> Outcome[Pulled]:
    """Keep the next page of a kind, and where the one after it begins: one batch. A page that comes
    again changes nothing.
    """
    platform = context.platform
    now = to_text(context.platform.clock.now())
    database = platform.database
    kind = RecordKind(params.kind)
    chain = sync_rows.continue_sync(params.sync_id, context.run.id)
    try:
        connection = await connected(context, params.connection_id)
        before = await repository.cursor_of(database, connection.id, kind)
        page = await (await source_of(platform, connection)).page(kind, before)
    except GrantRevoked as error:
        denied = Pulled(is_last=False, denied=True)
        return Outcome(
            denied,
            statements=[
                chain,
                *await disconnect(context, params.connection_id, why=str(error), now=now),
            ],
        )
    if page.cursor == before and not page.is_last:
        raise NonRetryable("the CRM leads to the same page again: have it put right, then retry")
    statements = [chain, repository.keep_cursor(connection.id, kind, page.cursor)]
    statements += await _keep(context, params, page=page, now=now)
    if kind is RecordKind.DEAL:
        statements += await _opened(context, params, page=page, now=now)
    return Outcome(Pulled(is_last=page.is_last, denied=False), statements=statements)


async def _keep(
    context: StepContext, params: SyncParams, page: SourcePage, now: str
) -> list[Statement]:
    kind = RecordKind(params.kind)
    records = latest([*page.records])
    stored = await repository.known(
        context.platform.database,
        params.connection_id,
        kind=kind,
        ids=[each.id for each in records],
    )
    statements: list[Statement] = []
    for each in records:
        statements += _of_record(context, params, record=each, stored=stored.get(each.id), now=now)
    for id_, reason in page.skipped:
        statements.append(
            sync_rows.note_outcome(
                params.sync_id, f"{kind.value}:{id_}", outcome="set_aside", reason=reason, now=now
            )
        )
    return statements


def _of_record(
    context: StepContext, params: SyncParams, record: Record, stored: Known | None, now: str
) -> list[Statement]:
    account_id = context.run.account_id
    connection_id = params.connection_id
    what = came(record, stored)
    fact = fact_of(record, stored)
    subject = f"{record.kind.value}:{record.id}"
    noted = sync_rows.note_outcome(
        params.sync_id, subject, outcome=(fact or what).value, reason=None, now=now
    )
    if what is Came.AGAIN:
        return [noted]
    statements = [repository.keep(account_id, connection_id, record=record, now=now), noted]
    if fact is not None:
        statements.append(
            repository.note_fact(account_id, connection_id, record=record, fact=fact, now=now)
        )
    if record.kind is RecordKind.DEAL:
        statements.append(repository.change_project(account_id, record, now))
    else:
        statements.append(repository.rename_client(account_id, record))
    return statements


async def _opened(
    context: StepContext, params: SyncParams, page: SourcePage, now: str
) -> list[Statement]:
    """Open clients and projects of deals that were won: those of this page, and those that waited
    for a company or a contact to be read.
    """
    database = context.platform.database
    account_id = context.run.account_id
    records = latest([*page.records])
    stored = await repository.known(
        database, params.connection_id, kind=RecordKind.DEAL, ids=[each.id for each in records]
    )
    fresh = {each.id: each for each in records if came(each, stored.get(each.id)) is not Came.AGAIN}
    waiting = [
        each
        for each in await repository.waiting_deals(database, params.connection_id)
        if each.id not in fresh
    ]
    won = [*waiting, *(each for each in fresh.values() if each.status is DealStatus.WON)]
    companies = [id_ for each in won for id_ in each.companies]
    contacts = [id_ for each in won for id_ in each.contacts]
    known_companies, known_contacts = await repository.parties(
        database, params.connection_id, companies=companies, contacts=contacts
    )
    statements: list[Statement] = []
    for deal in won:
        client = client_of(deal, known_companies, known_contacts)
        if client is not None:
            statements += repository.open_project(account_id, deal, client=client, now=now)
    return statements
