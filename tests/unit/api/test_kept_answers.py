"""What is sent again under its Idempotency-Key: who may still ask, what counts as the same, and
what is kept of an answer.
"""

from typing import Annotated, Any

import httpx
import pytest
from pydantic import BaseModel, Field

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database
from tillroll.api.idempotency import without_secrets
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import dump, load
from tillroll_durable.platform.models import SHOWN_ONCE
from tillroll_testing.host.platform import HostPlatform

KEY = {"idempotency-key": "a-client-of-graz"}
NOW = "2026-01-01T00:00:00.000Z"
REPLAYED = "idempotent-replayed"


@pytest.fixture
async def host() -> HostPlatform:
    """The first account, in which Ann is an owner."""
    database = await migrated_database()
    await database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) "
                "VALUES ('usr_ann', 'acc_first', 'Ann', ?1)",
                [NOW],
            ),
            statement("INSERT INTO user_roles (user_id, role) VALUES ('usr_ann', 'owner')"),
            statement(
                "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                "VALUES ('tok_ann', 'usr_ann', ?1, 'test', ?2)",
                [secret_hash("ann"), NOW],
            ),
        ]
    )
    return assemble(database, {})


async def make_client(client: httpx.AsyncClient, path: str = "/api/clients") -> httpx.Response:
    return await client.post(path, json={"name": "Graz GmbH"}, headers=KEY)


async def test_who_may_no_longer_ask_is_not_answered_again(host: HostPlatform) -> None:
    async with api_client(host.platform, "ann") as client:
        assert (await make_client(client)).status_code == httpx.codes.CREATED
        assert REPLAYED in (await make_client(client)).headers
        await host.database.all(
            statement("UPDATE user_roles SET role = 'auditor' WHERE user_id = ?1", ["usr_ann"])
        )
        again = await make_client(client)
    assert again.status_code == httpx.codes.FORBIDDEN
    assert "Graz" not in again.text


async def test_another_query_is_another_request(host: HostPlatform) -> None:
    async with api_client(host.platform, "ann") as client:
        first = await make_client(client)
        other = await make_client(client, "/api/clients?other=%C3%A4")
    assert first.status_code == httpx.codes.CREATED
    assert other.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "key" in other.json()["detail"]


Secret = Annotated[str, Field(json_schema_extra={SHOWN_ONCE: True})]


class Inner(BaseModel):
    secret_text: Secret = Field(serialization_alias="secretText")
    name: str


class Outer(BaseModel):
    inner: Inner | None
    several: list[Inner]
    plain: dict[str, str]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (
            {"inner": {"secretText": "s", "name": "n"}, "several": [], "plain": {"a": "b"}},
            {"inner": {"secretText": None, "name": "n"}, "several": [], "plain": {"a": "b"}},
        ),
        (
            {"inner": None, "several": [{"secretText": "s", "name": "n"}, {"name": "m"}]},
            {"inner": None, "several": [{"secretText": None, "name": "n"}, {"name": "m"}]},
        ),
        (
            {"several": [{"secretText": "s", "name": "n"}]},
            {"several": [{"secretText": None, "name": "n"}]},
        ),
    ],
)
def test_no_secret_is_kept_however_deep_it_stands(answer: Any, kept: Any) -> None:
    assert load(without_secrets(Outer, dump(answer))) == kept
