"""Signing in with a passkey. It names its user itself, so nothing is typed."""

from typing import NoReturn

from fastapi import APIRouter, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere
from tillroll.api.door.access import ADDRESS, principal_of
from tillroll.api.door.attempts import Counted, count_for
from tillroll.api.door.browser_session import begin_session
from tillroll.api.door.credentials import Person
from tillroll.api.door.refused.counting import Refused as RefusedSignIn
from tillroll.api.door.refused.counting import note_refused
from tillroll.api.needs import needs
from tillroll.api.passkeys import ceremonies, record
from tillroll.api.passkeys.party import RelyingParty, relying_party
from tillroll.api.passkeys.passkeys import user_handle
from tillroll.api.passkeys.shapes import AssertionRequest, RequestOptionsShape
from tillroll.api.problems import PASSKEY_REFUSED, Problem
from tillroll.api.shapes import SessionShape, session_shape
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.webauthn import base64url
from tillroll.webauthn.ceremonies import Asserted, Known, assert_known
from tillroll.webauthn.client_data import Expected
from tillroll.webauthn.errors import Refused

router = APIRouter(tags=["session"])


@router.post("/api/session/passkey-options", openapi_extra=needs(Permission.OPEN))
async def begin_sign_in(
    request: Request, response: Response, platform: PlatformHere, _: Counted
) -> RequestOptionsShape:
    """What `navigator.credentials.get` is asked for. The challenge is good for five minutes, in this browser."""
    party = relying_party(request)
    challenge = await ceremonies.begin(platform, request, response, "sign_in", None)
    return RequestOptionsShape(
        challenge=base64url.encode(challenge),
        rp_id=party.id,
        timeout=int(ceremonies.LIFETIME.total_seconds() * 1000),
        allow_credentials=[],
    )


@router.post("/api/session/passkey", openapi_extra=needs(Permission.OPEN))
async def sign_in_with_passkey(
    request: Request, response: Response, platform: PlatformHere, _: Counted, asked: AssertionRequest
) -> SessionShape:
    """Exchange a passkey's signature for a session cookie."""
    party, refused = relying_party(request), RefusedSignIn("passkey", asked.id)
    try:
        row, found, session_key = await _asserted(platform, request, party, asked)
    except Refused as error:
        log.warning("passkey.refused", error=error)
        await note_refused(platform, refused, request.headers.get(ADDRESS))
        _refuse("The passkey cannot be used here. Try again, or ask an owner of the account for a link.")
    person, at = Person(text(row, "account_id"), text(row, "id")), to_text(platform.clock.now())
    if found.went_back:
        await platform.database.batch([record.went_back(person, row, found, at)])
        await note_refused(platform, refused, request.headers.get(ADDRESS))
        _refuse(
            "The passkey's counter went back, as it does when a passkey was copied. Sign in otherwise and remove it."
        )
    try:
        await platform.database.batch(record.signed_in(person, row, found, session_key, at))
    except ConstraintFailed:
        _refuse("The passkey was removed, or used elsewhere in this moment. Try again.")
    await begin_session(platform, request, response, person.user_id, integer(row, "session_epoch"))
    return session_shape(principal_of(row, f"user:{person.user_id}"))


async def _asserted(
    platform: Platform, request: Request, party: RelyingParty, asked: AssertionRequest
) -> tuple[Row, Asserted, str]:
    """The passkey's row, what was asserted, and the key of the event that says so. Raises Refused."""
    client = base64url.decode(asked.client_data)
    challenge = await ceremonies.take(platform, request, "sign_in", None, client)
    row = await record.find_passkey(platform.database, asked.id)
    if row is None or text(row, "rp_id") != party.id:
        raise Refused("there is no such passkey")
    await count_for(platform, f"user:{text(row, 'id')}")
    if asked.user_handle != user_handle(text(row, "id")):
        raise Refused("the passkey is another user's")
    known = Known(
        base64url.decode(text(row, "public_key")), integer(row, "sign_count"), bool(row["is_backup_eligible"])
    )
    found = await assert_known(
        platform.verifier,
        known,
        client,
        base64url.decode(asked.authenticator_data),
        base64url.decode(asked.signature),
        Expected(challenge, party.origin, party.id),
    )
    return row, found, f"session.created:{ceremonies.challenge_hash(challenge)[:16]}"


def _refuse(detail: str) -> NoReturn:
    raise Problem(PASSKEY_REFUSED, detail)
