"""Who paid a receipt: said with the upload, remembered for its person, and in its expense from the
first moment.
"""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN, USER
from tests.support.mails import MAILS
from tests.support.received_mail import open_mailbox, send, work
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tillroll.api.answers import JsonReply
from tillroll.receipts.native import receive
from tillroll_durable import ValuesRefused
from tillroll_durable.idempotency.keys import KeyReused
from tillroll_durable.platform.bindings.database import Row
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


@pytest.fixture
async def world() -> World:
    return await open_receipts(Faults())


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def sent(world: World, paid_by: str | None, key: str | None = None) -> JsonReply:
    headers = {"authorization": f"Bearer {TOKEN}"} | (
        {} if key is None else {"idempotency-key": key}
    )
    file = MemoryFile(JPEG, world.host.pieces.objects)
    return await receive(world.host.platform, MemoryUpload([file], headers), paid_by)


async def kept(world: World) -> tuple[list[Row], list[Row]]:
    """What receipts say of who paid, and what expenses do."""
    return await world.rows("SELECT paid_by FROM receipts"), await world.rows(
        "SELECT paid_by FROM expenses"
    )


async def test_who_paid_lies_with_the_upload_and_is_in_its_expense(world: World) -> None:
    reply = await sent(world, "employee")
    assert reply.body["paidBy"] == "employee"
    assert await kept(world) == ([{"paid_by": "employee"}], [])
    await world.settle()
    assert await kept(world) == ([{"paid_by": "employee"}], [{"paid_by": "employee"}])


async def test_where_nobody_says_it_the_company_paid(world: World) -> None:
    reply = await sent(world, None)
    assert reply.body["paidBy"] == "company"
    await world.settle()
    assert await kept(world) == ([{"paid_by": None}], [{"paid_by": "company"}])
    assert await world.rows("SELECT paid_by FROM users WHERE id = ?", USER) == [{"paid_by": None}]


@pytest.mark.parametrize("said", ["me", "", "Employee", "usr_other"])
async def test_what_is_no_answer_is_refused_and_stores_nothing(world: World, said: str) -> None:
    with pytest.raises(ValuesRefused):
        await sent(world, said)
    assert await world.rows("SELECT id FROM receipts") == []
    assert world.host.pieces.objects.content == {}


async def test_the_same_file_with_another_answer_is_the_same_receipt_and_keeps_the_first(
    world: World,
) -> None:
    first = await sent(world, "employee")
    again = await sent(world, "company")
    assert (again.status, again.body["receiptId"], again.body["paidBy"]) == (
        200,
        first.body["receiptId"],
        "employee",
    )
    await world.settle()
    third = await sent(world, "company")
    assert (third.status, third.body["paidBy"]) == (200, "employee")
    assert await kept(world) == ([{"paid_by": "employee"}], [{"paid_by": "employee"}])


async def test_a_key_stands_for_the_file_with_its_answer(world: World) -> None:
    first = await sent(world, "employee", "k1")
    assert (await sent(world, "employee", "k1")).body == first.body
    with pytest.raises(KeyReused):
        await sent(world, "company", "k1")
    assert await kept(world) == ([{"paid_by": "employee"}], [])


async def test_a_receipt_that_was_rejected_and_comes_again_has_the_newer_answer() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world, paid_by="company")
    await world.settle({"decision": "reject"})
    again = await sent(world, "employee")
    assert (again.status, again.body["paidBy"]) == (202, "employee")
    await world.settle(CORRECTION)
    assert await kept(world) == ([{"paid_by": "employee"}], [{"paid_by": "employee"}])


async def test_the_last_answer_is_remembered_for_its_person(
    world: World, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/api/session")).json()["user"]["paidBy"] is None
    await upload(world, 1, "employee")
    assert (await client.get("/api/session")).json()["user"]["paidBy"] == "employee"
    await upload(world, 2)
    assert (await client.get("/api/session")).json()["user"]["paidBy"] == "employee"
    await upload(world, 3, "company")
    assert (await client.get("/api/session")).json()["user"]["paidBy"] == "company"


async def test_it_is_said_anew_before_there_is_an_expense_and_of_the_expense_after(
    world: World, client: httpx.AsyncClient
) -> None:
    receipt = (await sent(world, None)).body["receiptId"]
    for _ in range(2):  # the same again changes nothing
        answer = await client.patch(f"/api/receipts/{receipt}", json={"paidBy": "employee"})
        assert (answer.status_code, answer.json()) == (
            200,
            {"receiptId": receipt, "paidBy": "employee"},
        )
    said = "SELECT actor FROM audit_events WHERE action = 'receipt.payer_said'"
    assert len(await world.rows(said)) == 1
    await world.settle()
    assert await kept(world) == ([{"paid_by": "employee"}], [{"paid_by": "employee"}])

    for _ in range(2):
        answer = await client.patch(f"/api/receipts/{receipt}", json={"paidBy": "company"})
        assert answer.status_code == 200
    assert (await kept(world))[1] == [{"paid_by": "company"}]
    assert len(await world.rows("SELECT id FROM expense_changes")) == 1
    assert len(await world.rows(said)) == 1


async def test_who_paid_an_approved_expense_stays(world: World, client: httpx.AsyncClient) -> None:
    receipt = (await sent(world, None)).body["receiptId"]
    await world.settle()
    await world.rows("UPDATE expenses SET status = 'approved'")
    answer = await client.patch(f"/api/receipts/{receipt}", json={"paidBy": "employee"})
    assert answer.status_code == 409
    assert await kept(world) == ([{"paid_by": None}], [{"paid_by": "company"}])


async def test_a_rule_says_who_paid_only_where_nobody_did(
    world: World, client: httpx.AsyncClient
) -> None:
    rule = {"when": {"words": ["Nasi Lemak"]}, "gives": {"paidBy": "employee"}}
    answer = await client.post("/api/rules", json=rule)
    assert answer.status_code in (200, 201), answer.text
    for copy, said, paid_by in ((1, None, "employee"), (2, "company", "company")):
        run = await upload(world, copy, said)
        await world.settle({"decision": "approve"})
        assert await world.rows("SELECT paid_by FROM expenses WHERE run_id = ?", run) == [
            {"paid_by": paid_by}
        ]


async def test_a_statement_says_who_paid_too_and_is_the_same_with_another_answer(
    world: World, client: httpx.AsyncClient
) -> None:
    said = {
        "merchant": "City parking",
        "date": "2026-02-14",
        "total": "4.50",
        "currency": "EUR",
        "reason": "No paper",
    }
    first = (await client.post("/api/vouchers", json={**said, "paidBy": "employee"})).json()
    again = await client.post("/api/vouchers", json={**said, "paidBy": "company"})
    assert (again.status_code, again.json()["receiptId"], again.json()["paidBy"]) == (
        200,
        first["receiptId"],
        "employee",
    )
    await world.settle()
    assert await kept(world) == ([{"paid_by": "employee"}], [{"paid_by": "employee"}])


async def test_a_persons_own_mail_has_their_last_answer_and_a_shops_mail_has_none() -> None:
    by_title = {mailed.title: mailed for mailed in MAILS}
    for mailed, paid_by in ((by_title["gmail-pdf"], "employee"), (by_title["shop-ticket"], None)):
        world, address = await open_mailbox()
        await world.rows("UPDATE users SET paid_by = 'employee'")
        await send(world.host.platform, address, mailed.raw)
        await work(world)
        assert {row["paid_by"] for row in await world.rows("SELECT paid_by FROM receipts")} == {
            paid_by
        }, mailed.title
