"""GoCardless Bank Account Data (https://developer.gocardless.com/bank-account-data/overview), formerly Nordigen, as of
November 2026; never asked for real. It takes no new customers.

User secrets become an access token for a day, and a refresh token for thirty. A person agrees by a requisition, which
then lists the accounts. Transactions come at once, without pages. Banks allow as few as four requests a day for each
account and each of balances and transactions.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from tillroll.bank.api_files import Listed
from tillroll.bank.api_records import listed_in, mapping_in
from tillroll.bank.printed import Format
from tillroll.bank.sources.protocol import (
    LONGEST_CONSENT,
    MOST_PAGE_BYTES,
    TIMEOUT_SECONDS,
    AccessRefused,
    Bank,
    Consent,
    ConsentEnded,
    ConsentRequest,
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
from tillroll.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import JsonObject, dump, load
from tillroll.platform.services import Platform

_API: Final = "/api/v2"
_DEFAULT_DAYS: Final = 90
_MARGIN: Final = timedelta(minutes=10)
"""A token is renewed so long before its end."""
_LINKED: Final = "LN"
_DECLINED: Final = frozenset({"RJ", "UA", "GC", "CR", "ID", "SA"})
_EXPIRED: Final = frozenset({"EX", "EXPIRED"})
# What the type of an error begins with, where the bank or the agreement gives nothing any more.
_ENDED: Final = ("AccessExpired", "AccountInactive", "AccountAccessForbidden", "AccountSuspended", "EUAExpired")


class GoCardless:
    """`Provider` with user secrets. `kept` has the tokens and the requisition."""

    def __init__(self, platform: Platform, url: str, secret_id: str, secret_key: str, kept: JsonObject) -> None:
        self.kept = kept
        self._platform = platform
        self._url = f"{url}{_API}"
        self._secrets: JsonObject = {"secret_id": secret_id, "secret_key": secret_key}

    @property
    def format(self) -> Format:
        return Format.GOCARDLESS

    async def list_banks(self, country: str) -> list[Bank]:
        answer = await self._ask("GET", f"/institutions/?{urlencode({'country': country.lower()})}")
        if not answer.is_success:
            self._read(answer)
        try:
            listed = listed_in(load(answer.body))
        except ValueError as error:
            raise HttpFailed("the provider's list of banks is no JSON") from error
        return [
            Bank(id_, text_in(each, "name") or id_, country, _days(each.get("max_access_valid_for_days")))
            for each in map(mapping_in, listed)
            if (id_ := text_in(each, "id")) is not None
        ]

    async def begin(self, request: ConsentRequest) -> Consent:
        banks = await self.list_banks(request.country)
        bank = next((each for each in banks if each.id == request.bank), None)
        if bank is None:
            raise AccessRefused(f"GoCardless knows no institution of this id in {request.country}.")
        left = (request.until - self._platform.clock.now()).days
        asked: JsonObject = {
            "institution_id": bank.id,
            "max_historical_days": _DEFAULT_DAYS,
            "access_valid_for_days": max(1, min(bank.most_days, left)),
            "access_scope": ["balances", "details", "transactions"],
        }
        agreement = self._read(await self._ask("POST", "/agreements/enduser/", asked))
        body: JsonObject = {
            "redirect": request.redirect_url,
            "institution_id": bank.id,
            "reference": request.state,
            "agreement": _required(agreement, "id"),
            "user_language": "EN",
        }
        requisition = self._read(await self._ask("POST", "/requisitions/", body))
        return Consent(_required(requisition, "link"), _required(requisition, "id"))

    async def finish(self, reference: str | None, code: str) -> Granted:
        del code
        if reference is None:
            raise Declined("Nobody was sent to the bank: start again.")
        requisition = self._read(await self._ask("GET", f"/requisitions/{quote(reference, safe='')}/"))
        status = text_in(requisition, "status")
        if status in _EXPIRED or status in _DECLINED:
            raise Declined(f"The person has not agreed at the bank (the requisition is {status}): start again.")
        if status != _LINKED:
            raise HttpFailed("the provider does not say how the requisition stands")
        accounts = [
            await self._account(each) for each in listed_in(requisition.get("accounts")) if isinstance(each, str)
        ]
        agreement = text_in(requisition, "agreement")
        self.kept = {**self.kept, "requisition": reference}
        return Granted(accounts, await self._until(agreement), self.kept)

    async def _account(self, id_: str) -> RemoteAccount:
        said = self._read(await self._ask("GET", f"/accounts/{quote(id_, safe='')}/details/"))
        of = mapping_in(said.get("account"))
        number = text_in(of, "iban") or text_in(of, "bban") or text_in(of, "maskedPan")
        return RemoteAccount(id_, number, text_in(of, "currency"), text_in(of, "name") or text_in(of, "product"))

    async def _until(self, agreement: str | None) -> datetime | None:
        if agreement is None:
            return None
        said = self._read(await self._ask("GET", f"/agreements/enduser/{quote(agreement, safe='')}/"))
        return self._platform.clock.now() + timedelta(days=_days(said.get("access_valid_for_days")))

    async def balances(self, account: str) -> list[JsonObject]:
        said = self._read(await self._ask("GET", f"/accounts/{quote(account, safe='')}/balances/"))
        return [{**mapping_in(each)} for each in listed_in(said.get("balances"))]

    async def page(self, account: str, window: Window, cursor: str | None) -> Page:
        del cursor
        days = urlencode({"date_from": window.first.isoformat(), "date_to": window.last.isoformat()})
        said = self._read(await self._ask("GET", f"/accounts/{quote(account, safe='')}/transactions/?{days}"))
        lists = mapping_in(said.get("transactions"))
        if not isinstance(lists.get("booked"), list):
            raise HttpFailed("the provider's answer has no list of booked transactions")
        both: tuple[Listed, Listed] = ("booked", "pending")
        records: list[tuple[Listed, JsonObject]] = [
            (listed, {**mapping_in(each)}) for listed in both for each in listed_in(lists.get(listed))
        ]
        return Page(records, None)

    async def end(self) -> None:
        requisition = text_in(self.kept, "requisition")
        if requisition is None:
            return
        answer = await self._ask("DELETE", f"/requisitions/{quote(requisition, safe='')}/")
        if answer.status != HTTPStatus.NOT_FOUND:
            self._read(answer)

    async def _ask(self, method: str, path: str, body: JsonObject | None = None) -> HttpAnswer:
        """The answer; where a token does not hold any more, that to the same request by another."""
        answer = await self._sent(method, path, body)
        if answer.status == HTTPStatus.UNAUTHORIZED and _type_of(said_in(answer)) is None:
            self.kept = {name: self.kept[name] for name in self.kept if name not in {"access", "refresh"}}
            answer = await self._sent(method, path, body)
        return answer

    async def _sent(self, method: str, path: str, body: JsonObject | None) -> HttpAnswer:
        headers = {"authorization": f"Bearer {await self._token()}", "accept": "application/json"}
        http, url = self._platform.http, f"{self._url}{path}"
        if method == "GET":
            return await http.get(url, TIMEOUT_SECONDS, MOST_PAGE_BYTES, headers)
        if method == "DELETE":
            return await http.delete(url, headers, TIMEOUT_SECONDS)
        return await http.post(url, {**headers, "content-type": "application/json"}, dump(body), TIMEOUT_SECONDS)

    async def _token(self) -> str:
        """The access token, renewed where it ends soon: by the refresh token, else by the user secrets."""
        soon = self._platform.clock.now() + _MARGIN
        access = text_in(self.kept, "access")
        if access is not None and _ends_after(self.kept, "accessUntil", soon):
            return access
        refresh = text_in(self.kept, "refresh")
        if refresh is not None and _ends_after(self.kept, "refreshUntil", soon):
            answer = await self._token_from("refresh", {"refresh": refresh})
            if answer.is_success:
                return self._keep(said_in(answer) or {})
        answer = await self._token_from("new", self._secrets)
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST}:
            raise AccessRefused("GoCardless does not take the user secrets.")
        answered(answer, self._platform.clock.now())
        return self._keep(said_in(answer) or {})

    async def _token_from(self, how: str, body: JsonObject) -> HttpAnswer:
        headers = {"content-type": "application/json", "accept": "application/json"}
        return await self._platform.http.post(f"{self._url}/token/{how}/", headers, dump(body), TIMEOUT_SECONDS)

    def _keep(self, said: JsonObject) -> str:
        now = self._platform.clock.now()
        access = _required(said, "access")
        self.kept = {**self.kept, "access": access, "accessUntil": _end(said, "access_expires", now)}
        if (refresh := text_in(said, "refresh")) is not None:
            self.kept = {**self.kept, "refresh": refresh, "refreshUntil": _end(said, "refresh_expires", now)}
        return access

    def _read(self, answer: HttpAnswer) -> JsonObject:
        said = answered(answer, self._platform.clock.now())
        if answer.is_success:
            return said
        kind = _type_of(said) or ""
        if kind.startswith(_ENDED) or answer.status == HTTPStatus.CONFLICT:
            raise ConsentEnded("The consent has expired, or the bank does not give this account any more.")
        if answer.status == HTTPStatus.BAD_REQUEST and "date_from" in said:
            raise TooFarBack("date_from")
        # What it says beside may quote an account or a name, so it is not repeated.
        raise AccessRefused(f"GoCardless answered {answer.status} {kind}".rstrip() + ".")


def _type_of(said: Mapping[str, Any] | None) -> str | None:
    return text_in(said or {}, "type")


def _required(said: Mapping[str, Any], name: str) -> str:
    found = text_in(said, name)
    if found is None:
        raise HttpFailed(f"the provider's answer lacks {name}")
    return found


def _days(said: Any) -> int:
    """A number of days, which some answers have as text."""
    text = str(said)
    days = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else _DEFAULT_DAYS
    return max(1, min(days, LONGEST_CONSENT.days))


def _end(said: Mapping[str, Any], name: str, now: datetime) -> str:
    seconds = said.get(name)
    lasts = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else 0
    return to_text(now + timedelta(seconds=max(0, min(lasts, 366 * 86_400))))


def _ends_after(kept: Mapping[str, Any], name: str, moment: datetime) -> bool:
    until = text_in(kept, name)
    return until is not None and from_text(until) > moment
