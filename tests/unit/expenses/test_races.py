"""Two people at once: the second one's deed comes between the first one's look and their writing.
No money is lost by it, and none is counted or told twice.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, LiteralString

import pytest

from tests.support.between import Between
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database, product_pieces
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_testing.host.platform import HostPlatform

ONE, TWO = "exp_000001", "exp_000002"
Deed = tuple[str, str, dict[str, object], int | None]

APPROVE: Final[Deed] = ("POST", "/api/expenses/approve", {"ids": [ONE], "versions": [1]}, None)
AS_EDITED: Final[Deed] = (
    "POST",
    "/api/expenses/approve",
    {"ids": [ONE], "versions": [2]},
    None,
)
REJECT: Final[Deed] = (
    "POST",
    "/api/expenses/reject",
    {"ids": [ONE], "versions": [1], "reason": "Whose?"},
    None,
)
VOID: Final[Deed] = ("POST", f"/api/expenses/{ONE}/void", {"reason": "private"}, None)
EDIT: Final[Deed] = ("PATCH", f"/api/expenses/{ONE}", {"total": "99.00", "reason": "misread"}, 1)
NOTE: Final[Deed] = ("PATCH", f"/api/expenses/{ONE}", {"note": "seen"}, None)
KEEP_ONE: Final[Deed] = ("POST", "/api/duplicates/merge", {"keep": ONE, "drop": TWO}, None)
KEEP_TWO: Final[Deed] = ("POST", "/api/duplicates/merge", {"keep": TWO, "drop": ONE}, None)
APART: Final[Deed] = ("POST", "/api/duplicates/apart", {"first": ONE, "second": TWO}, None)


async def do(host: HostPlatform, deed: Deed) -> Any:
    method, path, body, version = deed
    headers = {} if version is None else {"if-match": f'"{version}"'}
    async with api_client(host.platform) as client:
        return await client.request(method, path, json=body, headers=headers)


async def both(marker: str, first: Deed, second: Deed) -> tuple[HostPlatform, int, int]:
    """Do the second deed between the first one's look and the batch that has the marker; return
    their answers.
    """
    database = await migrated_database()
    await add_expenses(database, Given(1, merchant="TEO HENG"), Given(2, merchant="TEO HENG"))
    quiet = assemble(database, {}, webhook_url="https://receiver.test/hook")
    answered: list[int] = []

    async def other() -> None:
        answered.append((await do(quiet, second)).status_code)

    between = Between(database, marker, other)
    host = assemble(
        database, {}, product_pieces(), seen_as=between, webhook_url="https://receiver.test/hook"
    )
    answer = await do(host, first)
    assert between.was_there
    return host, answer.status_code, answered[0]


async def rows(host: HostPlatform, query: LiteralString) -> list[Row]:
    return await host.database.all(statement(query))


async def topics(host: HostPlatform) -> list[Any]:
    return [row["topic"] for row in await rows(host, "SELECT topic FROM outbox ORDER BY rowid")]


async def statuses(host: HostPlatform) -> list[Any]:
    return [row["status"] for row in await rows(host, "SELECT status FROM expenses ORDER BY id")]


async def check_versions(host: HostPlatform) -> None:
    """Each version of an expense has one row that says what led to it, and one event that told of
    it.
    """
    led = await rows(
        host,
        """
        SELECT expense_id, from_version FROM expense_changes UNION ALL
        SELECT expense_id, from_version FROM approval_decisions ORDER BY 1, 2
        """,
    )
    events = await rows(
        host,
        """
        SELECT payload ->> '$.data.expenseId' AS expense_id,
            (payload ->> '$.data.version') - 1 AS from_version
        FROM outbox ORDER BY 1, 2
        """,
    )
    versions = await rows(host, "SELECT id, version FROM expenses ORDER BY id")
    expected = [
        {"expense_id": row["id"], "from_version": number}
        for row in versions
        for number in range(1, int(str(row["version"])))
    ]
    assert led == expected
    assert events == expected


DECISIONS: Final = "INSERT INTO approval_decisions"
CHANGES: Final = "INSERT INTO expense_changes"


@pytest.mark.parametrize(
    ("marker", "first", "second", "status", "told"),
    [
        (DECISIONS, APPROVE, APPROVE, "approved", ["expense.approved"]),
        (DECISIONS, APPROVE, EDIT, "ready", ["expense.updated"]),
        (DECISIONS, APPROVE, VOID, "voided", ["expense.voided"]),
        (DECISIONS, APPROVE, REJECT, "in_review", ["expense.sent_back"]),
        (DECISIONS, REJECT, APPROVE, "approved", ["expense.approved"]),
        (CHANGES, EDIT, APPROVE, "approved", ["expense.approved"]),
        (CHANGES, EDIT, EDIT, "ready", ["expense.updated"]),
        (CHANGES, NOTE, APPROVE, "approved", ["expense.approved", "expense.updated"]),
        (CHANGES, VOID, APPROVE, "approved", ["expense.approved"]),
        (CHANGES, VOID, VOID, "voided", ["expense.voided"]),
        (CHANGES, VOID, EDIT, "voided", ["expense.updated", "expense.voided"]),
    ],
)
async def test_two_at_once_on_one_expense(
    marker: str, first: Deed, second: Deed, status: str, told: list[str]
) -> None:
    host, _, _ = await both(marker, first, second)
    assert (await statuses(host))[0] == status
    assert await topics(host) == told
    await check_versions(host)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (KEEP_ONE, KEEP_ONE, ["ready", "voided"]),
        (KEEP_ONE, KEEP_TWO, ["voided", "ready"]),
        (KEEP_TWO, APPROVE, ["approved", "ready"]),
        (KEEP_ONE, VOID, ["voided", "ready"]),
        (APART, KEEP_ONE, ["ready", "ready"]),
    ],
)
async def test_of_a_pair_that_two_decide_on_one_stays(
    first: Deed, second: Deed, expected: list[str]
) -> None:
    """Two who each keep the other one voided both; and who told a pair apart left one voided that a
    merge had just voided.
    """
    host, _, _ = await both("INSERT INTO duplicate_verdicts", first, second)
    assert await statuses(host) == expected
    await check_versions(host)


async def test_an_undo_at_once_with_an_approval_takes_nothing_back() -> None:
    database = await migrated_database()
    await add_expenses(database, Given(1))
    quiet = assemble(database, {})
    await do(quiet, EDIT)
    [change] = await database.all(statement("SELECT id FROM expense_changes"))
    # The deed in between.
    other: Callable[[], Awaitable[object]] = lambda: do(quiet, AS_EDITED)  # noqa: E731
    host = assemble(database, {}, seen_as=Between(database, CHANGES, other))
    undone = await do(host, ("POST", f"/api/expenses/{ONE}/undo", {"change": change["id"]}, None))
    assert undone.status_code == 409
    [row] = await database.all(statement("SELECT status, total_minor FROM expenses"))
    assert (row["status"], row["total_minor"]) == ("approved", 9900)


async def _clients(host: HostPlatform, *names: str) -> list[str]:
    async with api_client(host.platform) as client:
        made = [(await client.post("/api/clients", json={"name": name})).json() for name in names]
    return [each["id"] for each in made]


@pytest.mark.parametrize(
    ("end", "answer", "selected"),
    [("merge", 200, "second"), ("delete", 422, None), ("archive", 422, None)],
)
async def test_no_client_is_selected_that_goes_at_this_moment(
    end: str, answer: int, selected: str | None
) -> None:
    database = await migrated_database()
    await add_expenses(database, Given(1))
    quiet = assemble(database, {})
    first, second = await _clients(quiet, "First", "Second")
    path = f"/api/clients/{first}"
    ends: dict[str, Deed] = {
        "merge": ("POST", f"{path}/merge", {"into": second}, None),
        "delete": ("DELETE", path, {}, None),
        "archive": ("PATCH", path, {"archived": True}, None),
    }

    async def other() -> None:
        assert (await do(quiet, ends[end])).is_success

    host = assemble(database, {}, seen_as=Between(database, CHANGES, other))
    given = await do(host, ("PATCH", f"/api/expenses/{ONE}", {"clientId": first}, None))
    assert given.status_code == answer, given.text
    [row] = await rows(host, "SELECT client_id, client FROM expenses")
    expected = {None: (None, None), "second": (second, "Second")}[selected]
    assert (row["client_id"], row["client"]) == expected


async def test_of_two_merges_of_categories_at_once_one_stays() -> None:
    database = await migrated_database()
    quiet = assemble(database, {})
    ids: list[str] = []
    for name in ("Meals", "Travel"):
        made = await do(quiet, ("POST", "/api/categories", {"name": name}, None))
        ids.append(made.json()["id"])
    merges: list[Deed] = [
        ("POST", f"/api/categories/{one}/merge", {"into": into}, None)
        for one, into in (ids, reversed(ids))
    ]

    async def other() -> None:
        assert (await do(quiet, merges[1])).is_success

    host = assemble(database, {}, seen_as=Between(database, "INSERT INTO bulk_acts", other))
    assert (await do(host, merges[0])).status_code == 409
    found = await rows(host, "SELECT name, state FROM categories ORDER BY name")
    assert [(row["name"], row["state"]) for row in found] == [
        ("Meals", "active"),
        ("Travel", "merged"),
    ]


@pytest.mark.parametrize("end", ["merge", "delete"])
async def test_an_act_gives_no_client_back_that_is_gone(end: str) -> None:
    database = await migrated_database()
    await add_expenses(database, Given(1))
    host = assemble(database, {})
    first, second, third = await _clients(host, "First", "Second", "Third")
    await do(host, ("PATCH", f"/api/expenses/{ONE}", {"clientId": first}, None))
    asked: dict[str, object] = {"kind": "client", "clientId": second, "ids": [ONE]}
    act = (await do(host, ("POST", "/api/acts", asked, None))).json()
    path = f"/api/clients/{first}"
    deed: Deed = ("DELETE", path, {}, None)
    if end == "merge":
        deed = ("POST", f"{path}/merge", {"into": third}, None)
    assert (await do(host, deed)).is_success
    undone = await do(host, ("POST", f"/api/acts/{act['id']}/undo", {}, None))
    assert undone.json()["state"] == "undone"
    [row] = await rows(host, "SELECT client_id, client FROM expenses")
    expected = {"merge": (third, "Third"), "delete": (None, None)}[end]
    assert (row["client_id"], row["client"]) == expected
