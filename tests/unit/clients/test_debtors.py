"""Each client has a debtor account, as DATEV keeps those to whom something is charged.

DATEV has the personal accounts 10000 to 69999 for debtors, and 70000 to 99999 for creditors.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from local.places import MIGRATIONS
from tests.support.expenses import add_client
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, assemble, migrated_database
from tillroll.clients.imported import Origin, open_imported_client
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

CREATED, UNFIT = 201, 422
FIRST, LAST = 10_000, 69_999


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {})


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def added(client: httpx.AsyncClient, name: str, **values: Any) -> dict[str, Any]:
    answer = await client.post("/api/clients", json={"name": name, **values})
    assert answer.status_code == CREATED, answer.text
    return answer.json()


def refusal(answer: httpx.Response) -> str:
    """What was wrong with the debtor account, and with nothing else."""
    assert answer.status_code == UNFIT, answer.text
    [error] = answer.json()["errors"]
    assert error["field"] == "debtorAccount"
    return error["message"]


async def test_clients_are_numbered_from_the_first_on(client: httpx.AsyncClient) -> None:
    numbers = [(await added(client, name))["debtorAccount"] for name in ("A", "B", "C")]
    assert numbers == [FIRST, FIRST + 1, FIRST + 2]


async def test_each_account_counts_by_itself(client: httpx.AsyncClient, host: HostPlatform) -> None:
    await add_client(host.database, "cli_other", "Other", OTHER_ACCOUNT)
    assert (await added(client, "A"))["debtorAccount"] == FIRST


async def test_two_at_once_get_two_numbers(client: httpx.AsyncClient) -> None:
    made = await asyncio.gather(*(added(client, f"Client {number}") for number in range(8)))
    assert sorted(each["debtorAccount"] for each in made) == [*range(FIRST, FIRST + 8)]


async def test_a_client_of_a_crm_gets_one_once(host: HostPlatform) -> None:
    origin = Origin(ACCOUNT, "hubspot", "77")
    for _ in range(2):
        now = "2026-03-01T09:00:00.000Z"
        await host.database.batch(open_imported_client(origin, "Deal AG", mail=None, now=now))
    rows = await host.database.all(statement("SELECT debtor_account FROM clients"))
    assert [row["debtor_account"] for row in rows] == [FIRST]


async def test_a_bookkeeper_gives_the_number_that_there_is(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    first = await added(client, "A", debtorAccount=12_345)
    assert first["debtorAccount"] == 12_345
    path = f"/api/clients/{first['id']}"
    changed = await client.patch(path, json={"debtorAccount": 20_000})
    assert changed.json()["debtorAccount"] == 20_000
    # The next one follows the highest, so that no number is given twice.
    assert (await added(client, "B"))["debtorAccount"] == 20_001
    query = "SELECT detail FROM audit_events WHERE action = 'client.changed'"
    [event] = await host.database.all(statement(query))
    assert '"after":{"debtorAccount":20000}' in str(event["detail"])


@pytest.mark.parametrize("number", [9_999, 70_000, 100_000, 0, -10_000])
async def test_what_is_no_debtor_account_is_refused(client: httpx.AsyncClient, number: int) -> None:
    answer = await client.post("/api/clients", json={"name": "A", "debtorAccount": number})
    assert "from 10000 to 69999" in refusal(answer)


@pytest.mark.parametrize("number", ["10001", 10_001.5, True])
async def test_a_debtor_account_is_a_whole_number(
    client: httpx.AsyncClient, number: object
) -> None:
    answer = await client.post("/api/clients", json={"name": "A", "debtorAccount": number})
    assert refusal(answer)


async def test_two_clients_have_two_numbers(client: httpx.AsyncClient) -> None:
    await added(client, "ACME AG", debtorAccount=12_345)
    other = await added(client, "Beta GmbH")
    taken = {"debtorAccount": 12_345}
    again = await client.post("/api/clients", json={"name": "C", **taken})
    assert "ACME AG" in refusal(again)
    path = f"/api/clients/{other['id']}"
    assert "ACME AG" in refusal(await client.patch(path, json=taken))
    own = {"debtorAccount": other["debtorAccount"], "city": "Bonn"}
    assert (await client.patch(path, json=own)).json()["city"] == "Bonn"


async def test_two_who_ask_for_one_number_at_once_do_not_both_get_it(
    client: httpx.AsyncClient,
) -> None:
    bodies = [{"name": f"Client {number}", "debtorAccount": 12_345} for number in range(6)]
    answers = await asyncio.gather(*(client.post("/api/clients", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [CREATED, *[UNFIT] * 5]


async def test_a_number_is_changed_but_not_taken_away(client: httpx.AsyncClient) -> None:
    made = await added(client, "A")
    path = f"/api/clients/{made['id']}"
    assert refusal(await client.patch(path, json={"debtorAccount": None}))
    assert (await client.get(path)).json()["debtorAccount"] == made["debtorAccount"]


async def test_a_merged_client_keeps_its_number(client: httpx.AsyncClient) -> None:
    """Invoices may stand on it."""
    kept = await added(client, "A")
    merged = await added(client, "B")
    path = f"/api/clients/{merged['id']}"
    (await client.post(f"{path}/merge", json={"into": kept["id"]})).raise_for_status()
    assert (await client.get(path)).json()["debtorAccount"] == merged["debtorAccount"]
    assert (await added(client, "C"))["debtorAccount"] == merged["debtorAccount"] + 1


async def test_behind_the_last_number_the_lowest_free_one_is_taken(
    client: httpx.AsyncClient,
) -> None:
    await added(client, "Last", debtorAccount=LAST)
    await added(client, "Third", debtorAccount=FIRST + 2)
    numbers = [(await added(client, name))["debtorAccount"] for name in ("A", "B", "C")]
    assert numbers == [FIRST, FIRST + 1, FIRST + 3]


async def test_without_a_free_number_a_client_has_none(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    fill = """
      WITH RECURSIVE numbered (number) AS (
        SELECT 10000 UNION ALL SELECT number + 1 FROM numbered WHERE number < 69999)
      INSERT INTO clients (id, account_id, name, word, opened_at, debtor_account)
      SELECT 'cli_' || number, ?, number, number, '', number FROM numbered
    """
    await host.database.batch([statement(fill, [ACCOUNT])])
    assert (await added(client, "One more"))["debtorAccount"] is None


def test_clients_that_exist_are_numbered_in_the_order_of_their_coming() -> None:
    scripts = {path.name: path.read_text("utf-8") for path in sorted(MIGRATIONS.glob("*.sql"))}
    before = [script for name, script in scripts.items() if name < "0029"]
    database = sqlite3.connect(":memory:")
    for script in before:
        database.executescript(script)
    clients = [("cli_2", "acc_1"), ("cli_1", "acc_1"), ("cli_3", "acc_2"), ("cli_4", "acc_gone")]
    for account in ("acc_1", "acc_2", "acc_gone"):
        added_account = "INSERT INTO accounts (id, name, created_at) VALUES (?, 'Books', '')"
        database.execute(added_account, (account,))
    for client, account in clients:
        added_client = """
          INSERT INTO clients (id, account_id, name, word, opened_at) VALUES (?, ?, ?, ?, '')
        """
        database.execute(added_client, (client, account, client, client))
    moving = """
      INSERT INTO moved_accounts (account_id, stands, other, run_id, since)
      VALUES ('acc_gone', 'frozen', 2, 'run_1', '')
    """
    database.execute(moving)
    database.executescript(scripts["0029_debtors.sql"])
    rows = database.execute("SELECT id, debtor_account FROM clients ORDER BY id").fetchall()
    database.close()
    assert rows == [
        ("cli_1", FIRST),
        ("cli_2", FIRST + 1),
        ("cli_3", FIRST),
        ("cli_4", None),
    ]
