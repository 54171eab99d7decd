"""Enable Banking (https://enablebanking.com/docs/api/reference/), as of November 2026; never asked
for real.

A request carries a JSON Web Token that the application's RSA key signs. A person agrees at their
bank and comes back with a code, which becomes a session. Its accounts have ids that hold as long as
it does. Transactions come in pages: `continuation_key` asks for the next one, also after an empty
one, and only with the same other parameters.
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from tillroll.bank.sources.protocol import (
    LONGEST_CONSENT,
    MOST_PAGE_BYTES,
    TIMEOUT_SECONDS,
    AccessRefused,
    Bank,
    ConsentEnded,
    ConsentRequest,
    CursorEnded,
    Declined,
    Granted,
    Page,
    RemoteAccount,
    TooFarBack,
    Window,
    answered,
    said_in,
    text_in,
)
from tillroll_documents.bank_files.api.records import listed_in, mapping_in
from tillroll_documents.bank_files.printed import Format
from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.crypto import UnusableKey
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.links import is_web_page

_TOKEN_LASTS: Final = timedelta(hours=1)
_PEM: Final = re.compile(
    r"-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]{100,8000})-----END (?:RSA )?PRIVATE "
    r"KEY-----"
)
_RSA_ENCRYPTION: Final = bytes.fromhex("020100300d06092a864886f70d0101010500")
_ENDED: Final = {
    "EXPIRED_SESSION": "The consent has expired.",
    "CLOSED_SESSION": "The consent was ended.",
    "REVOKED_SESSION": "The consent was withdrawn at the bank.",
    "SESSION_DOES_NOT_EXIST": "The consent is not known any more.",
    "WRONG_SESSION_STATUS": "The consent does not hold any more.",
    "ACCOUNT_DOES_NOT_EXIST": "The account is not part of the consent any more.",
    "ASPSP_ACCOUNT_NOT_ACCESSIBLE": "The bank does not give this account any more.",
    "ASPSP_PSU_ACTION_REQUIRED": "The bank asks for something that only a person can do.",
}
_CURSORS: Final = frozenset({"WRONG_CONTINUATION_KEY", "WRONG_REQUEST_PARAMETERS"})


class BadKey(ValueError):
    """The text is no private key of RSA in PEM."""


def read_key(pem: str) -> bytes:
    """A private key of RSA in PEM, as PKCS #8 (DER). Raises BadKey."""
    match = _PEM.search(pem)
    if match is None:
        raise BadKey(
            "Give the private key as PEM: from -----BEGIN PRIVATE KEY----- to its end, without a "
            "passphrase."
        )
    try:
        key = base64.b64decode("".join(match[2].split()), validate=True)
    except binascii.Error as error:
        raise BadKey("The private key is damaged: its Base64 cannot be read.") from error
    # PKCS #1, as older tools write it, within the envelope of PKCS #8 (RFC 5958, RFC 8017).
    if match[1]:
        return _nested(b"\x30", _RSA_ENCRYPTION + _nested(b"\x04", key))
    return key


def _nested(tag: bytes, content: bytes) -> bytes:
    return tag + b"\x82" + len(content).to_bytes(2) + content


