"""Routes of the audit: its events, and whether they are as they were sealed."""

from typing import Final

from tillroll_durable.audit import events_before
from tillroll_durable.platform.bindings.database import (
    LARGEST_INTEGER,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.sealing.state import MOST_SEALS, check_for_account
from tillroll_durable.server.access import Permission
from tillroll_durable.server.exchange import Answer, ApiRequest, InvalidRequest
from tillroll_durable.server.finding import cursor_of, limit_of, place_of, run_of
from tillroll_durable.server.routing import Server

_MOST_DIGITS: Final = 15
_LAST_SEAL: Final = LARGEST_INTEGER - MOST_SEALS


def add_routes(server: Server) -> None:
    """Add the routes that look at the audit."""
    read = Permission.READ
    server.route("GET", "/api/audit", permission=read)(list_events)
    server.route("GET", "/api/audit/verify", permission=read)(verify_events)


async def list_events(request: ApiRequest) -> Answer:
    """List what the audit has of the account, or of one run: newest first."""
    request.check_parameters("run", "cursor", "limit")
    limit = limit_of(request)
    place = place_of(request, "9" * _MOST_DIGITS)
    if not place.isdecimal() or len(place) > _MOST_DIGITS:
        raise InvalidRequest("Use `nextCursor` of the page before as it is.")
    run_id = request.parameter("run")
    if run_id is not None:
        await run_of(request, run_id)
    account_id = request.caller.account_id
    database = request.platform.database
    before = int(place)
    rows = await events_before(database, account_id, stream=run_id, before=before, most=limit + 1)
    following = None
    if len(rows) > limit:
        following = cursor_of(str(integer(rows[limit - 1], "id")))
    items: list[JsonObject] = [
        {
            "at": text(row, "at"),
            "actor": text(row, "actor"),
            "action": text(row, "action"),
            "stream": text(row, "stream"),
            "outcome": optional_text(row, "outcome"),
            "detail": load_object(optional_text(row, "detail") or "{}"),
        }
        for row in rows[:limit]
    ]
    return {"items": [*items], "nextCursor": following}


async def verify_events(request: ApiRequest) -> Answer:
    """Whether the events are as they were sealed: up to 20 seals from `fromSeal` on. Go on with
    `nextSeal` until it is null. Nothing is changed.
    """
    request.check_parameters("fromSeal")
    number = request.parameter("fromSeal") or "1"
    is_number = number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS + 1
    if not is_number or not 1 <= int(number) <= _LAST_SEAL:
        raise InvalidRequest("Give `fromSeal` as the number of a seal, from 1 on.")
    account_id = request.caller.account_id
    result = await check_for_account(request.platform, account_id, int(number))
    return result.as_json()
