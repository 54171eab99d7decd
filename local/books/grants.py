"""OAuth 2 of a local provider: codes, access tokens, and refresh tokens that rotate as that
provider's do.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qs, parse_qsl, urlencode

from local.books.counterpart import Answered, Call

if TYPE_CHECKING:
    from collections.abc import Callable

# always: each refresh gives a new token, and the earlier one works again for a while. daily: a
# token is replaced a day after it was made. never: it stays.
Rotation = Literal["always", "daily", "never"]
_DAY: Final = timedelta(days=1)
_CODE_HOLDS: Final = timedelta(minutes=5)


@dataclass
class _Code:
    redirect_uri: str
    challenge: str
    scope: str
    until: str


@dataclass
class _Refresh:
    made: str
    scope: str
    replaced: str = ""


class Grants:
    """One app and its grants. `denies` makes the person say no."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        rotation: Rotation,
        *,
        access_holds: timedelta = timedelta(minutes=30),
        grace: timedelta = timedelta(minutes=30),
        in_body: bool = False,
    ) -> None:
        self._client = (client_id, client_secret)
        self._now = now
        self._rotation = rotation
        self._access_holds = access_holds
        self._grace = grace
        self._in_body = in_body
        self.denies = False
        self.refreshed = 0
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, str] = {}
        self._refresh: dict[str, _Refresh] = {}

    def authorize(self, call: Call) -> Answered:
        """The page where a person says yes, who does so at once."""
        query = call.query
        if query.get("client_id") != self._client[0] or query.get("response_type") != "code":
            return Answered(400, {"error": "invalid_request"})
        said = {"state": query.get("state", "")}
        if self.denies:
            said["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe(24)
            until = (self._now() + _CODE_HOLDS).isoformat()
            challenge = query.get("code_challenge", "")
            self._codes[code] = _Code(
                query["redirect_uri"], challenge, query.get("scope", ""), until
            )
            said["code"] = code
        return Answered(302, None, {"location": f"{query['redirect_uri']}?{urlencode(said)}"})

    def token(self, call: Call) -> Answered:
        """The token endpoint."""
        form = {
            name: values[0]
            for name, values in parse_qs(call.body.decode(), keep_blank_values=True).items()
        }
        if not self._is_client(call, form):
            return Answered(401, {"error": "invalid_client"})
        match form.get("grant_type"):
            case "authorization_code":
                return self._redeem(form)
            case "refresh_token":
                return self._renew(form.get("refresh_token", ""))
            case _:
                return Answered(400, {"error": "unsupported_grant_type"})

    def withdraw(self, call: Call, *, as_json: bool = False) -> Answered:
        """The revocation endpoint: of a form (RFC 7009), or of JSON, and of no other."""
        media_type = call.headers.get("content-type", "").partition(";")[0]
        if media_type != ("application/json" if as_json else "application/x-www-form-urlencoded"):
            return Answered(415, {"error": "unsupported_media_type"})
        form = call.json() if as_json else dict(parse_qsl(call.body.decode()))
        if not self._is_client(call, form):
            return Answered(401, {"error": "invalid_client"})
        if not form.get("token"):
            return Answered(400, {"error": "invalid_request"})
        if form["token"] not in {*self._refresh, *self._access}:
            return Answered(400, {"error": "invalid_token"})
        self.revoke()
        return Answered(200, {})

    def revoke(self) -> None:
        """The grant is withdrawn: no token works any more."""
        self._access.clear()
        self._refresh.clear()

    def expire(self) -> None:
        """All access tokens end."""
        self._access.clear()

    def lets_in(self, call: Call) -> bool:
        """Whether a request has an access token that holds."""
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        return self._access.get(token, "") > self._now().isoformat()

    def give(self) -> tuple[str, str]:
        """An access token and a refresh token, as if a person had said yes."""
        made = self._made("").body
        return made["access_token"], made["refresh_token"]

    def state(self) -> dict[str, Any]:
        return {
            "codes": {code: asdict(each) for code, each in self._codes.items()},
            "access": self._access,
            "refresh": {token: asdict(each) for token, each in self._refresh.items()},
        }

    def load(self, state: dict[str, Any]) -> None:
        self._codes = {code: _Code(**each) for code, each in state["codes"].items()}
        self._access = state["access"]
        self._refresh = {token: _Refresh(**each) for token, each in state["refresh"].items()}

    def _is_client(self, call: Call, form: dict[str, str]) -> bool:
        if self._in_body:
            return (form.get("client_id"), form.get("client_secret")) == self._client
        basic = base64.b64encode(":".join(self._client).encode()).decode()
        return call.headers.get("authorization") == f"Basic {basic}"

    def _redeem(self, form: dict[str, str]) -> Answered:
        code = self._codes.pop(form.get("code", ""), None)
        if (
            code is None
            or code.until < self._now().isoformat()
            or code.redirect_uri != form.get("redirect_uri")
        ):
            return Answered(400, {"error": "invalid_grant"})
        if code.challenge:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
                return Answered(400, {"error": "invalid_grant"})
        return self._made(code.scope)

    def _renew(self, token: str) -> Answered:
        known = self._refresh.get(token)
        now = self._now()
        if known is None:
            return Answered(400, {"error": "invalid_grant"})
        if known.replaced and datetime.fromisoformat(known.replaced) + self._grace < now:
            return Answered(400, {"error": "invalid_grant"})
        self.refreshed += 1
        is_old = datetime.fromisoformat(known.made) + _DAY <= now
        if self._rotation == "never" or (self._rotation == "daily" and not is_old):
            return self._made(known.scope, token)
        known.replaced = known.replaced or now.isoformat()
        return self._made(known.scope)

    def _made(self, scope: str, refresh: str = "") -> Answered:
        now = self._now()
        access, refresh = (
            f"at_{secrets.token_urlsafe(24)}",
            refresh or f"rt_{secrets.token_urlsafe(24)}",
        )
        self._access[access] = (now + self._access_holds).isoformat()
        self._refresh.setdefault(refresh, _Refresh(now.isoformat(), scope))
        return Answered(
            200,
            {
                "access_token": access,
                "refresh_token": refresh,
                "expires_in": int(self._access_holds.total_seconds()),
                "token_type": "Bearer",
                "scope": scope,
            },
        )
