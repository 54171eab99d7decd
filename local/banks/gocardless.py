"""GoCardless Bank Account Data as far as Tillroll asks for it (developer.gocardless.com/bank-account-data), without
HTTP: tokens that expire, agreements, requisitions, and accounts that may be asked for each thing four times a day.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from dataclasses import field as member
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from local.banks.bank import Account, Answered, Bank, Booking, Fault, decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTITUTION, COUNTRY = "SANDBOXFINANCE_SFIN0000", "XX"
CONSENT_DAYS = 90
_ACCESS_SECONDS, _REFRESH_SECONDS = 86_400, 2_592_000
API = "/api/v2/"


@dataclass
class Requisition:
    """A person who is sent to the bank: `accounts` are ids by numbers, once they have agreed."""

    id: str
    request: dict[str, Any]
    status: str = "CR"
    accounts: dict[str, str] = member(default_factory=dict[str, str])
    valid_until: datetime | None = None


@dataclass
class GoCardless:
    """The provider of one company with its user secrets."""

    bank: Bank
    secret_id: str
    secret_key: str
    url: str = "http://127.0.0.1"
    access: dict[str, datetime] = member(default_factory=dict[str, datetime])
    refresh: dict[str, datetime] = member(default_factory=dict[str, datetime])
    agreements: dict[str, dict[str, Any]] = member(default_factory=dict[str, "dict[str, Any]"])
    requisitions: dict[str, Requisition] = member(default_factory=dict[str, "Requisition"])
    tokens_made: int = 0

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> Answered:
        """A request; header names are in small letters."""
        parts = urlsplit(path)
        what = parts.path.removeprefix(API).strip("/").split("/")
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if what[0] == "token":
            return self._token(what[1], json.loads(body))
        until = self.access.get(headers.get("authorization", "").removeprefix("Bearer "))
        if until is None or self.bank.now() >= until:
            return _error(401, "Invalid token", "Token is invalid or expired")
        match method, *what:
            case "GET", "institutions":
                answered = self._institutions(asked)
            case "POST", "agreements", "enduser":
                answered = self._agreement(json.loads(body))
            case "GET", "agreements", "enduser", id_:
                found = self.agreements.get(id_)
                answered = _not_found() if found is None else Answered(200, found)
            case "POST", "requisitions":
                answered = self._requisition(json.loads(body))
            case (("GET" | "DELETE"), "requisitions", id_):
                answered = self._of_requisition(method, id_)
            case "GET", "accounts", id_, ("details" | "balances" | "transactions") as scope:
                answered = self._data(id_, scope, asked)
            case _:
                answered = _not_found()
        return answered

    def agree(self, id_: str, *, is_denied: bool = False) -> str | None:
        """What the bank's page does when the person has decided: the address that they are sent back to."""
        found = self.requisitions.get(id_)
        if found is None:
            return None
        said = {"ref": found.request["reference"]}
        if is_denied:
            found.status = "RJ"
            said["error"] = "UserCancelledSession"
        else:
            agreement = self.agreements[found.request["agreement"]]
            found.status = "LN"
            found.accounts = {number: str(uuid.uuid4()) for number in self.bank.accounts}
            found.valid_until = self.bank.now() + timedelta(days=agreement["access_valid_for_days"])
        return f"{found.request['redirect']}?{urlencode(said)}"

    def _token(self, how: str, request: dict[str, Any]) -> Answered:
        now = self.bank.now()
        if how == "refresh":
            until = self.refresh.get(str(request.get("refresh")))
            if until is None or now >= until:
                return _error(401, "Invalid token", "Token is invalid or expired")
            return Answered(200, {"access": self._access(), "access_expires": _ACCESS_SECONDS})
        if (request.get("secret_id"), request.get("secret_key")) != (self.secret_id, self.secret_key):
            return _error(401, "Authentication failed", "No active account found with the given credentials")
        refresh = uuid.uuid4().hex
        self.refresh[refresh] = now + timedelta(seconds=_REFRESH_SECONDS)
        self.tokens_made += 1
        more = {"refresh": refresh, "refresh_expires": _REFRESH_SECONDS}
        return Answered(200, {"access": self._access(), "access_expires": _ACCESS_SECONDS, **more})

    def _access(self) -> str:
        token = uuid.uuid4().hex
        self.access[token] = self.bank.now() + timedelta(seconds=_ACCESS_SECONDS)
        return token

    def _institutions(self, asked: dict[str, str]) -> Answered:
        one = {
            "id": INSTITUTION,
            "name": "Sandbox Finance",
            "bic": "SFIN0000",
            "transaction_total_days": "90",
            "max_access_valid_for_days": str(CONSENT_DAYS),
            "countries": [COUNTRY],
        }
        return Answered(200, [one] if asked.get("country", "").upper() == COUNTRY else [])

    def _agreement(self, request: dict[str, Any]) -> Answered:
        if request.get("institution_id") != INSTITUTION:
            return _error(404, "Not found.", "Unknown institution")
        if not 0 < request["access_valid_for_days"] <= CONSENT_DAYS:
            return _error(400, "Incorrect access_valid_for_days", f"It must be > 0 and <= {CONSENT_DAYS}")
        id_ = str(uuid.uuid4())
        made = {"id": id_, "created": self.bank.now().isoformat(), **request, "accepted": None}
        self.agreements[id_] = made
        return Answered(201, made)

    def _requisition(self, request: dict[str, Any]) -> Answered:
        if any(each.request["reference"] == request["reference"] for each in self.requisitions.values()):
            return _error(400, "Client reference must be unique", "It was used before")
        made = Requisition(str(uuid.uuid4()), request)
        self.requisitions[made.id] = made
        return Answered(201, self._shown(made))

    def _of_requisition(self, method: str, id_: str) -> Answered:
        found = self.requisitions.get(id_)
        if found is None:
            return _not_found()
        if method == "DELETE":
            del self.requisitions[id_]
            return Answered(200, {"summary": "Requisition deleted", "detail": f"Requisition '{id_}' deleted"})
        if found.valid_until is not None and self.bank.now() >= found.valid_until:
            found.status = "EX"
        return Answered(200, self._shown(found))

    def _shown(self, found: Requisition) -> dict[str, Any]:
        return {
            **found.request,
            "id": found.id,
            "status": found.status,
            "accounts": [*found.accounts.values()],
            "link": f"{self.url}/agree/{found.id}",
        }

    def _data(self, id_: str, scope: str, asked: dict[str, str]) -> Answered:
        requisition, account = self._of(id_)
        if requisition is None or account is None:
            return _not_found()
        fault = self.bank.next_fault()
        if fault is not None and fault.kind == "expired":
            requisition.valid_until = self.bank.now()
        if requisition.valid_until is None or self.bank.now() >= requisition.valid_until:
            body = {"summary": "End User Agreement (EUA) has expired", "type": "AccessExpiredError", "status_code": 401}
            return Answered(401, body)
        refused = _refused(fault)
        if refused is not None:
            return refused
        if not self.bank.allows(account.number, scope):
            return _throttled(_left_of_day(self.bank.now()))
        answered = self._scopes(account, scope, asked)
        return Answered(answered.status, answered.body, is_lost=fault is not None and fault.kind == "lost")

    def _of(self, id_: str) -> tuple[Requisition | None, Account | None]:
        for requisition in self.requisitions.values():
            for number, each in requisition.accounts.items():
                if each == id_:
                    return requisition, self.bank.accounts.get(number)
        return None, None

    def _scopes(self, account: Account, scope: str, asked: dict[str, str]) -> Answered:
        if scope == "details":
            details = {"iban": account.number, "currency": account.currency, "ownerName": "A", "name": account.name}
            return Answered(200, {"account": details})
        if scope == "balances":
            amount = {"amount": decimal(account.balance, account.currency), "currency": account.currency}
            day = self.bank.now().date().isoformat()
            return Answered(
                200, {"balances": [{"balanceAmount": amount, "balanceType": "interimBooked", "referenceDate": day}]}
            )
        today = self.bank.now().date()
        first = date.fromisoformat(asked.get("date_from", (today - timedelta(days=90)).isoformat()))
        last = date.fromisoformat(asked.get("date_to", today.isoformat()))
        if first > today:
            return Answered(400, {"date_from": {"summary": "Incorrect date_from", "detail": "It is in the future"}})
        lists: dict[str, list[dict[str, Any]]] = {"booked": [], "pending": []}
        for each in account.between(first, last):
            lists["pending" if each.is_pending else "booked"].append(record_of(each, account.currency))
        self.bank.after_page(1)
        return Answered(200, {"transactions": lists, "last_updated": self.bank.now().isoformat()})


