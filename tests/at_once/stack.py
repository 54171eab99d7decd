"""The company on the genuine stack, asked by HTTP."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tests.at_once.acts import Client
from tests.at_once.playing import AMOUNTS, MERCHANTS, PEOPLE, Figures, play
from tests.support.bank_month import IBAN
from tests.support.expenses import Given, id_of, sql_of
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack
from tillroll.identity.authentication import secret_hash
from tillroll.platform.bindings.database import Row

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
    clients: Mapping[str, Client]
    people: Sequence[str]
    expenses: Sequence[str]

    async def rows(self, sql: str) -> list[Row]:
        return await asyncio.to_thread(self.stack.d1, sql)

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
        async with AsyncExitStack() as opened:
            company = await _open(stack.with_own_account(), opened)
            figures.add(await play(company, seed, rounds=rounds))
    return figures


async def _open(stack: RunningStack, opened: AsyncExitStack) -> StackCompany:
    account = stack.account_id()
    name = account.removeprefix("acc_")
    tokens = {"owner": stack.token}
    for role, roles in PEOPLE.items():
        tokens[role] = f"till_{role}_{name}"
        stack.d1(_person(account, f"usr_{role}_{name}", secret_hash(tokens[role]), roles))
    people = [f"usr_approver_{name}", f"usr_submitter_{name}"]
    expenses: list[str] = []
    for number, amount in enumerate(AMOUNTS, start=1):
        merchant = MERCHANTS[number % len(MERCHANTS)]
        day = f"2026-03-{number + 2:02}"
        given = Given(number, total_minor=amount, date=day, merchant=merchant)
        stack.d1(sql_of(account, given))
        id_ = id_of(account, given)
        expenses.append(id_)
        if number < len(AMOUNTS):
            person = people[number % len(people)]
            stack.d1(
                "UPDATE expenses SET status = 'approved', paid_by = 'employee', "  # noqa: S608
                f"person = '{person}', billable = 1 WHERE id = '{id_}'"
            )
    clients: dict[str, Client] = {}
    for role, token in tokens.items():
        headers = {"authorization": f"Bearer {token}"}
        client = httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=PATIENCE_SECONDS)
        clients[role] = await opened.enter_async_context(client)
    profile = {"name": "Example GmbH", "iban": IBAN}
    await clients["owner"].put("/api/company", json=profile)
    return StackCompany(stack, clients, people, expenses)


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
    """  # noqa: S608 - the tests' own words
