"""The audit: search in it, its verification, and exports for those who verify it elsewhere."""

import base64
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.access import Principal
from tillroll.api.needs import needs
from tillroll.api.paging import Paged, decode_number
from tillroll.api.shapes import Shape
from tillroll.api.times import Moment
from tillroll.audit.archiving.searching import search_all
from tillroll.audit.exporting import export_all
from tillroll.audit.files import MEDIA_TYPE
from tillroll.audit.sealing.seals import SignedSeal
from tillroll.audit.search import Search
from tillroll.audit.store import last_seal, sealed_to
from tillroll.audit.verifying.findings import Finding, Flaw, Place, first_event
from tillroll.audit.verifying.verifying import Report, verify
from tillroll.platform import log
from tillroll.platform.bindings.database import LARGEST_INTEGER, Row, integer, optional_integer, text
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.services import Platform

router = APIRouter(tags=["audit"])

# Up to 500 events each: what a Worker reads, checks and sends within its limits.
MOST_SEALS = 20
# What is counted on from there must still be exact in the database.
LAST_SEAL = LARGEST_INTEGER - MOST_SEALS

FromSeal = Annotated[int, Query(alias="fromSeal", ge=1, le=LAST_SEAL, description="The number of the first seal")]


class AuditEventShape(Shape):
    """`stream` is a run's id, or account:{id}; `seq` counts within it. `is_sealed`: a seal covers it."""

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


class AuditPage(Shape):
    items: list[AuditEventShape]
    next_cursor: str | None


class FindingShape(Shape):
    """`says` is for a person; `event` and `stream` name the event, where it is about one."""

    flaw: Flaw
    place: Place
    says: str
    seal: int | None
    event: int | None
    stream: str | None


class SealHead(Shape):
    """The last seal: who notes number and hash elsewhere can later show that nothing was cut off."""

    number: int
    hash: str
    to_id: int
    sealed_at: str
    key_id: str


class UnsealedShape(Shape):
    """`events` counts up to 500; `since` is when the first of them happened."""

    events: int
    since: str | None


class VerificationShape(Shape):
    """`is_intact` speaks of this page: go on with `next_seal` until it is null. The last page knows `unsealed`."""

    is_intact: bool
    first_bad_event: FindingShape | None
    findings: list[FindingShape]
    seals: int
    events: int
    next_seal: int | None
    head: SealHead | None
    unsealed: UnsealedShape | None
    is_sealing: bool
    public_key: str | None


@router.get("/api/audit", openapi_extra=needs(Permission.AUDIT))
async def search_audit(  # noqa: PLR0913 - one parameter a query parameter
    platform: PlatformHere,
    principal: Asking,
    page: Paged,
    actor: Annotated[str | None, Query(description="Who, for instance user:usr_… or workflow:payout")] = None,
    action: Annotated[str | None, Query(description="What, for instance review.decided")] = None,
    outcome: Annotated[str | None, Query(description="With which outcome, for instance failure")] = None,
    stream: Annotated[str | None, Query(description="In which run, or account:acc_… for what is in none")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="From then on")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Before then")] = None,
    all_accounts: Annotated[bool, Query(alias="allAccounts", description="Of all accounts; operators only")] = False,
) -> AuditPage:
    """The account's audit, newest first. A page can be short, or empty, and still have a `nextCursor`."""
    wanted = Search(_account(principal, all_accounts=all_accounts), actor, action, outcome, stream, since, until)
    found = await search_all(platform, wanted, decode_number(page.cursor), page.limit)
    covered = await sealed_to(platform.database)
    following = page.lead(None if found.before is None else str(found.before))
    return AuditPage(items=[_event(row, covered) for row in found.rows], next_cursor=following)


def _account(principal: Principal, *, all_accounts: bool) -> str | None:
    if not all_accounts:
        return principal.account_id
    principal.require(Permission.DEPLOYMENT)
    return None


def _event(row: Row, covered: int) -> AuditEventShape:
    return AuditEventShape(
        id=integer(row, "id"),
        stream=text(row, "stream"),
        seq=integer(row, "seq"),
        account_id=text(row, "account_id"),
        actor=text(row, "actor"),
        action=text(row, "action"),
        outcome=text(row, "outcome"),
        contract_version=optional_integer(row, "contract_version"),
        at=text(row, "at"),
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
) -> VerificationShape:
    """Check signatures, chain, ids and events of the database against the seals and their copies."""
    report = await verify(platform, from_seal, limit)
    if report.findings:
        log.error("audit.not_intact", count=len(report.findings), seal=from_seal)
    _link_next_seal(request, response, report.next_seal)
    return await _verification(platform, report)


async def _verification(platform: Platform, report: Report) -> VerificationShape:
    named, head = first_event(report.findings), report.head
    key = await platform.signer.public_key()
    return VerificationShape(
        is_intact=not report.findings,
        first_bad_event=_finding(named) if named else None,
        findings=[_finding(finding) for finding in report.findings],
        seals=report.seals,
        events=report.events,
        next_seal=report.next_seal,
        head=_head(head) if head else None,
        unsealed=None if report.next_seal else UnsealedShape(events=report.unsealed, since=report.unsealed_since),
        is_sealing=report.is_sealing,
        public_key=base64.b64encode(key).decode() if key else None,
    )


def _head(head: SignedSeal) -> SealHead:
    seal = head.seal
    return SealHead(number=seal.number, hash=head.hash, to_id=seal.to_id, sealed_at=seal.sealed_at, key_id=seal.key_id)


def _finding(finding: Finding) -> FindingShape:
    return FindingShape(**vars(finding))


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
    """Seals and their events as JSON Lines, up to 20 seals an answer; `Link` leads to the next ones."""
    head = await last_seal(platform.database)
    newest = head.number if head else 0
    last = newest if to_seal is None else min(to_seal, newest)
    here = min(last, from_seal + MOST_SEALS - 1)
    response = Response(await export_all(platform.database, platform.objects, from_seal, here), media_type=MEDIA_TYPE)
    _link_next_seal(request, response, here + 1 if here < last else None)
    return response


def _link_next_seal(request: Request, response: Response, number: int | None) -> None:
    if number is not None:
        query = {**request.query_params, "fromSeal": str(number)}
        response.headers["link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
