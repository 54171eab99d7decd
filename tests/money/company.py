"""The account that pays and claims: what its people do through the public API, and again until it
is acknowledged.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.money.bank import Bank
from tests.support.running_stack import RunningStack, wait_until
from tillroll.identity.authentication import secret_hash

LIMIT: Final = 1_000_000
"""Above so many minor units, a second person approves a payout."""

CURRENCIES: Final = ("EUR", "USD")
_IN_FLIGHT: Final = "urn:tillroll:problem:request-in-flight"
_EVENT: Final = "v2.money_management.outbound_payment."
_ENDINGS: Final = ("posted", "failed", "returned", "canceled")
_SECRET: Final = "whsec_of_the_provider"
_AT_ONCE: Final = 4
_PERSON: Final = """
    INSERT INTO users (id, account_id, name, is_operator, created_at)
      VALUES ('usr_{name}', 'acc_first', 'Bob', 0, '2026-01-01T00:00:00.000Z');
    INSERT INTO user_roles (user_id, role) VALUES ('usr_{name}', 'owner');
    INSERT INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_{name}', 'usr_{name}', '{hash}', 'tests', '2026-01-01T00:00:00.000Z');
"""


class Company:
    """The account that pays and claims."""

    def __init__(self, stack: RunningStack, bank: Bank) -> None:
        self.stack = stack
        self.bank = bank
        self.owner = stack.client()
        self._second = stack.client_of(self._second_person())
        for currency in CURRENCIES:
            self._limit(currency)
            self.post(
                "/api/rules",
                {"when": {"currency": currency, "min": "0.01"}, "gives": {"paidBy": "employee"}},
            )
        rules = [
            {"when": {"/type": f"{_EVENT}{each}"}, "consumer": "payments"} for each in _ENDINGS
        ]
        source = {
            "name": "Payments",
            "scheme": {"name": "stripe"},
            "secret": _SECRET,
            "mapping": {"rules": rules},
        }
        self._events = f"{stack.url}{self.post('/api/inbound-sources', source)['path']}"
        self.hear_events()

    def _limit(self, currency: str) -> None:
        """Have a second person decide above LIMIT; of a further currency, somebody else confirms
        that.
        """
        told = self.owner.put(
            f"/api/payout-limits/{currency}", json={"above": LIMIT}
        ).raise_for_status()
        if told.status_code == 202:
            decision = f"/api/payout-changes/{told.json()['id']}/decision"
            self._second.post(decision, json={"decision": "confirm"}).raise_for_status()

    def payee(self, name: str) -> str:
        """Somebody whom the bank pays. What one is paid within a day counts together, so each
        payout has its own.
        """
        return str(
            self.post(
                "/api/payees", {"name": name, "recipient": f"acct_{name}", "method": "gbba_1"}
            )["id"]
        )

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """POST, once under an Idempotency-Key.

        Raises:
            httpx.HTTPError: it was refused, or no answer came.
        """
        headers = {} if key is None else {"idempotency-key": key}
        return self.owner.post(path, json=body, headers=headers).raise_for_status().json()

    def insist(self, path: str, body: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """The same, until it is acknowledged: one whose answer was lost may be in flight for a
        while yet.

        Raises:
            AssertionError: it was refused, or not acknowledged in time.
        """
        said = ""

        def acknowledged() -> dict[str, Any] | None:
            nonlocal said
            try:
                return self.post(path, body, key)
            except httpx.HTTPStatusError as error:
                said = error.response.text
                if error.response.json()["type"] != _IN_FLIGHT:
                    raise AssertionError(f"{path}: {said}") from error
            except httpx.TransportError as error:
                said = str(error)
            return None

        try:
            return wait_until(acknowledged, f"{path} to be taken")
        except AssertionError as error:
            raise AssertionError(f"{error}: {said}") from error

    def send_into_death(self, path: str, body: Mapping[str, Any], key: str) -> None:
        """POST, whose answer nobody waits for: it may be heard, or may not."""

        def send() -> None:
            try:
                with self.stack.client() as client:
                    client.post(path, json=body, headers={"idempotency-key": key})
            except httpx.HTTPError:
                pass  # the Worker died over it

        threading.Thread(target=send, daemon=True).start()

    def approve(self, run_id: str) -> None:
        """The second person does."""
        self._second.post(
            f"/api/runs/{run_id}/review", json={"decision": "approve"}
        ).raise_for_status()

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.owner.get(path, params=query).raise_for_status().json()

    def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All items of a list."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit=100, **query, **cursor)
            items += page["items"]
            if page["nextCursor"] is None:
                return items
            cursor = {"cursor": page["nextCursor"]}

    def names_of_payments(self) -> dict[str, str]:
        """What the provider was told to call the payment of each payout, by the payout's id."""
        rows = self.stack.d1("SELECT run_id, payment_name FROM payouts")
        return {row["run_id"]: row["payment_name"] for row in rows}

    def hear_events(self) -> None:
        """Have the provider send its events here."""
        self.bank.tell(self._events, _SECRET)

    def hear_no_events(self) -> None:
        """Have the provider send them to where nobody takes them."""
        self.bank.tell(f"{self.stack.url}/api/nowhere", _SECRET)

    def approved_expenses(self, what: str, amounts: Sequence[tuple[str, int]]) -> list[str]:
        """The ids of as many expenses of an employee, each of a currency and so many minor
        units.
        """

        def state(number: int) -> str:
            currency, minor = amounts[number]
            stated = {
                "merchant": f"Shop {number} of {what}",
                "date": "2026-03-05",
                "total": as_text(minor),
                "currency": currency,
                "reason": "the receipt is lost",
            }
            return str(self.insist("/api/vouchers", stated)["runId"])

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            runs = [*pool.map(state, range(len(amounts)))]
        expenses = [self.stack.wait_for_status(run, "complete")["expense"] for run in runs]
        found = [each["id"] for each in expenses]
        seen = {"ids": found, "versions": [each["version"] for each in expenses]}
        # Who handed it in does not approve it where somebody else may.
        answer = self._second.post("/api/expenses/approve", json=seen).raise_for_status()
        outcomes = answer.json()["items"]
        assert {each["outcome"] for each in outcomes} == {"done"}, outcomes
        return [str(each) for each in found]

    def close(self) -> None:
        self.owner.close()
        self._second.close()

    def _second_person(self) -> str:
        token, name = f"till_{uuid4().hex}", uuid4().hex
        self.stack.d1(_PERSON.format(name=name, hash=secret_hash(token)))
        return token


def as_text(minor: int) -> str:
    """An amount as the API takes it."""
    return f"{minor // 100}.{minor % 100:02}"


def as_minor(text: str) -> int:
    """An amount as the API shows it."""
    return int(text.replace(".", ""))
