"""Route of events of other systems, native since their bytes are verified as they came."""

from typing import Final, NoReturn

from tillroll.access.permissions import Permission
from tillroll.api.admission import LARGEST_BODY_BYTES, announced_bytes
from tillroll.api.answers import JsonReply, Reply
from tillroll.api.native import Finder, Values, native
from tillroll.api.problems import (
    BODY_TOO_LARGE,
    EVENT_CONFLICT,
    INVALID_SIGNATURE,
    NOT_FOUND,
    NOT_SIGNED,
    UNAVAILABLE,
    UNREADABLE_BODY,
    Problem,
)
from tillroll.api.rates import count_event
from tillroll.identity.authentication import ADDRESS
from tillroll.inbound.acceptance import Ended, OtherBody, accept, find_source
from tillroll.inbound.verification import NotVerified, Refusal
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, DatabaseError
from tillroll.platform.bindings.http import BodyTooLong, BrokenUpload, IncomingUpload
from tillroll.platform.services import Platform

INBOUND: Final = "/api/inbound/{source_id}"


async def _inbound(platform: Platform, request: IncomingUpload, _values: Values, source_id: str) -> Reply:

    return await receive_event(platform, request, source_id)


ROUTES: Final[tuple[Finder, ...]] = (native(INBOUND, Permission.OPEN, _inbound, method="POST"),)


_UNKNOWN: Final = "Nothing takes events at this address. Compare it with the one that the source shows."
_RETRY_SECONDS: Final = 10
_FORGED: Final = frozenset({Refusal.SIGNATURE_WRONG, Refusal.OUT_OF_TIME})


async def receive_event(platform: Platform, request: IncomingUpload, source_id: str) -> JsonReply:
    """Store an event and answer 202; the same again is answered the same, and does nothing.

    Raises:
        Problem: 404 for an address that is nobody's, whatever was sent; 413, 400 or 401 where the event does not hold;
            409 where another body came under the same id; 429 for too many, and 503 where it cannot be stored just
            now, both with Retry-After.
    """
    await count_event(platform, address=request.header(ADDRESS))
    try:
        source = await find_source(platform, source_id)
        if source is None:
            await request.discard()
            raise Problem(NOT_FOUND, _UNKNOWN)
        await count_event(platform, account_id=source.account_id)
        accepted = await accept(platform, source, request.header, await _body(request))
    except NotVerified as error:
        kind = INVALID_SIGNATURE if error.refusal in _FORGED else NOT_SIGNED
        raise Problem(kind, f"{error.detail} Nothing was stored.", reason=error.refusal.value) from error
    except Ended as error:
        raise Problem(NOT_FOUND, _UNKNOWN) from error
    except OtherBody as error:
        raise Problem(
            EVENT_CONFLICT,
            "An event with this id was accepted before, with another body. That one stands, and this one was not "
            "stored: send it under an id of its own.",
        ) from error
    except ConstraintFailed:
        raise  # a fault of ours, which trying again would not mend
    except DatabaseError as error:
        # Such as D1's "overloaded" in a burst: the sender is told when to come again.
        log.error("inbound.not_stored", error=error)
        detail = "The event could not be stored just now. Send it again: nothing is done twice."
        raise Problem(UNAVAILABLE, detail, retry_after=_RETRY_SECONDS) from error
    return JsonReply(202, {"id": accepted.id, "status": "accepted"}, account=source.account_id, subject=accepted.id)


async def _body(request: IncomingUpload) -> bytes:
    if announced_bytes(request) > LARGEST_BODY_BYTES:
        await request.discard()
        _too_large()
    if not request.has_body:
        return b""
    try:
        file = await request.body(LARGEST_BODY_BYTES)
    except BodyTooLong:
        _too_large()
    except BrokenUpload as error:
        raise Problem(UNREADABLE_BODY, "The body was cut off. Send the event again.") from error
    return file.peek(0, file.size)


def _too_large() -> NoReturn:
    raise Problem(
        BODY_TOO_LARGE,
        f"An event has at most {LARGEST_BODY_BYTES // 1024} KB: let the sender send a reference to what is large.",
    )
