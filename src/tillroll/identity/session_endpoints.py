"""Routes of sessions and passkeys: signing in by a code or a passkey, who is signed in, and signing
out.
"""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import Body, Query, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, SignInCounted, needs
from tillroll.api.routing import Router
from tillroll.identity import authentication, models, own_links, passkeys, people, sessions
from tillroll.identity.passkeys import RelyingParty
from tillroll.identity.recent import SignedInRecently
from tillroll.identity.repository import LIFETIMES, is_alone
from tillroll.identity.session_rows import sessions_of
from tillroll.identity.sessions import (
    SESSION_SECONDS,
    SignIn,
    begin_session,
    sign_in_by_code,
)
from tillroll_durable.platform.bindings.database import of_row
from tillroll_durable.platform.models import Items
from tillroll_durable.platform.services import Platform

router = Router()

# Over https under the second name, which no other host can set: a challenge is answered in the
# browser that asked for it.
_CEREMONY_COOKIE: Final = "tillroll_ceremony"
_SECURE_CEREMONY_COOKIE: Final = f"__Host-{_CEREMONY_COOKIE}"
# A browser that is signed out keeps no picture or file that it was shown.
_FORGET_FILES: Final = {"clear-site-data": '"cache"'}


def _party_of(request: Request) -> RelyingParty:
    return passkeys.relying_party(
        request.url.scheme, request.url.hostname or "", request.url.netloc
    )


async def session_of(platform: Platform, principal: authentication.Principal) -> models.Session:
    return models.Session(
        user=models.User(
            id=principal.user_id,
            name=principal.user_name,
            roles=[*principal.roles],
            is_operator=principal.is_operator,
            paid_by=principal.paid_by,
        ),
        account=models.Account(id=principal.account_id, name=principal.account_name),
        may=[each for each in Permission if principal.may(each)],
        is_alone=await is_alone(platform.database, principal.account_id),
    )


async def _begin_session(request: Request, response: Response, sign_in: SignIn) -> models.Session:
    """Sign the browser in, whose session's cookie has a value that nobody else knows."""
    is_secure = request.url.scheme == "https"
    token = await begin_session(
        sign_in,
        agent=request.headers.get("user-agent") or "",
        earlier=authentication.session_token(request.headers.get("cookie")),
        is_secure=is_secure,
    )
    set_session(response, token, is_secure=is_secure)
    return await session_of(sign_in.platform, sign_in.principal)


def set_session(response: Response, token: str, *, is_secure: bool) -> None:
    """Have the browser send its session's token from here on."""
    response.set_cookie(
        authentication.SECURE_SESSION_COOKIE if is_secure else authentication.SESSION_COOKIE,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )


def _forget_session(response: Response) -> None:
    """Have the browser forget its session's cookie, by either of its names, and what it was shown
    of files.
    """
    response.headers.update(_FORGET_FILES)
    response.delete_cookie(
        authentication.SESSION_COOKIE, path="/", httponly=True, samesite="strict"
    )
    response.delete_cookie(
        authentication.SECURE_SESSION_COOKIE,
        path="/",
        httponly=True,
        samesite="strict",
        secure=True,
    )


