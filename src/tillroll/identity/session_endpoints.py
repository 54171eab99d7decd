"""Routes of sessions: signing in by a code or a passkey, who is signed in, and signing out."""

from typing import NoReturn

from fastapi import APIRouter, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import INVALID_CODE, PASSKEY_REFUSED, Problem
from tillroll.durable.record.audit import append, event_of_account
from tillroll.identity import cose, passkeys
from tillroll.identity.authentication import ADDRESS, find_user, principal_of, secret_hash, session_key, session_token
from tillroll.identity.browser import Counted, begin_session, count_for, forget_session
from tillroll.identity.cose import CeremonyRefused
from tillroll.identity.credentials import Person, end_sessions, event_key_of_code, new_code, use_code, user_of_code
from tillroll.identity.invitations import came_in
from tillroll.identity.models import (
    AssertionRequest,
    RequestOptions,
    Session,
    SignedIn,
    SignInCode,
    session_shape,
)
from tillroll.identity.passkey_endpoints import user_handle
from tillroll.identity.passkeys import RelyingParty, relying_party
from tillroll.identity.refusals import Refused, note_refused
from tillroll.identity.webauthn import Asserted, Expected, Known, assert_known
from tillroll.mail.addresses import set_confirmed
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.models import RequestBody
from tillroll.platform.services import Platform
from tillroll.workflows.registry import write_joined

router = APIRouter(tags=["session"])


@router.post("/api/sign-in-codes", status_code=201, openapi_extra=needs(Permission.CREDENTIALS))
async def create_sign_in_code(platform: PlatformHere, principal: Caller) -> SignInCode:
    """Make a code that signs a browser in, once, within an hour. The address carries it in its fragment, which browsers
    send to no server."""
    made = new_code(Person(principal.account_id, principal.user_id), principal.actor, platform.clock.now())
    await platform.database.batch(made.statements)
    return SignInCode(code=made.code, expires_at=made.expires_at, url=made.path)


class SignInRequest(RequestBody):
    code: str


@router.post("/api/session", openapi_extra=needs(Permission.OPEN))
async def sign_in(
    request: Request, response: Response, platform: PlatformHere, _: Counted, asked: SignInRequest
) -> SignedIn:
    """Exchange a one-time code for a session cookie."""
    user = await _use_code(platform, asked.code, request.headers.get(ADDRESS))
    await begin_session(platform, request, response, text(user, "id"), integer(user, "session_epoch"))
    session = session_shape(principal_of(user, f"user:{text(user, 'id')}"))
    return SignedIn(user=session.user, account=session.account, may=session.may, purpose=text(user, "purpose"))


async def _use_code(platform: Platform, code: str, address: str | None) -> Row:
    """The code's user, with the epoch of the moment in which the code was used: whoever signs out everywhere right
    after it ends this session too. Of several requests with the same code, one gets it."""
    now, hashed = to_text(platform.clock.now()), secret_hash(code)
    await count_for(platform, f"code:{hashed}")
    used = await use_code(platform.database, hashed, now)
    user = None if used is None else await find_user(platform, text(used, "user_id"))
    if used is None or user is None:
        await note_refused(platform, Refused("code", hashed), address)
        await _count_for_its_person(platform, hashed)
        raise Problem(INVALID_CODE, "The code is wrong, was used before, or has expired. Ask for a new link.")
    event = event_of_account(
        text(user, "account_id"),
        "session.created",
        event_key_of_code("session.created", code),
        actor=f"user:{text(user, 'id')}",
        at=now,
    )
    mailed_to = optional_text(used, "mailed_to")
    written: list[Statement] = []
    if mailed_to is not None:
        written.append(set_confirmed(text(user, "id"), mailed_to, now))
    came = await came_in(platform, Person(text(user, "account_id"), text(user, "id")), used, now)
    written += [append(event), *came.statements]
    if text(used, "purpose") == "invitation":
        await write_joined(platform, text(user, "account_id"), text(user, "id"), mailed_to, written)
    else:
        await platform.database.batch(written)
    return user | used | {"session_epoch": integer(used, "session_epoch") + came.ends_sessions}


async def _count_for_its_person(platform: Platform, hashed: str) -> None:
    """A code that cannot be used any more was somebody's: theirs are counted together, from wherever they are tried."""
    user_id = await user_of_code(platform.database, hashed)
    if user_id is not None:
        await count_for(platform, f"user:{user_id}")


