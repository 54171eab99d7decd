"""Who is asking: bearer tokens and browser sessions. Of a secret, only its SHA-256 is kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import BEYOND_LIMITED, Permission, is_within, limited, sees_all
from tillroll.access.roles import Role, granted, roles_of
from tillroll.api.problems import TOO_MANY_ATTEMPTS, Problem, refusal
from tillroll.api.rates import count_address, count_principal, one_holder
from tillroll.identity.repository import (
    Person,
    find_token_user,
    note_token_use,
    secret_hash,
)
from tillroll.identity.session_rows import NOTED_EACH, find_session_user, note_session_use
from tillroll.quotas.usage import Counted, counted_in
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.bindings.moves import find, follow
from tillroll_durable.platform.bindings.objects import may_try
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import load_texts
from tillroll_durable.platform.refusals import UNAUTHENTICATED, Kind
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST, of_secret
from tillroll_durable.sight import Sight

_ADDRESS_NOT_ALLOWED: Final = Kind(
    "address-not-allowed", 403, "The token may not be used from this address"
)
_FOREIGN_ORIGIN: Final = Kind("foreign-origin", 403, "The request comes from another site")
_OTHER_ACCOUNT: Final = Kind(
    "other-account", 409, "The request was meant for another account", may_pass=True
)
SESSION_COOKIE = "tillroll_session"
# Over https: no other host, and nobody over http, can set a cookie of this name (RFC 6265bis,
# section 4.1.3.2).
SECURE_SESSION_COOKIE = f"__Host-{SESSION_COOKIE}"
ACCOUNT_HEADER = "x-account"
# Cloudflare sets both, whatever a client sends.
ADDRESS: Final = "cf-connecting-ip"
_SCHEME: Final = "x-forwarded-proto"
# When a token was used last is known to so much.
_NOTED_EACH: Final = timedelta(minutes=5)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Headers = Callable[[str], str | None]


@dataclass(frozen=True)
class SessionHere:
    """The session of the browser that asks, and since when it is signed in. `mailed_to` is the
    address at which its person showed that they read mail, by the link that they came by.
    """

    id: str
    since: str
    how: str
    mailed_to: str | None


@dataclass(frozen=True)
class Principal:
    """Who is asking. `actor` is how the audit names them: a token by its id, a signed-in browser by
    its user's. An operator looks after the whole deployment besides.
    """

    user_id: str
    user_name: str
    roles: tuple[Role, ...]
    account_id: str
    account_name: str
    actor: str
    is_operator: bool
    permissions: frozenset[Permission]
    # What the account had used of its quotas when this was looked up.
    counted: Counted
    # Who paid their last receipt, as they said; None where they never said it.
    paid_by: str | None = None
    # What the person may, and the token that they ask with may not.
    withheld: frozenset[Permission] = frozenset()
    # The browser's session that they ask with; None for a token.
    session: "SessionHere | None" = None

    @property
    def person(self) -> Person:
        return Person(self.account_id, self.user_id)

    @property
    def as_actor(self) -> Actor:
        """Who begins what they ask for."""
        return Actor(self.account_id, self.actor, self.sight.only)

    @property
    def person_behind(self) -> PersonBehind:
        """Give use cases that ask for a right the person and what this request may."""
        return PersonBehind(self.user_id, self.permissions)

    @property
    def sight(self) -> Sight:
        """Whose documents they see, and so whose they change."""
        return Sight(self.account_id, None if sees_all(self.permissions) else self.user_id)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises Problem, 403: the caller may not do this."""
        if permission not in self.permissions:
            raise refusal(permission, is_beyond_token=permission in self.withheld)


def shard_of(header: Headers) -> int:
    """The database that the credentials of a request say: whose they are, they are kept there."""
    authorization = header("authorization")
    if authorization:
        return of_secret(authorization.strip())
    token = session_token(header("cookie"))
    if token is None:
        return FIRST
    return of_secret(token)


async def authenticate(
    platform: Platform, method: str, header: Headers, needed: Permission = Permission.SIGNED_IN
) -> Principal:
    """The principal of a request, who has the permission that it needs. From then on, the platform
    is in their account's database."""
    await count_address(platform, header(ADDRESS))
    authorization = header("authorization")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        is_bearer = scheme.lower() == "bearer"
        if is_bearer:
            principal = await _by_token(platform, token.strip(), header(ADDRESS))
        else:
            principal = None
    else:
        principal = await _by_session(platform, header)
        if principal:
            _check_origin(method, header)
    if principal is None:
        raise Problem(UNAUTHENTICATED, _instead_of(authorization))
    await count_principal(platform, principal.actor, principal.account_id)
    _check_account(principal, header(ACCOUNT_HEADER))
    principal.require(needed)
    return principal


def _instead_of(authorization: str | None) -> str:
    """What to send in place of credentials that do not hold."""
    if not authorization:
        return "Send a valid token as `Authorization: Bearer …`, or sign in with a one-time link."
    if authorization.partition(" ")[0].lower() != "bearer":
        return "Send a valid token as `Authorization: Bearer …`: no other scheme is taken."
    return "Send a valid token: the one that was sent is unknown, has expired or was revoked."


