"""Categories: their names lead somewhere for ever, sets to begin with, merging."""

import pytest

from tests.support.expenses import Given
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.expenses.sorting.starters import STARTERS, Chart, Language, StarterSet, starters


async def named(books: Books) -> dict[str, str]:
    found = (await books.ask("GET", "/api/categories"))["categories"]
    return {each["name"]: each["state"] for each in found}


async def test_what_expenses_have_is_a_category_and_what_is_typed_in_becomes_one() -> None:
    books = await open_books(Given(1, category="Meals"), Given(2, category="Meals"), Given(3))
    await books.ask("PATCH", "/api/expenses/exp_000003", {"category": "Travel"})
    listed = await books.ask("GET", "/api/categories")
    assert listed["items"] == ["Meals", "Travel"]
    assert [(each["name"], each["used"]) for each in listed["categories"]] == [
        ("Meals", 2),
        ("Travel", 1),
    ]
    assert (await books.ask("POST", "/api/categories", {"name": "Travel"}))["name"] == "Travel"


async def test_a_split_expense_counts_once_for_each_category_of_its_parts() -> None:
    books = await open_books(Given(1, category="Meals"), Given(2), Given(3))
    await books.run("INSERT INTO expense_parts VALUES ('exp_000003', 1, 'Meals', 290, NULL, NULL)")
    await books.run("INSERT INTO expense_parts VALUES ('exp_000003', 2, 'Gifts', 500, NULL, NULL)")
    await books.run("INSERT INTO expense_parts VALUES ('exp_000003', 3, 'Gifts', 500, NULL, NULL)")
    await books.run("UPDATE expenses SET is_split = 1 WHERE id = 'exp_000003'")
    for name in ("Meals", "Gifts", "Office"):
        await books.ask("POST", "/api/categories", {"name": name})
    listed = (await books.ask("GET", "/api/categories"))["categories"]
    assert {each["name"]: each["used"] for each in listed} == {"Meals": 2, "Gifts": 1, "Office": 0}


async def test_codes_are_kept_and_a_category_is_archived() -> None:
    books = await open_books()
    made = await books.ask(
        "POST", "/api/categories", {"name": "Office", "ledgerCode": "4930", "taxCode": "9"}
    )
    assert (made["ledgerCode"], made["taxCode"], made["used"]) == ("4930", "9", 0)
    changed = await books.ask(
        "PATCH", f"/api/categories/{made['id']}", {"state": "archived", "taxCode": None}
    )
    assert (changed["state"], changed["taxCode"], changed["ledgerCode"]) == (
        "archived",
        None,
        "4930",
    )
    assert changed["accountIsAutomatic"] is False
    ticked = await books.ask("PATCH", f"/api/categories/{made['id']}", {"accountIsAutomatic": True})
    assert (ticked["accountIsAutomatic"], ticked["ledgerCode"]) == (True, "4930")
    assert (await books.ask("GET", "/api/categories"))["items"] == []
    taken = await books.answer("POST", "/api/categories", {"name": "office"})
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:tillroll:problem:name-taken")


async def test_a_name_is_one_in_whatever_case_its_letters_are() -> None:
    """SQLite knows the case of ASCII alone."""
    books = await open_books(Given(1))
    made = await books.ask("POST", "/api/categories", {"name": "Öffis"})
    taken = await books.answer("POST", "/api/categories", {"name": "öffis"})
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:tillroll:problem:name-taken")
    typed = await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "ÖFFIS"})
    assert typed["category"] == "Öffis"
    other = await books.ask("POST", "/api/categories", {"name": "Office"})
    renamed = await books.answer("POST", f"/api/categories/{other['id']}/rename", {"name": "öffis"})
    assert renamed.status_code == 409
    listed = (await books.ask("GET", "/api/categories"))["categories"]
    assert {each["name"] for each in listed if each["id"] in {made["id"], other["id"]}} == {
        "Öffis",
        "Office",
    }
    assert "öffis" not in {each["name"] for each in listed}


