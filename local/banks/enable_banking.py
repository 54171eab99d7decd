"""Enable Banking as far as Tillroll asks for it (enablebanking.com/docs/api/reference), without
HTTP: tokens that an RSA key signs, consents with an end, sessions, balances, and transactions in
pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from dataclasses import dataclass
from dataclasses import field as member
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from local.banks.bank import Account, Answered, Bank, Booking, Fault, decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

BANK_NAME, COUNTRY = "Mock Bank", "FI"
CONSENT_DAYS = 180
_LONGEST_TOKEN = 86_400
_CODE_LASTS = timedelta(minutes=10)
_DAYS_KEPT = 365


@dataclass
class Session:
    """What a person has agreed to: account ids by the numbers of the accounts."""

    id: str
    uids: dict[str, str]
    valid_until: datetime
    status: str = "AUTHORIZED"


@dataclass
class Authorization:
    """A person who is at the bank, or came back with a code."""

    request: dict[str, Any]
    code: str
    since: datetime
    is_used: bool = False


@dataclass
class EnableBanking:
    """The provider. `applications` have their public keys by their ids; `url` is where people
    agree.
    """

    bank: Bank
    url: str = "http://127.0.0.1"
    applications: dict[str, RSAPublicKey] = member(default_factory=dict[str, RSAPublicKey])
    redirects: dict[str, list[str]] = member(default_factory=dict[str, list[str]])
    authorizations: dict[str, Authorization] = member(default_factory=dict[str, "Authorization"])
    sessions: dict[str, Session] = member(default_factory=dict[str, "Session"])

    def register(self, application: str, public_key: bytes, redirects: list[str]) -> None:
        """Let an application in by its public key in PEM; people are sent back to these addresses
        only.
        """
        key = serialization.load_pem_public_key(public_key)
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the key is not one of RSA")
        self.applications[application], self.redirects[application] = key, redirects

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> Answered:
        """A request; header names are in small letters."""
        application = self._application(headers.get("authorization", ""))
        if application is None:
            return _error(401, "UNAUTHORIZED_ACCESS")
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match method, *parts.path.strip("/").split("/"):
            case "GET", "aspsps":
                answered = self._banks(asked)
            case "POST", "auth":
                answered = self._authorize(application, json.loads(body))
            case "POST", "sessions":
                answered = self._begin(json.loads(body))
            case "DELETE", "sessions", id_:
                answered = self._close(id_)
            case "GET", "accounts", uid, ("balances" | "transactions") as what:
                answered = self._data(uid, what, asked)
            case _:
                answered = _error(404, "NOT_FOUND")
        return answered

    def agree(self, authorization: str, *, is_denied: bool = False) -> str | None:
        """What the bank's page does when the person has decided: the address that they are sent
        back to.
        """
        found = self.authorizations.get(authorization)
        if found is None:
            return None
        state = found.request["state"]
        said = (
            {"error": "access_denied", "state": state}
            if is_denied
            else {"code": found.code, "state": state}
        )
        return f"{found.request['redirect_url']}?{urlencode(said)}"

    def _application(self, authorization: str) -> str | None:
        """The one that has signed the token; None where the token does not hold."""
        try:
            head, claims, signature = authorization.removeprefix("Bearer ").split(".")
            kid, told = _decoded(head), _decoded(claims)
            key = self.applications[kid["kid"]]
            key.verify(
                _bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (ValueError, KeyError, TypeError, InvalidSignature):
            return None
        now = self.bank.now().timestamp()
        holds = (
            kid.get("alg") == "RS256"
            and told.get("iss") == "enablebanking.com"
            and told.get("aud") == "api.enablebanking.com"
            and told.get("iat", now + 1) <= now + 60
            and now < told.get("exp", 0) <= told.get("iat", 0) + _LONGEST_TOKEN
        )
        return str(kid["kid"]) if holds else None

    def _banks(self, asked: Mapping[str, str]) -> Answered:
        one = {
            "name": BANK_NAME,
            "country": COUNTRY,
            "psu_types": ["personal", "business"],
            "maximum_consent_validity": CONSENT_DAYS * 86_400,
            "beta": False,
        }
        return Answered(200, {"aspsps": [one] if asked.get("country", COUNTRY) == COUNTRY else []})

    def _authorize(self, application: str, request: dict[str, Any]) -> Answered:
        if request.get("redirect_url") not in self.redirects[application]:
            return _error(400, "REDIRECT_URI_NOT_ALLOWED")
        if request.get("aspsp") != {"name": BANK_NAME, "country": COUNTRY}:
            return _error(400, "WRONG_ASPSP_PROVIDED")
        until = datetime.fromisoformat(request["access"]["valid_until"])
        if not self.bank.now() < until <= self.bank.now() + timedelta(days=CONSENT_DAYS, minutes=5):
            return _error(422, "WRONG_REQUEST_PARAMETERS")
        id_ = str(uuid.uuid4())
        self.authorizations[id_] = Authorization(request, uuid.uuid4().hex, self.bank.now())
        return Answered(
            200, {"url": f"{self.url}/agree/{id_}", "authorization_id": id_, "psu_id_hash": "0"}
        )

    def _begin(self, request: dict[str, Any]) -> Answered:
        found = next(
            (each for each in self.authorizations.values() if each.code == request.get("code")),
            None,
        )
        if found is None:
            return _error(422, "WRONG_AUTHORIZATION_CODE")
        if found.is_used:
            return _error(422, "ALREADY_AUTHORIZED")
        if self.bank.now() > found.since + _CODE_LASTS:
            return _error(422, "EXPIRED_AUTHORIZATION_CODE")
        found.is_used = True
        uids = {number: str(uuid.uuid4()) for number in self.bank.accounts}
        until = datetime.fromisoformat(found.request["access"]["valid_until"])
        session = Session(str(uuid.uuid4()), uids, until)
        self.sessions[session.id] = session
        accounts = [_resource(self.bank.accounts[number], uid) for number, uid in uids.items()]
        body = {**_shown(session), "session_id": session.id, "accounts": accounts}
        return Answered(200, body)

    def _close(self, id_: str) -> Answered:
        session = self.sessions.get(id_)
        if session is None:
            return _error(404, "SESSION_DOES_NOT_EXIST")
        session.status = "CLOSED"
        return Answered(200, {"message": "OK"})

    def _data(self, uid: str, what: str, asked: dict[str, str]) -> Answered:
        session, account = self._of(uid)
        if session is None or account is None:
            return _error(404, "ACCOUNT_DOES_NOT_EXIST")
        fault = self.bank.next_fault()
        if fault is not None and fault.kind == "expired":
            session.valid_until = self.bank.now()
        if session.status == "CLOSED":
            return _error(401, "CLOSED_SESSION")
        if self.bank.now() >= session.valid_until:
            return _error(401, "EXPIRED_SESSION")
        refused = _refused(fault)
        if refused is not None:
            return refused
        # Of a list in pages, the bank is asked once.
        if "continuation_key" not in asked and not self.bank.allows(account.number, what):
            return _error(429, "ASPSP_RATE_LIMIT_EXCEEDED")
        answered = (
            self._balances(account) if what == "balances" else self._transactions(account, asked)
        )
        return Answered(
            answered.status, answered.body, is_lost=fault is not None and fault.kind == "lost"
        )

    def _of(self, uid: str) -> tuple[Session | None, Account | None]:
        for session in self.sessions.values():
            for number, each in session.uids.items():
                if each == uid:
                    return session, self.bank.accounts.get(number)
        return None, None

    def _balances(self, account: Account) -> Answered:
        balance = {
            "name": "Booked balance",
            "balance_amount": {
                "amount": decimal(account.balance, account.currency),
                "currency": account.currency,
            },
            "balance_type": "ITBD",
            "reference_date": self.bank.now().date().isoformat(),
        }
        return Answered(200, {"balances": [balance]})

    def _transactions(self, account: Account, asked: dict[str, str]) -> Answered:
        today = self.bank.now().date()
        first = date.fromisoformat(asked.get("date_from", (today - timedelta(days=90)).isoformat()))
        last = date.fromisoformat(asked.get("date_to", today.isoformat()))
        if first > last or first > today:
            return _error(422, "WRONG_DATE_INTERVAL")
        if first < today - timedelta(days=_DAYS_KEPT):
            return _error(422, "WRONG_TRANSACTIONS_PERIOD")
        number, begin, mark = 0, 0, _mark(asked)
        if (key := asked.get("continuation_key")) is not None:
            try:
                number, begin, of = json.loads(base64.urlsafe_b64decode(key))
            except (ValueError, binascii.Error):
                return _error(422, "WRONG_CONTINUATION_KEY")
            if of != mark:
                return _error(422, "WRONG_REQUEST_PARAMETERS")
        # What is listed now: a record that was booked meanwhile comes as it is now.
        listed = [record_of(each, account.currency) for each in account.between(first, last)]
        size = 0 if number == 0 and self.bank.begins_empty else self.bank.page
        page = listed[begin : begin + size]
        end = begin + size
        following = None
        if end < len(listed):
            back = max(begin, end - self.bank.overlap) if size > self.bank.overlap else end
            following = base64.urlsafe_b64encode(
                json.dumps([number + 1, back, mark]).encode()
            ).decode()
        self.bank.after_page(number + 1)
        return Answered(200, {"transactions": page, "continuation_key": following})


def record_of(booking: Booking, currency: str) -> dict[str, Any]:
    """A booking as the API has it: amounts without a sign."""
    is_credit = booking.amount >= 0
    side, other = ("debtor", "creditor") if is_credit else ("creditor", "debtor")
    record: dict[str, Any] = {
        "entry_reference": booking.reference or None,
        "merchant_category_code": None,
        "transaction_amount": {
            "amount": decimal(abs(booking.amount), currency),
            "currency": currency,
        },
        "credit_debit_indicator": "CRDT" if is_credit else "DBIT",
        "status": "PDNG" if booking.is_pending else "BOOK",
        "booking_date": None if booking.is_pending else booking.day.isoformat(),
        "value_date": booking.value_day.isoformat() if booking.value_day else None,
        "transaction_date": booking.day.isoformat(),
        "remittance_information": [booking.text] if booking.text else [],
        side: {"name": booking.name} if booking.name else None,
        f"{side}_account": {"iban": booking.account} if booking.account else None,
        other: None,
        "exchange_rate": None,
        "balance_after_transaction": None,
        "reference_number": booking.mandate or None,
        "reference_number_schema": "SDDM" if booking.mandate else None,
        "transaction_id": uuid.uuid4().hex,
    }
    if booking.foreign is not None:
        minor, code, rate = booking.foreign
        instructed = {"amount": decimal(abs(minor), code), "currency": code}
        record["exchange_rate"] = {
            "instructed_amount": instructed,
            "exchange_rate": rate,
            "unit_currency": currency,
        }
    if booking.balance is not None and not booking.is_pending:
        record["balance_after_transaction"] = {
            "amount": decimal(booking.balance, currency),
            "currency": currency,
        }
    return record


def _refused(fault: Fault | None) -> Answered | None:
    match fault:
        case Fault("down"):
            return Answered(500, {"message": "Internal Server Error"})
        case Fault("denied"):
            return _error(403, "ACCESS_DENIED")
        case Fault("garbled"):
            return Answered(200, "<html>gateway</html>")
        case Fault("throttled", seconds):
            headers = {} if seconds is None else {"retry-after": str(seconds)}
            return Answered(429, _error(429, "ASPSP_RATE_LIMIT_EXCEEDED").body, headers)
        case _:
            return None


def _resource(account: Account, uid: str) -> dict[str, Any]:
    return {
        "uid": uid,
        "account_id": {"iban": account.number},
        "name": account.name,
        "currency": account.currency,
        "cash_account_type": "CACC",
        "identification_hash": hashlib.sha256(account.number.encode()).hexdigest(),
    }


def _shown(session: Session) -> dict[str, Any]:
    return {
        "status": session.status,
        "aspsp": {"name": BANK_NAME, "country": COUNTRY},
        "access": {
            "valid_until": session.valid_until.isoformat(),
            "balances": True,
            "transactions": True,
        },
        "accounts": [*session.uids.values()],
    }


def _mark(asked: Mapping[str, str]) -> str:
    """Of what was asked for, but the page."""
    kept = {name: asked[name] for name in sorted(asked) if name != "continuation_key"}
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]


def _error(status: int, code: str) -> Answered:
    return Answered(
        status, {"message": "See the error.", "code": status, "error": code, "detail": None}
    )


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _decoded(text: str) -> dict[str, Any]:
    return json.loads(_bytes(text))
