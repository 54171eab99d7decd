"""What people of the firm do on a day: each office act is done until nothing of it is left."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from tests.simulation.conserving import names_of_payouts
from tests.simulation.paying import tell_twice
from tests.support.drawing import smallest_jpeg
from tests.year.bank import FirmBank
from tests.year.firm import Employee, Purchase, draw_purchase
from tests.year.opening import Deployment
from tests.year.people import Firm
from tests.year.sides import SETTLES_AFTER
from tillroll.payouts.sepa import as_reference
from tillroll_durable.platform.bindings.database import Row, integer, text

_SATURDAY: Final = 5
_MOST_AT_ONCE: Final = 50
_MOST_PAID: Final = 200
_FIRST_HALF: Final = 10
_SECOND_HALF: Final = 25
_LEFT_ALONE: Final = timedelta(days=7)
_BOUNCES: Final = 0.15
_MEANWHILE: Final = (404, 409, 422)
"""The statuses of what somebody, or the program, has done meanwhile."""
Meaning: TypeAlias = tuple[str, str]


@dataclass
class Truth:
    """What really happened: the purchases by their runs, and what clients owe by their claims."""

    purchases: dict[str, Purchase] = field(default_factory=dict[str, Purchase])
    claims_paid: dict[str, int] = field(default_factory=dict[str, int])
    billed: set[date] = field(default_factory=set[date])
    paid_back: set[date] = field(default_factory=set[date])
    closed: set[date] = field(default_factory=set[date])
    claims_due: dict[str, date] = field(default_factory=dict[str, date])
    claims_returned: dict[str, int] = field(default_factory=dict[str, int])

    def paid_of(self, claim: str) -> int:
        """What a client has paid of a claim, without what came back."""
        return self.claims_paid.get(claim, 0) - self.claims_returned.get(claim, 0)


@dataclass
class Office:
    """The firm at work."""

    deployment: Deployment
    firm: Firm
    bank: FirmBank
    dice: random.Random
    a_day: int
    is_ending: bool = False
    truth: Truth = field(default_factory=Truth)

    @property
    def today(self) -> date:
        return self.deployment.clock.now().date()

    @property
    def is_working_day(self) -> bool:
        return self.today.weekday() < _SATURDAY

    async def hand_in(self, people: Sequence[Employee]) -> None:
        """What people bought in the days before."""
        number = len(self.truth.purchases)
        for _ in range(self.dice.randint(self.a_day * 3 // 4, self.a_day * 5 // 4)):
            number += 1
            day = self.today - timedelta(days=self.dice.randint(0, 3))
            purchase = draw_purchase(self.dice, number, people, max(day, date(2026, 1, 1)))
            sha = _sum_of(purchase)
            self.deployment.readers.texts[sha] = purchase.text
            run = await self.firm.people[purchase.person.id].upload(purchase)
            self.truth.purchases[run] = purchase
            if not purchase.is_private and not purchase.is_mistake:
                self.bank.card_pays(purchase)

    async def review(self) -> None:
        """The bookkeeper answers what is asked of receipts; owners, what is asked of payouts."""
        rows = await self.deployment.world.rows(
            "SELECT id, kind FROM runs WHERE status = 'needs_review' ORDER BY id"
        )
        for row in rows:
            run = text(row, "id")
            path = f"/api/runs/{run}/review"
            if row["kind"] == "receipt":
                await self.firm.books.post(path, self._answer_of(run), may_be=(404, 409))
                continue
            for person in self.firm.deciders:
                if await person.post(path, {"decision": "approve"}, may_be=(403, 404, 409)):
                    break

    def _answer_of(self, run: str) -> dict[str, Any]:
        purchase = self.truth.purchases[run]
        if purchase.is_mistake:
            return {"decision": "reject"}
        total = f"{purchase.total // 100}.{purchase.total % 100:02}"
        values = {"total": total, "currency": "EUR"} if purchase.is_unclear else {}
        return {"decision": "approve", "values": values}

    async def bill(self) -> None:
        """The bookkeeper says which expenses are a client's."""
        clients = {each["name"]: each["id"] for each in await self.firm.books.items("/api/clients")}
        due = {
            run: each
            for run, each in self.truth.purchases.items()
            if each.client is not None and each.day >= self.today - timedelta(days=10)
        }
        rows = await self.deployment.world.rows(
            "SELECT id, run_id FROM expenses WHERE status = 'ready' AND client_id IS NULL"
        )
        for row in rows:
            purchase = due.get(text(row, "run_id"))
            if purchase is None or purchase.client is None:
                continue
            body = {"kind": "client", "clientId": clients[purchase.client], "ids": [row["id"]]}
            await self.firm.books.post("/api/acts", body, may_be=(409, 422))

    async def approve(self) -> None:
        """An owner approves what is ready, as it is."""
        rows = await self.deployment.world.rows(
            "SELECT id, version FROM expenses WHERE status = 'ready' ORDER BY id"
        )
        for begin in range(0, len(rows), _MOST_AT_ONCE):
            some = rows[begin : begin + _MOST_AT_ONCE]
            body = {
                "ids": [row["id"] for row in some],
                "versions": [row["version"] for row in some],
            }
            await self.firm.second.post("/api/expenses/approve", body)

    async def pay_back(self) -> None:
        """Twice a month an owner pays what is owed; in the end each day."""
        is_second = self.today.day >= _SECOND_HALF
        half = self.today.replace(day=_SECOND_HALF if is_second else _FIRST_HALF)
        is_due = self.today.day >= _FIRST_HALF and half not in self.truth.paid_back
        if not is_due and not self.is_ending:
            return
        self.truth.paid_back.add(half)
        by_file = {each.id for each in self.firm.employees if each.by_file}
        owed = await self.firm.owner.items("/api/owed/expenses", open="true")
        # Nobody photographs a purchase twice: what looks so is two, and is paid the next time.
        for each in owed:
            if each["duplicate"]:
                pair = {"first": each["id"], "second": each["duplicate"]["expenseId"]}
                await self.firm.second.post("/api/duplicates/apart", pair)
        for way, wanted in (("file", True), ("provider", False)):
            ids = [
                each["id"]
                for each in owed
                if each["owed"] > 0
                and not each["duplicate"]
                and (each["person"]["id"] in by_file) is wanted
            ]
            for begin in range(0, len(ids), _MOST_PAID):
                body = {"expenses": ids[begin : begin + _MOST_PAID], "way": way}
                await self.firm.owner.post("/api/owed/payments", body, may_be=(409,))

    async def make_files(self) -> None:
        """An owner hands what waits to the bank, and gives its answers to the program."""
        made = await self.firm.owner.post("/api/payment-files", {}, may_be=(409, 422))
        if made:
            path = f"/api/payment-files/{made['id']}/pain.001.xml"
            answer = await self.firm.owner.ask("GET", path)
            assert answer.is_success, answer.text
            self.bank.take_file(answer.text, self.today)
        for report in self.bank.reports_of(self.today):
            await self.firm.second.post("/api/payment-reports", {"report": report})

    async def hear_the_provider(self) -> None:
        """Payments settle; of half of them the provider tells, twice."""
        ended = self.deployment.provider.settle(older_than=SETTLES_AFTER)
        platform = self.deployment.world.host.platform
        for payment in ended:
            if self.dice.random() < 0.5:
                await self.deployment.world.surviving(
                    lambda each=payment: tell_twice(platform, each)
                )

    async def import_statement(self) -> None:
        """The bookkeeper hands the bank's statement in; sometimes again."""
        content = self.bank.statement(self.today)
        if content is None:
            return
        for _ in range(self.dice.choice((1, 1, 2))):
            await self.firm.books.hand_statement_in(content, f"giro-{self.bank.statements}.xml")

    async def match(self) -> None:
        """An owner accepts what is proposed and true, and matches the rest by hand."""
        documents = await self._documents()
        meanings = await self._meanings()
        for each in await self.firm.books.items("/api/bank/matches", state="proposed"):
            pairs = each["pairs"]
            are_true = [
                documents.get(pair["documentId"]) == meanings.get(pair["entryId"], "nothing")
                for pair in pairs
            ]
            if all(are_true):
                path = f"/api/bank/matches/{each['id']}/decision"
                # Whoever says what became of a payout must not have asked for it.
                await self.firm.second.post(path, {"decision": "accept"}, may_be=_MEANWHILE)
        await self._match_by_hand(documents, meanings)

    async def _match_by_hand(
        self, documents: Mapping[str, Meaning], meanings: Mapping[str, Meaning]
    ) -> None:
        """What nothing explains for a week."""
        entries = {meaning: id_ for id_, meaning in documents.items()}
        since = (self.today - _LEFT_ALONE).isoformat()
        rows = await self.deployment.world.rows(
            "SELECT id, explained, amount FROM bank_entries WHERE standing = 'open' AND day < ?",
            since,
        )
        for row in rows:
            meaning = meanings[text(row, "id")]
            document = entries.get(meaning)
            if document is None:
                continue
            pair = {
                "entryId": row["id"],
                "documentKind": meaning[0],
                "documentId": document,
            }
            await self.firm.second.post("/api/bank/matches", {"pairs": [pair]}, may_be=_MEANWHILE)

    async def _documents(self) -> dict[str, Meaning]:
        """What each document of the record is in truth, by its id."""
        world = self.deployment.world
        found: dict[str, Meaning] = {}
        for row in await world.rows("SELECT id, run_id FROM expenses WHERE status <> 'voided'"):
            purchase = self.truth.purchases.get(text(row, "run_id"))
            if purchase is not None:
                found[text(row, "id")] = ("expense", str(purchase.number))
        for row in await world.rows("SELECT run_id FROM payouts"):
            found[text(row, "run_id")] = ("payout", as_reference(text(row, "run_id")))
        for row in await world.rows("SELECT run_id, year, number FROM claims WHERE number > 0"):
            found[text(row, "run_id")] = ("claim", claim_number(row))
        return found

    async def _meanings(self) -> dict[str, Meaning]:
        """What each entry of the bank is about, by its id."""
        rows = await self.deployment.world.rows("SELECT id, bank_reference FROM bank_entries")
        return {text(row, "id"): self.bank.meanings[text(row, "bank_reference")] for row in rows}

    async def claim(self, first: date, last: date) -> None:
        """The bookkeeper bills each client for a month, by mail."""
        clients = await self.firm.books.items("/api/clients")
        for number, each in enumerate(clients):
            body = {
                "currency": "EUR",
                "payerKind": "customer",
                "clientId": each["id"],
                "firstDay": first.isoformat(),
                "lastDay": last.isoformat(),
                "sentBy": "mail",
                "payerMail": f"pay{number}@client.example",
                "confirmsPayment": True,
            }
            await self.firm.books.post("/api/claims", body, may_be=(409, 422))

    async def be_paid(self) -> None:
        """Clients pay what they owe: in time, late, or by a debit that comes back."""
        rows = await self.deployment.world.rows(
            """
            SELECT run_id, year, number, issued_on, payer_name,
              claimed - credited - applied - written_off AS open
            FROM claims WHERE number > 0 AND is_withdrawn = 0
            """
        )
        for row in rows:
            id_ = text(row, "run_id")
            if integer(row, "open") <= 0:
                continue
            if id_ not in self.truth.claims_due:
                days = self.dice.choice((8, 12, 20, 25, 40, 55))
                self.truth.claims_due[id_] = self.today + timedelta(days=days)
            if self.truth.claims_due[id_] > self.today:
                continue
            number, name, amount = claim_number(row), text(row, "payer_name"), integer(row, "open")
            self.bank.client_pays(name, number, amount, self.today)
            self.truth.claims_due[id_] = date.max
            self.truth.claims_paid[id_] = self.truth.claims_paid.get(id_, 0) + amount
            if self.dice.random() < _BOUNCES and id_ not in self.truth.claims_returned:
                back = self.today + timedelta(days=self.dice.randint(4, 9))
                self.bank.debit_returned(name, number, amount, back)
                self.truth.claims_returned[id_] = amount
                self.truth.claims_due[id_] = back + timedelta(days=10)

    async def operate(self) -> None:
        """An owner retries what has failed, and resumes what stands still."""
        world = self.deployment.world
        rows = await world.rows("SELECT id, kind FROM runs WHERE status = 'failed' ORDER BY id")
        for row in rows:
            run = text(row, "id")
            path = f"/api/runs/{run}/retry"
            retried = await self.firm.owner.post(path, {"reason": "again"}, may_be=(409,))
            if not retried and row["kind"] == "payout":
                await self._settle(run)
        if await world.stands_still():
            await world.surviving(world.revive)
        if await world.is_paused():
            await world.surviving(world.unpause)

    async def _settle(self, payout: str) -> None:
        """Say what became of a payment of which the program cannot know."""
        names = await names_of_payouts(self.deployment.world)
        stands = [
            each
            for each in self.deployment.provider.payments
            if names.get(each.request["metadata"]["payout"]) == payout
            and each.status in {"processing", "posted"}
        ]
        in_file = self.bank.payments.get(as_reference(payout))
        is_paid = bool(stands) or (
            in_file is not None and not in_file.refused and not in_file.returned
        )
        body = {"settledAs": "paid" if is_paid else "not_paid", "reason": "the bank says so"}
        path = f"/api/payouts/{payout}/settlement"
        await self.firm.second.post(path, body, may_be=_MEANWHILE)

    async def close_month(self, first: date, last: date) -> None:
        """An owner closes a month."""
        body = {"from": first.isoformat(), "to": last.isoformat()}
        await self.firm.owner.post("/api/closed-periods", body)


def claim_number(row: Row) -> str:
    """A claim's number, as it is printed."""
    return f"{row['year']}-{integer(row, 'number'):04}"


def _sum_of(purchase: Purchase) -> str:
    return hashlib.sha256(smallest_jpeg(purchase.picture.encode())).hexdigest()