async def test_a_set_adds_no_category_whose_name_is_known_in_another_case() -> None:
    books = await open_books()
    await books.ask("POST", "/api/categories", {"name": "BÜROBEDARF"})
    asked = {"set": "basic", "language": "de", "chart": "none"}
    added = (await books.ask("POST", "/api/categories/starters", asked))["added"]
    assert added == len(starters(StarterSet.BASIC)) - 1
    assert "Bürobedarf" not in await named(books)


@pytest.mark.parametrize("chosen", StarterSet)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("chart", Chart)
async def test_a_set_is_taken_over_once(
    chosen: StarterSet, language: Language, chart: Chart
) -> None:
    books = await open_books()
    asked: dict[str, object] = {
        "set": chosen.value,
        "language": language.value,
        "chart": chart.value,
    }
    assert await books.ask("POST", "/api/categories/starters", asked) == {
        "added": len(starters(chosen))
    }
    assert await books.ask("POST", "/api/categories/starters", asked) == {"added": 0}
    codes = {
        each["ledgerCode"] for each in (await books.ask("GET", "/api/categories"))["categories"]
    }
    assert (codes == {None}) is (chart is Chart.NONE)


@pytest.mark.parametrize("language", Language)
async def test_categories_get_the_accounts_of_a_chart(language: Language) -> None:
    books = await open_books()
    asked: dict[str, object] = {"set": "basic", "language": language.value}
    await books.ask("POST", "/api/categories/starters", asked)
    await books.run("UPDATE categories SET ledger_code = '77' WHERE starter = 'office'")
    await books.run("UPDATE categories SET name = 'Trips' WHERE starter = 'phone'")
    await books.ask("POST", "/api/categories", {"name": "Own"})
    own = sum(each.key != "office" for each in starters(StarterSet.BASIC))
    given = await books.ask("POST", "/api/categories/accounts", {"chart": "skr04"})
    assert given == {"changed": own, "otherAccount": "6850", "contraAccount": "3310"}
    rows = await books.rows("SELECT name, starter, ledger_code FROM categories ORDER BY id")
    accounts: dict[object, str | None] = {each.key: each.skr04 for each in STARTERS}
    accounts |= {"office": "77", None: None}
    assert [row["ledger_code"] for row in rows] == [accounts[row["starter"]] for row in rows]
    for changed in (own, 0):
        other = await books.ask("POST", "/api/categories/accounts", {"chart": "skr03"})
        assert other["changed"] == changed, "the account of another chart gives way, once"
    [office] = await books.rows("SELECT ledger_code FROM categories WHERE starter = 'office'")
    assert office == {"ledger_code": "77"}


def test_a_set_names_nothing_twice() -> None:
    for chosen in StarterSet:
        for language in Language:
            names = [each.name(language).casefold() for each in starters(chosen)]
            assert len(names) == len(set(names))
    assert all(each.skr03.isdecimal() and len(each.skr04) == 4 for each in STARTERS)


async def test_a_new_name_is_on_all_expenses_parts_and_approved_ones() -> None:
    books = await open_books(Given(1, category="Meals"), Given(2, category="Meals"), Given(3))
    await books.run("UPDATE expenses SET status = 'approved' WHERE id = 'exp_000002'")
    await books.run("INSERT INTO expense_parts VALUES ('exp_000003', 1, 'Meals', 290, NULL, NULL)")
    await books.run("INSERT INTO expense_parts VALUES ('exp_000003', 2, 'Gifts', 1000, NULL, NULL)")
    await books.run("UPDATE expenses SET is_split = 1 WHERE id = 'exp_000003'")
    before = await books.snapshot()
    path = f"/api/categories/{await books.category_id('Meals')}/rename"
    act = await books.ask("POST", path, {"name": "Food"})
    assert (act["changed"], await books.column("category")) == (3, ["Food", "Food", None])
    parts = await books.rows("SELECT category FROM expense_parts ORDER BY number")
    assert [row["category"] for row in parts] == ["Food", "Gifts"]
    assert "Meals" not in await named(books)
    await books.ask("POST", f"/api/acts/{act['id']}/undo")
    assert await books.snapshot() == before


