"""The company on the host: SQLite, the simulated engine, and the API in memory."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx

from tests.at_once.acts import Client
from tests.at_once.playing import AMOUNTS, MERCHANTS, PEOPLE
from tests.simulation.opening import open_world
from tests.support.bank_month import IBAN
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.roles import roles_given
from tests.support.sql import sql as as_sql
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
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_TOKEN = """
  INSERT INTO tokens (id, user_id, hash, name, created_at)
  VALUES ('tok_' || ?1, ?1, ?2, 'tests', '2026-01-01')
"""
_USER = "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, ?1, '2026-01-01')"
_APPROVED = """
  UPDATE expenses SET status = 'approved', paid_by = 'employee', person = ?2, billable = 1
  WHERE id = ?1
"""


@dataclass
class HostCompany:
    """A simulated world with its people's clients."""

    world: World
    clients: Mapping[str, Client]
    people: Sequence[str]
    expenses: Sequence[str]

    async def rows(self, sql: str) -> list[Row]:
        return await self.world.rows(as_sql(sql))

    async def send_statement(self, content: bytes) -> httpx.Response | None:
        host = self.world.host
        file = MemoryFile(content, host.pieces.objects, "march.xml")
        headers = {"authorization": f"Bearer {TOKEN}"}
        upload = MemoryUpload([file], headers, named="statement")
        try:
            await receive(host.platform, upload, {})
        except Refusal as refused:
            if refused.kind.status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise
        return None

    async def tick(self) -> None:
        await _by_itself(self.world.host.platform)

    async def settle(self) -> None:
        await self.world.settle()
        if await self._approve_what_waits():
            await self.world.settle()
        await self.world.let_pass(timedelta(minutes=30))

    async def _approve_what_waits(self) -> bool:
        """Have an owner approve each run that waits for a person: the second one, or the first one
        where the second one may not. Return whether anything waited."""
        waiting = await self.rows("SELECT id FROM runs WHERE status = 'needs_review' ORDER BY id")
        for run in waiting:
            for name in ("second", "owner"):
                path = f"/api/runs/{run['id']}/review"
                answer = await self.clients[name].post(path, json={"decision": "approve"})
                if answer.is_success:
                    break
                answer_is_a_fault = answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
                assert not answer_is_a_fault, answer.text
        return bool(waiting)


async def _by_itself(platform: Platform) -> None:
    await notify_ended_payouts(platform)
    await match_again(platform)
    await work_off(platform)
    await book_all_late(platform)
    await audit_payments(platform)


@asynccontextmanager
async def host_company() -> AsyncGenerator[HostCompany]:
    """A new one, with expenses that employees paid."""
    beside = [PAYOUT, PAYOUT_BATCH, CLAIM]
    objects = REGISTRY.objects_in_use
    deployed = Deployed(STATEMENT, {}, objects, more_ticks=[_by_itself], beside=beside)
    world = await open_world(Faults(), deployed, webhook=False)
    payments = PaymentSettings(payer=ACCOUNT, debtor=Party("Example GmbH", IBAN))
    settings = world.host.platform.settings.changed(payments)
    world.host.platform = replace(world.host.platform, settings=settings)
    database = world.host.database
    tokens = {"owner": TOKEN}
    for name, roles in PEOPLE.items():
        id_ = f"usr_{name}"
        tokens[name] = f"till_{name}"
        await database.batch(
            [
                statement(_USER, [id_, ACCOUNT]),
                *roles_given(id_, *roles),
                statement(_TOKEN, [id_, secret_hash(tokens[name])]),
            ]
        )
    people = ["usr_approver", "usr_submitter"]
    given: list[Given] = []
    for number, amount in enumerate(AMOUNTS, start=1):
        merchant = MERCHANTS[number % len(MERCHANTS)]
        day = f"2026-03-{number + 2:02}"
        given.append(Given(number, total_minor=amount, date=day, merchant=merchant))
    await add_expenses(database, *given)
    await database.batch(
        [
            statement(_APPROVED, [each.id, people[place % len(people)]])
            for place, each in enumerate(given[:-1])
        ]
    )
    async with AsyncExitStack() as opened:
        clients: dict[str, Client] = {}
        for name, token in tokens.items():
            client = api_client(world.host.platform, token)
            clients[name] = await opened.enter_async_context(client)
        yield HostCompany(world, clients, people, [each.id for each in given])
