"""Brings the expenses of many cells into their states, by the API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tests.matrix.words import APPROVED, CLOSED, Cell, Path, State
from tests.support.bank_files import camt
from tests.support.bank_month import Line, Month
from tests.views.papers import decimal
from tests.views.playing import Play
from tests.views.story import BY_FILE, YEAR, Paper, Seller, TaxLine

OTHER: Final = "Other"
TRAVEL: Final = "Travel"
GIFTS: Final = "Gifts"
"""The category that a policy names."""
_RATE: Final = 19
_FIRST_NET: Final = 10_000
_STEP: Final = 100
_CHAIN_NET: Final = 500_000
_REFUSED_NET: Final = 5_000_000
_HANDED_IN: Final = date(YEAR, 3, 2)
_REOPENED: Final = date(YEAR - 1, 12, 10)
_JANUARY: Final = date(YEAR, 1, 10)
_FEBRUARY: Final = date(YEAR, 2, 10)
_DAYS: Final = {
    State.CLOSED: _JANUARY,
    State.CLOSED_WAITING: _JANUARY,
    State.REOPENED: _REOPENED,
    State.REOPENED_WAITING: _REOPENED,
}


@dataclass
class Case:
    """A cell with its expense. `made` has what a path left there before: acts and changes."""

    cell: Cell
    number: int
    expense: str = ""
    twin: str = ""
    made: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def receipt(self) -> str:
        """The number of its paper."""
        return f"M-{self.number}"

    @property
    def merchant(self) -> str:
        """Who sold it; no other case has the same."""
        return f"Laden {self.number} GmbH"

    def paper(self, suffix: str = "") -> Paper:
        """What the employee handed in."""
        net = _FIRST_NET + self.number * _STEP
        if self.cell.state is State.IN_CHAIN:
            net += _CHAIN_NET
        if self.cell.state is State.REFUSED:
            net += _REFUSED_NET
        day = _DAYS.get(self.cell.state, _FEBRUARY)
        seller = Seller(self.merchant, "DE", "DE129273398", "EUR", "S", (_RATE,))
        line = TaxLine(_RATE, net)
        pages = 0
        if self.cell.path in {Path.SPLIT, Path.READ_AGAIN}:
            pages = 2
        return Paper(f"{self.receipt}{suffix}", day, seller, (line,), payer=BY_FILE, pages=pages)


@dataclass
class Ground:
    """The firm with its clients and project."""

    play: Play
    acme: str = ""
    globex: str = ""
    project: str = ""
    statements: int = 0

    async def open(self) -> None:
        """The rules that the cells need: a chain, and two policies."""
        owner = self.play.owner
        await self.play.go_to(_HANDED_IN)
        clients = {each["name"]: each["id"] for each in await owner.items("/api/clients")}
        self.acme = clients["ACME GmbH"]
        self.globex = clients["Globex AG"]
        project = await owner.post(f"/api/clients/{self.acme}/projects", {"name": "Dome"})
        self.project = str(project["id"])
        for name in (OTHER, TRAVEL, GIFTS):
            await owner.post("/api/categories", {"name": name}, may_be=(409, 422))
        gifts = {"name": "No gifts", "effect": "refuse", "category": GIFTS}
        await owner.post("/api/policies", gifts)
        large = {"name": "Too large", "effect": "refuse", "currency": "EUR", "above": "50000.00"}
        await owner.post("/api/policies", large)
        chain = {"name": "Large", "steps": ["anyone", "anyone"], "from": "5000.00"}
        await owner.post("/api/approval-chains", chain)

    async def hand_in(self, cases: Sequence[Case]) -> None:
        """Each case gets its expense, owed to the employee, without a client."""
        await self.play.hand_in([case.paper() for case in cases])
        await self._type_in([case for case in cases if case.paper().pages])
        by_number = await self.play.expenses()
        for case in cases:
            case.expense = str(by_number[case.receipt]["id"])

    async def _type_in(self, cases: Sequence[Case]) -> None:
        """Somebody says what papers have that nobody can read."""
        if not cases:
            return
        runs = await self.play.owner.items("/api/runs", kind="receipt", status="needs_review")
        by_name = {run["receipt"]["fileName"]: run["id"] for run in runs}
        for case in cases:
            paper = case.paper()
            values = {
                "merchant": case.merchant,
                "date": paper.day.isoformat(),
                "total": decimal(paper.total),
                "tax": decimal(paper.tax),
                "currency": "EUR",
                "receiptNumber": case.receipt,
            }
            review = {"decision": "approve", "values": values}
            run = by_name[f"{case.receipt}.pdf"]
            await self.play.firm.second.post(f"/api/runs/{run}/review", review)
        await self.play.settle()

    async def show(self, case: Case) -> dict[str, Any]:
        """Its expense as it is."""
        return await self.play.owner.get(f"/api/expenses/{case.expense}")

    async def decide(self, cases: Sequence[Case]) -> None:
        """Approve what is approved in its state, or shall be in a chain, or is refused."""
        for case in cases:
            await self._decide(case)

    async def hand_on(self, cases: Sequence[Case]) -> None:
        """Pay, claim, export, void, close and open again what is so in its state."""
        await self._pay([case for case in cases if case.cell.state is State.PAID])
        await self._pay_by_file([case for case in cases if case.cell.state is State.ON_ITS_WAY])
        await self._pay_at_bank([case for case in cases if case.cell.state is State.PAID_AT_BANK])
        await self._claim([case for case in cases if case.cell.state is State.CLAIMED])
        await self._export([case for case in cases if case.cell.state is State.EXPORTED])
        for case in cases:
            if case.cell.state is State.VOIDED:
                path = f"/api/expenses/{case.expense}/void"
                await self.play.owner.post(path, {"reason": "not ours"})
        if any(case.cell.state in CLOSED for case in cases):
            await self._close(_JANUARY)
        if any(case.paper().day == _REOPENED for case in cases):
            await self.play.reopen(await self._close(_REOPENED))

    async def _close(self, day: date) -> str:
        """Close the month of a day; the id of what is closed."""
        body = {"from": f"{day:%Y-%m}-01", "to": f"{day:%Y-%m}-31"}
        closed = await self.play.owner.post("/api/closed-periods", body)
        await self.play.settle()
        return str(closed["id"])

    async def _decide(self, case: Case) -> None:
        """Who changes nothing approves: nobody's hand was in it."""
        state = case.cell.state
        if state is State.SENT_BACK:
            path = f"/api/expenses/{case.expense}/send-back"
            await self.play.firm.second.post(path, {"reason": "whose is it?"})
        if state not in {*APPROVED, State.IN_CHAIN, State.REFUSED}:
            return
        if case.cell.path is Path.UNDO_OF_MOVING_ACT and case.cell.field == "approve":
            await self._approve_by_act(case)
            return
        outcome = await self._approve(case)
        wanted = "done"
        if state is State.REFUSED:
            wanted = "refused"
        assert outcome["outcome"] == wanted, f"{case.cell}: {outcome}"

    async def _approve(self, case: Case) -> dict[str, Any]:
        expense = await self.show(case)
        body = {"ids": [case.expense], "versions": [expense["version"]]}
        answer = await self.play.firm.books.post("/api/expenses/approve", body)
        [outcome] = answer["items"]
        return outcome

    async def _approve_by_act(self, case: Case) -> None:
        version = (await self.show(case))["version"]
        body = {"kind": "approve", "ids": [case.expense], "versions": [version]}
        act = await self.play.firm.books.post("/api/acts", body)
        assert act["changed"] == 1, f"{case.cell}: {act}"
        case.made["act"] = str(act["id"])

    async def _pay(self, cases: Sequence[Case]) -> None:
        """What is owed was paid in cash. What the company paid has no payout."""
        ids = [case.expense for case in cases]
        if not ids:
            return
        day = self.play.deployment.clock.now().date().isoformat()
        body = {"expenses": ids, "way": "hand", "paidOn": day}
        await self.play.owner.post("/api/owed/payments", body)
        await self.play.settle()

    async def _pay_by_file(self, cases: Sequence[Case]) -> None:
        """The file was handed to the bank, which has not answered."""
        ids = [case.expense for case in cases]
        if not ids:
            return
        await self.play.owner.post("/api/owed/payments", {"expenses": ids, "way": "file"})
        await self.play.settle()
        for run in await self.play.owner.items("/api/runs", kind="payout", status="needs_review"):
            approval = {"decision": "approve"}
            await self.play.firm.second.post(f"/api/runs/{run['id']}/review", approval)
        await self.play.settle()
        await self.play.firm.second.post("/api/payment-files", {})
        await self.play.settle()

    async def _pay_at_bank(self, cases: Sequence[Case]) -> None:
        """The company's account paid them, as the bank's statement says."""
        if not cases:
            return
        await self.import_statement(cases)
        entries = await self.play.owner.items("/api/bank/entries", standing="open")
        by_words = {entry["words"]: entry["id"] for entry in entries}
        for case in cases:
            words = f"Invoice {case.receipt}"
            if words in by_words:
                pair = {
                    "entryId": by_words[words],
                    "documentKind": "expense",
                    "documentId": case.expense,
                    "amount": -case.paper().total,
                }
                await self.play.firm.second.post("/api/bank/matches", {"pairs": [pair]})
        await self.play.settle()

    async def import_statement(self, cases: Sequence[Case]) -> None:
        """The bank says that it paid these."""
        day = self.play.deployment.clock.now().date()
        lines = [
            Line(
                amount=-case.paper().total,
                booked_on=day,
                valued_on=day,
                name=case.merchant,
                text=f"Invoice {case.receipt}",
                reference=f"P{case.number}",
            )
            for case in cases
        ]
        self.statements += 1
        month = Month(
            opening=self.play.opening,
            lines=tuple(lines),
            number=self.statements,
            from_day=day,
            to_day=day,
        )
        self.play.opening = month.closing
        await self.play.owner.hand_statement_in(camt(month), f"matrix-{self.statements}.xml")
        await self.play.settle()

    async def _export(self, cases: Sequence[Case]) -> None:
        """They were handed to the accountant in a file."""
        ids = [case.expense for case in cases]
        if not ids:
            return
        body = {"format": "csv", "filter": {"id": ids}}
        export = await self.play.owner.post("/api/exports", body)
        await self.play.settle()
        done = await self.play.owner.get(f"/api/exports/{export['id']}")
        assert done["finishedAt"] is not None, f"not exported: {done}"
        assert done["count"] == len(ids), f"not exported: {done}"

    async def _claim(self, cases: Sequence[Case]) -> None:
        """Each client is asked for their own."""
        by_client: dict[str, list[str]] = {}
        for case in cases:
            expense = await self.show(case)
            by_client.setdefault(str(expense["clientId"]), []).append(case.expense)
        for client, ids in by_client.items():
            body = {
                "currency": "EUR",
                "payerKind": "customer",
                "clientId": client,
                "expenseIds": ids,
                "sentBy": "hand",
            }
            await self.play.owner.post("/api/claims", body)
        if by_client:
            await self.play.settle()
