"""A category whose name only looks like another one: it is the same where nobody sees a difference,
and asked for where its letters are those of another alphabet.
"""

from typing import Any, Final

import pytest

from tests.support.expenses import Given
from tests.unit.expenses.approval.test_four_eyes import add_person, approve
from tests.unit.expenses.sorting.sorted_books import Books, open_books

ONE: Final = "exp_000001"
BEN: Final = "usr_ben"
REASON: Final = "No gifts applies: it is not approved like this."
SAME: Final = {
    "zero width": "Gi\u200bfts",
    "soft hyphen": "Gi\u00adfts",
    "joiner": "Gif\u200dts",
    "full width": "\uff27\uff49\uff46\uff54\uff53",
    "variation": "Gifts\ufe0f",
    "filler": "Gi\u3164fts",
    "tag": "Gifts\U000e0041",
    "blank": "Gifts\u2800",
}
CYRILLIC: Final = "G\u0456fts"
UNFIT: Final = 422


@pytest.fixture
async def books() -> Books:
    """Cy handed an expense in, and Ben approves. A policy refuses what is filed under Gifts."""
    books = await open_books(Given(1, category="Other"))
    await add_person(books, BEN, "approver")
    await books.run("UPDATE expenses SET person = 'usr_cy', paid_by = 'employee'")
    policy = {"name": "No gifts", "effect": "refuse", "category": "Gifts"}
    await books.ask("POST", "/api/policies", policy)
    return books


@pytest.mark.parametrize("name", SAME.values(), ids=SAME)
async def test_a_policy_holds_a_name_that_prints_the_same(books: Books, name: str) -> None:
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": name})
    assert await approve(books, ONE, BEN) == ("refused", REASON)


@pytest.mark.parametrize("name", SAME.values(), ids=SAME)
async def test_such_a_name_leads_to_the_category_that_exists(books: Books, name: str) -> None:
    await books.ask("POST", "/api/categories", {"name": "Gifts"})
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": name})
    assert await books.column("category") == ["Gifts"]
    refused = await books.answer("POST", "/api/categories", {"name": name})
    assert (refused.status_code, refused.json()["type"][-10:]) == (409, "name-taken")


async def test_a_policy_that_names_it_otherwise_holds_the_plain_name(books: Books) -> None:
    await books.ask(
        "POST",
        "/api/policies",
        {"name": "P", "effect": "refuse", "category": "\uff34\uff49\uff50\uff53"},
    )
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": "Tips"})
    assert (await approve(books, ONE, BEN))[0] == "refused"


DOORS: Final[dict[str, tuple[str, str, Any, str]]] = {
    "edit": ("PATCH", f"/api/expenses/{ONE}", {"category": CYRILLIC}, "category"),
    "act": ("POST", "/api/acts", {"kind": "category", "ids": [ONE], "category": CYRILLIC}, ""),
    "create": ("POST", "/api/categories", {"name": CYRILLIC}, "name"),
    "policy": (
        "POST",
        "/api/policies",
        {"name": "Own", "effect": "refuse", "category": CYRILLIC},
        "category",
    ),
    "chain": (
        "POST",
        "/api/approval-chains",
        {"name": "Boss", "category": CYRILLIC, "steps": ["owner"]},
        "category",
    ),
    "rule": (
        "POST",
        "/api/rules",
        {"when": {"words": ["wine"]}, "gives": {"category": CYRILLIC}},
        "gives.category",
    ),
}


@pytest.mark.parametrize("door", DOORS)
async def test_a_name_in_other_letters_is_asked_for_at_each_door(books: Books, door: str) -> None:
    method, path, body, field = DOORS[door]
    refused = await books.answer(method, path, body)
    assert refused.status_code == UNFIT, refused.text
    assert field in refused.text
    assert "It looks like Gifts, but has letters of another alphabet" in refused.text
    assert await books.column("category") == ["Other"]


async def test_a_category_is_not_renamed_to_the_look_of_another(books: Books) -> None:
    other = await books.category_id("Other")
    path = f"/api/categories/{other}/rename"
    refused = await books.answer("POST", path, {"name": CYRILLIC})
    assert refused.status_code == UNFIT, refused.text
    assert "It looks like Gifts" in refused.text