class EnableBanking:
    """`Provider` with an application's id and key. `granted` has the session."""

    def __init__(
        self, platform: Platform, url: str, application_id: str, key: str, granted: JsonObject
    ) -> None:
        self._granted = granted
        self._platform = platform
        self._url = url
        self._application_id = application_id
        self._key = key
        self._token: str | None = None

    @property
    def format(self) -> Format:
        return Format.ENABLE_BANKING

    async def list_banks(self, country: str) -> list[Bank]:
        reply = await self._get(f"/aspsps?{urlencode({'country': country, 'service': 'AIS'})}")
        return [
            Bank(
                name,
                name,
                country=text_in(each, "country") or country,
                most_days=_days(each.get("maximum_consent_validity")),
            )
            for each in map(mapping_in, listed_in(reply.get("aspsps")))
            if (name := text_in(each, "name")) is not None
        ]

    async def begin(self, request: ConsentRequest) -> str:
        banks = await self.list_banks(request.country)
        bank = next((each for each in banks if each.name == request.bank), None)
        if bank is None:
            raise AccessRefused(f"Enable Banking knows no bank of this name in {request.country}.")
        until = min(request.until, self._platform.clock.now() + timedelta(days=bank.most_days))
        body: JsonObject = {
            "access": {"valid_until": until.isoformat(), "balances": True, "transactions": True},
            "aspsp": {"name": bank.name, "country": bank.country},
            "psu_type": request.psu_type,
            "redirect_url": request.redirect_url,
            "state": request.state,
        }
        reply = await self._post("/auth", body)
        url = text_in(reply, "url")
        if url is None:
            raise HttpFailed("the provider does not say where to agree")
        # A browser is sent there. The provider's own address is set by the operator.
        if not is_web_page(url) and not url.startswith(f"{self._url}/"):
            raise HttpFailed("the provider's page to agree on has no https address")
        return url

    async def finish(self, code: str) -> Granted:
        reply = await self._post("/sessions", {"code": code}, is_code=True)
        session = text_in(reply, "session_id")
        if session is None:
            raise HttpFailed("the provider's session has no id")
        granted: JsonObject = {"session": session}
        self._granted = granted
        accounts = [
            RemoteAccount(
                uid, _number(each), currency=text_in(each, "currency"), name=text_in(each, "name")
            )
            for each in map(mapping_in, listed_in(reply.get("accounts")))
            if (uid := text_in(each, "uid")) is not None
        ]
        return Granted(accounts, _time(mapping_in(reply.get("access")).get("valid_until")), granted)

    async def balances(self, account: str) -> list[JsonObject]:
        reply = await self._get(f"/accounts/{quote(account, safe='')}/balances")
        return [{**mapping_in(each)} for each in listed_in(reply.get("balances"))]

    async def page(self, account: str, window: Window, cursor: str | None) -> Page:
        parameters = {"date_from": window.first.isoformat(), "date_to": window.last.isoformat()}
        if cursor is not None:
            parameters["continuation_key"] = cursor
        path = f"/accounts/{quote(account, safe='')}/transactions?{urlencode(parameters)}"
        reply = await self._get(path, is_later_page=cursor is not None)
        if not isinstance(reply.get("transactions"), list):
            raise HttpFailed("the provider's page has no list of transactions")
        records = [{**mapping_in(each)} for each in listed_in(reply["transactions"])]
        following = text_in(reply, "continuation_key")
        if following is not None and following == cursor:
            raise CursorEnded("the same page would come again")
        return Page(records, following)

    async def end(self) -> None:
        session = text_in(self._granted, "session")
        if session is None:
            return
        url = f"{self._url}/sessions/{quote(session, safe='')}"
        answer = await self._platform.http.delete(url, await self._headers(), TIMEOUT_SECONDS)
        try:
            self._read(answer)
        except ConsentEnded:
            return

    async def _get(self, path: str, *, is_later_page: bool = False) -> JsonObject:
        url = f"{self._url}{path}"
        answer = await self._platform.http.get(
            url, TIMEOUT_SECONDS, max_bytes=MOST_PAGE_BYTES, headers=await self._headers()
        )
        return self._read(answer, is_later_page=is_later_page)

    async def _post(self, path: str, body: JsonObject, *, is_code: bool = False) -> JsonObject:
        headers = {**await self._headers(), "content-type": "application/json"}
        answer = await self._platform.http.post(
            f"{self._url}{path}", headers, body=dump(body), timeout_seconds=TIMEOUT_SECONDS
        )
        if is_code and answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise Declined("The code that the bank sent is not taken, or is too old: start again.")
        return self._read(answer)

    def _read(self, answer: HttpAnswer, *, is_later_page: bool = False) -> JsonObject:
        reply = answered(answer, self._platform.clock.now())
        if answer.is_success:
            return reply
        # What it says beside the code may quote an account or a name, so it is not repeated.
        code = text_in(said_in(answer) or {}, "error") or ""
        if code in _ENDED:
            raise ConsentEnded(_ENDED[code])
        if is_later_page and code in _CURSORS:
            raise CursorEnded(code)
        if code == "WRONG_TRANSACTIONS_PERIOD":
            raise TooFarBack(code)
        if code in {"ASPSP_ERROR", "ASPSP_TIMEOUT"}:
            raise HttpFailed(f"the bank did not answer the provider ({code})")
        if answer.status == HTTPStatus.FORBIDDEN:
            raise AccessRefused(
                f"Enable Banking does not let this application do that (403 {code}): see its "
                "control panel."
            )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise AccessRefused(
                "Enable Banking does not take the application's id with this private key. Give "
                "both again, as its control panel has them, and see there that the "
                "application is active."
            )
        raise AccessRefused(f"Enable Banking answered {answer.status} {code}".rstrip() + ".")

    async def _headers(self) -> dict[str, str]:
        if self._token is None:
            now = int(self._platform.clock.now().timestamp())
            head: JsonObject = {"typ": "JWT", "alg": "RS256", "kid": self._application_id}
            claims: JsonObject = {
                "iss": "enablebanking.com",
                "aud": "api.enablebanking.com",
                "iat": now,
                "exp": now + int(_TOKEN_LASTS.total_seconds()),
            }
            signed = (
                f"{base64url.encoded(dump(head).encode())}."
                f"{base64url.encoded(dump(claims).encode())}"
            )
            try:
                signature = await self._platform.signer.sign_rs256(
                    read_key(self._key), signed.encode()
                )
            except (BadKey, UnusableKey) as error:
                raise AccessRefused("The private key of the application cannot be used.") from error
            self._token = f"{signed}.{base64url.encoded(signature)}"
        return {"authorization": f"Bearer {self._token}", "accept": "application/json"}


def _days(seconds: Any) -> int:
    """Whole days of `maximum_consent_validity`; as long as may be where it is not said."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
        return LONGEST_CONSENT.days
    return max(1, min(seconds // 86_400, LONGEST_CONSENT.days))


def _number(account: Any) -> str | None:
    identification = mapping_in(account.get("account_id"))
    return text_in(identification, "iban") or text_in(
        mapping_in(identification.get("other")), "identification"
    )


def _time(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if moment.tzinfo:
        return moment
    return moment.replace(tzinfo=UTC)
