"""The firm asks for what its story says, by the API and its uploads, as a person would."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeAlias

from tests.simulation.synced_books import GullibleBooks, books_of
from tests.simulation.syncing import URL
from tests.support.bank_files import camt
from tests.support.bank_month import Line, Month
from tests.support.host_platform import TOKEN, WEBHOOK_SECRET
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.views.arithmetic import client_pays, paid_at_bank
from tests.views.papers import invoice_of, pdf_of
from tests.views.story import (
    BY_FILE,
    CLIENT,
    ENTERTAINMENT,
    YEAR,
    MonthOfFirm,
    Paper,
    Story,
    Treatment,
)
from tests.year.chance import Rates
from tests.year.firm import employees
from tests.year.opening import Deployment, open_deployment
from tests.year.people import Firm, Person, open_firm
from tests.year.sides import Books
from tillroll.receipts.native import receive as receive_receipt

_EMPLOYEES: Final = 2
_TURNS: Final = 12
_OPENING: Final = 10_000_000
_PAID_BY_CLIENT_ON: Final = 10
_PAYMENT: Final = re.compile(
    r"<CdtTrfTxInf>.*?<EndToEndId>(?P<name>.*?)</EndToEndId>"
    r".*?<InstdAmt Ccy=\"EUR\">(?P<amount>[\d.]+)</InstdAmt>"
    r".*?<CdtrAcct><Id><IBAN>(?P<iban>\w+)</IBAN>",
    re.DOTALL,
)
_COMPANY: Final = {
    "name": "Example GmbH",
    "street": "Weg 1",
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
    "vatId": "DE123456788",
    "vatScheme": "standard",
    "vatDueOn": "issue",
    "iban": "DE89370400440532013000",
}
_CLIENT: Final = {
    "street": "Allee 2",
    "postalCode": "20095",
    "city": "Hamburg",
    "country": "DE",
    "vatId": "DE129273398",
}
_DATEV: Final = {
    "name": "DATEV",
    "format": "datev",
    "options": {
        "contraAccount": "1610",
        "other": {"account": "4980"},
        "datev": {"consultant": 1001, "client": 1, "accountLength": 4, "booksPaid": True},
    },
}


@dataclass
class Play:
    """A firm whose story is told. `expenses` has the ids of expenses by the number of the paper."""

    story: Story
    deployment: Deployment
    firm: Firm
    books: GullibleBooks
    profile: str = ""
    connection: str = ""
    opening: int = _OPENING
    statements: int = 0
    invoices: dict[str, str] = field(default_factory=dict[str, str])
    paid_out: list[Line] = field(default_factory=list[Line])

    @property
    def owner(self) -> Person:
        """Who does the firm's work. The second owner approves it."""
        return self.firm.owner

    async def settle(self) -> None:
        """Let happen what happens by itself, a minute after the other."""
        for _ in range(_TURNS):
            await self.deployment.world.turn()
            self.deployment.clock.advance(timedelta(minutes=1))

    async def go_to(self, day: date, hour: int = 8) -> None:
        """Let time pass until a day."""
        clock = self.deployment.clock
        clock.advance(datetime.combine(day, time(hour), UTC) - clock.now())

    async def set_up(self) -> None:
        """The company, its client, its accounts, and the books at the other end."""
        owner = self.owner
        await self._change("/api/account", {"baseCurrency": "EUR"})
        await self._change("/api/company", _COMPANY)
        await owner.post("/api/categories", {"name": ENTERTAINMENT, "ledgerCode": "4650"})
        [client] = [item for item in await owner.items("/api/clients") if item["name"] == CLIENT]
        await self._change(f"/api/clients/{client['id']}", _CLIENT)
        self.profile = str((await owner.post("/api/export-profiles", _DATEV))["id"])
        connection = {
            "name": "Books",
            "provider": "signed",
            "firstDay": f"{YEAR}-01-01",
            "onChange": False,
            "onlyApproved": True,
            "url": URL,
            "secret": WEBHOOK_SECRET,
        }
        self.connection = str((await owner.post("/api/books/connections", connection))["id"])

    async def _change(self, path: str, body: dict[str, Any]) -> None:
        answer = await self.owner.ask("PATCH", path, json=body)
        assert answer.is_success, f"PATCH {path}: {answer.text[:300]}"

    async def month(self, month: MonthOfFirm) -> None:
        """All that the firm does in a month, on its last day, and what its bank says of it."""
        await self.go_to(month.last)
        await self._enter_rate(month)
        await self.hand_in(month.papers)
        await self._say_what_papers_are(month.papers)
        await self._merge_copies(month.papers)
        await self._void(month.papers)
        await self._act_and_undo(month.papers)
        await self.approve()
        await self._bill(month)
        await self._pay_back()
        await self.go_to(month.last + timedelta(days=1))
        await self._import_statement(month)
        await self.sync_books()

    async def _enter_rate(self, month: MonthOfFirm) -> None:
        body = {
            "currency": "USD",
            "rate": month.rate,
            "firstDay": month.first.isoformat(),
            "lastDay": month.last.isoformat(),
            "source": "Tax office",
        }
        await self.owner.post("/api/entered-rates", body)

    async def hand_in(self, papers: Sequence[Paper]) -> None:
        """Upload each paper, as its payer."""
        objects = self.deployment.world.host.pieces.objects
        for paper in papers:
            token = TOKEN
            payer = "company"
            if paper.payer != "company":
                token = self.firm.people[paper.payer].token
                payer = "employee"
            file = MemoryFile(invoice_of(paper), objects, f"{paper.number}.xml")
            if paper.pages:
                file = MemoryFile(pdf_of(paper), objects, f"{paper.number}.pdf")
            upload = MemoryUpload([file], {"authorization": f"Bearer {token}"})
            await receive_receipt(self.deployment.world.host.platform, upload, payer)
        await self.settle()

    async def expenses(self) -> dict[str, dict[str, Any]]:
        """All expenses by the number of their paper."""
        items = await self.owner.items("/api/expenses")
        return {item["receiptNumber"]: item for item in items}

    async def _say_what_papers_are(self, papers: Sequence[Paper]) -> None:
        by_number = await self.expenses()
        clients = await self.owner.items("/api/clients")
        client = next(item["id"] for item in clients if item["name"] == CLIENT)
        for paper in papers:
            expense = by_number[paper.number]["id"]
            if paper.seller.treatment is not Treatment.DOMESTIC:
                decision = {
                    "expenses": [expense],
                    "treatment": paper.seller.treatment.value,
                    "rate": "19",
                }
                await self.owner.post("/api/tax/decisions", decision)
            if paper.seller.category is not None:
                act = {"kind": "category", "category": paper.seller.category, "ids": [expense]}
                await self.owner.post("/api/acts", act)
                note = {"kind": "note", "note": "Lunch with Globex: Ann, Bo", "ids": [expense]}
                await self.owner.post("/api/acts", note)
            if paper.is_billed:
                act = {"kind": "client", "clientId": client, "ids": [expense]}
                await self.owner.post("/api/acts", act)

    async def _merge_copies(self, papers: Sequence[Paper]) -> None:
        by_number = await self.expenses()
        for paper in papers:
            if paper.is_copy:
                original = by_number[paper.number.removesuffix("-2")]["id"]
                body = {"keep": original, "drop": by_number[paper.number]["id"]}
                await self.owner.post("/api/duplicates/merge", body)

    async def _void(self, papers: Sequence[Paper]) -> None:
        by_number = await self.expenses()
        for paper in papers:
            if paper.is_voided:
                path = f"/api/expenses/{by_number[paper.number]['id']}/void"
                await self.owner.post(path, {"reason": "not ours"})

    async def _act_and_undo(self, papers: Sequence[Paper]) -> None:
        """An act over the month that somebody takes back changes no figure."""
        by_number = await self.expenses()
        ids = [by_number[paper.number]["id"] for paper in papers if paper.counts]
        act = await self.owner.post(
            "/api/acts", {"kind": "category", "category": "Travel", "ids": ids}
        )
        await self.settle()
        await self.owner.post(f"/api/acts/{act['id']}/undo", {})
        await self.settle()

    async def approve(self) -> None:
        """The second owner approves what is ready, and parts what only looks alike."""
        for pair in await self.firm.second.items("/api/duplicates"):
            body = {"first": pair["first"]["id"], "second": pair["second"]["id"]}
            await self.firm.second.post("/api/duplicates/apart", body)
        ready = await self.owner.items("/api/expenses", status="ready")
        if not ready:
            return
        body = {
            "ids": [item["id"] for item in ready],
            "versions": [item["version"] for item in ready],
        }
        answer = await self.firm.second.post("/api/expenses/approve", body)
        refused = [item for item in answer["items"] if item["outcome"] != "done"]
        assert not refused, f"not approved: {refused[:3]}"

    async def _bill(self, month: MonthOfFirm) -> None:
        clients = await self.owner.items("/api/clients")
        client = next(item["id"] for item in clients if item["name"] == CLIENT)
        body = {
            "currency": "EUR",
            "payerKind": "customer",
            "clientId": client,
            "firstDay": month.first.isoformat(),
            "lastDay": month.last.isoformat(),
            "sentBy": "hand",
            "confirmsPayment": True,
            "invoice": {"vatCategory": "S", "vatRate": "19", "charges": "net_cost"},
        }
        claim = (await self.owner.post("/api/claims", body))["id"]
        await self.settle()
        issued = await self.owner.get(f"/api/claims/{claim}")
        self.invoices[month.name] = str(issued["number"])
        credited = (await self.expenses()).get(self.story.credited)
        if credited is not None and month is self.story.months[0]:
            credit = {"expenseIds": [credited["id"]], "reason": "not theirs"}
            await self.owner.post(f"/api/claims/{claim}/credit-notes", credit)
            await self.settle()

    async def _pay_back(self) -> None:
        """Pay what is owed by a file, which the bank carries out the same day."""
        owed = await self.owner.items("/api/owed/expenses", open="true")
        due = [item["id"] for item in owed if item["owed"] > 0]
        if not due:
            return
        await self.owner.post("/api/owed/payments", {"expenses": due, "way": "file"})
        await self.settle()
        for run in await self.owner.items("/api/runs", kind="payout", status="needs_review"):
            approval = {"decision": "approve"}
            await self.firm.second.post(f"/api/runs/{run['id']}/review", approval)
        await self.settle()
        file = await self.firm.second.post("/api/payment-files", {})
        path = f"/api/payment-files/{file['id']}/pain.001.xml"
        content = (await self.owner.ask("GET", path)).text
        today = self.deployment.clock.now().date()
        for payment in _PAYMENT.finditer(content):
            self.paid_out.append(
                Line(
                    amount=-int(payment["amount"].replace(".", "")),
                    booked_on=today,
                    name=BY_FILE,
                    text="Expenses",
                    account=payment["iban"],
                    end_to_end=payment["name"],
                )
            )

    async def _import_statement(self, month: MonthOfFirm) -> None:
        self.statements += 1
        lines = self._lines(month)
        numbered = tuple(
            replace(line, valued_on=line.booked_on, reference=f"B{self.statements}-{number}")
            for number, line in enumerate(sorted(lines, key=lambda line: line.booked_on))
        )
        statement = Month(
            opening=self.opening,
            lines=numbered,
            number=self.statements,
            from_day=month.first,
            to_day=month.last,
        )
        self.opening = statement.closing
        await self.owner.hand_statement_in(camt(statement), f"giro-{self.statements}.xml")
        await self.settle()
        await self._match()
        await self._explain(month)
        await self.settle()

    def _lines(self, month: MonthOfFirm) -> list[Line]:
        lines = [
            Line(
                amount=-paid_at_bank(paper, month),
                booked_on=paper.paid_on,
                name=paper.seller.name,
                text=f"Invoice {paper.number}",
            )
            for paper in month.papers
            if paper.paid_on is not None
        ]
        lines += [
            Line(amount=charge.amount, booked_on=charge.day, text=charge.text)
            for charge in month.charges
        ]
        lines += self.paid_out
        self.paid_out = []
        position = self.story.months.index(month)
        if position:
            before = self.story.months[position - 1]
            lines.append(
                Line(
                    amount=client_pays(self.story, before),
                    booked_on=month.first + timedelta(days=_PAID_BY_CLIENT_ON),
                    name=CLIENT,
                    text=f"Invoice {self.invoices[before.name]}",
                )
            )
        return lines

    async def _match(self) -> None:
        """Accept what is proposed where the text names the document's number."""
        by_id = {item["id"]: item for item in (await self.expenses()).values()}
        entries = {item["id"]: item for item in await self.owner.items("/api/bank/entries")}
        for match in await self.owner.items("/api/bank/matches", state="proposed"):
            [pair, *others] = match["pairs"]
            document = by_id.get(pair["documentId"], {})
            words = entries[pair["entryId"]]["words"]
            is_ours = words.endswith(document.get("receiptNumber", "\n"))
            if others or not (is_ours or pair["documentKind"] == "payout"):
                continue
            path = f"/api/bank/matches/{match['id']}/decision"
            # Another proposal for the entry may have been accepted just now.
            await self.firm.second.post(path, {"decision": "accept"}, may_be=(404, 409))

    async def _explain(self, month: MonthOfFirm) -> None:
        """Say in words what no document explains."""
        for entry in await self.owner.items("/api/bank/entries", standing="open"):
            for charge in month.charges:
                is_charge = entry["words"] == charge.text and entry["amount"] == charge.amount
                if charge.explanation is not None and is_charge:
                    path = f"/api/bank/entries/{entry['id']}/explanation"
                    await self.owner.put(path, {"reason": charge.explanation})

    async def sync_books(self) -> None:
        """Map each word that has no place in the books, and write what is new there."""
        path = f"/api/books/connections/{self.connection}"
        await self.owner.post(f"{path}/chart", {})
        mapping = await self.owner.get(f"{path}/mapping")
        words = [
            {name: word[name] for name in ("what", "word", "code")} for word in mapping["words"]
        ]
        words += [_mapped(word) for word in mapping["unmapped"]]
        if words:
            await self.owner.put(f"{path}/mapping", {"words": words})
        await self.owner.post(f"{path}/syncs", {"skipUnmapped": True, "compare": True})
        await self.settle()

    def documents(self) -> list[dict[str, Any]]:
        """What the books at the other end have."""
        return [*self.books.documents.values()]

    async def close(self, month: MonthOfFirm) -> str:
        """Close a month; the id of what is closed."""
        body = {"from": month.first.isoformat(), "to": month.last.isoformat()}
        closed = await self.owner.post("/api/closed-periods", body)
        await self.settle()
        return str(closed["id"])

    async def reopen(self, period: str) -> None:
        """Open a closed month again."""
        await self.owner.post(f"/api/closed-periods/{period}/reopen", {"reason": "a late paper"})
        await self.settle()