def _check_account(principal: Principal, meant: str | None) -> None:
    """A page that was loaded for one account may be shown while the browser's session has become
    another's.
    """
    if meant and meant != principal.account_id:
        raise Problem(
            _OTHER_ACCOUNT,
            f"You are signed in to {principal.account_name} now, and this was meant for another "
            "account. Nothing was changed. Load the page again.",
        )


async def _by_token(platform: Platform, token: str, address: str | None) -> Principal | None:
    hashed = secret_hash(token)
    now = platform.clock.now()
    entered, row = await find(
        platform,
        platform.shard,
        lambda entered: find_token_user(entered.database, hashed, to_text(now)),
    )
    follow(platform, entered)
    if row is None:
        await _refuse_token(platform, hashed, address)
        return None
    addresses = optional_text(row, "addresses")
    scopes = optional_text(row, "scopes")
    if addresses is not None and not is_within(address, load_texts(addresses)):
        await _refuse_token(platform, hashed, address)
        raise Problem(
            _ADDRESS_NOT_ALLOWED, "Use the token from where it was made for, or make another."
        )
    await _note_use(platform, row, now)
    principal = principal_of(row, f"token:{text(row, 'token_id')}")
    if scopes is None:
        if addresses is None:
            return principal
        return _without(principal, principal.permissions - BEYOND_LIMITED)
    return _without(principal, limited(principal.permissions, load_texts(scopes)))


async def _refuse_token(platform: Platform, hashed: str, address: str | None) -> None:
    """Count a token that lets nobody in. Good ones are not counted, whatever others try from the
    same address.
    """
    if address and not await may_try(platform.attempts, f"token:{one_holder(address)}"):
        raise Problem(
            TOO_MANY_ATTEMPTS, "Use a token that is valid, or wait a minute and try again."
        )
    from tillroll.identity.refusals import note_refused  # noqa: PLC0415 - not loaded at the start

    await note_refused(platform, "token", key=hashed, address=address)


def _without(principal: Principal, permissions: frozenset[Permission]) -> Principal:
    return replace(principal, permissions=permissions, withheld=principal.permissions - permissions)


async def _note_use(platform: Platform, row: Row, now: datetime) -> None:
    """Write down that a token was used, at most once in some minutes, and keep nobody waiting for
    it.
    """
    last = optional_text(row, "last_used_at")
    before = to_text(now - _NOTED_EACH)
    if last is not None and last > before:
        return
    noted = note_token_use(text(row, "token_id"), to_text(now), before)
    await platform.later(platform.database.batch([noted]))


async def _by_session(platform: Platform, header: Headers) -> Principal | None:
    cookies = header("cookie")
    token = session_token(cookies)
    if token is None:
        return None
    now = platform.clock.now()
    entered, row = await find(
        platform,
        platform.shard,
        lambda entered: find_session_user(entered.database, secret_hash(token), now),
    )
    follow(platform, entered)
    if row is None:
        return None
    # Another host of the same domain can set a cookie of the plain name, with a session that it
    # began itself.
    is_over_https = bool(integer(row, "is_secure")) or header(_SCHEME) == "https"
    if is_over_https and cookie_of(cookies, SECURE_SESSION_COOKIE) != token:
        return None
    session_id = text(row, "session_id")
    if text(row, "last_used_at") <= to_text(now - NOTED_EACH):
        await platform.later(platform.database.batch([note_session_use(session_id, now)]))
    principal = principal_of(row, f"user:{text(row, 'id')}")
    session = SessionHere(
        session_id,
        since=text(row, "signed_in_at"),
        how=text(row, "how"),
        mailed_to=optional_text(row, "mailed_to"),
    )
    return replace(principal, session=session)


def session_token(cookies: str | None) -> str | None:
    """The session's token in a Cookie header; over https, of a name that no other host can set."""
    return cookie_of(cookies, SECURE_SESSION_COOKIE) or cookie_of(cookies, SESSION_COOKIE)


def cookie_of(cookies: str | None, name: str) -> str | None:
    """What a Cookie header says for a name."""
    try:
        jar: SimpleCookie = SimpleCookie(cookies or "")
    except CookieError:
        return None
    if name in jar:
        return jar[name].value
    return None


def principal_of(row: Row, actor: str) -> Principal:
    """`row` is one of `find_user`."""
    is_operator = bool(row["is_operator"])
    roles = roles_of(optional_text(row, "roles"))
    return Principal(
        user_id=text(row, "id"),
        user_name=text(row, "name"),
        roles=roles,
        account_id=text(row, "account_id"),
        account_name=text(row, "account_name"),
        actor=actor,
        is_operator=is_operator,
        permissions=granted(roles, is_operator=is_operator),
        counted=counted_in(row),
        paid_by=optional_text(row, "paid_by"),
    )


def _check_origin(method: str, header: Headers) -> None:
    """A cookie is sent by the browser unasked, so what changes something must come from our own
    pages.
    """
    if method in _SAFE_METHODS:
        return
    try:
        host = urlsplit(header("origin") or "").netloc
    except ValueError:
        host = ""
    if not host or host != header("host"):
        raise Problem(
            _FOREIGN_ORIGIN,
            "Use the app's own pages, or a token, for requests that change something.",
        )