@router.get("/api/session", openapi_extra=needs(Permission.SIGNED_IN))
async def show_session(principal: Caller) -> Session:
    """Who is signed in."""
    return session_shape(principal)


@router.delete("/api/session", status_code=204, openapi_extra=needs(Permission.SIGNED_IN))
async def sign_out(request: Request, response: Response, platform: PlatformHere, _: Caller) -> None:
    """End this browser's session."""
    token = session_token(request.headers.get("cookie"))
    if token is not None:
        await platform.sessions.delete(session_key(token))
    forget_session(response)


@router.delete("/api/sessions", status_code=204, openapi_extra=needs(Permission.CREDENTIALS))
async def sign_out_everywhere(response: Response, platform: PlatformHere, principal: Caller) -> None:
    """End all browser sessions of whoever asks, this one too, and their unused sign-in codes. Tokens stay."""
    person = Person(principal.account_id, principal.user_id)
    await platform.database.batch(end_sessions(person, principal.actor, platform.clock.now()))
    forget_session(response)


@router.post("/api/session/passkey-options", openapi_extra=needs(Permission.OPEN))
async def begin_sign_in(request: Request, response: Response, platform: PlatformHere, _: Counted) -> RequestOptions:
    """What `navigator.credentials.get` is asked for. The challenge is good for five minutes, in this browser."""
    party = relying_party(request)
    challenge = await passkeys.begin_ceremony(platform, request, response, "sign_in", None)
    return RequestOptions(
        challenge=cose.to_base64url(challenge),
        rp_id=party.id,
        timeout=int(passkeys.LIFETIME.total_seconds() * 1000),
        allow_credentials=[],
    )


@router.post("/api/session/passkey", openapi_extra=needs(Permission.OPEN))
async def sign_in_with_passkey(
    request: Request, response: Response, platform: PlatformHere, _: Counted, asked: AssertionRequest
) -> Session:
    """Exchange a passkey's signature for a session cookie."""
    party, refused = relying_party(request), Refused("passkey", asked.id)
    try:
        row, found, session_key = await _asserted(platform, request, party, asked)
    except CeremonyRefused as error:
        log.warning("passkey.refused", error=error)
        await note_refused(platform, refused, request.headers.get(ADDRESS))
        _refuse("The passkey cannot be used here. Try again, or ask an owner of the account for a link.")
    person, at = Person(text(row, "account_id"), text(row, "id")), to_text(platform.clock.now())
    if found.went_back:
        await platform.database.batch([passkeys.went_back(person, row, found, at)])
        await note_refused(platform, refused, request.headers.get(ADDRESS))
        _refuse(
            "The passkey's counter went back, as it does when a passkey was copied. Sign in otherwise and remove it."
        )
    try:
        await platform.database.batch(passkeys.signed_in(person, row, found, session_key, at))
    except ConstraintFailed:
        _refuse("The passkey was removed, or used elsewhere in this moment. Try again.")
    await begin_session(platform, request, response, person.user_id, integer(row, "session_epoch"))
    return session_shape(principal_of(row, f"user:{person.user_id}"))


async def _asserted(
    platform: Platform, request: Request, party: RelyingParty, asked: AssertionRequest
) -> tuple[Row, Asserted, str]:
    """The passkey's row, what was asserted, and the key of the event that says so. Raises CeremonyRefused."""
    client = cose.from_base64url(asked.client_data)
    challenge = await passkeys.take_challenge(platform, request, "sign_in", None, client)
    row = await passkeys.find_passkey(platform.database, asked.id)
    if row is None or text(row, "rp_id") != party.id:
        raise CeremonyRefused("there is no such passkey")
    await count_for(platform, f"user:{text(row, 'id')}")
    if asked.user_handle != user_handle(text(row, "id")):
        raise CeremonyRefused("the passkey is another user's")
    known = Known(
        cose.from_base64url(text(row, "public_key")), integer(row, "sign_count"), bool(row["is_backup_eligible"])
    )
    found = await assert_known(
        platform.verifier,
        known,
        client,
        cose.from_base64url(asked.authenticator_data),
        cose.from_base64url(asked.signature),
        Expected(challenge, party.origin, party.id),
    )
    return row, found, f"session.created:{passkeys.challenge_hash(challenge)[:16]}"


def _refuse(detail: str) -> NoReturn:
    raise Problem(PASSKEY_REFUSED, detail)
