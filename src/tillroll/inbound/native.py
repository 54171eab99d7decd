"""Route of events of other systems, native since their bytes are verified as they came."""

from typing import Final, NoReturn

from tillroll.access.permissions import Permission
from tillroll.api.admission import announced_bytes
from tillroll.api.answers import JsonReply, Reply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.rates import count_event
from tillroll.identity.authentication import ADDRESS
from tillroll.inbound.events import Came, Handshake, NoSuchAddress, accept, find_source
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed, DatabaseError
from tillroll_durable.platform.bindings.http import BodyTooLong, BrokenUpload, IncomingUpload
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import BODY_TOO_LARGE, UNAVAILABLE, UNREADABLE_BODY, Problem
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import of_id

# Of an event: its row has at most two (D1), and parsing it must not take a second.
MOST_BYTES: Final = 1024 * 1024


async def receive_event(platform: Platform, request: IncomingUpload, source_id: str) -> JsonReply:
    """Store an event and answer 202; the same again is answered the same, and does nothing."""
    await count_event(platform, address=request.header(ADDRESS))
    try:
        platform, source = await find(
            platform, of_id(source_id), lambda entered: find_source(entered, source_id)
        )
        if source is None:
            await request.discard()
            raise NoSuchAddress
        await count_event(platform, account_id=source.account_id)
        body = await _body(request)
        came = Came(request.header, body, _url(request, source_id))
        accepted = await accept(platform, source, came)
    except ConstraintFailed:
        raise  # a fault of ours, which trying again would not mend
    except DatabaseError as error:
        # Such as D1's "overloaded" in a burst: the sender reads when to come again.
        log.error("inbound.not_stored", error=error)
        detail = "The event could not be stored just now. Send it again: nothing is done twice."
        raise Problem(UNAVAILABLE, detail, headers={"retry-after": "10"}) from error
    if isinstance(accepted, Handshake):
        return JsonReply(200, accepted.answer, account=source.account_id)
    answer: JsonObject = {"id": accepted, "status": "accepted"}
    return JsonReply(202, answer, account=source.account_id, subject=accepted)


def _url(request: IncomingUpload, source_id: str) -> str:
    """Where the sender posted to, as it was entered there: some sign it."""
    scheme = "http"
    if request.is_secure:
        scheme = "https"
    host = request.header("host") or ""
    return "".join([scheme, "://", host, "/api/inbound/", source_id])


async def _body(request: IncomingUpload) -> bytes:
    if announced_bytes(request) > MOST_BYTES:
        await request.discard()
        _too_large()
    if not request.has_body:
        return b""
    try:
        file = await request.body(MOST_BYTES)
    except BodyTooLong:
        _too_large()
    except BrokenUpload as error:
        raise Problem(UNREADABLE_BODY, "The body was cut off. Send the event again.") from error
    return file.peek(0, file.size)


def _too_large() -> NoReturn:
    raise Problem(
        BODY_TOO_LARGE,
        f"An event has at most {MOST_BYTES // 1024 // 1024} MB: let the sender send a reference to "
        "what is large.",
    )


async def _inbound(
    platform: Platform, request: IncomingUpload, _values: Values, source_id: str
) -> Reply:
    return await receive_event(platform, request, source_id)


ROUTES: Final[tuple[NativeRoute, ...]] = (
    native("/api/inbound/{source_id}", Permission.OPEN, _inbound, method="POST"),
)
