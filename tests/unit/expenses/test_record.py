"""An expense's row: what a receipt gives it, the version that grows with each change, and parts
that add up.
"""

from typing import Any, LiteralString

import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import USER, assemble, migrated_database
from tillroll_durable.platform.bindings.database import ConstraintFailed, Statement, statement
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.simulation.faults import Faults


@pytest.fixture
async def host() -> HostPlatform:
    database = await migrated_database()
    await add_expenses(database, Given(1, total_minor=1290, tax_minor=210))
    return assemble(database, {})


async def shown(host: HostPlatform, expense: str = "exp_000001") -> dict[str, Any]:
    async with api_client(host.platform) as client:
        answer = (await client.get(f"/api/expenses/{expense}")).raise_for_status()
    assert answer.headers["etag"].startswith(f'"{answer.json()["version"]}-')
    return answer.json()


async def test_a_receipt_gives_it_items_payment_and_person() -> None:
    world = await open_receipts(Faults())
    run = await upload(world)
    await world.settle()
    expense = await shown(world.host, run.replace("run_", "exp_"))
    assert [(item["description"], item["amount"]) for item in expense["items"]] == [
        ("Nasi Lemak", "9.00"),
        ("Teh Tarik", "3.90"),
    ]
    assert (expense["paymentMethod"], expense["person"]) == ("cash", {"id": USER, "name": "Ann"})
    assert (expense["status"], expense["version"], expense["origin"]) == ("ready", 1, "receipt")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE expenses SET note = 'for the fair'",
        "UPDATE expenses SET total_minor = 1300",
        "UPDATE expenses SET status = 'voided'",
        "INSERT INTO expense_tags VALUES ('exp_000001', 'fair')",
    ],
)
async def test_its_version_grows_with_each_change(
    host: HostPlatform, change: LiteralString
) -> None:
    await host.database.all(statement(change))
    assert (await shown(host))["version"] == 2


async def test_what_conversion_notes_is_no_change_of_it(host: HostPlatform) -> None:
    await host.database.all(statement("UPDATE expenses SET awaits_conversion = '2026-03-05'"))
    assert (await shown(host))["version"] == 1


async def split(host: HostPlatform, *parts: tuple[int, int | None]) -> None:
    insert = "INSERT INTO expense_parts VALUES ('exp_000001', ?, ?, ?, ?, NULL)"
    written: list[Statement] = [
        statement(insert, [number, f"part {number}", *part])
        for number, part in enumerate(parts, start=1)
    ]
    await host.database.batch([*written, statement("UPDATE expenses SET is_split = 1")])


async def test_parts_add_up_to_the_total_and_the_tax(host: HostPlatform) -> None:
    for parts in ([(1000, 210), (280, None)], [(1000, 200), (290, None)], [(1290, 210)]):
        with pytest.raises(ConstraintFailed):
            await split(host, *parts)
    await split(host, (1000, 210), (290, None))
    assert (await shown(host))["parts"] == [
        {"category": "part 1", "amount": "10.00", "tax": "2.10", "note": None},
        {"category": "part 2", "amount": "2.90", "tax": None, "note": None},
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE expenses SET total_minor = 1300",
        "UPDATE expenses SET tax_minor = NULL",
        "UPDATE expense_parts SET amount_minor = 1001 WHERE number = 1",
        "DELETE FROM expense_parts WHERE number = 1",
        "INSERT INTO expense_parts VALUES ('exp_000001', 3, NULL, 1, NULL, NULL)",
    ],
)
async def test_nothing_makes_a_split_expense_not_add_up(
    host: HostPlatform, change: LiteralString
) -> None:
    await split(host, (1000, 210), (290, None))
    with pytest.raises(ConstraintFailed):
        await host.database.all(statement(change))