def _set_ceremony(request: Request, response: Response, browser: str) -> None:
    """Know the browser again that answers a challenge."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        _ceremony_cookie(request),
        browser,
        max_age=int(passkeys.LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )


def _browser_of(request: Request) -> str:
    cookies = request.headers.get("cookie")
    return authentication.cookie_of(cookies, _ceremony_cookie(request)) or ""


def _ceremony_cookie(request: Request) -> str:
    if request.url.scheme == "https":
        return _SECURE_CEREMONY_COOKIE
    return _CEREMONY_COOKIE


@router.post(
    "/api/sign-in-codes",
    tags=["session"],
    status_code=201,
    openapi_extra=needs(Permission.CREDENTIALS),
)
async def create_sign_in_code(
    platform: PlatformHere, principal: Caller, _: SignedInRecently
) -> models.SignInCode:
    """Make a code that signs a browser in, once, within an hour. The address carries it in its
    fragment, which browsers send to no server.
    """
    code = await sessions.make_code(platform, principal)
    return models.SignInCode(code=code.code, expires_at=code.expires_at, url=code.path)


@router.get("/api/sign-in-links", tags=["session"], openapi_extra=needs(Permission.OPEN))
async def show_sign_in_links(platform: PlatformHere) -> models.SignInLinks:
    """Whether one can have a link mailed."""
    return models.SignInLinks(is_offered=own_links.is_offered(platform))


@router.post(
    "/api/sign-in-links", tags=["session"], status_code=202, openapi_extra=needs(Permission.OPEN)
)
async def request_sign_in_link(
    platform: PlatformHere, _: SignInCounted, body: models.SignInLinkRequest
) -> models.SignInLinkAsked:
    """Mail a link that signs in once, within 15 minutes, to the person whose confirmed address it
    is. The answer is the same where it is nobody's. A newer link ends those before it; five an hour
    are mailed to a person. Asked for again within a minute, it is the one that was mailed.
    """
    await own_links.ask_for_link(platform, body.address)
    return models.SignInLinkAsked(valid_minutes=int(LIFETIMES["link"].total_seconds() // 60))


@router.post("/api/session", tags=["session"], openapi_extra=needs(Permission.OPEN))
async def sign_in(
    request: Request,
    response: Response,
    platform: PlatformHere,
    _: SignInCounted,
    body: models.SignInRequest,
) -> models.SignedIn:
    """Exchange a one-time code for a session cookie."""
    signed_in = await sign_in_by_code(
        platform, body.code, request.headers.get(authentication.ADDRESS)
    )
    session = await _begin_session(request, response, signed_in)
    return models.SignedIn(
        user=session.user,
        account=session.account,
        may=session.may,
        is_alone=session.is_alone,
        purpose=signed_in.purpose,
    )


@router.get("/api/session", tags=["session"], openapi_extra=needs(Permission.SIGNED_IN))
async def show_session(platform: PlatformHere, principal: Caller) -> models.Session:
    """Show who is signed in."""
    return await session_of(platform, principal)


@router.put("/api/session/name", tags=["session"], openapi_extra=needs(Permission.CREDENTIALS))
async def rename_oneself(
    platform: PlatformHere,
    principal: Caller,
    body: Annotated[
        models.NameRequest, Body(openapi_examples={"name": {"value": {"name": "Ann Byrne"}}})
    ],
) -> models.Session:
    """Give the caller another name. What they did bears it too, from now on."""
    await people.rename_oneself(platform, principal, body.name)
    return await session_of(platform, replace(principal, user_name=body.name))


@router.delete(
    "/api/session", tags=["session"], status_code=204, openapi_extra=needs(Permission.SIGNED_IN)
)
async def sign_out(response: Response, platform: PlatformHere, principal: Caller) -> None:
    """End this browser's session."""
    await sessions.end_own_session(platform, principal)
    _forget_session(response)


@router.get("/api/sessions", tags=["session"], openapi_extra=needs(Permission.CREDENTIALS))
async def list_sessions(platform: PlatformHere, principal: Caller) -> Items[models.BrowserSession]:
    """The browsers in which the caller is signed in, the last used first."""
    now = platform.clock.now()
    rows = await sessions_of(platform.database, principal.user_id, now)
    own_id = None
    if principal.session is not None:
        own_id = principal.session.id
    return Items(
        items=[of_row(models.BrowserSession, row, is_here=row["id"] == own_id) for row in rows]
    )


@router.delete(
    "/api/sessions/{session_id}",
    tags=["session"],
    status_code=204,
    openapi_extra=needs(Permission.CREDENTIALS),
)
async def end_one_session(platform: PlatformHere, principal: Caller, session_id: str) -> None:
    """Sign one of the caller's browsers out: its next request is refused."""
    await sessions.end_one_session(platform, principal, session_id)


