"""Everybody asks every route, of their own account, of another, or of none. Whoever may not is
refused and changes nothing; what is another account's is not there for anybody. Who asks, the
routes and their bodies come from the code and from the description, so that a role or a route that
is added is asked too.
"""

import json
import re
from typing import Any, Final

import pytest

from cli.reference.complete import operations_of
from tests.support.expenses import Given
from tests.support.host_api import api_client, description
from tests.unit.api.test_another_account import everything, made
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.access.permissions import Permission, limited
from tillroll.access.roles import Role, granted
from tillroll.api.dependencies import PERMISSION
from tillroll.api.native import native_route
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement

_OWN, _OTHER = "acc_first", "acc_other"
_SCOPES: Final = (Permission.READ, Permission.EXPORT)
_NOW: Final = "2026-01-01T00:00:00.000Z"
_NOBODY, _DEPLOYMENT, _LIMITED = "nobody", "deployment", "limited"
_ASKERS: Final[dict[str, frozenset[Permission]]] = {
    **{role.value: granted([role], is_operator=False) for role in Role},
    _DEPLOYMENT: granted([Role.AUDITOR], is_operator=True),
    _LIMITED: limited(granted([Role.OWNER], is_operator=False), _SCOPES),
    _NOBODY: frozenset(),
}


def _body(operation: dict[str, Any]) -> Any:
    """The example of what the route takes."""
    return (
        operation.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("example")
    )


_ROUTES: Final = [
    (method, path, Permission(operation[PERMISSION]), _body(operation))
    for method, path, operation in operations_of(description())
    if native_route(method, path) is None
]


async def _made_askers(books: Books, account: str) -> None:
    """A person of the account for each of _ASKERS, with a token of their name and the account's."""
    for name in _ASKERS:
        role = Role(name) if name in {*Role} else Role.OWNER if name == _LIMITED else Role.AUDITOR
        token, user = f"{name}-{account}", f"usr_{name}_{account}"
        scopes = json.dumps(_SCOPES) if name == _LIMITED else None
        await books.host.database.batch(
            [
                statement(
                    "INSERT INTO users (id, account_id, name, is_operator, created_at) "
                    "VALUES (?1, ?2, 'Bob', ?3, ?4)",
                    [user, account, int(name == _DEPLOYMENT), _NOW],
                ),
                statement("INSERT INTO user_roles (user_id, role) VALUES (?1, ?2)", [user, role]),
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at, scopes) "
                    "VALUES (?1, ?2, ?3, 't', ?4, ?5)",
                    [f"tok_{name}_{account}", user, secret_hash(token), _NOW, scopes],
                ),
            ]
        )  # fmt: skip


@pytest.fixture
async def books() -> Books:
    books = await open_books(
        Given(1, merchant="TEO HENG", category="Meals"), Given(2, merchant="TEO HENG")
    )
    await _made_askers(books, _OWN)
    await _made_askers(books, _OTHER)
    return books


@pytest.mark.parametrize("asker", _ASKERS)
async def test_whoever_may_not_is_refused_and_changes_nothing(books: Books, asker: str) -> None:
    """With ids that exist, and bodies that the route would take."""
    ids = {**await made(books), "by": "category"}
    before = await everything(books)
    may, wrong = _ASKERS[asker], dict[str, Any]()
    refused = [each for each in _ROUTES if each[2] is not Permission.OPEN and each[2] not in may]
    assert refused
    for account in (_OWN, _OTHER):
        token = None if asker == _NOBODY else f"{asker}-{account}"
        async with api_client(books.host.platform, token) as client:
            for method, path, _, body in refused:
                answer = await client.request(method, path.format_map(ids), json=body)
                if answer.status_code != (401 if asker == _NOBODY else 403):
                    wrong[f"{method} {path}"] = account, answer.status_code, answer.text
    assert wrong == {}
    assert await everything(books) == before


@pytest.mark.parametrize("asker", [each for each in _ASKERS if each != _NOBODY])
async def test_what_is_another_accounts_is_not_there_for_anybody(books: Books, asker: str) -> None:
    ids = await made(books)
    before = await everything(books)
    wrong: dict[str, Any] = {}
    async with api_client(books.host.platform, f"{asker}-{_OTHER}") as client:
        for method, path, needed, body in _ROUTES:
            if needed not in _ASKERS[asker] or re.search(r"\{\w+_id\}", path) is None:
                continue
            answer = await client.request(method, path.format_map(ids), json=body)
            # A body that names what is nobody's either is refused for that, where it is looked at
            # first.
            if (
                answer.status_code not in {404, 422}
                or "TEO HENG" in answer.text
                or _OWN in answer.text
            ):
                wrong[f"{method} {path}"] = answer.status_code, answer.text
    assert wrong == {}
    assert await everything(books) == before
