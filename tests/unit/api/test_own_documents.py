"""Whoever may no more than what is done with one's own documents sees and changes no other's,
wherever they ask. The routes come from the API's description, so that a new one is asked too, with
the ids and bodies that `test_another_account` makes: there is one of each thing, of another person
of the same account.
"""

import inspect
import json
import re
from typing import Any, Final
from urllib.parse import unquote

import httpx
import pytest

from cli.reference.complete import operations_of
from tests.support.expenses import Given
from tests.support.host_api import api_client, description, the_app
from tests.support.roles import roles_given
from tests.support.uploads import MemoryUpload
from tests.unit.api.test_another_account import BODIES, everything, made
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.access.permissions import OF_OWN, OWN_AFFAIRS, Permission, sees_all
from tillroll.access.roles import GRANTS, Role
from tillroll.api.dependencies import PERMISSION, needed_by
from tillroll.api.native import native_route
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.refusals import Refusal

SUBMITTER: Final = "till_ben"
MINE: Final = "BEN BAKERY"
# What is another's: a merchant, how its words stand in cursors and filters, an amount, and each id
# but those that are the account's own.
_OTHERS_WORDS: Final = ("TEO HENG", "teo heng", "9173.55", "917355", "Ann", "secret-of-ann")
_NOBODYS: Final = {
    "category_id",
    "company_id",
    "client_id",
    "project_id",
    "ledger_account_id",
    "name",
    "kind",
    "version",
    "currency",
    "month",
}
_ROUTES: Final = [
    (method, path, Permission(operation[PERMISSION]), operation)
    for method, path, operation in operations_of(description())
]
_HAS_ID: Final = re.compile(r"\{\w+_id\}")
# These are for oneself, whoever one is: of another's id they know nothing either.
_MAY: Final = OF_OWN | OWN_AFFAIRS


def _given(number: int, merchant: str, amount: int, category: str | None = None) -> Given:
    name = "secret-of-ann.jpg" if merchant != MINE else "mine.jpg"
    return Given(number, merchant=merchant, total_minor=amount, category=category, file_name=name)


@pytest.fixture
async def books() -> Books:
    return await of_two_people()


async def of_two_people() -> Books:
    """Two expenses of Ann's, an owner; and two of Ben's, a submitter, of which one looks like one
    of hers.
    """
    books = await open_books(
        _given(1, "TEO HENG", 917355, "Meals"),
        _given(2, "TEO HENG", 917355),
        _given(3, MINE, 500, "Meals"),
        _given(4, MINE, 500),
    )
    await books.host.database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) "
                "VALUES ('usr_ben', 'acc_first', 'Ben', '')"
            ),
            *roles_given("usr_ben", "submitter"),
            statement(
                "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                "VALUES ('tok_ben', 'usr_ben', ?, 't', '')",
                [secret_hash(SUBMITTER)],
            ),
            statement(
                "UPDATE expenses SET person = iif(id <= 'exp_000002', 'usr_first', 'usr_ben')"
            ),
        ]
    )
    await books.run(
        "INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, requested_at, "
        "deadline) VALUES "
        "('rev_1', 'run_000003', 1, 'possible_duplicate', "
        '\'{"reasons": ["possible_duplicate"], "duplicateOf": "run_000001"}\', \'review-1\', '
        "'', '2100')"
    )
    return books


