"""A key that is lost, or another one under its version, is noticed by the next tick, and named
until it is back.
"""

from dataclasses import replace

import pytest

from tests.support.endpoints import add_endpoint
from tests.support.host_platform import assemble, migrated_database
from tests.support.watching import WatchedDatabase
from tillroll.observability.alert_rounds import watch
from tillroll.workflows.registry import KEPT_SECRETS
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_durable.platform.encryption import UNREADABLE_SECRETS, EncryptionSettings, key_name
from tillroll_durable.platform.kept_secrets import (
    KNOWN_KEYS,
    check_secrets,
    reencrypt,
    secrets_by_key,
    unreadable_sentence,
)
from tillroll_durable.webhooks.deliveries import ENDPOINT_SECRETS
from tillroll_testing.host.platform import HostPlatform

OLD, NEW = bytes(32), bytes(range(32))
SORT = ENDPOINT_SECRETS.sort


def with_keys(host: HostPlatform, keys: dict[int, bytes]) -> None:
    host.platform = replace(
        host.platform, settings=host.platform.settings.changed(EncryptionSettings(keys))
    )


async def tick(host: HostPlatform) -> list[Row]:
    """A turn of the job; return what cannot be read."""
    await reencrypt(host.platform, KEPT_SECRETS)
    await check_secrets(host.platform, KEPT_SECRETS)
    return list(await host.database.all(statement(UNREADABLE_SECRETS)))


async def rules(host: HostPlatform) -> list[str]:
    await watch(host.platform)
    rows = await host.database.all(
        statement("SELECT rule, sentence FROM alerts WHERE closed_at IS NULL")
    )
    return [text(row, "rule") for row in rows]


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    with_keys(host, {1: OLD})
    for name in ("ep_a", "ep_b", "ep_c"):
        await add_endpoint(host, name, "https://a.example.org/hook")
    return host


async def test_the_keys_are_noted_by_name_the_newest_first(host: HostPlatform) -> None:
    assert await tick(host) == []
    with_keys(host, {2: NEW, 1: OLD})
    assert await tick(host) == []
    names = [text(row, "name") for row in await host.database.all(statement(KNOWN_KEYS))]
    assert names == [key_name(2, NEW), key_name(1, OLD)]


@pytest.mark.parametrize("keys", [{1: NEW}, {2: NEW}, {}])
async def test_a_lost_key_is_an_alert_until_it_is_back(
    host: HostPlatform, keys: dict[int, bytes]
) -> None:
    assert await tick(host) == []
    with_keys(host, keys)
    unreadable = await tick(host)
    assert [(row["sort"], row["cause"], row["secrets"]) for row in unreadable] == [
        (SORT, f"key {key_name(1, OLD)}", 3)
    ]
    assert key_name(1, OLD) in (unreadable_sentence(unreadable) or "")
    assert await rules(host) == ["secrets_unreadable"]
    [row] = [
        row
        for row in await host.database.all(statement(secrets_by_key(KEPT_SECRETS)))
        if row["sort"] == SORT
    ]
    assert (row["secrets"], row["place"]) == (3, None)
    # what the other key has encrypted meanwhile is read as well, though both were of version 1
    if keys:
        await add_endpoint(host, "ep_later", "https://a.example.org/hook")
    with_keys(host, {3: NEW, 2: OLD})
    assert await tick(host) == []
    assert await rules(host) == []
    counts = await host.database.all(statement(secrets_by_key(KEPT_SECRETS)))
    assert {text(row, "key") for row in counts if row["sort"] == SORT} == {key_name(3, NEW)}


async def test_each_secret_has_its_turn_and_one_that_was_changed_is_named_until_it_is_gone(
    host: HostPlatform,
) -> None:
    rows = await host.database.all(statement("SELECT id, kept FROM endpoint_secrets ORDER BY id"))
    ids = [text(row, "id") for row in rows]
    moved = "UPDATE endpoint_secrets SET kept = ?2 WHERE id = ?1"
    await host.database.all(statement(moved, [ids[1], text(rows[0], "kept")]))
    seen = [await tick(host) for _ in range(5)]
    assert seen[0] == []
    for unreadable in seen[1:]:
        assert [row["cause"] for row in unreadable] == [f"row {ids[1]}"]
    await host.database.all(statement(moved, [ids[1], text(rows[1], "kept")]))
    assert await tick(host) == []


async def test_a_tick_reads_no_table_whole_and_asks_once_where_nothing_is_kept(
    host: HostPlatform,
) -> None:
    await tick(host)
    watched = WatchedDatabase(host.database)
    seen = assemble(host.database, {}, seen_as=watched)
    with_keys(seen, {1: OLD})
    await check_secrets(seen.platform, KEPT_SECRETS)
    assert not {
        table
        for table in await watched.whole_tables()
        if "secrets" in table and "unreadable" not in table
    }
    database = await migrated_database()
    empty = WatchedDatabase(database)
    nothing = assemble(database, {}, seen_as=empty)
    with_keys(nothing, {1: OLD})
    await check_secrets(nothing.platform, KEPT_SECRETS)
    first = len(empty.seen)
    await check_secrets(nothing.platform, KEPT_SECRETS)
    assert len(empty.seen) - first == 1
