"""Every role asks every route, of its own account, of another, and of none. Roles, routes and what
each needs come from the code: a new route or role is in the matrix as soon as it is there.
"""

import re
from typing import Any, Final, cast

import httpx
import pytest

from local.places import ROOT
from tests.support.host_api import api_client, description
from tests.support.host_platform import assemble, migrated_database
from tests.support.uploads import MemoryUpload
from tillroll.access.permissions import SCOPES, Permission
from tillroll.access.roles import Role, granted
from tillroll.api.dependencies import PERMISSION, UndeclaredRouteError
from tillroll.api.native import native_route
from tillroll.api.routing import Router
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.host.platform import HostPlatform

_PATHS: Final = cast("dict[str, dict[str, Any]]", description()["paths"])
_ROUTES: Final = [
    (method.upper(), path, operation.get(PERMISSION))
    for path, each in _PATHS.items()
    for method, operation in each.items()
]
_REFUSED: Final = {"not-permitted", "owner-only", "operator-only"}
_NOW: Final = "2026-01-01T00:00:00.000Z"
# Of what is somebody else's: the first account has each of these.
_IDS: Final = {"user_id": "usr_first"}


# By the name of their token; of a stranger nobody says what they do.
_WHO: Final[dict[str, frozenset[Permission]]] = {
    "stranger": granted([], is_operator=False),
    **{role.value: granted([role], is_operator=False) for role in Role},
}


@pytest.fixture
async def host() -> HostPlatform:
    """An account in which every role is somebody's, who has a token of its name."""
    host = assemble(await migrated_database(), {})
    for role in _WHO:
        await host.database.batch(
            [
                statement(
                    "INSERT INTO users (id, account_id, name, created_at) "
                    "VALUES (?1, 'acc_other', ?2, ?3)",
                    [f"usr_{role}", role, _NOW],
                ),
                statement(
                    "INSERT INTO user_roles (user_id, role) SELECT ?1, ?2 WHERE ?2 <> 'stranger'",
                    [f"usr_{role}", role],
                ),
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                    "VALUES (?1, ?2, ?3, 'test', ?4)",
                    [f"tok_{role}", f"usr_{role}", secret_hash(role), _NOW],
                ),
            ]
        )
    return host


def _code(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return str(answer.json()["type"]).rpartition(":")[2] if is_problem else ""


def test_the_page_offers_every_role_and_scope_there_is() -> None:
    page = (ROOT / "public" / "js" / "values" / "roles.ts").read_text(encoding="utf-8")
    roles, scopes = page.split("export const SCOPES")
    assert re.findall(r'value: "([\w-]+)"', roles) == [*Role]
    assert {*re.findall(r'value: "([\w-]+)"', scopes)} == {*SCOPES}


def test_every_route_says_who_may_ask_it() -> None:
    assert [f"{method} {path}" for method, path, needed in _ROUTES if needed is None] == []
    assert {needed for _, _, needed in _ROUTES} <= {*Permission}
    assert len(_ROUTES) > 120


def test_a_route_that_does_not_say_so_is_not_deployed() -> None:
    with pytest.raises(
        UndeclaredRouteError, match=r"^POST /api/payments does not say who may ask it\. Add"
    ):

        @Router().post("/api/payments")
        async def pay() -> None:
            """Nobody says who may."""


@pytest.mark.parametrize("role", _WHO)
async def test_each_role_is_let_in_where_it_may_and_nowhere_else(
    host: HostPlatform, role: str
) -> None:
    """What is asked for has ids that are another account's, and a body that no route takes: whoever
    may gets to hear that, and whoever may not is refused before either is looked at.
    """
    may = _WHO[role] | {Permission.OPEN}
    wrong: list[Any] = []
    async with api_client(host.platform, role) as client:
        for method, path, needed in _ROUTES:
            if native_route(method, path) is not None:
                continue
            asked = re.sub(r"\{(\w+)\}", lambda found: _IDS.get(found[1], "x"), path)
            answer = await client.request(method, asked, json=None if method == "GET" else {"?": 1})
            if (_code(answer) in _REFUSED) is (needed in may) or answer.status_code in {401, 500}:
                wrong.append((method, path, answer.status_code, answer.text))
    assert wrong == []


async def test_without_credentials_only_what_is_open_answers(host: HostPlatform) -> None:
    wrong: list[Any] = []
    async with api_client(host.platform, token=None) as client:
        for method, path, needed in _ROUTES:
            if native_route(method, path) is None:
                answer = await client.request(
                    method, path, json=None if method == "GET" else {"?": 1}
                )
                if (_code(answer) == "unauthenticated") is (needed == Permission.OPEN):
                    wrong.append((method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", [*_WHO, None])
async def test_the_routes_of_bytes_ask_for_what_they_declare(
    host: HostPlatform, role: str | None
) -> None:
    wrong: list[Any] = []
    may = {Permission.OPEN} if role is None else _WHO[role] | {Permission.OPEN}
    headers = {} if role is None else {"authorization": f"Bearer {role}"}
    for method, path, needed in _ROUTES:
        route = native_route(method, path)
        if route is None:
            continue
        with pytest.raises(Refusal) as refused:
            await route.answer(host.platform, MemoryUpload([], headers), {})
        is_refused = refused.value.kind.code in _REFUSED | {"unauthenticated"}
        if is_refused is (needed in may):
            wrong.append((method, path, refused.value.kind.code))
    assert wrong == []