def _mapped(word: dict[str, Any]) -> dict[str, str]:
    """A code of the chart for a word that has none."""
    codes = {"category": "6300", "income": "8400"}
    code = codes.get(word["what"], "")
    if word["what"] in {"tax", "output_tax"}:
        rate = re.search(r"\d+$", word["word"])
        code = "V0"
        if rate is not None and rate[0] in {"19", "7"}:
            code = f"V{rate[0]}"
    return {"what": word["what"], "word": word["word"], "code": code or word["word"]}


@asynccontextmanager
async def open_play(story: Story) -> AsyncGenerator[Play]:
    """A firm that is set up, before its first month."""
    deployment = await open_deployment(story.seed, Rates(), 0.0)
    books = books_of("signed", WEBHOOK_SECRET, deployment.clock.now)
    line = Books(deployment.faults, books, deployment.trouble)
    world = deployment.world
    world.host.platform = replace(world.host.platform, exchange=line)
    async with open_firm(deployment, employees(_EMPLOYEES)) as firm:
        assert isinstance(books.there, GullibleBooks)
        play = Play(story, deployment, firm, books.there)
        await play.set_up()
        yield play


Check: TypeAlias = Callable[[Play, Sequence[MonthOfFirm], Sequence[Paper]], Awaitable[None]]


async def play_months(play: Play, check: Check) -> None:
    """The whole story. `check` is asked after each month, and behind late papers."""
    story = play.story
    january, february, march = story.months
    await play.month(january)
    await check(play, (january,), ())
    await play.close(january)
    await play.month(february)
    await check(play, (january, february), ())
    period = await play.close(february)
    await play.hand_in([story.late])
    await play.approve()
    await play.reopen(period)
    await play.hand_in([story.reopened])
    await play.approve()
    await play.sync_books()
    await check(play, (january, february), (story.late, story.reopened))
    await play.close(february)
    await play.month(march)
    await check(play, story.months, (story.late, story.reopened))
