"""What was changed by hand in the books, is gone there, or lies in days that are closed: a person
decides.
"""

import pytest

from tests.simulation.office import CLOSED_FEBRUARY, TRAVEL, Office, spent
from tests.support.expenses import add_expenses
from tillroll_durable import statement


@pytest.mark.parametrize("decision", ["ours", "theirs"])
async def test_a_change_by_hand_is_decided_by_a_person(office: Office, decision: str) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    office.books.act("edit", {"id": document["id"], "fields": {"number": "BY-HAND"}})
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"conflict": 1}
    assert document["number"] == "BY-HAND"
    [conflict] = (await office.get("conflicts"))["items"]
    assert (conflict["ours"]["total"], conflict["theirs"]["total"]) == (23800, 11900)
    assert conflict["theirs"]["number"] == "BY-HAND"
    assert conflict["contacts"] == {conflict["ours"]["contact"]: "Green Garden Cafe"}
    assert not (await office.sync())["outcomes"], "a conflict that nobody decided was sent again"
    decided = await office.post(f"conflicts/{conflict['id']}/decision", {"decision": decision})
    assert decided.raise_for_status().json()["decision"] == decision
    again = await office.post(f"conflicts/{conflict['id']}/decision", {"decision": "theirs"})
    assert again.status_code == (200 if decision == "theirs" else 409)
    await office.sync()
    [document] = office.books.documents.values()
    assert document["total"] == (23800 if decision == "ours" else 11900)
    assert (await office.item("exp_000001"))["state"] == "written"
    assert (await office.get("status"))["isEverything"]
    # A later change of ours is written in both cases.
    await office.change("exp_000001", "total_minor = 35700, tax_minor = 5700")
    assert (await office.sync())["outcomes"] == {"written": 1}
    assert document["total"] == 35700


