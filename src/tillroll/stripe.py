"""Requests to Stripe's HTTP API (https://docs.stripe.com/api), as of November 2026; never asked for
real.

`Idempotency-Key` goes with a request that does something: under a key that was used before, what
succeeded is not repeated, for a day at least. Errors are {"error": {"code", "type", "message"}};
some have no code.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from tillroll_durable.platform.bindings.http import (
    LONGEST_ANSWER_BYTES,
    Http,
    HttpAnswer,
    HttpFailed,
)
from tillroll_durable.platform.json import JsonObject, load_object

API_VERSION: Final = "2026-10-28.endive"
_DENIED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True)
class StripeEndings:
    """What a call ends with where it does not succeed, in the words of who asks.

    `refused_by` are the statuses that say: nothing was done, and never will be for this request.
    """

    provider: str
    denied: type[Exception]
    refused: type[Exception]
    uncertain: type[Exception]
    refused_by: frozenset[int]


class StripeCalls:
    """Each method raises of its `endings`: `denied` for a key that may not, `refused` for a request
    that never will, `uncertain` for everything after which the other side may have acted.
    """

    def __init__(
        self, http: Http, api_url: str, api_key: str, timeout_seconds: float, endings: StripeEndings
    ) -> None:
        self._http = http
        self._api_url = api_url
        self._headers = {"authorization": f"Bearer {api_key}", "stripe-version": API_VERSION}
        self._timeout_seconds = timeout_seconds
        self._endings = endings

    async def post(self, path: str, body: str, media_type: str, key: str) -> JsonObject:
        headers = {**self._headers, "content-type": media_type, "idempotency-key": key}
        try:
            answer = await self._http.post(
                self._api_url + path, headers, body=body, timeout_seconds=self._timeout_seconds
            )
        except HttpFailed as error:
            raise self._no_answer(error) from error
        return self._read(answer)

    async def get(self, path: str) -> JsonObject:
        return self._read(await self._ask_for(path))

    async def find(self, path: str) -> JsonObject | None:
        """None where there is no such thing."""
        answer = await self._ask_for(path)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return self._read(answer)

    async def delete(self, path: str) -> None:
        """What is not there is deleted."""
        try:
            answer = await self._http.delete(
                self._api_url + path, self._headers, self._timeout_seconds
            )
        except HttpFailed as error:
            raise self._no_answer(error) from error
        if answer.status != HTTPStatus.NOT_FOUND:
            self._read(answer)

    async def _ask_for(self, path: str) -> HttpAnswer:
        url = self._api_url + path
        try:
            return await self._http.get(
                url, self._timeout_seconds, max_bytes=LONGEST_ANSWER_BYTES, headers=self._headers
            )
        except HttpFailed as error:
            raise self._no_answer(error) from error

    def _no_answer(self, error: HttpFailed) -> Exception:
        return self._endings.uncertain(f"{self._endings.provider} did not answer: {error}")

    def _read(self, answer: HttpAnswer) -> JsonObject:
        body = _parsed(answer.body)
        if answer.is_success:
            if body is None:
                raise self._endings.uncertain(
                    f"{self._endings.provider}'s answer is no JSON object"
                )
            return body
        # What it says beside the code may quote a name, an address or an account, so it is not
        # repeated.
        match body:
            case {"error": {"code": str(code)}} | {"error": {"type": str(code)}}:
                why = f"{self._endings.provider} answered {answer.status} {code}"
            case _:
                why = f"{self._endings.provider} answered {answer.status}"
        if answer.status in _DENIED:
            raise self._endings.denied(why)
        # Of a key that is in use, or was used for another request, the first one may have
        # succeeded.
        if answer.status in self._endings.refused_by and "idempotency" not in why:
            raise self._endings.refused(why)
        raise self._endings.uncertain(why)


def _parsed(body: str) -> JsonObject | None:
    try:
        return load_object(body)
    except ValueError:
        return None
