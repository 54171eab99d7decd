"""Routes of the audit and of its archive: search, verification, exports, moving and restoring."""

import base64
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, decode_number
from tillroll.api.parameters import Moment, unknown
from tillroll.api.problems import not_found
from tillroll.api.routing import Router
from tillroll.archiving import archiving
from tillroll.identity.authentication import Principal
from tillroll_durable.archive.checks import (
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
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.models import Model, Page, RequestBody
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import find_run
from tillroll_durable.sealing.archive import Moved, Standing, move_old, restore_range, standing
from tillroll_durable.sealing.checks import Finding, first_event
from tillroll_durable.sealing.files import MEDIA_TYPE, export_all, range_numbered
from tillroll_durable.sealing.repository import last_seal, sealed_to
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.sealing.verification import Report, verify

router = Router(tags=["audit"])

# Up to 500 events each: what a Worker reads, checks and sends within its limits.
MOST_SEALS = 20
# What is counted on from there must still be exact in the database.
LAST_SEAL = LARGEST_INTEGER - MOST_SEALS

FromSeal = Annotated[
    int, Query(alias="fromSeal", ge=1, le=LAST_SEAL, description="The number of the first seal")
]


class AuditEvent(Model):
    """`stream` is a run's id, or account:{id}; `seq` counts within it. `is_sealed`: a seal covers
    it.
    """

    id: int
    stream: str
    seq: int
    account_id: str
    actor: str
    action: str
    outcome: str
    contract_version: int | None
    at: str
    detail: dict[str, Any]
    is_sealed: bool


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
    since: str | None


class Verification(Model):
    """`is_intact` speaks of this page: go on with `next_seal` until it is null. The last page knows
    `unsealed`.
    """

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
    result = await search_all(
        platform, criteria, before=decode_number(page.cursor), limit=page.limit
    )
    covered = await sealed_to(platform.database)
    following = page.lead(None if result.before is None else str(result.before))
    return Page(items=[_event(row, covered) for row in result.rows], next_cursor=following)


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
) -> Verification:
    """Check signatures, chain, ids and events of the database against the seals and their
    copies.
    """
    report = await verify(platform, from_seal, limit)
    if report.findings:
        log.error("audit.not_intact", count=len(report.findings), seal=from_seal)
    _link_next_seal(request, response, report.next_seal)
    return await _verification(platform, report)


async def _verification(platform: Platform, report: Report) -> Verification:
    head = report.head
    key = await platform.signer.public_key()
    return Verification(
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
) -> Response:
    """Seals and their events as JSON Lines, up to 20 seals an answer; `Link` leads to the next
    ones.
    """
    head = await last_seal(platform.database)
    newest = head.number if head else 0
    last = newest if to_seal is None else min(to_seal, newest)
    last_here = min(last, from_seal + MOST_SEALS - 1)
    response = Response(
        await export_all(platform.database, platform.objects, first=from_seal, last=last_here),
        media_type=MEDIA_TYPE,
    )
    _link_next_seal(request, response, last_here + 1 if last_here < last else None)
    return response


def _link_next_seal(request: Request, response: Response, number: int | None) -> None:
    if number is not None:
        query = {**request.query_params, "fromSeal": str(number)}
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

    before: str
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
async def show_archive(platform: PlatformHere, older_than_days: OlderThan = 90) -> Archive:
    """Show what is archived, and what could be; nothing is changed."""
    state = await standing(platform, _before(platform, older_than_days))
    return Archive(**vars(state), flaws=await flaws_now(platform))


@router.post("/api/archive/rounds", openapi_extra=needs(Permission.DEPLOYMENT))
async def archive_round(platform: PlatformHere, request: RoundRequest) -> Round:
    """Move a bounded piece of what is old, and seal that it was verified. Ask again, with the
    `before` that is answered, until it is idle: rounds leave events themselves, which are old in no
    time where days are few.
    """
    before = _asked_before(platform, request)
    moved = await move_old(platform, before, archiving(), whole=True)
    if moved.verified:
        await seal_new_events(platform)
    return Round(before=to_text(before), **vars(moved), is_idle=moved == Moved())


@router.post("/api/archive/restore", openapi_extra=needs(Permission.DEPLOYMENT))
async def restore_archived(
    platform: PlatformHere,
    principal: Caller,
    request: RestoreRequest,
) -> Restored:
    """Bring archived runs back with all their rows, or the events of a range of the audit. Done
    again, it changes nothing.
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
    runs = [await find_run(platform.database, each) for each in dict.fromkeys(request.runs)]
    if any(run is None for run in runs):
        raise not_found("run")
    restored = [run.id for run in runs if run and await restore_run(platform, run, principal.actor)]
    return Restored(runs=restored, events=0)


@router.post("/api/archive/verify", openapi_extra=needs(Permission.DEPLOYMENT))
async def verify_archived(platform: PlatformHere, request: VerifyRequest) -> Verified:
    """Look whether files are as they were written: those of runs, of a range, or up to 50 of those
    that were found to be wrong. One that is right again is no flaw any more.
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
    for each in dict.fromkeys(request.runs):
        if await find_run(platform.database, each) is None:
            raise not_found("run")
    if request.range is not None and await range_numbered(platform.database, request.range) is None:
        raise not_found("range")
    if request.runs or request.range is not None:
        keys = await verify_of(platform, request.runs, request.range)
    else:
        keys = await verify_again(platform)
    flaws, others = await flaws_of(platform, keys)
    return Verified(files=len(keys), flaws=flaws, other_flaws=others)


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