async def test_a_policy_holds_what_looks_like_its_category_and_was_there(books: Books) -> None:
    await books.run("UPDATE expenses SET category = 'G' || char(0x456) || 'fts'")
    assert await approve(books, ONE, BEN) == ("refused", REASON)


async def test_names_of_other_alphabets_keep_their_letters(books: Books) -> None:
    """Also the joiners that Persian needs; case makes no difference in any of them."""
    persian = "\u0647\u062f\u06cc\u0647\u200c\u0647\u0627"
    for name in (persian, "Δώρα", "Подарки"):
        await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": name})
        assert await books.column("category") == [name]
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": "ПОДАРКИ"})
    assert await books.column("category") == ["Подарки"]


async def test_a_plain_name_asks_about_the_category_of_other_letters(books: Books) -> None:
    """Also where the one of before is the disguised one."""
    await books.run("UPDATE expenses SET category = 'Tip' || char(0x455)")
    refused = await books.answer("PATCH", f"/api/expenses/{ONE}", {"category": "Tips"})
    assert refused.status_code == UNFIT, refused.text
    assert "It looks like Tip\u0455" in refused.text


async def test_a_plain_name_leads_to_the_category_that_prints_the_same() -> None:
    books = await open_books(Given(1, category="Other"), Given(2, category="Ti\u200bps"))
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": "Tips"})
    assert await books.column("category") == ["Ti\u200bps", "Ti\u200bps"]


async def test_two_that_print_the_same_are_each_reached_by_their_letters() -> None:
    names = ["Ti\u00adps", "Ti\u200bps"]
    books = await open_books(
        Given(1, category="Other"), Given(2, category=names[0]), Given(3, category=names[1])
    )
    for name in names:
        await books.ask("PATCH", f"/api/expenses/{ONE}", {"category": name})
        assert await books.column("category") == [name, *names]
    rule = {"when": {"words": ["wine"]}, "gives": {"category": names[0]}}
    await books.ask("POST", "/api/rules", rule)
    wine = "UPDATE expenses SET merchant = 'Wine', category_by = NULL WHERE id = 'exp_000001'"
    await books.run(wine)
    await books.ask("POST", "/api/rules/apply", {})
    assert await books.column("category") == [names[0], *names]


async def test_an_edit_asks_about_a_merchant_of_two_alphabets() -> None:
    """A whole name in one alphabet is what the paper prints."""
    books = await open_books(Given(1, merchant="Shell"), Given(2, merchant="Sony"))
    disguised = {"merchant": "S\u043eny"}
    refused = await books.answer("PATCH", f"/api/expenses/{ONE}", disguised)
    assert refused.status_code == UNFIT, refused.text
    assert "It looks like Sony" in refused.text
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"merchant": "\u0421\u043e\u043d\u0443"})


async def test_categories_that_print_the_same_are_asked_about() -> None:
    books = await open_books(
        Given(1, category="Tips"), Given(2, category="Ti\u200bps"), Given(3, category="T\u0456ps")
    )
    listed = (await books.ask("GET", "/api/categories"))["categories"]
    ids = {each["id"] for each in listed}
    assert [{each["id"], *each["alike"]} for each in listed] == [ids, ids, ids]
    plain = await books.category_id("Tips")
    for each in sorted(ids - {plain}):
        await books.ask("POST", f"/api/categories/{each}/merge", {"into": plain})
    listed = (await books.ask("GET", "/api/categories"))["categories"]
    assert [(each["name"], each["alike"]) for each in listed] == [("Tips", [])]
    assert await books.column("category") == ["Tips", "Tips", "Tips"]


async def test_merchants_that_look_the_same_are_asked_about() -> None:
    disguised = "S\u043eny"
    books = await open_books(
        Given(1, merchant="Sony"), Given(2, merchant=disguised), Given(3, merchant="Shell")
    )
    listed = (await books.ask("GET", "/api/merchants"))["items"]
    alike = {each["name"]: each["alike"] for each in listed}
    assert alike == {"Sony": [disguised], disguised: ["Sony"], "Shell": []}
    only = (await books.ask("GET", "/api/merchants?q=so"))["items"]
    assert only[0]["alike"], "also where the other one is not listed"
    await books.ask("POST", "/api/merchants/rename", {"names": [disguised, "Sony"], "to": "Sony"})
    listed = (await books.ask("GET", "/api/merchants"))["items"]
    assert [each["alike"] for each in listed] == [[], []]
