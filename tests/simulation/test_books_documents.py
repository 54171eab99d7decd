"""What becomes of expenses and claims in the books: bills, invoices and credits, written when they
may be.
"""

from dataclasses import replace
from typing import Any

from local.books.signed import SignedCounterpart
from tests.simulation.office import TRAVEL, Office, spent
from tests.simulation.opening import open_world
from tests.simulation.syncing import Line
from tests.support.expenses import Given, add_client, add_expenses
from tests.support.host_api import api_client
from tillroll.books.syncs.workflow import SYNC
from tillroll.claims.contract import ClaimParams
from tillroll.claims.creation import begin_claim
from tillroll.claims.service import credit_expenses, notify_changes, withdraw_claim
from tillroll.claims.workflow import CLAIM
from tillroll.mail.workflow import MAIL
from tillroll_durable import Actor, statement
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed


async def test_an_expense_that_waits_for_approval_is_written_once_it_is_approved(
    office: Office,
) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect(onlyApproved=True)
    await office.map(*TRAVEL)
    assert (await office.sync())["outcomes"] == {"left_out": 1}
    assert (await office.item("exp_000001"))["says"] == "Not in the books: It is not approved."
    await office.change("exp_000001", "status = 'approved'")
    assert (await office.sync())["outcomes"] == {"written": 1}
    await office.change("exp_000001", "status = 'in_review', total_minor = 1, tax_minor = 0")
    await office.sync()
    assert [each["total"] for each in office.books.documents.values()] == [11900]
    assert "as it was before" in (await office.item("exp_000001"))["says"]


async def test_what_is_not_approved_is_said_and_each_item_counts_once(office: Office) -> None:
    given = [spent(number) for number in range(1, 6)]
    await add_expenses(office.world.host.database, *given)
    for each in given[:3]:
        await office.change(each.id, "status = 'approved'")
    await office.connect(onlyApproved=True)
    await office.map(*TRAVEL)

    async def status() -> dict[str, Any]:
        [found] = (await office.get("status"))["connections"]
        return found

    later = "Everything that is due is in the books; 2 expenses are not approved yet."
    assert [(each["code"], each["items"]) for each in (await status())["notDue"]] == [
        ("not-approved", 2)
    ]
    await office.sync()
    found = await status()
    assert (found["isEverything"], found["says"], found["written"], found["leftOut"]) == (
        True,
        later,
        3,
        2,
    )
    [waits] = found["notDue"]
    assert [each["subject"] for each in waits["examples"]] == ["exp_000004", "exp_000005"]
    # What changed is lacking until it is written, and is not counted as there as well.
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    found = await status()
    assert (found["written"], [each["items"] for each in found["lacking"]], found["leftOut"]) == (
        2,
        [1],
        2,
    )
    assert (
        found["says"] == "1 is not in the books as it should be; 2 expenses are not approved yet."
    )


async def test_a_bill_without_a_number_is_called_by_its_merchant_and_id(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1, date="2026-01-31"))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    assert [each["number"] for each in office.books.documents.values()] == ["Green Garden C 000001"]


async def test_what_was_taken_back_is_not_said_to_be_there(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    await office.change("exp_000001", "status = 'voided'")
    assert (await office.sync())["outcomes"] == {"credited": 1}
    office.books.act("close", {"until": "2027-12-31"})
    await office.change("exp_000001", "status = 'ready'")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    item = await office.item("exp_000001")
    assert item["says"].startswith("Not in the books: ")
    assert (item["externalId"], item["externalNumber"], item["externalUrl"]) == (None, None, None)


async def test_what_an_employee_paid_is_owed_to_them(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2))
    await office.change("exp_000001", "paid_by = 'employee', person = 'usr_first'")
    await office.change("exp_000002", "paid_by = 'employee'")
    await office.connect()
    shown = await office.map(*TRAVEL)
    assert [(each["what"], each["word"]) for each in shown["unmapped"]] == [("person", "usr_first")]
    [name] = await office.world.rows("SELECT name FROM users WHERE id = 'usr_first'")
    assert shown["unmapped"][0]["says"] == f"The person {name['name']} has no contact."
    stranger = {"words": [*TRAVEL, {"what": "person", "word": "usr_other", "code": "Bob"}]}
    path = f"/api/books/connections/{office.connection}/mapping"
    refused = await office.client.put(path, json=stranger)
    assert refused.json()["errors"][0]["message"] == "The account has no such person."
    await office.map(*TRAVEL, {"what": "person", "word": "usr_first", "code": "Ann Lee"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1, "written": 1}
    assert [each["name"] for each in office.books.contacts.values()] == ["Ann Lee"]
    assert (await office.item("exp_000002"))["code"] == "person-unknown"


async def test_money_that_came_back_is_a_credit_note(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1, total_minor=-11900, tax_minor=-1900))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    assert (document["kind"], document["total"], document["lines"][0]["net"]) == (
        "credit_note",
        11900,
        10000,
    )
    # It turns out to be a purchase: the books void a credit themselves.
    await office.change("exp_000001", "total_minor = 11900, tax_minor = 1900")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    assert (await office.item("exp_000001"))["code"] == "is-a-credit"


