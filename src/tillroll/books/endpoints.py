"""Routes of the books: connections, what our words are there, syncs, and what is there of what."""

from typing import Annotated, Any, Final

from fastapi import Query, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged, decode_number
from tillroll.api.problems import problem
from tillroll.api.routing import Router
from tillroll.books import models, status, views
from tillroll.books.connections import setup
from tillroll.books.syncs import corrections, decisions, preview, service
from tillroll.books.syncs.contract import KIND
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.models import Items, Page

router = Router(tags=["books"])
_ADMINISTERS: Final = needs(Permission.ADMINISTER)
_SYNCS: Final = needs(Permission.EXPORT)
_READS: Final = needs(Permission.READ)
_ASKS_BOOKS: Final[dict[int | str, dict[str, Any]]] = {
    502: problem("The books did not answer, or not in a way that can be used")
}
AUTHORIZED: Final = "/books/authorized"
"""The page to which a provider sends a person back."""


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{AUTHORIZED}"


@router.get("/api/books/status", openapi_extra=_READS)
async def show_books_status(platform: PlatformHere, principal: Caller) -> models.BooksStatus:
    """Is everything in the books? If not, what and why?"""
    return await status.show_status(platform.database, principal.account_id, platform.clock.now())


@router.get("/api/books/connections", openapi_extra=_READS)
async def list_books_connections(
    platform: PlatformHere,
    principal: Caller,
) -> Items[models.BooksConnection]:
    """The books and CRMs that the account is connected to, the oldest first."""
    return Items(items=await views.list_connections(platform.database, principal.account_id))


@router.post("/api/books/connections", status_code=201, openapi_extra=_ADMINISTERS)
async def connect_books(
    request: Request, platform: PlatformHere, principal: Caller, body: models.ConnectionRequest
) -> models.CreatedConnection:
    """Connect books. All that the account has since `firstDay` is to be written then: map its
    words, look at the dry run, and begin a sync.
    """
    created = await setup.create(
        platform,
        principal.as_actor,
        body,
        own_host=request.url.hostname or "",
        redirect_uri=_back(request),
        person=principal.user_id,
    )
    connection_id, secret, url = created
    connection = await views.show_connection(platform.database, principal.account_id, connection_id)
    return models.CreatedConnection(**dict(connection), secret=secret, authorize_url=url)


@router.post("/api/books/authorizations", responses=_ASKS_BOOKS, openapi_extra=_ADMINISTERS)
async def authorize_books(
    platform: PlatformHere, principal: Caller, body: models.AuthorizationRequest
) -> models.BooksConnection:
    """Finish a connection, by what the provider's page has handed over. A code is good once."""
    connection_id = await setup.authorize(
        platform, principal.as_actor, body, person=principal.user_id
    )
    return await views.show_connection(platform.database, principal.account_id, connection_id)


@router.get("/api/books/connections/{connection_id}", openapi_extra=_READS)
async def show_books_connection(
    platform: PlatformHere, principal: Caller, connection_id: str
) -> models.BooksConnection:
    """Show one connection, also one that has ended."""
    return await views.show_connection(platform.database, principal.account_id, connection_id)


@router.patch("/api/books/connections/{connection_id}", openapi_extra=_ADMINISTERS)
async def change_books_connection(
    platform: PlatformHere, principal: Caller, connection_id: str, body: models.ConnectionChange
) -> models.BooksConnection:
    """Change what of the account is written, and when."""
    await setup.change(platform, principal.as_actor, connection_id=connection_id, request=body)
    return await views.show_connection(platform.database, principal.account_id, connection_id)


@router.delete(
    "/api/books/connections/{connection_id}", status_code=204, openapi_extra=_ADMINISTERS
)
async def end_books_connection(
    platform: PlatformHere,
    principal: Caller,
    connection_id: str,
) -> None:
    """End a connection. What is in the books stays there; its tokens are withdrawn and deleted."""
    await setup.end(platform, principal.as_actor, connection_id)


@router.post("/api/books/connections/{connection_id}/authorization", openapi_extra=_ADMINISTERS)
async def renew_books_authorization(
    request: Request, platform: PlatformHere, principal: Caller, connection_id: str
) -> models.CreatedConnection:
    """Ask a person once more, after the provider lets us in no more: at `authorizeUrl`."""
    url = await setup.ask_again(
        platform,
        principal.as_actor,
        connection_id,
        redirect_uri=_back(request),
        person=principal.user_id,
    )
    connection = await views.show_connection(platform.database, principal.account_id, connection_id)
    return models.CreatedConnection(**dict(connection), secret=None, authorize_url=url)