async def test_merging_leaves_approved_expenses_and_is_undone() -> None:
    books = await open_books(
        Given(1, category="Meals"), Given(2, category="Food"), Given(3, category="Meals")
    )
    await books.run("UPDATE expenses SET status = 'approved' WHERE id = 'exp_000003'")
    before = await books.snapshot()
    meals, food = await books.category_id("Meals"), await books.category_id("Food")
    act = await books.ask("POST", f"/api/categories/{meals}/merge", {"into": food})
    assert (act["changed"], act["leftOut"], await books.column("category")) == (
        1,
        1,
        ["Food", "Food", "Meals"],
    )
    assert await named(books) == {"Food": "active"}
    assert (
        await books.answer("POST", f"/api/categories/{meals}/rename", {"name": "X"})
    ).status_code == 422
    await books.ask("POST", f"/api/acts/{act['id']}/undo")
    assert await books.snapshot() == before


async def test_a_name_that_another_category_has_is_refused() -> None:
    books = await open_books(Given(1, category="Meals"), Given(2, category="Food"))
    refused = await books.answer(
        "POST", f"/api/categories/{await books.category_id('Meals')}/rename", {"name": "FOOD"}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tillroll:problem:name-taken")


async def test_an_old_name_leads_to_the_category() -> None:
    books = await open_books(Given(1, category="Meals"), Given(2))
    await books.ask(
        "POST", f"/api/categories/{await books.category_id('Meals')}/rename", {"name": "Food"}
    )
    changed = await books.ask("PATCH", "/api/expenses/exp_000002", {"category": "meals"})
    assert changed["category"] == "Food"
    assert await named(books) == {"Food": "active"}


async def test_a_slip_that_became_a_category_goes_with_the_last_expense_that_has_it() -> None:
    books = await open_books(Given(1), Given(2, category="Meals"))
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "Mea"})
    assert [*await named(books)] == ["Mea", "Meals"]
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": None})
    assert [*await named(books)] == ["Meals"]
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "Mea"})
    assert [*await named(books)] == ["Mea", "Meals"]


async def test_a_category_stays_that_something_else_has_or_that_was_added() -> None:
    books = await open_books(Given(1, category="Meals"), Given(2, category="Meals"))
    await books.ask("POST", "/api/categories", {"name": "Office"})
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "Office"})
    assert {*await named(books)} == {"Meals", "Office"}
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "Travel"})
    assert {*await named(books)} == {"Meals", "Office", "Travel"}
    await books.run("INSERT INTO expense_parts VALUES ('exp_000002', 1, 'Travel', 5, NULL, NULL)")
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "Meals"})
    assert {*await named(books)} == {"Meals", "Office", "Travel"}


async def test_an_expense_in_review_again_loses_a_slip_of_a_category() -> None:
    """As the page takes a confirmation back."""
    books = await open_books(Given(1))
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": "Mea"})
    await books.ask("POST", "/api/expenses/exp_000001/send-back", {"reason": "a slip"})
    await books.ask("PATCH", "/api/expenses/exp_000001", {"category": None})
    assert await named(books) == {}


async def test_policies_and_approvers_follow_a_category_to_its_new_name() -> None:
    books = await open_books(Given(1, category="Meals"))
    policy = {"name": "Small", "effect": "refuse", "category": "meals"}
    await books.ask("POST", "/api/policies", policy)
    chain = {"name": "Owners", "category": "MEALS", "steps": ["owner"]}
    await books.ask("POST", "/api/approval-chains", chain)
    path = f"/api/categories/{await books.category_id('Meals')}/rename"
    act = await books.ask("POST", path, {"name": "Food"})
    asked = {"ids": ["exp_000001"]}
    [outcome] = (await books.ask("POST", "/api/approvals/check", asked))["items"]
    assert outcome["outcome"] == "refused"
    [chain] = (await books.ask("GET", "/api/approval-chains"))["items"]
    assert chain["category"] == "Food"
    await books.ask("POST", f"/api/acts/{act['id']}/undo")
    [policy] = (await books.ask("GET", "/api/policies"))["items"]
    assert policy["category"] == "Meals"