def record_of(booking: Booking, currency: str) -> dict[str, Any]:
    """A booking as the API has it: signed amounts."""
    side = "debtor" if booking.amount >= 0 else "creditor"
    record: dict[str, Any] = {
        "transactionAmount": {"amount": decimal(booking.amount, currency), "currency": currency},
        "valueDate": (booking.value_day or booking.day).isoformat(),
        "remittanceInformationUnstructured": booking.text,
        "endToEndId": booking.end_to_end or "NOTPROVIDED",
    }
    if booking.reference:
        record["transactionId"] = booking.reference
    if not booking.is_pending:
        record["bookingDate"] = booking.day.isoformat()
        if booking.reference:
            record["internalTransactionId"] = hashlib.md5(booking.reference.encode(), usedforsecurity=False).hexdigest()
    if booking.name:
        record[f"{side}Name"] = booking.name
    if booking.account:
        record[f"{side}Account"] = {"iban": booking.account}
    if booking.mandate:
        record["mandateId"] = booking.mandate
    if booking.foreign is not None:
        minor, code, rate = booking.foreign
        instructed = {"amount": decimal(minor, code), "currency": code}
        record["currencyExchange"] = [{"exchangeRate": rate, "sourceCurrency": code, "instructedAmount": instructed}]
    if booking.balance is not None and not booking.is_pending:
        amount = {"amount": decimal(booking.balance, currency), "currency": currency}
        record["balanceAfterTransaction"] = {"balanceAmount": amount, "balanceType": "interimBooked"}
    return record


def _refused(fault: Fault | None) -> Answered | None:
    match fault:
        case Fault("down"):
            return _error(503, "Service unavailable", "Try again later")
        case Fault("denied"):
            return _error(403, "Forbidden", "You do not have permission to perform this action")
        case Fault("garbled"):
            return Answered(200, "<html>gateway</html>")
        case Fault("throttled", seconds):
            return _throttled(60 if seconds is None else seconds)
        case _:
            return None


def _throttled(seconds: int) -> Answered:
    detail = f"The rate limit for this resource is 4/day. Please try again in {seconds} seconds"
    return _error(429, "Rate limit exceeded", detail)


def _left_of_day(now: datetime) -> int:
    return 86_400 - (now.hour * 3_600 + now.minute * 60 + now.second)


def _not_found() -> Answered:
    return _error(404, "Not found.", "Not found.")


def _error(status: int, summary: str, detail: str) -> Answered:
    return Answered(status, {"summary": summary, "detail": detail, "status_code": status})
