"""IBANs lie encrypted, wherever they lie; a new key takes them over; whoever may see them still
does.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.unit.payouts.test_files import IBANS, client, make, payee, written
from tillroll.payouts.bank_files.recovered_files import copy_key
from tillroll.privacy.files import decrypted
from tillroll.privacy.repository import What
from tillroll.privacy.rows import read_page, tables_handed_out
from tillroll.workflows.registry import KEPT_SECRETS
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import text, word
from tillroll_durable.platform.encryption import EncryptionSettings, key_name
from tillroll_durable.platform.kept_secrets import reencrypt, secrets_by_key
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

FIRST = {1: bytes(range(32))}
SECOND = {2: bytes(32)}


async def stored(host: HostPlatform) -> str:
    """All that the database and the object store have."""
    tables = await host.database.all(
        statement("SELECT name FROM sqlite_master WHERE type = 'table'")
    )
    rows = [
        await host.database.all(statement(f"SELECT * FROM {word(text(each, 'name'))}"))
        for each in tables
    ]
    objects = [
        await host.pieces.objects.get_bytes(each.key)
        for each in await host.pieces.objects.page("", 1000)
    ]
    return f"{rows}{objects}".replace(" ", "")


def with_keys(host: HostPlatform, keys: Mapping[int, bytes]) -> None:
    host.platform = replace(
        host.platform, settings=host.platform.settings.changed(EncryptionSettings(keys))
    )


async def handed_out(host: HostPlatform, name: str) -> list[Mapping[str, Any]]:
    """What a data export has of a table."""
    [(table, where)] = [each for each in tables_handed_out(What.ACCOUNT) if each[0].name == name]
    page = await read_page(host.database, table, where, [ACCOUNT, ACCOUNT, "none"], [])
    return [await decrypted(host.platform, table, row) for row in page.rows]


async def test_no_iban_stands_in_the_database_or_the_object_store(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host, 2)
    made = await make(client)
    lies = await stored(host)
    for iban in IBANS[:2]:
        assert iban not in lies
        assert iban[4:-4] not in lies
    content = (await client.get(f"/api/payment-files/{made['id']}/pain.001.xml")).text
    assert all(iban in content for iban in IBANS[:2])
    shown = (await client.get("/api/payees")).json()["items"]
    assert [each["iban"] for each in shown] == ["NL91…4300", "FR14…2606"]


async def test_the_same_iban_has_another_fingerprint_in_another_account(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await payee(client)
    async with api_client(host.platform, OTHER_TOKEN) as other:
        await payee(other)
    rows = await host.database.all(statement("SELECT DISTINCT paid_to, iban FROM payees"))
    assert len(rows) == 2


async def test_without_a_key_nobody_is_a_payee_by_an_iban(host: HostPlatform) -> None:
    with_keys(host, {})
    async with api_client(host.platform) as client:
        refused = await client.post("/api/payees", json={"name": "Ann", "iban": IBANS[0]})
        assert (refused.status_code, "ENCRYPTION_KEYS must be set" in refused.text) == (
            503,
            True,
        ), refused.text
        by_provider = await client.post(
            "/api/payees", json={"name": "Ann", "recipient": "acct_1", "method": "gbba_1"}
        )
        assert by_provider.status_code == httpx.codes.CREATED
    assert await host.database.all(statement("SELECT id FROM payees WHERE iban IS NOT NULL")) == []


async def test_a_new_key_takes_over_and_equal_ibans_stay_equal(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    await written(client, host)
    made = await make(client)
    with_keys(host, {**SECOND, **FIRST})
    await reencrypt(host.platform, KEPT_SECRETS)
    rows = await host.database.all(statement(secrets_by_key(KEPT_SECRETS)))
    newest = key_name(2, SECOND[2])
    assert {(row["sort"], row["key"]) for row in rows} == {
        (sort, newest) for sort in ("payee_keys.kept", "payees.iban", "payment_files.content")
    }
    with_keys(host, SECOND)
    async with api_client(host.platform) as later:
        fetched = await later.get(f"/api/payment-files/{made['id']}/pain.001.xml")
        assert IBANS[0] in fetched.text
        again = await later.post("/api/payees", json={"name": "Ann", "iban": IBANS[0]})
        assert again.status_code == httpx.codes.CONFLICT
    copy = await host.pieces.objects.get_text(copy_key(ACCOUNT, str(made["id"])))
    assert copy is not None
    assert copy.startswith(f"{newest}."), "the copy beside the database is of the old key"


async def test_a_data_export_has_ibans_as_they_are(
    host: HostPlatform, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await written(client, host)
    await make(client)
    [found] = await handed_out(host, "payees")
    assert (found["iban"], "paid_to" in found) == (IBANS[0], False)
    [file] = await handed_out(host, "payment_files")
    assert IBANS[0] in file["content"]
    with_keys(host, SECOND)
    [lost] = await handed_out(host, "payees")
    assert lost["iban"] is None
    assert "secret.unreadable" in caplog.text
