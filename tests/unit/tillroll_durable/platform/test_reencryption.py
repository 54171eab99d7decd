"""Secrets that an earlier key encrypted are encrypted anew, so that it can go; what cannot be read
stays as it is.
"""

from dataclasses import replace
from typing import Final

import pytest

from tests.support.endpoints import SECRETS, add_endpoint
from tests.support.host_platform import assemble, migrated_database
from tests.support.watching import WatchedDatabase
from tillroll.workflows.registry import KEPT_SECRETS
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.encryption import EncryptionSettings, decrypt, key_name
from tillroll_durable.platform.kept_secrets import KNOWN_KEYS, reencrypt, secrets_by_key
from tillroll_durable.webhooks.deliveries import ENDPOINT_SECRETS
from tillroll_testing.host.platform import HostPlatform

OLD, NEW, WRONG = bytes(32), bytes(range(32)), bytes(range(1, 33))
_KEPT: Final = statement("SELECT id, kept FROM endpoint_secrets ORDER BY id")


def with_keys(host: HostPlatform, keys: dict[int, bytes]) -> None:
    host.platform = replace(
        host.platform, settings=host.platform.settings.changed(EncryptionSettings(keys))
    )


async def counted(host: HostPlatform) -> dict[str, object]:
    rows = await host.database.all(statement(secrets_by_key(KEPT_SECRETS)))
    return {str(row["key"]): row["secrets"] for row in rows if row["sort"] == ENDPOINT_SECRETS.sort}


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    with_keys(host, {9: OLD})
    await add_endpoint(host, "ep_a", "https://a.example.org/hook", secrets=SECRETS)
    return host


async def test_a_new_key_takes_over_all_that_is_there(host: HostPlatform) -> None:
    with_keys(host, {10: NEW, 9: OLD})
    await reencrypt(host.platform, KEPT_SECRETS)
    assert await counted(host) == {key_name(10, NEW): 2}
    with_keys(host, {10: NEW})  # the old one has gone
    rows = await host.database.all(_KEPT)
    assert all(text(row, "kept").startswith(f"{key_name(10, NEW)}.") for row in rows)
    found = [
        await decrypt(host.platform, text(row, "kept"), ENDPOINT_SECRETS.row(text(row, "id")))
        for row in rows
    ]
    assert tuple(found) == SECRETS
    await reencrypt(host.platform, KEPT_SECRETS)
    assert await host.database.all(_KEPT) == rows, "what is of the newest key is left as it is"


async def test_a_key_is_noted_before_a_secret_is_under_it(host: HostPlatform) -> None:
    with_keys(host, {10: NEW, 9: OLD})
    await reencrypt(host.platform, KEPT_SECRETS)
    noted = await host.database.all(statement(KNOWN_KEYS))
    assert [row["name"] for row in noted] == [key_name(10, NEW), key_name(9, OLD)]


async def test_noted_keys_are_not_written_again(host: HostPlatform) -> None:
    """A secret whose key is lost is tried in each minute."""
    watched = WatchedDatabase(host.database)
    seen = assemble(host.database, {}, seen_as=watched)
    with_keys(seen, {10: NEW})
    for _ in range(3):
        await reencrypt(seen.platform, KEPT_SECRETS)
    texts = [each.sql.split() for each in watched.seen]
    writes = [words for words in texts if words[0] in {"DELETE", "INSERT"}]
    assert len(writes) == 2
    noted = await host.database.all(statement(KNOWN_KEYS))
    assert [row["name"] for row in noted] == [key_name(10, NEW)]


async def test_a_rotation_back_is_a_rotation_too(host: HostPlatform) -> None:
    with_keys(host, {8: NEW, 9: OLD})
    await reencrypt(host.platform, KEPT_SECRETS)
    assert await counted(host) == {key_name(8, NEW): 2}


@pytest.mark.parametrize("keys", [{10: NEW}, {10: NEW, 9: WRONG}])
async def test_what_cannot_be_read_stays_and_keeps_nothing_from_its_turn(
    host: HostPlatform, keys: dict[int, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    before = await host.database.all(_KEPT)
    with_keys(host, {11: NEW})
    await add_endpoint(host, "ep_b", "https://b.example.org/hook")
    with_keys(host, {**keys, 11: NEW})
    await reencrypt(host.platform, KEPT_SECRETS)
    assert await counted(host) == {key_name(10, NEW): 1, key_name(9, OLD): 2}
    assert (await host.database.all(_KEPT))[:2] == before
    assert caplog.text.count("secret.unreadable") == 2
    assert not any(secret in caplog.text for secret in SECRETS)


async def test_without_a_key_nothing_is_done_and_no_table_is_read_whole(host: HostPlatform) -> None:
    watched = WatchedDatabase(host.database)
    seen = assemble(host.database, {}, seen_as=watched)
    with_keys(seen, {})
    await reencrypt(seen.platform, KEPT_SECRETS)
    assert watched.seen == []
    with_keys(seen, {10: NEW, 9: OLD})
    await reencrypt(seen.platform, KEPT_SECRETS)
    assert await watched.whole_tables(small=["encryption_keys"]) == []
