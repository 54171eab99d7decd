"""Expenses that may be one: found, merged, told apart, and not asked about again."""

from dataclasses import replace

import pytest

from tests.support.expenses import Given
from tests.support.host_platform import OTHER_ACCOUNT
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.expenses.duplicates import pairs as duplicates
from tillroll.expenses.duplicates.pairs import Seen, likeness

TEO = Seen("TEO HENG", None, 100, 1290, "MYR", "receipt", None)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (TEO, "same"),
        (replace(TEO, merchant="Teo-Heng"), "same"),
        (replace(TEO, merchant="TE0 HENG"), "near"),
        (replace(TEO, merchant="Teo Heng Stationery"), "near"),
        (replace(TEO, merchant="Green Garden", registered_name="TEO HENG"), "near"),
        (replace(TEO, merchant="Shell"), None),
        (replace(TEO, day=103), "near"),
        (replace(TEO, day=104), None),
        (replace(TEO, currency="EUR"), None),
        (replace(TEO, total_minor=1291), None),
    ],
)
def test_why_two_may_be_one(other: Seen, expected: str | None) -> None:
    assert likeness(TEO, other) == expected
    assert likeness(other, TEO) == expected


def test_numbers_tell_apart_and_bring_together() -> None:
    one = replace(TEO, document_kind="invoice", number="INV-7")
    assert likeness(one, replace(one, number="INV-8")) is None
    assert likeness(one, replace(one, number="inv 7", day=200, total_minor=5)) == "number"
    assert likeness(one, replace(one, merchant="Shell", day=200)) is None


ALIKE = (
    Given(1, merchant="TEO HENG"),
    Given(2, merchant="Teo Heng", date="2026-03-06"),
    Given(3, merchant="Shell"),
    Given(4, merchant="TEO HENG", account=OTHER_ACCOUNT),
)


async def listed(books: Books) -> list[tuple[str, str, str]]:
    items = (await books.ask("GET", "/api/duplicates"))["items"]
    assert {each[side]["mediaType"] for each in items for side in ("first", "second")} <= {
        "image/jpeg"
    }
    return [(each["first"]["id"], each["second"]["id"], each["likeness"]) for each in items]


async def test_a_pair_is_told_apart_once() -> None:
    books = await open_books(*ALIKE)
    assert await listed(books) == [("exp_000001", "exp_000002", "near")]
    for first, second in (("exp_000002", "exp_000001"), ("exp_000001", "exp_000002")):
        await books.ask("POST", "/api/duplicates/apart", {"first": first, "second": second})
    assert await listed(books) == []
    told = await books.rows("SELECT * FROM audit_events WHERE action = 'duplicates.told_apart'")
    assert len(told) == 1


async def test_merging_voids_one_and_links_its_document_and_telling_apart_takes_it_back() -> None:
    books = await open_books(*ALIKE)
    asked = {"keep": "exp_000002", "drop": "exp_000001"}
    for _ in range(2):
        kept = await books.ask("POST", "/api/duplicates/merge", asked)
        assert (kept["id"], kept["status"]) == ("exp_000002", "ready")
    assert await books.column("status") == ["voided", "ready", "ready", "ready"]
    assert await listed(books) == []
    documents = (await books.ask("GET", "/api/expenses/exp_000002/documents"))["items"]
    assert [(each["expenseId"], each["isOwn"]) for each in documents] == [
        ("exp_000002", True),
        ("exp_000001", False),
    ]
    refused = await books.answer(
        "POST", "/api/duplicates/merge", {"keep": "exp_000001", "drop": "exp_000002"}
    )
    assert refused.status_code == 409
    apart = {"first": "exp_000001", "second": "exp_000002"}
    await books.ask("POST", "/api/duplicates/apart", apart)
    assert await books.column("status") == ["ready"] * 4
    assert len((await books.ask("GET", "/api/expenses/exp_000002/documents"))["items"]) == 1
    assert await listed(books) == []


async def test_an_approved_one_is_not_voided_and_the_pair_stays() -> None:
    books = await open_books(*ALIKE)
    await books.run("UPDATE expenses SET status = 'approved' WHERE id = 'exp_000001'")
    refused = await books.answer(
        "POST", "/api/duplicates/merge", {"keep": "exp_000002", "drop": "exp_000001"}
    )
    assert refused.status_code == 409
    assert len(await listed(books)) == 1


async def test_what_a_person_approved_as_no_duplicate_is_not_asked_again() -> None:
    books = await open_books(*ALIKE)
    await books.run(
        """
        INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, deadline,
            requested_at)
        VALUES ('rev_1', 'run_000002', 1, 'possible_duplicate', '{"duplicateOf": "run_000001"}',
            'x', '', '')
        """
    )
    assert len(await listed(books)) == 1
    await books.run(
        "INSERT INTO review_decisions VALUES ('rev_1', 'approve', '{}', NULL, 'user:usr_first', '')"
    )
    assert await listed(books) == []


async def test_another_accounts_expenses_are_no_pair() -> None:
    books = await open_books(*ALIKE)
    for path, body in (
        ("/api/duplicates/apart", {"first": "exp_000001", "second": "exp_000004"}),
        ("/api/duplicates/merge", {"keep": "exp_000001", "drop": "exp_000004"}),
    ):
        assert (await books.answer("POST", path, body)).status_code == 404


async def test_pages_reach_every_pair_once(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [
        Given(number, merchant=f"Shop {number // 2}", total_minor=number // 2 + 1)
        for number in range(2, 40)
    ]
    books = await open_books(*many)
    monkeypatch.setattr(duplicates, "COMPARED", 1_000)
    found: list[str] = []
    cursor = ""
    while True:
        page = await books.ask("GET", f"/api/duplicates?limit=3{cursor}")
        found += [each["second"]["id"] for each in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert found == [f"exp_{number:06}" for number in range(39, 2, -2)]
