"""Browser sessions: a one-time code becomes an HttpOnly cookie, whose value is known to the browser only."""

from fastapi import APIRouter, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.access import (
    ADDRESS,
    find_user,
    principal_of,
    secret_hash,
    session_key,
    session_token,
)
from tillroll.api.door.attempts import Counted, count_for
from tillroll.api.door.browser_session import begin_session, forget_session
from tillroll.api.door.credentials import Person, end_sessions, event_key_of_code, new_code
from tillroll.api.door.refused.counting import Refused, note_refused
from tillroll.api.needs import needs
from tillroll.api.people.let_in import came_in
from tillroll.api.problems import INVALID_CODE, Problem
from tillroll.api.shapes import SessionShape, SignedInShape, SignInCodeShape, session_shape
from tillroll.durable.record.audit import append, event_of_account
from tillroll.mail.addresses import set_confirmed
from tillroll.onboarding.service import Joined, begin_joined
from tillroll.onboarding.workflow import ONBOARDING
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked

router = APIRouter(tags=["session"])


@router.post("/api/sign-in-codes", status_code=201, openapi_extra=needs(Permission.CREDENTIALS))
async def create_sign_in_code(platform: PlatformHere, principal: Asking) -> SignInCodeShape:
    """Make a code that signs a browser in, once, within an hour. The address carries it in its fragment, which browsers
    send to no server."""
    made = new_code(Person(principal.account_id, principal.user_id), principal.actor, platform.clock.now())
    await platform.database.batch(made.statements)
    return SignInCodeShape(code=made.code, expires_at=made.expires_at, url=made.path)


class SignInRequest(Asked):
    code: str


@router.post("/api/session", openapi_extra=needs(Permission.OPEN))
async def sign_in(
    request: Request, response: Response, platform: PlatformHere, _: Counted, asked: SignInRequest
) -> SignedInShape:
    """Exchange a one-time code for a session cookie."""
    user = await _use_code(platform, asked.code, request.headers.get(ADDRESS))
    await begin_session(platform, request, response, text(user, "id"), integer(user, "session_epoch"))
    session = session_shape(principal_of(user, f"user:{text(user, 'id')}"))
    return SignedInShape(user=session.user, account=session.account, may=session.may, purpose=text(user, "purpose"))


async def _use_code(platform: Platform, code: str, address: str | None) -> Row:
    """The code's user, with the epoch of the moment in which the code was used: whoever signs out everywhere right
    after it ends this session too. Of several requests with the same code, one gets it."""
    now, hashed = to_text(platform.clock.now()), secret_hash(code)
    await count_for(platform, f"code:{hashed}")
    used = await platform.database.first(
        statement(
            """
            UPDATE sign_in_codes SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1
            RETURNING hash, user_id, purpose, mailed_to, made_by, created_at,
              (SELECT u.session_epoch FROM users u WHERE u.id = user_id) AS session_epoch
            """,
            now,
            hashed,
        )
    )
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
        joined = Joined(text(user, "account_id"), text(user, "id"), mailed_to)
        await begin_joined(platform, ONBOARDING, joined, written)
    else:
        await platform.database.batch(written)
    return user | used | {"session_epoch": integer(used, "session_epoch") + came.ends_sessions}


async def _count_for_its_person(platform: Platform, hashed: str) -> None:
    """A code that cannot be used any more was somebody's: theirs are counted together, from wherever they are tried."""
    row = await platform.database.first(statement("SELECT user_id FROM sign_in_codes WHERE hash = ?", hashed))
    if row is not None:
        await count_for(platform, f"user:{text(row, 'user_id')}")


@router.get("/api/session", openapi_extra=needs(Permission.SIGNED_IN))
async def show_session(principal: Asking) -> SessionShape:
    """Who is signed in."""
    return session_shape(principal)


@router.delete("/api/session", status_code=204, openapi_extra=needs(Permission.SIGNED_IN))
async def sign_out(request: Request, response: Response, platform: PlatformHere, _: Asking) -> None:
    """End this browser's session."""
    token = session_token(request.headers.get("cookie"))
    if token is not None:
        await platform.sessions.delete(session_key(token))
    forget_session(response)


@router.delete("/api/sessions", status_code=204, openapi_extra=needs(Permission.CREDENTIALS))
async def sign_out_everywhere(response: Response, platform: PlatformHere, principal: Asking) -> None:
    """End all browser sessions of whoever asks, this one too, and their unused sign-in codes. Tokens stay."""
    person = Person(principal.account_id, principal.user_id)
    await platform.database.batch(end_sessions(person, principal.actor, platform.clock.now()))
    forget_session(response)
