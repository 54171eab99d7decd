"""A person says where they are paid: once, for themselves alone, and never in place of another."""

from collections.abc import AsyncGenerator, Sequence
from typing import LiteralString

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_files import IBANS, client, payee
from tillroll.identity.authentication import secret_hash
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

_PATH = "/api/own-bank-account"
_SUBMITTER = "till_sam"


@pytest.fixture
async def sam(host: HostPlatform, client: httpx.AsyncClient) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody who hands in, and may not pay."""
    del client
    rows: list[tuple[LiteralString, Sequence[str]]] = [
        (
            "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_sam', ?, 'Sam', ?)",
            (ACCOUNT, "2026-01-01T00:00:00.000Z"),
        ),
        ("INSERT INTO user_roles (user_id, role) VALUES ('usr_sam', 'submitter')", ()),
        (
            (
                "INSERT INTO tokens (id, user_id, hash, name, created_at)"
                " VALUES ('tok_sam', 'usr_sam', ?, 'own', ?)"
            ),
            (secret_hash(_SUBMITTER), "2026-01-01T00:00:00.000Z"),
        ),
    ]
    await host.database.batch([statement(sql, [*values]) for sql, values in rows])
    async with api_client(host.platform, _SUBMITTER) as person:
        yield person


async def test_it_is_entered_once_and_becomes_a_payee(
    sam: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    assert (await sam.get(_PATH)).json() == {"iban": None}
    entered = await sam.put(_PATH, json={"iban": IBANS[0]})
    shown = f"{IBANS[0][:4]}…{IBANS[0][-4:]}"
    assert entered.json() == {"iban": shown}
    again = await sam.put(_PATH, json={"iban": f" {IBANS[0].lower()} "})
    assert again.json() == {"iban": shown}
    [made] = (await client.get("/api/payees")).json()["items"]
    assert (made["person"], made["name"], made["iban"]) == ("usr_sam", "Sam", shown)


async def test_another_one_waits_until_who_may_pay_has_archived_the_first(
    sam: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    await sam.put(_PATH, json={"iban": IBANS[0]})
    refused = await sam.put(_PATH, json={"iban": IBANS[1]})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "Ask somebody who may pay" in refused.text
    [made] = (await client.get("/api/payees")).json()["items"]
    assert (await sam.delete(f"/api/payees/{made['id']}")).status_code == httpx.codes.FORBIDDEN
    (await client.delete(f"/api/payees/{made['id']}")).raise_for_status()
    (await sam.put(_PATH, json={"iban": IBANS[1]})).raise_for_status()


async def test_nobody_takes_the_account_of_somebody_else(
    sam: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    await payee(client, IBANS[0])
    refused = await sam.put(_PATH, json={"iban": IBANS[0]})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "pay_" not in refused.text


@pytest.mark.parametrize("iban", ["DE00", "", "no iban", "DE02500105170137075031"])
async def test_what_is_no_iban_is_refused(sam: httpx.AsyncClient, iban: str) -> None:
    refused = await sam.put(_PATH, json={"iban": iban})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await sam.get(_PATH)).json() == {"iban": None}
