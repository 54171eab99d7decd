"""Stripe's outbound payments as far as Tillroll asks for them
(docs.stripe.com/api/v2/money-management), without HTTP: its checks, its answers, that a key pays
once, and what becomes of a payment later. No money moves.

Faults are ordered, and used up one a payment that is asked for; or an amount of BY_AMOUNT stands
for one.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from dataclasses import field as member
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATH = "/v2/money_management/outbound_payments"
# refused: 400. denied: 403. down: 500. lost_before: the request never arrives. lost_after: it is
# paid, and the answer never arrives. fails, returned: it is taken, and comes to nothing later.
# stuck: nothing more is ever heard of it.
FaultKind = Literal[
    "refused", "denied", "down", "lost_before", "lost_after", "fails", "returned", "stuck"
]
Final = Literal["posted", "failed", "returned", "canceled"]
_PAGE = 50
# 40.01 and on, in minor units: what becomes of a payment of so much.
BY_AMOUNT: dict[int, FaultKind] = {
    4001: "refused",
    4002: "fails",
    4003: "returned",
    4004: "stuck",
    4005: "lost_after",
}


@dataclass
class Fault:
    """What becomes of the next payment that is asked for."""

    kind: FaultKind


@dataclass
class OutboundPayment:
    """A payment that was taken; `to_be` is what it will come to when it settles, None where that is
    never.
    """

    id: str
    request: dict[str, Any]
    created: str
    status: str = "processing"
    reason: str | None = None
    to_be: Final | None = "posted"


@dataclass(frozen=True)
class Answered:
    """`is_lost`: the other side never hears it."""

    status: int
    body: dict[str, Any]
    is_lost: bool = False


@dataclass
class Counterpart:
    """One financial account. `now` is the provider's clock; what it took is in its list `lag`
    later.
    """

    api_key: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lag: timedelta = timedelta()
    payments: list[OutboundPayment] = member(default_factory=list["OutboundPayment"])
    faults: list[Fault] = member(default_factory=list["Fault"])
    keys: dict[str, tuple[str, str]] = member(default_factory=dict[str, "tuple[str, str]"])
    asked: Counter[str] = member(default_factory=Counter[str])
    by_amount: Mapping[int, FaultKind] = member(default_factory=lambda: BY_AMOUNT)

    def post(self, path: str, headers: Mapping[str, str], body: str) -> Answered:
        """A POST; header names are in small letters."""
        refused = self._let_in(headers)
        if refused:
            return refused
        key = headers.get("idempotency-key", "")
        if not key:
            return _error(400, "idempotency_key_missing")
        if path == PATH:
            return self._pay(key, body)
        if path.startswith(f"{PATH}/") and path.endswith("/cancel"):
            return self._cancel(path[len(PATH) + 1 : -len("/cancel")])
        return _error(404, "not_found")

    def get(self, path: str, headers: Mapping[str, str]) -> Answered:
        refused = self._let_in(headers)
        if refused:
            return refused
        parts = urlsplit(path)
        if parts.path == PATH:
            return self._list({name: values[0] for name, values in parse_qs(parts.query).items()})
        payment = self.find(parts.path[len(PATH) + 1 :])
        return _error(404, "not_found") if payment is None else Answered(200, shown(payment))

    def find(self, id_: str) -> OutboundPayment | None:
        return next((each for each in self.payments if each.id == id_), None)

    def settle(
        self, id_: str | None = None, older_than: timedelta = timedelta()
    ) -> list[OutboundPayment]:
        """What is on its way for so long (one, or all) comes to its end; returns those that did."""
        until = _text(self.now() - older_than)
        ended = [
            each
            for each in self.payments
            if each.status == "processing"
            and each.to_be is not None
            and id_ in {None, each.id}
            and each.created <= until
        ]
        for each in ended:
            self.end(each, each.to_be or "posted")
        return ended

    def end(self, payment: OutboundPayment, status: Final) -> None:
        """Have a payment come to an end, or come back after it."""
        payment.status, payment.to_be = status, None
        payment.reason = "no_account" if status in {"failed", "returned"} else None

    def kept(self) -> dict[str, Any]:
        """What must outlive a kill."""
        return {"payments": [asdict(each) for each in self.payments], "keys": self.keys}

    def load(self, kept: dict[str, Any]) -> None:
        """Take up what `kept` gave."""
        self.payments = [OutboundPayment(**each) for each in kept["payments"]]
        self.keys = {key: (digest, id_) for key, (digest, id_) in kept["keys"].items()}

    def _let_in(self, headers: Mapping[str, str]) -> Answered | None:
        if headers.get("authorization") != f"Bearer {self.api_key}":
            return _error(401, "invalid_api_key")
        return None if headers.get("stripe-version") else _error(400, "stripe_version_missing")

    def _pay(self, key: str, body: str) -> Answered:
        fault = (
            self.faults.pop(0).kind
            if self.faults
            else None
            if key in self.keys
            else self._by_amount(body)
        )
        if fault in _AT_ONCE:
            return _AT_ONCE[fault]
        known = self.keys.get(key)
        if known is not None:
            payment = self.find(known[1])
            if known[0] != body or payment is None:
                return _error(400, "idempotency_error")
            return Answered(200, shown(payment), is_lost=fault == "lost_after")
        wrong = _wrong(body)
        if wrong:
            return _error(400, wrong)
        payment = OutboundPayment(
            f"obp_{uuid.uuid4().hex[:24]}", json.loads(body), _text(self.now())
        )
        payment.to_be = {"fails": "failed", "returned": "returned", "stuck": None}.get(
            fault or "", "posted"
        )  # type: ignore[assignment] - one of the words of Final
        self.payments.append(payment)
        self.keys[key] = (body, payment.id)
        self.asked[payment.request["metadata"].get("payout", "")] += 1
        return Answered(200, shown(payment), is_lost=fault == "lost_after")

    def _by_amount(self, body: str) -> FaultKind | None:
        return None if _wrong(body) else self.by_amount.get(json.loads(body)["amount"]["value"])

    def _cancel(self, id_: str) -> Answered:
        payment = self.find(id_)
        if payment is None:
            return _error(404, "not_found")
        if payment.status == "processing":
            payment.status = "canceled"
        return (
            Answered(200, shown(payment))
            if payment.status == "canceled"
            else _error(400, "not_cancelable")
        )

    def _list(self, asked: dict[str, str]) -> Answered:
        since, shown_to = asked.get("created_gte", ""), _text(self.now() - self.lag)
        found = [
            shown(each)
            for each in reversed(self.payments)
            if asked.get("recipient") in {None, each.request["to"]["recipient"]}
            and since <= each.created <= shown_to
        ]
        begin = int(asked.get("page", "0"))
        page, rest = found[begin : begin + _PAGE], found[begin + _PAGE :]
        following = None
        if rest:
            whose = {name: asked[name] for name in ("recipient", "created_gte") if name in asked}
            following = f"{PATH}?{urlencode({**whose, 'page': begin + _PAGE})}"
        return Answered(200, {"data": page, "next_page_url": following, "previous_page_url": None})


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def shown(payment: OutboundPayment) -> dict[str, Any]:
    """As Stripe shows it."""
    asked = payment.request
    details = None
    if payment.status in {"failed", "returned"}:
        details = {payment.status: {"reason": payment.reason}}
    return {
        "id": payment.id,
        "object": "v2.money_management.outbound_payment",
        "amount": asked["amount"],
        "from": asked["from"],
        "to": asked["to"],
        "description": asked.get("description"),
        "metadata": asked.get("metadata") or {},
        "status": payment.status,
        "status_details": details,
        "cancelable": payment.status == "processing",
        "created": payment.created,
        "livemode": False,
    }


def event_of(payment: OutboundPayment) -> dict[str, Any]:
    """The thin event of the status that a payment is in."""
    return {
        "id": f"evt_{uuid.uuid4().hex[:24]}",
        "object": "v2.core.event",
        "type": f"v2.money_management.outbound_payment.{payment.status}",
        "created": payment.created,
        "related_object": {
            "id": payment.id,
            "type": "v2.money_management.outbound_payment",
            "url": f"{PATH}/{payment.id}",
        },
    }


def _error(status: int, code: str) -> Answered:
    return Answered(
        status, {"error": {"code": code, "message": "This is said by the local counterpart."}}
    )


_AT_ONCE: dict[str | None, Answered] = {
    "lost_before": Answered(503, {}, is_lost=True),
    "down": _error(500, "api_error"),
    "denied": _error(403, "insufficient_permissions"),
    "refused": _error(400, "outbound_payment_insufficient_funds"),
}


def _wrong(body: str) -> str | None:
    try:
        asked = json.loads(body)
        whole = asked["amount"]["value"]
        there = asked["from"]["financial_account"].startswith("fa_") and asked["to"]["recipient"]
        return None if isinstance(whole, int) and whole > 0 and there else "parameter_invalid"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "parameter_missing"
