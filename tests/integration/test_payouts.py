"""Payouts on the genuine stack, with the local provider: paid once, approved by somebody else,
refused, lost and found, come back; told early, twice and never. The books balance in the end.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until
from tillroll.identity.authentication import secret_hash

_EVENT: Final = "v2.money_management.outbound_payment."
_PERSON: Final = """
    INSERT INTO users (id, account_id, name, is_operator, created_at)
      VALUES ('usr_{name}', 'acc_first', 'Bob', 0, '2026-01-01T00:00:00.000Z');
    INSERT INTO user_roles (user_id, role) VALUES ('usr_{name}', 'owner');
    INSERT INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_{name}', 'usr_{name}', '{hash}', 'tests', '2026-01-01T00:00:00.000Z');
"""
_ENDED: Final = {"paid", "reversed", "came_back"}


class Company:
    """The account that pays, its provider, and a second person of it."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.provider = httpx.Client(base_url=stack.stack.payments_url, timeout=PATIENCE_SECONDS)
        self.owner = stack.client()
        self.second = stack.client_of(self._second_person())
        self.payee, self.other_payee = self._payee(), self._payee()

    def _payee(self) -> str:
        asked = {"name": "Ann", "recipient": f"acct_{uuid4().hex}", "method": "gbba_1"}
        return self.owner.post("/api/payees", json=asked).raise_for_status().json()["id"]

    def ask(self, amount: int, payee: str | None = None) -> str:
        asked = {
            "payeeId": payee or self.payee,
            "currency": "EUR",
            "amount": amount,
            "reference": "Trip",
        }
        return self.owner.post("/api/payouts", json=asked).raise_for_status().json()["id"]

    def state(self, payout: str) -> str:
        return self.owner.get(f"/api/payouts/{payout}").raise_for_status().json()["state"]

    def reach(self, payout: str, state: str) -> None:
        def there() -> bool:
            return self.state(payout) == state

        wait_until(there, f"the payout to be {state}")

    def payments(self, payout: str) -> list[Mapping[str, Any]]:
        """The payments that the provider has of a payout: one at most."""
        taken = self.provider.get("/").raise_for_status().json()["data"]
        # The test's own id.
        [row] = self.stack.d1(f"SELECT payment_name FROM payouts WHERE run_id = '{payout}'")
        return [each for each in taken if each["metadata"]["payout"] == row["payment_name"]]

    def at_provider(self, payout: str, act: str) -> int | None:
        """Have its payment come to an end, or tell of it again; what the source of events
        answered.
        """
        [payment] = wait_until(lambda: self.payments(payout), "the payment to be made")
        return (
            self.provider.post(f"/payments/{payment['id']}/{act}").raise_for_status().json()["told"]
        )

    def posted(self, account: str) -> int:
        """What a ledger account stands at, in minor units. The account is shared with the other
        tests of the stack.
        """
        answer = self.owner.get(f"/api/ledger/accounts/{account}/balance")
        return 0 if answer.status_code == 404 else answer.raise_for_status().json()["posted"]

    def hear_events(self) -> None:
        """Set up where the provider sends its events."""
        rules = [
            {"when": {"/type": f"{_EVENT}{each}"}, "consumer": "payments"}
            for each in ("posted", "returned")
        ]
        source = {
            "name": "Payments",
            "scheme": {"name": "stripe"},
            "secret": "whsec_of_the_provider",
        }
        made = self.owner.post(
            "/api/inbound-sources", json={**source, "mapping": {"rules": rules}}
        ).raise_for_status()
        to = {"url": f"{self.stack.url}{made.json()['path']}", "secret": source["secret"]}
        self.provider.put("/events", json=to).raise_for_status()

    def _second_person(self) -> str:
        token, name = f"till_{uuid4().hex}", uuid4().hex
        self.stack.d1(_PERSON.format(name=name, hash=secret_hash(token)))
        return token


@pytest.fixture
def company(stack: RunningStack) -> Iterator[Company]:
    company = Company(stack)
    yield company
    for client in (company.provider, company.owner, company.second):
        client.close()


def test_payouts_end_as_their_payments_do_and_the_books_balance(company: Company) -> None:
    company.hear_events()
    in_transit = company.posted("payouts:in-transit:EUR")
    company.owner.put("/api/payout-limits/EUR", json={"above": 50_000}).raise_for_status()
    refused, lost, untold, returned = (company.ask(amount) for amount in (4001, 4005, 1500, 1700))
    # What one payee is paid within a day counts together: the others would wait with it.
    large = company.ask(60_000, company.other_payee)

    company.reach(large, "awaiting_approval")
    own = company.owner.post(f"/api/runs/{large}/review", json={"decision": "approve"})
    assert (own.status_code, own.json()["type"]) == (403, "urn:tillroll:problem:four-eyes")
    assert company.payments(large) == [], "paid before anybody had approved it"
    company.second.post(
        f"/api/runs/{large}/review", json={"decision": "approve"}
    ).raise_for_status()
    assert company.at_provider(large, "posted") == 202, "told early"
    assert company.at_provider(returned, "returned") == 202

    company.reach(untold, "unsettled")
    company.provider.put("/events", json={"url": f"{company.stack.url}/nowhere", "secret": "none"})
    company.at_provider(untold, "posted")
    # An id.
    company.stack.d1(f"UPDATE runs SET updated_at = '2026-01-01' WHERE id = '{untold}'")
    company.hear_events()

    company.reach(lost, "unsettled")
    assert [company.at_provider(lost, act) for act in ("posted", "tell")] == [202, 202]

    def ended() -> bool:
        company.stack.fire_cron()
        return all(
            company.state(each) in _ENDED for each in (refused, lost, untold, returned, large)
        )

    wait_until(ended, "the payouts to end")
    states = {each: company.state(each) for each in (refused, lost, untold, returned, large)}
    assert states == {
        refused: "reversed",
        lost: "paid",
        untold: "paid",
        returned: "came_back",
        large: "paid",
    }
    assert [len(company.payments(each)) for each in states] == [0, 1, 1, 1, 1]
    balance = company.owner.get("/api/ledger/trial-balance").json()
    assert balance["isBalanced"]
    owed = [
        company.posted(f"payouts:owed:{payee}:EUR")
        for payee in (company.payee, company.other_payee)
    ]
    assert owed == [-(4005 + 1500), -60_000]
    assert company.posted("payouts:in-transit:EUR") == in_transit
    lifted = company.owner.delete("/api/payout-limits/EUR")
    assert lifted.status_code == 202, "one person lifts it alone"
    decision = f"/api/payout-changes/{lifted.json()['id']}/decision"
    company.second.post(decision, json={"decision": "confirm"}).raise_for_status()