@router.delete(
    "/api/sessions", tags=["session"], status_code=204, openapi_extra=needs(Permission.CREDENTIALS)
)
async def sign_out_everywhere(
    response: Response,
    platform: PlatformHere,
    principal: Caller,
) -> None:
    """End all browser sessions of the caller, this one too, and their unused sign-in codes. Tokens
    stay.
    """
    await sessions.end_all_sessions(platform, principal)
    _forget_session(response)


@router.post("/api/session/passkey-options", tags=["session"], openapi_extra=needs(Permission.OPEN))
async def begin_passkey_sign_in(
    request: Request, response: Response, platform: PlatformHere, _: SignInCounted
) -> models.RequestOptions:
    """What `navigator.credentials.get` is asked for. The challenge is good for five minutes, in
    this browser.
    """
    options, browser = await passkeys.begin_sign_in(platform, _party_of(request))
    _set_ceremony(request, response, browser)
    return options


@router.post("/api/session/passkey", tags=["session"], openapi_extra=needs(Permission.OPEN))
async def sign_in_with_passkey(
    request: Request,
    response: Response,
    platform: PlatformHere,
    _: SignInCounted,
    body: models.AssertionRequest,
) -> models.Session:
    """Exchange a passkey's signature for a session cookie."""
    party = _party_of(request)
    address = request.headers.get(authentication.ADDRESS)
    signed_in = await passkeys.sign_in(
        platform, party, browser=_browser_of(request), request=body, address=address
    )
    return await _begin_session(request, response, signed_in)


@router.get("/api/passkeys", tags=["passkeys"], openapi_extra=needs(Permission.CREDENTIALS))
async def list_passkeys(platform: PlatformHere, principal: Caller) -> Items[models.Passkey]:
    """The passkeys of the caller."""
    return Items(items=await passkeys.list_passkeys(platform, principal.user_id))


@router.post(
    "/api/passkeys/options", tags=["passkeys"], openapi_extra=needs(Permission.CREDENTIALS)
)
async def begin_passkey_registration(
    request: Request,
    response: Response,
    platform: PlatformHere,
    principal: Caller,
    _: SignedInRecently,
) -> models.CreationOptions:
    """What `navigator.credentials.create` is asked for. The challenge is good for five minutes, in
    this browser.
    """
    options, browser = await passkeys.begin_registration(platform, principal, _party_of(request))
    _set_ceremony(request, response, browser)
    return options


@router.post(
    "/api/passkeys", tags=["passkeys"], status_code=201, openapi_extra=needs(Permission.CREDENTIALS)
)
async def add_passkey(
    request: Request, platform: PlatformHere, principal: Caller, body: models.RegistrationRequest
) -> models.Passkey:
    """Keep the passkey that a browser has made."""
    return await passkeys.add_passkey(
        platform, principal, party=_party_of(request), browser=_browser_of(request), request=body
    )


@router.patch(
    "/api/passkeys/{passkey_id}", tags=["passkeys"], openapi_extra=needs(Permission.CREDENTIALS)
)
async def rename_passkey(
    platform: PlatformHere, principal: Caller, passkey_id: str, body: models.PasskeyNameRequest
) -> models.Passkey:
    """Give a passkey another name."""
    return await passkeys.rename_passkey(platform, principal, passkey_id=passkey_id, name=body.name)


@router.delete(
    "/api/passkeys/{passkey_id}",
    tags=["passkeys"],
    status_code=204,
    openapi_extra=needs(Permission.CREDENTIALS),
)
async def remove_passkey(
    platform: PlatformHere,
    principal: Caller,
    _: SignedInRecently,
    passkey_id: str,
    is_last_too: Annotated[
        bool, Query(alias="last", description="Also where it is the last one")
    ] = False,
) -> None:
    """End a passkey: nobody signs in with it any more. Sessions that it began stay."""
    await passkeys.remove_passkey(platform, principal, passkey_id, also_last=is_last_too)