@pytest.mark.parametrize("decision", ["ours", "theirs"])
async def test_a_document_that_is_gone_is_decided_too(office: Office, decision: str) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents
    office.books.act("remove", {"id": document})
    await office.change("exp_000001", "note = 'lunch', total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"conflict": 1}
    [conflict] = (await office.get("conflicts"))["items"]
    assert conflict["theirs"] is None
    await office.post(f"conflicts/{conflict['id']}/decision", {"decision": decision})
    await office.sync()
    totals = [each["total"] for each in office.books.documents.values()]
    assert totals == ([23800] if decision == "ours" else [])
    assert (await office.get("status"))["isEverything"]


async def test_a_side_that_was_kept_is_not_said_to_be_written_again(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    office.books.act("edit", {"id": document["id"], "fields": {"number": "BY-HAND"}})
    await office.change("exp_000001", "total_minor = 23800, tax_minor = 3800")
    await office.sync()
    [conflict] = (await office.get("conflicts"))["items"]
    (
        await office.post(f"conflicts/{conflict['id']}/decision", {"decision": "theirs"})
    ).raise_for_status()
    # Also while the sync goes on that looks at it.
    (await office.post(f"connections/{office.connection}/syncs")).raise_for_status()
    [status] = (await office.get("status"))["connections"]
    assert status["connection"]["syncing"] is not None
    assert (status["says"], status["written"]) == ("Everything is in the books.", 1)


async def test_a_conflict_has_the_names_of_its_accounts(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1))
    await office.connect()
    await office.post(f"connections/{office.connection}/chart")
    await office.map(*TRAVEL)
    await office.sync()
    [document] = office.books.documents.values()
    office.books.act("edit", {"id": document["id"], "fields": {"number": "BY-HAND"}})
    await office.sync(compare=True)
    [conflict] = (await office.get("conflicts"))["items"]
    assert conflict["accounts"] == {"6300": "Travel"}
    assert conflict["taxCodes"].keys() == {"V19"}


async def test_a_sync_that_compares_finds_what_was_changed_by_hand(office: Office) -> None:
    await add_expenses(office.world.host.database, spent(1), spent(2), spent(3))
    await office.connect()
    await office.map(*TRAVEL)
    await office.sync()
    by_subject = {each["reference"]: each["id"] for each in office.books.documents.values()}
    office.books.act("edit", {"id": by_subject["exp_000001"], "fields": {"number": "BY-HAND"}})
    office.books.act("void", {"id": by_subject["exp_000002"]})
    assert (await office.sync())["outcomes"] == {}, "nothing of ours changed"
    before = dict(office.books.asked)
    assert (await office.sync(compare=True))["outcomes"] == {"conflict": 2, "unchanged": 1}
    assert not await office.world.rows("SELECT * FROM run_waits"), (
        "it waited a minute, although few requests were made"
    )
    assert office.books.asked["document.write"] - before["document.write"] <= 2
    conflicts = {each["subject"]: each for each in (await office.get("conflicts"))["items"]}
    assert conflicts["exp_000001"]["differences"] == [
        {"field": "number", "ours": conflicts["exp_000001"]["ours"]["number"], "theirs": "BY-HAND"}
    ]
    assert conflicts["exp_000002"]["isVoidThere"]
    for subject, decision in (("exp_000001", "theirs"), ("exp_000002", "ours")):
        await office.post(f"conflicts/{conflicts[subject]['id']}/decision", {"decision": decision})
    await office.sync()
    assert (await office.sync(compare=True))["outcomes"] == {"unchanged": 3}
    assert (await office.get("status"))["isEverything"]
    # What was accepted is not asked about again, and what was void is there anew.
    assert {each["reference"] for each in office.books.documents.values()} == {
        *("exp_000001", "exp_000002", "exp_000002-2", "exp_000003"),
    }


async def test_a_closed_period_refuses_by_name(office: Office) -> None:
    await add_expenses(
        office.world.host.database, spent(1, date="2026-01-31"), spent(2, date="2026-02-01")
    )
    await office.connect()
    await office.map(*TRAVEL)
    office.books.act("close", {"until": "2026-01-31"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1, "written": 1}
    item = await office.item("exp_000001")
    assert item["code"] == "closed-there"
    assert "all days up to 2026-01-31" in item["reason"]
    office.books.act("close", {"until": None})
    retried = await office.post(
        f"connections/{office.connection}/retries", {"code": "closed-there"}
    )
    assert retried.json() == {"items": 1}
    assert (await office.sync())["outcomes"] == {"written": 1}
    await office.world.host.database.batch(CLOSED_FEBRUARY)
    await office.change("exp_000002", "total_minor = 23800, tax_minor = 3800")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    assert (
        "2026-02-01 to 2026-02-28, which is closed here"
        in (await office.item("exp_000002"))["reason"]
    )


async def test_an_opened_period_makes_its_items_due_again(office: Office) -> None:
    given = [spent(1, date="2026-02-01"), spent(2, date="2026-02-02")]
    await add_expenses(office.world.host.database, *given)
    await office.connect()
    await office.map(*TRAVEL)
    await office.world.host.database.batch(CLOSED_FEBRUARY)
    assert (await office.sync())["outcomes"] == {"set_aside": 2}
    assert (await office.sync())["outcomes"] == {}
    opened = (
        "UPDATE closed_periods SET reopened_at = '2026-03-02', reopened_by = 'user:usr_first' "
        "WHERE id = 'per_1'"
    )
    await office.world.host.database.batch([statement(opened)])
    assert (await office.item("exp_000001"))[
        "says"
    ] == "Not in the books yet: the next sync writes it."
    assert (await office.sync())["outcomes"] == {"written": 2}


async def test_days_that_were_opened_in_the_books_are_found_by_a_sync_by_hand(
    office: Office,
) -> None:
    await add_expenses(office.world.host.database, spent(1, date="2026-01-31"))
    await office.connect()
    await office.map(*TRAVEL)
    office.books.act("close", {"until": "2026-01-31"})
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    office.books.act("close", {"until": None})
    assert (await office.sync())["outcomes"] == {"written": 1}