def _body(key: str, operation: dict[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    content = operation["requestBody"]["content"].get("application/json", {})
    return BODIES.get(key, content.get("example", {"reason": "mine"}))


def _told(answer: httpx.Response, ids: dict[str, str]) -> list[str]:
    """What of another's is in an answer; of ids, those that the request did not name itself."""
    asked = unquote(str(answer.request.url)) + answer.request.content.decode()
    said = answer.text + json.dumps(dict(answer.headers))
    names = [
        *_OTHERS_WORDS,
        *(each for name, each in ids.items() if name not in _NOBODYS and len(each) > 3),
    ]
    names += ["exp_000001", "exp_000002", "rec_000002", "run_000002", "usr_first"]
    return [each for each in {*names} if each in said and each not in asked]


def test_all_roles_but_submitters_see_all() -> None:
    assert [role for role in Role if not sees_all(GRANTS[role])] == [Role.SUBMITTER]
    # Whoever sees all may ask for it: no route is refused them that their sight would answer.
    assert all(Permission.READ in GRANTS[role] for role in Role if sees_all(GRANTS[role]))
    assert all(Permission.OWN in GRANTS[role] for role in Role)


def test_no_route_of_ones_own_asks_by_the_account_alone() -> None:
    """What asks in the account's name shows what is anybody's: its route needs `read`, or says
    whose besides.
    """
    routes = the_app().state.routes
    routes.open_all()
    own = [
        (each, inspect.getsource(each.endpoint))
        for each in routes.opened
        if needed_by(each) in OF_OWN
    ]
    assert len(own) > 40
    assert [each.path for each, code in own if "account_id" in code and "sight" not in code] == []


async def test_what_is_anothers_is_not_there_by_its_id(books: Books) -> None:
    """The answer is that of an id that is nobody's, and nothing is changed."""
    ids = await made(books)
    before = await everything(books)
    wrong: dict[str, Any] = {}
    asked = 0
    async with api_client(books.host.platform, SUBMITTER) as client:
        for method, path, needed, operation in _ROUTES:
            if (
                _HAS_ID.search(path) is None
                or needed is Permission.OPEN
                or native_route(method, path) is not None
            ):
                continue
            key = f"{method} {path}"
            body = (
                {"into": ids["category_id"]} if path.endswith("/merge") else _body(key, operation)
            )
            answer = await client.request(method, path.format(**ids, by="category"), json=body)
            told = _told(answer, ids)
            if needed not in _MAY:
                if answer.status_code != 403 or told:
                    wrong[key] = answer.status_code, answer.text, told
                continue
            asked += 1
            nobodys = {
                name: "nobodys" if name.endswith("_id") else value for name, value in ids.items()
            }
            unknown = await client.request(method, path.format(**nobodys, by="category"), json=body)
            if (answer.status_code, _without_ids(answer, ids)) != (
                404,
                _without_ids(unknown, nobodys),
            ) or told:
                wrong[key] = answer.status_code, answer.text, unknown.text, told
    assert wrong == {}
    assert asked > 25
    assert await everything(books) == before


def _without_ids(answer: httpx.Response, ids: dict[str, str]) -> str:
    """The answer's text, where the path that it names has no ids."""
    said = re.sub(r'"(requestId|instance)": ?"[^"]*",?', "", answer.text)
    for each in sorted({*ids.values()}, key=len, reverse=True):
        said = said.replace(each, "") if len(each) > 3 else said
    return said


async def test_no_list_and_no_sum_has_what_is_anothers(books: Books) -> None:
    """Of all that is asked for without an id, with the example of what each route takes."""
    ids = await made(books)
    wrong: dict[str, Any] = {}
    answered = 0
    async with api_client(books.host.platform, SUBMITTER) as client:
        for method, path, needed, operation in _ROUTES:
            if (
                _HAS_ID.search(path)
                or needed is Permission.OPEN
                or native_route(method, path) is not None
            ):
                continue
            if needed is Permission.CREDENTIALS and method != "GET":
                continue  # they would sign Ben out
            paths = [
                path.format(**ids, by=by)
                for by in ("month", "category", "merchant", "person", "tax_rate")
            ]
            for each in {*paths} if "{by}" in path else {path.format(**ids)}:
                body = _body(f"{method} {path}", operation)
                answer = await client.request(method, each, json=body)
                told = _told(answer, ids)
                if (
                    (answer.status_code == 403) is (needed in _MAY)
                    or answer.status_code >= 500
                    or told
                ):
                    wrong[f"{method} {each}"] = answer.status_code, answer.text, told
                answered += answer.is_success
    assert wrong == {}
    assert answered > 25


_ALL_OF_ANN: Final = {"ids": ["exp_000001", "exp_000002"]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/expenses?person=usr_first&from=2000", None),
        ("GET", "/api/expenses?q=teo&from=2000", None),
        ("GET", '/api/expenses?q=merchant:"TEO HENG"', None),
        ("GET", "/api/expenses?min=9000", None),
        ("GET", "/api/expenses?q=from:ann", None),
        ("GET", "/api/expenses/search-tokens", None),
        *[
            ("GET", f"/api/expenses?sort={sort}&limit=1", None)
            for sort in ("date", "-date", "total", "-total")
        ],
        *[
            ("GET", f"/api/expenses?sort={sort}&limit=1", None)
            for sort in ("merchant", "-merchant", "created")
        ],
        ("GET", "/api/expenses/totals?person=usr_first", None),
        ("GET", "/api/expenses/totals?q=teo", None),
        ("GET", "/api/expenses/totals?from=2026-03-02&to=2026-03-20", None),
        *[
            ("GET", f"/api/reports/{by}?from=2026-03-01&to=2026-03-31", None)
            for by in ("month", "person", "merchant")
        ],
        *[
            ("GET", f"/api/reports/{by}?from=2026-03-02&to=2026-03-30", None)
            for by in ("category", "tax_rate")
        ],
        ("GET", "/api/reports/missing?from=2026", None),
        ("GET", "/api/merchants?q=teo", None),
        ("GET", "/api/duplicates", None),
        ("GET", "/api/duplicates?expense=exp_000001", None),
        ("GET", "/api/runs?ids=run_000001,run_000003", None),
        *[
            ("GET", f"/api/runs?{name}", None)
            for name in ("kind=receipt", "subject=rec_000001", "status=complete")
        ],
        *[
            ("GET", f"/api/runs?{name}", None)
            for name in ("state=notified", "from=2000-01-01", "unresolved=true")
        ],
        ("GET", "/api/inbox", None),
        ("GET", "/api/runs/run_000003", None),
        ("GET", "/api/runs/run_000003/timeline", None),
        ("GET", "/api/workflows/receipt/status/run_000003", None),
        ("GET", "/api/expenses/exp_000003", None),
        ("GET", "/api/expenses/exp_000003/history", None),
        ("GET", "/api/expenses/exp_000003/documents", None),
        ("POST", "/api/duplicates/apart", {"first": "exp_000001", "second": "exp_000003"}),
        ("POST", "/api/duplicates/merge", {"keep": "exp_000003", "drop": "exp_000001"}),
        ("POST", "/api/duplicates/merge", {"keep": "exp_000001", "drop": "exp_000003"}),
        ("POST", "/api/acts/preview", {"kind": "void", "reason": "x", **_ALL_OF_ANN}),
        ("POST", "/api/acts/preview", {"kind": "void", "reason": "x", "filter": {"q": "teo"}}),
        ("POST", "/api/acts", {"kind": "category", "category": "Meals", **_ALL_OF_ANN}),
        ("POST", "/api/acts", {"kind": "void", "reason": "x", "filter": {"person": "usr_first"}}),
        ("POST", "/api/acts", {"kind": "tags", "add": ["a"], "filter": {"min": "9000"}}),
        ("POST", "/api/approvals/check", _ALL_OF_ANN),
        ("POST", "/api/notices/read", {"ids": ["run_000001"]}),
        ("POST", "/api/workflows/receipt/trigger", {"receiptId": "rec_000001"}),
    ],
)
async def test_no_body_and_no_filter_reaches_it(
    books: Books, method: str, path: str, body: Any
) -> None:
    ids = await made(books)
    tables = ("expenses", "expense_tags", "duplicate_verdicts", "notifications", "receipts")
    before = await everything(books)
    async with api_client(books.host.platform, SUBMITTER) as client:
        answer = await client.request(method, path, json=body)
    assert answer.status_code < 500
    assert _told(answer, ids) == []
    after = await everything(books)
    assert {name: after.get(name) for name in tables} == {name: before.get(name) for name in tables}


async def test_what_is_ones_own_is_there(books: Books) -> None:
    """Or the tests above would hold of whoever sees nothing."""
    async with api_client(books.host.platform, SUBMITTER) as client:

        async def get(path: str) -> Any:
            answer = await client.get(path)
            assert answer.is_success, answer.text
            return answer.json()

        assert [each["id"] for each in (await get("/api/expenses"))["items"]] == [
            "exp_000004",
            "exp_000003",
        ]
        assert (await get("/api/expenses?sort=total&q=ben"))["items"]
        assert (await get("/api/expenses/totals"))["currencies"][0]["total"] == "10.00"
        [row] = (await get("/api/reports/person?from=2026-01"))["rows"]
        assert (row["key"], row["label"], row["totals"]["currencies"][0]["total"]) == (
            "usr_ben",
            "Ben",
            "10.00",
        )
        assert [each["expenses"] for each in (await get("/api/merchants"))["items"]] == [2]
        assert [each["used"] for each in (await get("/api/categories"))["categories"]] == [1]
        assert {each["id"] for each in (await get("/api/runs"))["items"]} == {
            "run_000003",
            "run_000004",
        }
        inbox = await get("/api/inbox")
        assert {each["id"] for each in inbox["newest"]["items"]} == {"run_000003", "run_000004"}
        assert (await get("/api/runs/run_000003"))["review"]["duplicateOf"] is None
        assert len((await get("/api/duplicates"))["items"]) == 1
        act = await client.post("/api/acts", json={"kind": "tags", "add": ["mine"], "filter": {}})
        assert act.json()["changed"] == 2
        assert [each["id"] for each in (await get("/api/acts"))["items"]] == [act.json()["id"]]
        undone = await client.post(f"/api/acts/{act.json()['id']}/undo")
        assert undone.json()["restored"] == 2
    assert {each["tag"] for each in await books.rows("SELECT tag FROM expense_tags")} == set[str]()


async def test_whoever_sees_all_is_told_what_a_submitter_is_not(books: Books) -> None:
    assert (await books.ask("GET", "/api/runs/run_000003"))["review"]["duplicateOf"][
        "merchant"
    ] == "TEO HENG"
    assert len((await books.ask("GET", "/api/expenses"))["items"]) == 4


async def test_what_becomes_anothers_goes_with_its_receipt_and_its_runs(books: Books) -> None:
    await books.run("UPDATE expenses SET person = 'usr_ben' WHERE id = 'exp_000001'")
    async with api_client(books.host.platform, SUBMITTER) as client:
        for path in ("expenses/exp_000001", "runs/run_000001", "runs/run_000001/timeline"):
            assert (await client.get(f"/api/{path}")).status_code == 200
        await books.run("UPDATE expenses SET person = 'usr_first' WHERE id = 'exp_000001'")
        for path in ("expenses/exp_000001", "runs/run_000001", "runs/run_000001/timeline"):
            assert (await client.get(f"/api/{path}")).status_code == 404


async def test_a_token_of_an_owner_sees_no_more_than_what_it_is_limited_to(books: Books) -> None:
    """One for what is done with one's own documents acts on its person's own."""
    await books.run("UPDATE expenses SET person = 'usr_ben' WHERE id = 'exp_000002'")
    for scopes, count in ((["own"], 1), (["own", "edit"], 1), (["read"], 4)):
        token = (await books.ask("POST", "/api/tokens", {"name": "t", "scopes": scopes}))["token"]
        async with api_client(books.host.platform, token) as client:
            assert len((await client.get("/api/expenses")).json()["items"]) == count


async def test_the_bytes_of_another_are_not_there(books: Books) -> None:
    for what in ("image", "xml"):
        refused: list[str] = []
        for receipt in ("rec_000001", "nobodys"):
            route = native_route("GET", f"/api/receipts/{receipt}/{what}")
            assert route is not None
            headers = {"authorization": f"Bearer {SUBMITTER}"}
            with pytest.raises(Refusal) as error:
                await route.answer(books.host.platform, MemoryUpload([], headers), {})
            refused.append(f"{error.value.kind.code}: {error.value}")
        assert refused[0] == refused[1]
