"""Routes of the audit and of its archive: search, verification, exports, moving and restoring."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.across import DatabaseName, EachDatabase, OneDatabase, following, named
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import (
    INVALID_CURSOR_DETAIL,
    Paged,
    PageRequest,
    decode_cursor,
    decode_number,
    number_in,
)
from tillroll.api.parameters import Moment, unknown
from tillroll.api.problems import INVALID_CURSOR, Problem, not_found
from tillroll.api.routing import Router
from tillroll.archiving import archiving
from tillroll.audit.merging import AuditEvent, Part, merged_parts
from tillroll.identity.authentication import Principal
from tillroll_durable.archive.checks import (
    MOST_LISTED,
    FlawedFile,
    flaws_now,
    flaws_of,
    verify_again,
    verify_of,
)
from tillroll_durable.archive.unarchiving import restore_run
from tillroll_durable.audit_search import Search, search_all
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER, Row, integer, of_row, text
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.models import Model, Page, RequestBody, TimeText
from tillroll_durable.platform.services import Platform, without_journal
from tillroll_durable.platform.shards import binding_of, of_id
from tillroll_durable.runs import Run, find_run
from tillroll_durable.sealing.archive import (
    Moved,
    Standing,
    move_old,
    restore_range,
    standing,
    sum_of,
)
from tillroll_durable.sealing.checks import Finding, first_event
from tillroll_durable.sealing.files import MEDIA_TYPE, export_all, range_numbered
from tillroll_durable.sealing.repository import last_seal, sealed_to
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.sealing.verification import Report, verify

router = Router(tags=["audit"])

# Up to 500 events each: what a Worker reads, checks and sends within its limits.
MOST_SEALS = 20
# As many as the largest number of a database has.
_MOST_DIGITS_OF_SHARD = 5
# What is counted on from there must still be exact in the database.
LAST_SEAL = LARGEST_INTEGER - MOST_SEALS

FromSeal = Annotated[
    int, Query(alias="fromSeal", ge=1, le=LAST_SEAL, description="The number of the first seal")
]


class SealHead(Model):
    """The last seal: who notes number and hash elsewhere can later show that nothing was cut
    off.
    """

    number: int
    hash: str
    to_id: int
    sealed_at: str
    key_id: str


class Unsealed(Model):
    """`events` counts up to 500; `since` is when the first of them happened."""

    events: int
    since: TimeText | None


class Verification(Model):
    """`is_intact` speaks of this page: go on with `next_seal` until it is null. The last page knows
    `unsealed`. Each of several `database`s has its own chain: go on with the first seal of
    `next_database` until it is null as well.
    """

    database: str
    next_database: str | None
    is_intact: bool
    first_bad_event: Finding | None
    findings: list[Finding]
    seals: int
    events: int
    next_seal: int | None
    head: SealHead | None
    unsealed: Unsealed | None
    is_sealing: bool
    public_key: str | None


@router.get("/api/audit", openapi_extra=needs(Permission.AUDIT))
async def search_audit(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    databases: EachDatabase,
    principal: Caller,
    page: Paged,
    actor: Annotated[
        str | None, Query(description="Who, for instance user:usr_… or workflow:payout")
    ] = None,
    action: Annotated[str | None, Query(description="What, for instance review.decided")] = None,
    outcome: Annotated[
        str | None, Query(description="With which outcome, for instance failure")
    ] = None,
    stream: Annotated[
        str | None, Query(description="In which run, or account:acc_… for what is in none")
    ] = None,
    since: Annotated[Moment | None, Query(alias="from", description="From then on")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Before then")] = None,
    all_accounts: Annotated[
        bool, Query(alias="allAccounts", description="Of all accounts; operators only")
    ] = False,
) -> Page[AuditEvent]:
    """The account's audit, newest first. A page can be short, or empty, and still have a
    `nextCursor`.
    """
    criteria = Search(
        _account(principal, all_accounts=all_accounts),
        actor,
        action=action,
        outcome=outcome,
        stream=stream,
        since=since,
        until=until,
    )
    if all_accounts and len(databases) > 1:
        criteria = replace(criteria, at_home=True)
        return await _search_databases(databases, criteria, page)
    if all_accounts:
        [platform] = databases
    result = await search_all(
        platform, criteria, before=decode_number(page.cursor), limit=page.limit
    )
    covered = await sealed_to(platform.database)
    next_cursor = page.lead(None if result.before is None else str(result.before))
    return Page(items=[_event(row, covered) for row in result.rows], next_cursor=next_cursor)


async def _search_databases(
    databases: Sequence[Platform], criteria: Search, page: PageRequest
) -> Page[AuditEvent]:
    """A page of several databases: each numbers its own events, so the cursor has a place in each
    that has more."""
    places = _places(databases, page.cursor)
    parts = [
        await _part_of(platform, criteria, before=places[platform.shard], limit=page.limit)
        for platform in databases
        if platform.shard in places
    ]
    events, going_on = merged_parts(parts, page.limit)
    cursor = ",".join(f"{shard}:{before or ''}" for shard, before in going_on.items())
    return Page(items=events, next_cursor=page.lead(cursor or None))


async def _part_of(platform: Platform, criteria: Search, *, before: int | None, limit: int) -> Part:
    result = await search_all(platform, criteria, before=before, limit=limit)
    covered = await sealed_to(platform.database)
    events = [_event(row, covered) for row in result.rows]
    return Part(platform.shard, events, came_from=before, goes_on_before=result.before)


def _places(databases: Sequence[Platform], cursor: str | None) -> dict[int, int | None]:
    """Where the page begins in each database that it looks at. Raises Problem: it is no cursor of
    several databases."""
    if cursor is None:
        return {each.shard: None for each in databases}
    places: dict[int, int | None] = {}
    for place in decode_cursor(cursor).split(","):
        shard, _, before = place.partition(":")
        if not shard.isdecimal() or len(shard) > _MOST_DIGITS_OF_SHARD:
            raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
        places[int(shard)] = None
        if before:
            places[int(shard)] = number_in(before)
    return places


def _account(principal: Principal, *, all_accounts: bool) -> str | None:
    if not all_accounts:
        return principal.account_id
    principal.require(Permission.DEPLOYMENT)
    return None


def _event(row: Row, covered: int) -> AuditEvent:
    return of_row(
        AuditEvent,
        row,
        detail=_detail(text(row, "detail")),
        is_sealed=integer(row, "id") <= covered,
    )


def _detail(stored: str) -> JsonObject:
    """What an intruder wrote over it need be no JSON, and is shown as it is."""
    try:
        return load_object(stored)
    except ValueError:
        return {"unreadable": stored}


@router.get("/api/audit/verify", openapi_extra=needs(Permission.DEPLOYMENT))
async def verify_audit(
    request: Request,
    response: Response,
    platform: PlatformHere,
    from_seal: FromSeal = 1,
    limit: Annotated[int, Query(ge=1, le=MOST_SEALS, description="How many seals")] = MOST_SEALS,
    database: DatabaseName = None,
) -> Verification:
    """Check signatures, chain, ids and events of the database against the seals and their
    copies. Of several databases it begins with the first one.
    """
    platform = named(platform, database)
    report = await verify(platform, from_seal, limit)
    if report.findings:
        log.error("audit.not_intact", count=len(report.findings), seal=from_seal)
    next_database = None
    if report.next_seal is None:
        next_database = following(platform)
    _link_next_seal(request, response, number=report.next_seal, database=next_database)
    return await _verification(platform, report, next_database)


async def _verification(
    platform: Platform, report: Report, next_database: str | None
) -> Verification:
    head = report.head
    key = await platform.signer.public_key()
    return Verification(
        database=binding_of(platform.shard),
        next_database=next_database,
        is_intact=not report.findings,
        first_bad_event=first_event(report.findings),
        findings=report.findings,
        seals=report.seals,
        events=report.events,
        next_seal=report.next_seal,
        head=SealHead.model_validate({**vars(head.seal), "hash": head.hash}) if head else None,
        unsealed=None
        if report.next_seal
        else Unsealed(events=report.unsealed, since=report.unsealed_since),
        is_sealing=report.is_sealing,
        public_key=base64.b64encode(key).decode() if key else None,
    )


@router.get(
    "/api/audit/export",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
    openapi_extra=needs(Permission.DEPLOYMENT),
)
async def export_audit(
    request: Request,
    platform: PlatformHere,
    from_seal: FromSeal = 1,
    to_seal: Annotated[
        int | None, Query(alias="toSeal", ge=1, le=LAST_SEAL, description="The last seal's number")
    ] = None,
    database: DatabaseName = None,
) -> Response:
    """Seals and their events as JSON Lines, up to 20 seals an answer; `Link` leads to the next
    ones. Of several databases it begins with the first one, and without `toSeal` it goes on to
    the next.
    """
    platform = named(platform, database)
    head = await last_seal(platform.database)
    last = 0
    if head is not None:
        last = head.number
    if to_seal is not None:
        last = min(to_seal, last)
    last_here = min(last, from_seal + MOST_SEALS - 1)
    response = Response(
        await export_all(platform.database, platform.objects, first=from_seal, last=last_here),
        media_type=MEDIA_TYPE,
    )
    next_seal = None
    next_database = None
    if last_here < last:
        next_seal = last_here + 1
    elif to_seal is None:
        next_database = following(platform)
    _link_next_seal(request, response, number=next_seal, database=next_database)
    return response


def _link_next_seal(
    request: Request, response: Response, *, number: int | None, database: str | None
) -> None:
    """Lead to the next seal of the same database, or to the first one of the next database."""
    query = dict(request.query_params)
    if number is not None:
        query |= {"fromSeal": str(number)}
    elif database is not None:
        query |= {"fromSeal": "1", "database": database}
    if number is not None or database is not None:
        response.headers["link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'


_MOST_DAYS = 36_500
_MOST_RUNS = 20
_LARGEST_NUMBER = 1_000_000_000
OlderThan = Annotated[
    int, Query(alias="olderThanDays", ge=0, le=_MOST_DAYS, description="How old is old")
]


class Archive(Standing):
    """`ranges` of the audit by state, with `events` in those that were taken out of the database;
    `runs` that are archived. What could be: the seals and events of the next range, and runs that
    ended before (up to 10,000 are counted), of which some may still have to wait for something.
    `flaws` are files that are not as they were written; up to 100.
    """

    flaws: list[FlawedFile]


class RoundRequest(RequestBody):
    """How old is old: in days, 0 for all that there is; or, to go on, the `before` that the first
    round answered.
    """

    older_than_days: Annotated[int | None, Field(ge=0, le=_MOST_DAYS, strict=True)] = None
    before: Moment | None = None


class Round(Model):
    """What one round did with what is older than `before`: ranges begun, verified and taken out of
    the database; events and runs that were moved. Where `is_idle`, there was nothing to do.
    """

    before: TimeText
    begun: int
    verified: int
    taken: int
    events: int
    runs: int
    is_idle: bool


class RestoreRequest(RequestBody):
    """Either runs, or the number of a range of the audit."""

    runs: Annotated[list[str], Field(max_length=_MOST_RUNS, default_factory=list)]
    range: Annotated[int | None, Field(ge=1, le=_LARGEST_NUMBER, strict=True)] = None


class VerifyRequest(RestoreRequest):
    """Runs, or the number of a range of the audit; neither for the files that were found to be
    wrong.
    """


class Verified(Model):
    """How many `files` were looked at, and those of them that are not as they were written;
    `other_flaws` counts the files that were found to be wrong and were not looked at now:
    `GET /api/archive` lists them.
    """

    files: int
    flaws: list[FlawedFile]
    other_flaws: int


class Restored(Model):
    """`runs` that were brought back, without those that were not archived; `events` of a range that
    were.
    """

    runs: list[str]
    events: int


@router.get("/api/archive", openapi_extra=needs(Permission.DEPLOYMENT))
async def show_archive(databases: EachDatabase, older_than_days: OlderThan = 90) -> Archive:
    """Show what is archived, and what could be; nothing is changed. Of several databases these are
    sums.
    """
    parts = [await standing(platform, _before(platform, older_than_days)) for platform in databases]
    flaws = [flaw for platform in databases for flaw in await flaws_now(platform)]
    return Archive(**vars(sum_of(parts)), flaws=flaws[:MOST_LISTED])


@router.post("/api/archive/rounds", openapi_extra=needs(Permission.DEPLOYMENT))
async def archive_round(
    platform: PlatformHere, databases: EachDatabase, request: RoundRequest
) -> Round:
    """Move a bounded piece of what is old, and seal that it was verified. Ask again, with the
    `before` that is answered, until it is idle: rounds leave events themselves, which are old in no
    time where days are few. Of several databases a round is of the first one that is not idle.
    """
    before = _asked_before(platform, request)
    moved = Moved()
    for each in databases:
        with without_journal(enter(platform, each.shard)) as direct:
            moved = await move_old(direct, before, archiving(), whole=True)
            if moved.verified:
                await seal_new_events(direct)
        if moved != Moved():
            break
    return Round(before=to_text(before), **vars(moved), is_idle=moved == Moved())


@router.post("/api/archive/restore", openapi_extra=needs(Permission.DEPLOYMENT))
async def restore_archived(
    platform: OneDatabase,
    principal: Caller,
    request: RestoreRequest,
) -> Restored:
    """Bring archived runs back with all their rows, or the events of a range of the audit. Done
    again, it changes nothing. Runs say their database; a range is of the caller's own, unless
    `database` is given.
    """
    if bool(request.runs) == (request.range is not None):
        raise unknown(
            [{"field": "runs", "message": "Give either `runs`, or the number of a `range`."}]
        )
    if request.range is not None:
        archived = await range_numbered(platform.database, request.range)
        if archived is None:
            raise not_found("range")
        return Restored(runs=[], events=await restore_range(platform, archived, principal.actor))
    restored: list[str] = []
    for database, run in await _runs_of(platform, request.runs):
        if await restore_run(enter(platform, database.shard), run, principal.actor):
            restored.append(run.id)
    return Restored(runs=restored, events=0)


async def _runs_of(platform: Platform, run_ids: Sequence[str]) -> list[tuple[Platform, Run]]:
    """Each run once, and the database that has it. Raises Problem, 404: one is not known."""
    runs: list[tuple[Platform, Run]] = []
    for run_id in dict.fromkeys(run_ids):

        async def look(database: Platform, id_: str = run_id) -> Run | None:
            return await find_run(database.database, id_)

        database, run = await find(platform, of_id(run_id), look)
        if run is None:
            raise not_found("run")
        runs.append((database, run))
    return runs


@router.post("/api/archive/verify", openapi_extra=needs(Permission.DEPLOYMENT))
async def verify_archived(
    platform: OneDatabase, databases: EachDatabase, request: VerifyRequest
) -> Verified:
    """Look whether files are as they were written: those of runs, of a range, or up to 50 of those
    that were found to be wrong, in each database. One that is right again is no flaw any more.
    Runs say their database; a range is of the caller's own, unless `database` is given.
    """
    if request.runs and request.range is not None:
        raise unknown(
            [
                {
                    "field": "runs",
                    "message": "Give either `runs`, or the number of a `range`, or neither.",
                }
            ]
        )
    if request.range is not None:
        if await range_numbered(platform.database, request.range) is None:
            raise not_found("range")
        return await _verified([(platform, await verify_of(platform, [], request.range))])
    if not request.runs:
        entered = [enter(platform, each.shard) for each in databases]
        return await _verified([(each, await verify_again(each)) for each in entered])
    runs: dict[int, list[str]] = {}
    for database, run in await _runs_of(platform, request.runs):
        runs.setdefault(database.shard, []).append(run.id)
    places = [(enter(platform, shard), ids) for shard, ids in runs.items()]
    return await _verified([(each, await verify_of(each, ids, None)) for each, ids in places])


async def _verified(looked_at: Sequence[tuple[Platform, Sequence[str]]]) -> Verified:
    """What stands of the files of each database that were looked at."""
    verified = Verified(files=0, flaws=[], other_flaws=0)
    for platform, keys in looked_at:
        flaws, others = await flaws_of(platform, keys)
        verified.files += len(keys)
        verified.flaws += flaws
        verified.other_flaws += others
    return verified


def _asked_before(platform: Platform, request: RoundRequest) -> datetime:
    """Raises Problem: neither is given, or both, or a moment that has not passed."""
    if request.before is None and request.older_than_days is not None:
        return _before(platform, request.older_than_days)
    if request.before is None or request.older_than_days is not None:
        raise unknown(
            [{"field": "olderThanDays", "message": "Give either `olderThanDays` or `before`."}]
        )
    if request.before > platform.clock.now():
        raise unknown([{"field": "before", "message": "Give a time that has passed."}])
    return request.before


def _before(platform: Platform, days: int) -> datetime:
    return platform.clock.now() - timedelta(days=days)