async def test_a_claim_against_a_customer_is_an_invoice_and_its_credit_notes_credit_it() -> None:
    async def nudge(platform: Platform) -> None:
        await notify_changes(platform)

    world = await open_world(Faults(), Deployed(SYNC, beside=[CLAIM, MAIL], more_ticks=[nudge]))
    world.aims_at = SYNC.contract.kind
    books = SignedCounterpart([], now=world.host.pieces.clock.now)
    world.host.platform = replace(world.host.platform, exchange=Line(world.faults, books))
    await add_expenses(world.host.database, spent(1), spent(2), spent(3))
    await add_client(world.host.database, "cli_acme", "ACME")
    billed = (
        "UPDATE expenses SET status = 'approved', billable = 1, client_id = 'cli_acme', client = "
        "'ACME'"
    )
    await world.host.database.batch([statement(billed)])
    params = ClaimParams.model_validate(
        {"currency": "EUR", "payer_kind": "customer", "client_id": "cli_acme"}
    )
    actor, platform = Actor("acc_first", "user:usr_first"), world.host.platform
    claim = (await begin_claim(platform, CLAIM, actor, params, "one")).run_id
    await world.settle()
    async with api_client(platform) as client:
        office = Office(client, world, books)
        await office.connect()
        shown = await office.map(*TRAVEL)
        assert {(each["what"], each["word"]) for each in shown["unmapped"]} == {
            ("income", "Travel"),
            ("output_tax", "none"),
        }
        income = {"what": "income", "word": "*", "code": "8400"}
        await office.map(*TRAVEL, income, {"what": "output_tax", "word": "none", "code": ""})
        assert (await office.sync())["outcomes"] == {"written": 4}
        [invoice] = [each for each in books.documents.values() if each["kind"] == "invoice"]
        assert (invoice["total"], invoice["number"], invoice["reference"]) == (
            35700,
            "2026-0001",
            claim,
        )
        assert {each["account"] for each in invoice["lines"]} == {"8400"}
        assert "In the books as 2026-0001" in (await office.item(claim))["says"]

        await credit_expenses(platform, actor, claim, [Given(1).id], "private", "note 1")
        await world.settle()
        assert (await office.sync())["outcomes"]["written"] == 1
        [credit] = [each for each in books.documents.values() if each["kind"] == "invoice_credit"]
        assert (credit["total"], credit["number"]) == (11900, "CN-2026-0001")
        assert (await office.get("status"))["isEverything"]

        await withdraw_claim(platform, actor, claim, "a mistake")
        await world.settle()
        assert (await office.sync())["outcomes"] == {"credited": 1}
        taken_back = [
            each["total"] for each in books.documents.values() if each["kind"] == "invoice_credit"
        ]
        assert sum(taken_back) == 35700, "more or less was taken back than was charged"
        assert (await office.get("status"))["isEverything"]


async def test_a_change_is_written_over_and_a_void_becomes_a_credit(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    [change] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert (change["act"], change["differences"]["total"]) == ("change", [11900, 23800])
    assert change["title"].startswith("Green Garden Cafe, "), change["title"]
    assert change["contacts"] == {change["document"]["contact"]: "Green Garden Cafe"}
    assert [each["subject"] for each in (await office.get("items", due="true"))["items"]] == [
        "exp_000001"
    ]
    assert [each["subject"] for each in (await office.get("items", due="false"))["items"]] == [
        "exp_000002"
    ]
    assert (await office.sync())["outcomes"] == {"written": 1}
    await office.change("exp_000002", "status = 'voided'")
    assert (await office.get(f"connections/{office.connection}/dry-run"))["items"][0][
        "act"
    ] == "credit"
    assert (await office.sync())["outcomes"] == {"credited": 1}
    by_reference = {each["reference"]: each for each in office.books.documents.values()}
    assert {name: (each["kind"], each["total"]) for name, each in by_reference.items()} == {
        "exp_000001": ("bill", 23800),
        "exp_000002": ("bill", 11900),
        "exp_000002-void": ("credit_note", 11900),
    }
    assert (await office.item("exp_000002"))["state"] == "credited"
    # Restored, it is a document of its own.
    await office.change("exp_000002", "status = 'ready'")
    await office.sync()
    assert "exp_000002-2" in {each["reference"] for each in office.books.documents.values()}
    assert (await office.get("status"))["isEverything"]