@router.get("/api/books/connections/{connection_id}/chart", openapi_extra=_READS)
async def show_books_chart(
    platform: PlatformHere,
    principal: Caller,
    connection_id: str,
) -> models.BooksChart:
    """The accounts and tax codes of the books, as they were read last."""
    return await views.show_chart(platform.database, principal.account_id, connection_id)


@router.post(
    "/api/books/connections/{connection_id}/chart", responses=_ASKS_BOOKS, openapi_extra=_SYNCS
)
async def read_books_chart(
    platform: PlatformHere,
    principal: Caller,
    connection_id: str,
) -> models.BooksChart:
    """Read the accounts and tax codes anew. This also tries the connection."""
    await setup.read_chart(platform, principal.as_actor, connection_id)
    return await views.show_chart(platform.database, principal.account_id, connection_id)


@router.get("/api/books/connections/{connection_id}/mapping", openapi_extra=_READS)
async def show_books_mapping(
    platform: PlatformHere,
    principal: Caller,
    connection_id: str,
) -> models.BooksMappingShown:
    """Show what our words are in the books, and the words of what is to be written that have no
    place there yet.
    """
    return await preview.show_mapping(platform, principal.account_id, connection_id)


@router.put("/api/books/connections/{connection_id}/mapping", openapi_extra=_SYNCS)
async def set_books_mapping(
    platform: PlatformHere, principal: Caller, connection_id: str, body: models.MappingRequest
) -> models.BooksMappingShown:
    """Say what our words are in the books: all of it. What was set aside is looked at again by the
    next sync; what is written stays as it is until it changes.
    """
    await setup.set_mapping(
        platform, principal.as_actor, connection_id=connection_id, words=body.words
    )
    return await preview.show_mapping(platform, principal.account_id, connection_id)


@router.get("/api/books/connections/{connection_id}/dry-run", openapi_extra=_READS)
async def preview_books_sync(
    platform: PlatformHere, principal: Caller, page: Paged, connection_id: str
) -> Page[models.DryRunItem]:
    """Preview what the next sync does with each item, as it would be written. Nothing is written,
    and the books are not asked: what is closed or changed there is found when it is written.
    """
    cursor = decode_number(page.cursor) or 0
    outcome = await preview.dry_run(
        platform,
        principal.account_id,
        connection_id=connection_id,
        cursor=cursor,
        limit=page.fetch_limit,
    )
    rows, following = page.cut([*zip(*outcome, strict=True)], lambda pair: str(pair[1]))
    return Page(items=[item for item, _ in rows], next_cursor=following)


@router.post("/api/books/connections/{connection_id}/syncs", status_code=202, openapi_extra=_SYNCS)
async def begin_books_sync(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    connection_id: str,
    body: models.SyncRequest,
    own_key: OwnKey,
) -> models.BooksSync:
    """Bring the books into step. Where words have no place in the books, they are listed and
    nothing is begun, unless what has them is to be skipped.
    """
    connection = await service.live_connection(platform, principal.account_id, connection_id)
    if connection.direction == "push" and not body.skip_unmapped:
        unmapped, _ = await preview.find_unmapped(platform.database, connection)
        if unmapped:
            raise service.WordsUnmapped([each.as_json() for each in unmapped])
    key = f"hand:{own_key or new_id('ask')}"
    workflow = registry.newest[KIND]
    by = principal.as_actor
    result = await service.begin_sync(
        platform,
        workflow,
        actor=by,
        connection=connection,
        cause=service.Cause("hand", key, compares=body.compare),
    )
    response.headers["location"] = f"/api/books/syncs/{result.subject}"
    return await views.show_sync(platform.database, principal.account_id, result.subject)


@router.get("/api/books/syncs", openapi_extra=_READS)
async def list_books_syncs(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    connection: Annotated[
        str | None, Query(max_length=60, description="Only of this connection: bkn_…")
    ] = None,
) -> Page[models.BooksSync]:
    """The account's syncs, the newest first, each with what its items came to."""
    return page.of(
        await views.list_syncs(
            platform.database,
            principal.account_id,
            connection,
            cursor=page.after,
            limit=page.fetch_limit,
        )
    )


@router.get("/api/books/syncs/{sync_id}", openapi_extra=_READS)
async def show_books_sync(
    platform: PlatformHere,
    principal: Caller,
    sync_id: str,
) -> models.BooksSync:
    """Show one sync. GET /api/runs/{id} of its `runId` says what is safe to do where it has
    stopped.
    """
    return await views.show_sync(platform.database, principal.account_id, sync_id)


