"""Requests to a target's API, and what answers mean that all of them share.

| answer | error |
| --- | --- |
| none, cut off, 408, 3xx, 5xx, no JSON object | TargetUncertain |
| 429, and 503 with Retry-After | Busy |
| 401, also with a new access token, and 403 | GrantRevoked |

What another 4xx means, each target says itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlencode

from tillroll.books.targets.errors import Busy, GrantRevoked, ItemRefused, NoAnswer, TargetUncertain
from tillroll_documents.money import decimal_string, minor_digits
from tillroll_durable.errors import one_line
from tillroll_durable.platform.bindings.http import HttpFailed, HttpReply, HttpRequest
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.throttling import seconds_of

# Amounts are JSON numbers, which are exact in floating point up to so many minor units.
_LARGEST_AMOUNT: Final = 10**15
_UNCERTAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_REASON_CHARACTERS: Final = 200

REFUSALS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""What a server answers before it does anything, and would answer again."""


class Tokens(Protocol):
    """Access tokens of one grant. Raises GrantRevoked: a person must connect again; Busy,
    TargetUncertain: not now.
    """

    async def token(self) -> str:
        """A token that should be valid now."""
        ...

    async def after(self, refused: str) -> str:
        """Another token, after the API did not take `refused`."""
        ...


@dataclass(frozen=True)
class Answer:
    """`said` is the body. `headers` have names in small letters."""

    status: int
    said: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


async def exchange(
    platform: Platform, provider: str, request: HttpRequest, limit_header: str = ""
) -> HttpReply:
    """Send it. Raises TargetUncertain, Busy. `provider` is the target's name in messages;
    `limit_header` names the header that says which limit is used up.
    """
    try:
        reply = await platform.exchange.send(request)
    except HttpFailed as error:
        raise NoAnswer(one_line(f"{provider} did not answer: {error}")) from error
    retry_after = reply.headers.get("retry-after")
    is_down = reply.status == HTTPStatus.SERVICE_UNAVAILABLE and retry_after is not None
    if is_down or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        limit = reply.headers.get(limit_header, "")[:50]
        seconds = seconds_of(retry_after, platform.clock.now())
        raise Busy(f"{provider} answered {reply.status} {limit}".rstrip(), seconds, limit)
    if not 200 <= reply.status < 300 and (
        not 400 <= reply.status < 500 or reply.status in _UNCERTAIN
    ):
        raise TargetUncertain(f"{provider} answered {reply.status}")
    return reply


def read(provider: str, reply: HttpReply) -> JsonObject:
    """The answer's object; a list becomes its member `items`. Raises TargetUncertain: a success
    that is neither.
    """
    try:
        content = load(reply.body)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return content
    if isinstance(content, list):
        return {"items": content}
    if reply.is_success:
        raise TargetUncertain(f"{provider}'s answer is no JSON object")
    return {}


class OneToken:
    """`Tokens` of an access token that was just given, and is not renewed."""

    def __init__(self, access: str) -> None:
        self._access = access

    async def token(self) -> str:
        return self._access

    async def after(self, refused: str) -> str:
        del refused
        return self._access


class Calls:
    """Requests under an access token. Each method raises TargetUncertain, Busy and GrantRevoked,
    and returns any other answer. An access token that the API refuses is renewed, once a request:
    the API did nothing.
    """

    def __init__(
        self,
        platform: Platform,
        tokens: Tokens,
        *,
        provider: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        limit_header: str = "",
        patience: float | None = None,
    ) -> None:
        """`patience` is how long to wait, in seconds, after a 429 that does not say it."""
        self.platform = platform
        self._provider = provider
        self._url = url
        self._tokens = tokens
        self._headers = headers or {}
        self._patience = patience
        self._limit_header = limit_header

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        return await self.send("GET", _with(path, query))

    async def give(
        self,
        method: str,
        path: str,
        body: JsonObject,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        only_reads: bool = False,
    ) -> Answer:
        """Send JSON. `only_reads`: it changes nothing there, such as a search."""
        every = {"content-type": "application/json", **(headers or {})}
        content = dump(body).encode()
        return await self._answer(
            HttpRequest(
                method,
                self._url + _with(path, query),
                headers=every,
                body=content,
                only_reads=only_reads,
            )
        )

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """`path` has its query."""
        request = HttpRequest(method, self._url + path, headers=headers or {}, body=body)
        return await self._answer(request)

    async def _answer(self, request: HttpRequest) -> Answer:
        token = await self._tokens.token()
        reply = await self._sent(request, token)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            token = await self._tokens.after(token)
            reply = await self._sent(request, token)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            raise GrantRevoked(
                f"{self._provider} takes no access token of this grant", may_refresh=True
            )
        if reply.status == HTTPStatus.FORBIDDEN:
            raise GrantRevoked(
                f"{self._provider} does not let this grant do it: connect again, with all scopes"
            )
        return Answer(reply.status, read(self._provider, reply), reply.headers)

    async def _sent(self, request: HttpRequest, token: str) -> HttpReply:
        every = {
            "accept": "application/json",
            "authorization": f"Bearer {token}",
            **self._headers,
            **request.headers,
        }
        own = replace(request, headers=every)
        try:
            return await exchange(
                self.platform,
                self._provider,
                own,
                limit_header=self._limit_header,
            )
        except Busy as error:
            error.seconds = error.seconds or self._patience
            raise


def _with(path: str, query: Mapping[str, str] | None) -> str:
    if query:
        return f"{path}?{urlencode(query)}"
    return path


def reason(text: str) -> str:
    """What a target says, as one line of bounded length."""
    return " ".join(text.split())[:_REASON_CHARACTERS] or "no reason given"


def number_of(minor: int, currency: str) -> float:
    """An amount as JSON has it, such as 12.9 for 1290 cents. Raises ItemRefused: JSON could not
    have it exactly.
    """
    if abs(minor) >= _LARGEST_AMOUNT:
        raise ItemRefused("the amount is too large for the books")
    return float(decimal_string(minor, minor_digits(currency)))


def minor_of(value: Json, currency: str, provider: str) -> int:
    """Minor units of an amount in an answer. Raises TargetUncertain: it is none of this
    currency.
    """
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            scaled = Decimal(str(value)).scaleb(minor_digits(currency))
        except InvalidOperation:
            scaled = Decimal("NaN")
        if (
            scaled.is_finite()
            and abs(scaled) < _LARGEST_AMOUNT
            and scaled == scaled.to_integral_value()
        ):
            return int(scaled)
    raise TargetUncertain(f"{provider} answered an amount that {currency} does not have")


def objects(value: Json) -> list[JsonObject]:
    """The objects of a list; none where it is no list."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    return []


def text(value: JsonObject, name: str) -> str:
    """A member that is a text; empty where it is none."""
    member = value.get(name)
    if isinstance(member, str):
        return member
    return ""
