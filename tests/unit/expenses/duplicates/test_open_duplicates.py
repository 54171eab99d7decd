"""Duplicates that nobody has settled: counted, and beside what waits for approval."""

from tests.support.expenses import Given
from tests.support.host_platform import OTHER_ACCOUNT
from tests.unit.expenses.sorting.sorted_books import Books, open_books

TWINS = (
    Given(1, merchant="TEO HENG", date="2026-03-01"),
    Given(2, merchant="Teo Heng", date="2026-03-02"),
    Given(3, merchant="Shell", date="2026-03-02"),
    Given(4, merchant="TEO HENG", date="2026-03-01", account=OTHER_ACCOUNT),
)


async def pairs(books: Books, query: str = "") -> int:
    counted = await books.ask("GET", f"/api/duplicates/count{query}")
    assert counted["isWhole"] is True
    return counted["pairs"]


async def twins(books: Books) -> dict[str, list[str]]:
    items = (await books.ask("GET", "/api/approvals/queue"))["items"]
    return {each["expense"]["id"]: [twin["expenseId"] for twin in each["twins"]] for each in items}


async def test_pairs_are_counted_in_days_until_somebody_decides() -> None:
    books = await open_books(*TWINS)
    assert await pairs(books) == 1
    assert await pairs(books, "?from=2026-03-02&to=2026-03-31") == 1
    assert await pairs(books, "?from=2026-03-03") == 0
    assert await pairs(books, "?to=2026-02-28") == 0
    await books.ask(
        "POST", "/api/duplicates/apart", {"first": "exp_000001", "second": "exp_000002"}
    )
    assert await pairs(books) == 0


async def test_who_approves_sees_the_twins_of_each_expense() -> None:
    books = await open_books(*TWINS)
    assert await twins(books) == {
        "exp_000001": ["exp_000002"],
        "exp_000002": ["exp_000001"],
        "exp_000003": [],
    }
    # One that is approved already counts as well; one that is voided does not.
    await books.approve("exp_000001")
    assert await twins(books) == {"exp_000002": ["exp_000001"], "exp_000003": []}
    await books.run("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000001'")
    assert await twins(books) == {"exp_000002": [], "exp_000003": []}


async def test_the_pairs_of_one_expense_are_listed_by_themselves() -> None:
    books = await open_books(*TWINS)

    async def listed(expense: str) -> list[tuple[str, str]]:
        answer = await books.ask("GET", f"/api/duplicates?expense={expense}")
        assert answer["nextCursor"] is None
        return [(each["first"]["id"], each["second"]["id"]) for each in answer["items"]]

    pair = ("exp_000001", "exp_000002")
    assert await listed("exp_000001") == await listed("exp_000002") == [pair]
    assert await listed("exp_000003") == await listed("exp_000004") == []
    await books.ask("POST", "/api/duplicates/apart", {"first": pair[0], "second": pair[1]})
    assert await listed("exp_000001") == []


async def test_home_says_how_many_pairs_wait() -> None:
    books = await open_books(*TWINS)
    await books.run("UPDATE expenses SET status = 'in_review' WHERE id = 'exp_000003'")
    assert (await books.ask("GET", "/api/home"))["duplicates"] == 1
    waiting = await books.ask("GET", "/api/home/waiting")
    assert (waiting["duplicates"], waiting["runs"]["sentBack"]) == (1, 1)
