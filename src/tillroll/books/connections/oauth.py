"""OAuth 2.0 with providers of books and CRMs: RFC 6749, with PKCE (RFC 7636) where the provider has
it.

No request here is sent twice by itself. After a lost answer the refresh token may be used up: Xero
takes it again for 30 minutes, QuickBooks gives the same one for a day, HubSpot's stays.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Self
from urllib.parse import urlencode

from tillroll.books.targets.calls import exchange, read, text
from tillroll.books.targets.errors import GrantRevoked, TargetUncertain
from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform

_SHORTEST: Final = 60
_TIMEOUT_SECONDS: Final = 25.0
# RFC 6749, section 5.1, only recommends `expires_in`. Without it, so long is believed; a token that
# ended before is renewed once the API refuses it.
_BELIEVED: Final = timedelta(minutes=10)
_LONGEST_SECONDS: Final = 366 * 24 * 3600
# Of a token that is withdrawn already (RFC 7009, section 2.2; RFC 6749, section 5.2).
_UNKNOWN_TOKEN: Final = frozenset({"invalid_token", "invalid_grant", "token_not_found"})


@dataclass(frozen=True)
class Provider:
    """An app at a provider. `in_body`: the token endpoint takes the client's secret in the body,
    not as Basic. `revokes_by_json`: the revocation takes JSON, not a form.
    """

    name: str
    authorize_url: str
    token_url: str
    revoke_url: str
    scopes: tuple[str, ...]
    client_id: str
    client_secret: str = field(repr=False)
    has_pkce: bool = False
    in_body: bool = False
    revokes_by_json: bool = False


@dataclass(frozen=True)
class TokenSet:
    """What a provider gives. Both tokens are secrets."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    scope: str = ""

    def is_valid(self, now: datetime) -> bool:
        """Whether the access token holds long enough for a request."""
        return now + timedelta(seconds=_SHORTEST) < self.expires_at

    def to_json(self) -> str:
        return dump(
            {
                "access": self.access,
                "refresh": self.refresh,
                "expiresAt": to_text(self.expires_at),
                "scope": self.scope,
            }
        )

    @classmethod
    def from_json(cls, stored: str) -> Self:
        fields = load_object(stored)
        expires_at = from_text(text(fields, "expiresAt"))
        return cls(
            text(fields, "access"),
            text(fields, "refresh"),
            expires_at=expires_at,
            scope=text(fields, "scope"),
        )


class NotRenewed(Exception):
    """The provider does not take the refresh token any more: the grant was withdrawn or has
    ended.
    """


class CodeRefused(Exception):
    """The provider does not take the code: it was used before, or is too old."""


def authorize_url(provider: Provider, redirect_uri: str, state: str, verifier: str) -> str:
    """Where a person says yes. `verifier` has 43 to 128 characters of RFC 7636; keep it with the
    state.
    """
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": state,
    }
    if provider.has_pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64url.encoded(digest)
        parameters |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{provider.authorize_url}?{urlencode(parameters)}"


async def redeem(
    platform: Platform, provider: Provider, code: str, redirect_uri: str, verifier: str
) -> TokenSet:
    """The tokens of a code. Raises CodeRefused, GrantRevoked (of the app itself), Busy,
    TargetUncertain.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if provider.has_pkce:
        form["code_verifier"] = verifier
    try:
        return await _tokens(platform, provider, form=form, refresh="")
    except NotRenewed as error:
        raise CodeRefused(f"{provider.name} does not take the code: connect again") from error


async def renew(platform: Platform, provider: Provider, tokens: TokenSet) -> TokenSet:
    """Get new tokens. Keep them before you use them. Raises NotRenewed, GrantRevoked, Busy,
    TargetUncertain.
    """
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    return await _tokens(platform, provider, form=form, refresh=tokens.refresh)


async def withdraw(platform: Platform, provider: Provider, tokens: TokenSet) -> None:
    """Have the provider forget the grant. Raises Busy, GrantRevoked; TargetUncertain: it did not
    say that it has. A token that it does not know is no error.
    """
    form = {"token": tokens.refresh}
    reply = await _post(
        platform,
        provider,
        url=provider.revoke_url,
        form=form,
        as_json=provider.revokes_by_json,
    )
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise _own_secret(provider)
    if reply.is_success:
        return
    error = text(read(provider.name, reply), "error")
    if error not in _UNKNOWN_TOKEN:
        raise TargetUncertain(f"{provider.name} answered {reply.status} {error}".rstrip())


async def _tokens(
    platform: Platform, provider: Provider, form: dict[str, str], refresh: str
) -> TokenSet:
    reply = await _post(platform, provider, url=provider.token_url, form=form)
    answer = read(provider.name, reply)
    error = text(answer, "error")
    if error == "invalid_client" or reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise _own_secret(provider)
    if reply.is_success:
        return _token_set(provider, answer, refresh=refresh, now=platform.clock.now())
    # HubSpot says BAD_REFRESH_TOKEN or BAD_AUTH_CODE as `status`; all others keep to RFC 6749.
    if error == "invalid_grant" or text(answer, "status").startswith("BAD_"):
        raise NotRenewed(f"{provider.name} answered {error or text(answer, 'status')}")
    raise TargetUncertain(f"{provider.name} answered {reply.status} {error}".rstrip())


async def _post(
    platform: Platform,
    provider: Provider,
    url: str,
    form: dict[str, str],
    *,
    as_json: bool = False,
) -> HttpReply:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    if provider.in_body:
        form = {**form, "client_id": provider.client_id, "client_secret": provider.client_secret}
    else:
        pair = f"{provider.client_id}:{provider.client_secret}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    body = urlencode(form)
    if as_json:
        headers["content-type"] = "application/json"
        body = dump({**form})
    request = HttpRequest(
        "POST",
        url,
        headers=headers,
        body=body.encode(),
        timeout_seconds=_TIMEOUT_SECONDS,
        max_bytes=64 * 1024,
        only_reads=True,  # what is changed there are the grant's own tokens
    )
    return await exchange(platform, provider.name, request)


def _token_set(provider: Provider, answer: JsonObject, refresh: str, now: datetime) -> TokenSet:
    access = text(answer, "access_token")
    refresh = text(answer, "refresh_token") or refresh
    if not access or not refresh:
        raise TargetUncertain(f"{provider.name} answered no tokens")
    scopes = answer.get("scopes")
    if isinstance(scopes, list):
        scope = " ".join(str(each) for each in scopes)
    else:
        scope = text(answer, "scope")
    return TokenSet(access, refresh, expires_at=now + _lifetime(answer), scope=scope)


def _lifetime(answer: JsonObject) -> timedelta:
    """How long the access token holds. A number may come as text, as of some providers; without
    one, the tokens are good all the same: the refresh token may be the only one that works."""
    seconds = answer.get("expires_in")
    if isinstance(seconds, str) and seconds.strip().isdecimal():
        seconds = int(seconds)
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        bounded = min(max(seconds, 0), _LONGEST_SECONDS)
        return timedelta(seconds=bounded)
    return _BELIEVED


def _own_secret(provider: Provider) -> GrantRevoked:
    return GrantRevoked(
        f"{provider.name} does not take this deployment's client id and secret: mend the settings"
    )
