"""The company on the genuine stack, asked by HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tests.at_once.acts import Client
from tests.at_once.playing import AMOUNTS, MERCHANTS, PEOPLE, Figures, play
from tests.support.bank_month import IBAN
from tests.support.expenses import Given, id_of, sql_of
from tests.support.matched import of_account
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack
from tests.support.sql import sql as as_sql
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import Row

_SETTLED: Final = """
  SELECT (SELECT COUNT(*) FROM bank_effects WHERE done_at IS NULL)
    + (SELECT COUNT(*) FROM bank_matching WHERE is_due > 0)
    + (SELECT COUNT(*) FROM payment_instructions WHERE is_told = 0 AND status <> 'processing')
    + (SELECT COUNT(*) FROM runs WHERE status = 'processing'
       AND kind IN ('statement', 'payout', 'payout-batch') AND next_safe_action <> 'wait')
    AS open
"""
_MOST_TICKS: Final = 40


@dataclass
class StackCompany:
    """An account of its own on a running stack, with its people's clients."""

    stack: RunningStack
    account_id: str
    clients: Mapping[str, Client]
    people: Sequence[str]
    expenses: Sequence[str]

    async def rows(self, sql: str) -> list[Row]:
        """Of this account only: others may be at work on the same stack."""

        async def all_rows(chosen: str) -> list[Row]:
            return await asyncio.to_thread(self.stack.d1, chosen)

        return await of_account(all_rows, self.account_id)(as_sql(sql))

    async def send_statement(self, content: bytes) -> httpx.Response | None:
        files = {"statement": ("march.xml", content)}
        return await self.clients["owner"].post("/api/bank/statements", files=files)

    async def tick(self) -> None:
        await asyncio.to_thread(self.stack.fire_cron)

    async def settle(self) -> None:
        """Fire the cron until nothing moves by itself: two ticks without a new audit event."""
        quiet = 0
        before = -1
        for _ in range(_MOST_TICKS):
            await self.tick()
            await asyncio.sleep(0.5)
            [row] = await self.rows("SELECT COALESCE(MAX(id), 0) AS newest FROM audit_events")
            [work] = await self.rows(_SETTLED)
            newest = int(str(row["newest"]))
            is_quiet = newest == before and not work["open"]
            quiet = quiet + 1 if is_quiet else 0
            before = newest
            if quiet == 2:
                return


def play_on_stack(state: Path, seeds: Sequence[int], *, rounds: int) -> Figures:
    """Plays on a stack of its own, each in an account of its own."""
    running = RunningStack(state)
    running.start()
    try:
        return asyncio.run(play_all(running, seeds, rounds=rounds))
    finally:
        running.stop()


async def play_all(stack: RunningStack, seeds: Sequence[int], *, rounds: int) -> Figures:
    """Plays on a running stack, one after the other."""
    figures = Figures()
    for seed in seeds:
        async with Office(stack.with_own_account()).connected() as company:
            figures.add(await play(company, seed, rounds=rounds))
    return figures


class Office:
    """An account of its own, with its people's tokens, and expenses of which most are approved."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self.account_id = stack.account_id()
        name = self.account_id.removeprefix("acc_")
        self._tokens = {"owner": stack.token}
        for role, roles in PEOPLE.items():
            token = f"till_{role}_{name}"
            self._tokens[role] = token
            stack.d1(_person(self.account_id, f"usr_{role}_{name}", secret_hash(token), roles))
        self._people = [f"usr_approver_{name}", f"usr_submitter_{name}"]
        self._expenses: list[str] = []
        for number, amount in enumerate(AMOUNTS, start=1):
            self._add_expense(number, amount)

    def _add_expense(self, number: int, amount: int) -> None:
        merchant = MERCHANTS[number % len(MERCHANTS)]
        day = f"2026-03-{number + 2:02}"
        given = Given(number, total_minor=amount, date=day, merchant=merchant)
        self._stack.d1(sql_of(self.account_id, given))
        id_ = id_of(self.account_id, given)
        self._expenses.append(id_)
        if number == len(AMOUNTS):
            return
        person = self._people[number % len(self._people)]
        self._stack.d1(
            "UPDATE expenses SET status = 'approved', paid_by = 'employee', "
            f"person = '{person}', billable = 1 WHERE id = '{id_}'"
        )

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[StackCompany]:
        """Its people's clients, for one event loop."""
        async with AsyncExitStack() as opened:
            clients: dict[str, Client] = {}
            for role, token in self._tokens.items():
                headers = {"authorization": f"Bearer {token}"}
                client = httpx.AsyncClient(
                    base_url=self._stack.url,
                    headers=headers,
                    timeout=PATIENCE_SECONDS,
                )
                clients[role] = await opened.enter_async_context(client)
            profile = {"name": "Example GmbH", "iban": IBAN}
            await clients["owner"].put("/api/company", json=profile)
            yield StackCompany(self._stack, self.account_id, clients, self._people, self._expenses)


def _person(account: str, user: str, token_hash: str, roles: Sequence[str]) -> str:
    at = "2026-01-01T00:00:00.000Z"
    insert = "INSERT INTO user_roles (user_id, role) VALUES"
    of_roles = "".join(f"{insert} ('{user}', '{role}');" for role in roles)
    return f"""
      INSERT INTO users (id, account_id, name, created_at)
        VALUES ('{user}', '{account}', '{user}', '{at}');
      {of_roles}
      INSERT INTO tokens (id, user_id, hash, name, created_at)
        VALUES ('tok_{user}', '{user}', '{token_hash}', 'tests', '{at}');
    """