@router.get("/api/books/syncs/{sync_id}/outcomes", openapi_extra=_READS)
async def list_books_outcomes(
    platform: PlatformHere, principal: Caller, page: Paged, sync_id: str
) -> Page[models.SyncOutcome]:
    """List what each item of a sync came to."""
    rows = await views.list_outcomes(
        platform.database,
        principal.account_id,
        sync_id,
        cursor=page.after,
        limit=page.fetch_limit,
    )
    return page.of(rows, lambda each: each.item)


@router.get("/api/books/items", openapi_extra=_READS)
async def list_books_items(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    connection: Annotated[
        str | None, Query(max_length=60, description="Only of this connection: bkn_…")
    ] = None,
    state: Annotated[models.ItemStateName | None, Query(description="Only in this state")] = None,
    code: Annotated[
        str | None, Query(max_length=60, description="Only for this reason, such as unmapped")
    ] = None,
    due: Annotated[
        bool | None, Query(description="Only what changed since it was looked at, or what did not")
    ] = None,
) -> Page[models.BooksItem]:
    """List what the books have of what, and why something is not there."""
    chosen = views.ItemFilter(connection, state, code=code, is_due=due)
    rows = await views.list_items(
        platform.database,
        principal.account_id,
        chosen,
        cursor=decode_number(page.cursor),
        limit=page.fetch_limit,
        now=platform.clock.now(),
    )
    return page.of(rows, lambda each: str(each.place))


@router.get("/api/books/subjects/{subject_id}", openapi_extra=_READS)
async def show_books_subject(
    platform: PlatformHere,
    principal: Caller,
    subject_id: str,
) -> Items[models.BooksItem]:
    """Where one expense or claim is in each of the account's books: "In Xero as BILL-123, 12 Nov".
    Empty where no books are to have it.
    """
    now = platform.clock.now()
    return Items(
        items=await views.items_of(
            platform.database, principal.account_id, subject_id=subject_id, now=now
        )
    )


@router.post("/api/books/connections/{connection_id}/retries", openapi_extra=_SYNCS)
async def retry_books_items(
    platform: PlatformHere, principal: Caller, connection_id: str, body: models.BooksRetry
) -> models.Retried:
    """Have items that were set aside, or left out by a decision, looked at again by the next
    sync.
    """
    return await decisions.retry(
        platform, principal.as_actor, connection_id=connection_id, items=body.items, code=body.code
    )


@router.post("/api/books/connections/{connection_id}/corrections", openapi_extra=_SYNCS)
async def correct_books_items(
    platform: PlatformHere, principal: Caller, connection_id: str, body: models.BooksCorrection
) -> models.Corrected:
    """Decide on documents that the books have without the VAT of their invoices. The dry run shows
    what a correction changes; nothing is corrected before somebody says so.
    """
    return await corrections.correct(
        platform,
        principal.as_actor,
        connection_id,
        decision=body.decision,
        items=body.items,
    )


@router.get("/api/books/conflicts", openapi_extra=_READS)
async def list_books_conflicts(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    waiting: Annotated[bool, Query(description="Only those that wait for a decision")] = True,
) -> Page[models.BooksConflict]:
    """Documents that somebody changed in the books, with both sides, the newest first."""
    return page.of(
        await views.list_conflicts(
            platform.database,
            principal.account_id,
            cursor=page.after,
            limit=page.fetch_limit,
            is_open=waiting,
        )
    )


@router.get("/api/books/conflicts/{conflict_id}", openapi_extra=_READS)
async def show_books_conflict(
    platform: PlatformHere,
    principal: Caller,
    conflict_id: str,
) -> models.BooksConflict:
    """Show one document that somebody changed in the books."""
    return await views.show_conflict(platform.database, principal.account_id, conflict_id)


@router.post("/api/books/conflicts/{conflict_id}/decision", openapi_extra=_SYNCS)
async def decide_books_conflict(
    platform: PlatformHere, principal: Caller, conflict_id: str, body: models.ConflictDecision
) -> models.BooksConflict:
    """Decide which side holds. `ours` is written over theirs by the next sync; `theirs` stays."""
    await decisions.decide(
        platform, principal.as_actor, conflict_id=conflict_id, decision=body.decision
    )
    return await views.show_conflict(platform.database, principal.account_id, conflict_id)
