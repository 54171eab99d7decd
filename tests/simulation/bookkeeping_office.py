"""A company whose people pay by files, read statements and match them: the API, its workflows, and
the cron.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import httpx

from tests.simulation.opening import open_world
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.roles import roles_given
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.bank.decisions.automatic import match_again
from tillroll.bank.decisions.effects import work_off
from tillroll.bank.statements.native import receive
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.claims.workflow import CLAIM
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.bank_files.service import notify_ended_payouts
from tillroll.payouts.batches.workflow import PAYOUT_BATCH
from tillroll.payouts.postings import book_all_late
from tillroll.payouts.sepa import Party
from tillroll.payouts.settings import PaymentSettings
from tillroll.payouts.settlement import audit_payments
from tillroll.payouts.workflow import PAYOUT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import statement
from tillroll_durable.platform.bindings.http import Http
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

SETTINGS: Final = PaymentSettings(payer=ACCOUNT, debtor=Party("Example GmbH", IBAN))
PAYEE_IBAN: Final = "FR1420041010050500013M02606"


async def _tick(platform: Platform) -> None:
    await notify_ended_payouts(platform)
    await match_again(platform)
    await work_off(platform)
    await book_all_late(platform)
    await audit_payments(platform)


@dataclass
class Office:
    """The world, and its owner at the API."""

    world: World
    owner: httpx.AsyncClient
    statements: int = 0
    balance: int = 1_000_000

    @property
    def platform(self) -> Platform:
        return self.world.host.platform

    async def person(self, id_: str, *roles: str) -> httpx.AsyncClient:
        """Somebody else of the account, at the API; their token is their id."""
        token = """
          INSERT INTO tokens (id, user_id, hash, name, created_at) VALUES ('tok_' || ?1, ?1, ?2,
              'a', '2026-01-01')
        """
        user = (
            "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, ?1, '2026-01-01')"
        )
        await self.platform.database.batch(
            [
                statement(user, [id_, ACCOUNT]),
                *roles_given(id_, *roles),
                statement(token, [id_, secret_hash(id_)]),
            ]
        )
        return api_client(self.platform, id_)

    async def owe(self, person: str, *given: Given) -> list[str]:
        """Approved expenses that a person paid themselves."""
        await add_expenses(self.platform.database, *given)
        query = (
            "UPDATE expenses SET status = 'approved', paid_by = 'employee', person = ? WHERE id = ?"
        )
        await self.platform.database.batch([statement(query, [person, each.id]) for each in given])
        return [each.id for each in given]

    async def pass_time(self, **time: float) -> None:
        await self.world.settle()
        await self.world.let_pass(timedelta(**time), {})
        await self.world.settle()

    async def payee(self, **more: str) -> str:
        made = await self.owner.post(
            "/api/payees", json={"name": "Ann Lee", "iban": PAYEE_IBAN, **more}
        )
        return str((await done(made))["id"])

    async def ask(self, payee: str, amount: int, reference: str = "Trip to Berlin") -> str:
        body = {"payeeId": payee, "currency": "EUR", "amount": amount, "reference": reference}
        asked = await done(await self.owner.post("/api/payouts", json=body))
        await self.world.settle()
        return str(asked["id"])

    async def file(self) -> str:
        return str((await done(await self.owner.post("/api/payment-files", json={})))["id"])

    async def payout(self, id_: str) -> dict[str, Any]:
        return await done(await self.owner.get(f"/api/payouts/{id_}"))

    async def status(self, id_: str) -> tuple[str, str | None]:
        """Where its run stands, and what is known of its payment."""
        found = await self.payout(id_)
        return str(found["state"]), found["paymentStatus"]

    async def bank_account(self, **more: object) -> str:
        body = {"name": "Giro", "currency": "EUR", "number": IBAN, **more}
        return str((await done(await self.owner.post("/api/bank/accounts", json=body)))["id"])

    async def send(self, *lines: Line, token: str = TOKEN) -> str:
        """A statement that somebody hands in; the path at which it is."""
        self.statements += 1
        month = Month(opening=self.balance, lines=lines, number=self.statements, account=IBAN)
        self.balance += sum(each.amount for each in lines)
        return await self.take(camt(month), token=token)

    async def take(self, content: bytes, token: str = TOKEN) -> str:
        """A file that somebody hands in; the path at which it is."""
        upload = MemoryUpload(
            [MemoryFile(content, self.world.host.pieces.objects, "s.xml")],
            {"authorization": f"Bearer {token}"},
            named="statement",
        )
        taken = await receive(self.platform, upload, {})
        await self.world.settle()
        return str(taken.headers["location"])

    async def entries(self) -> list[dict[str, Any]]:
        return list((await done(await self.owner.get("/api/bank/entries")))["items"])

    async def owed(self) -> dict[str, tuple[int, int]]:
        """By person, what is owed in euros, and what is on its way."""
        found = (await done(await self.owner.get("/api/owed")))["items"]
        return {
            each["person"]["id"]: (sum_["owed"], sum_["onItsWay"])
            for each in found
            for sum_ in each["sums"]
            if sum_["currency"] == "EUR"
        }

    async def balances(self, beginning: str) -> dict[str, int]:
        """What the ledger's accounts of a part of the books hold: debits less credits."""
        found: dict[str, int] = {}
        for row in await self.world.rows("SELECT * FROM ledger_transfers WHERE posted IS NOT NULL"):
            for side, sign in (("debit_id", 1), ("credit_id", -1)):
                found[str(row[side])] = found.get(str(row[side]), 0) + sign * int(
                    str(row["posted"])
                )
        return {id_: held for id_, held in found.items() if held and id_.startswith(beginning)}


async def open_office(http: Http | None = None, settings: PaymentSettings = SETTINGS) -> Office:
    deployed = Deployed(
        STATEMENT,
        {},
        REGISTRY.objects_in_use,
        more_ticks=[_tick],
        beside=[PAYOUT, PAYOUT_BATCH, CLAIM],
    )
    world = await open_world(Faults(), deployed, webhook=False)
    platform = replace(world.host.platform, settings=world.host.platform.settings.changed(settings))
    world.host.platform = platform if http is None else replace(platform, http=http)
    return Office(world, api_client(world.host.platform))


async def done(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that is no refusal."""
    assert answer.status_code < 400, (
        f"{answer.request.method} {answer.request.url.path}: {answer.text[:300]}"
    )
    body: dict[str, Any] = answer.json()
    return body


def paid(amount: int, run: str, day: int = 6) -> Line:
    """An entry of the bank that names a payout."""
    return Line(
        amount=amount,
        booked_on=date(2026, 3, day),
        name="Ann Lee",
        text="Trip to Berlin",
        account=PAYEE_IBAN,
        end_to_end=run.replace("_", "-"),
    )


def pair(
    entry: dict[str, Any], kind: str, document: str, amount: int | None = None
) -> dict[str, Any]:
    """The body of a match that a person makes."""
    one: dict[str, Any] = {"entryId": entry["id"], "documentKind": kind, "documentId": document}
    return {"pairs": [one if amount is None else {**one, "amount": amount}]}


def matched(entries: Sequence[dict[str, Any]]) -> list[list[tuple[str, str, str | None]]]:
    """By entry: the kind and state of its matches, and who decided."""
    return [
        [(each["kind"], each["state"], each["decidedBy"]) for each in entry["matches"]]
        for entry in entries
    ]
