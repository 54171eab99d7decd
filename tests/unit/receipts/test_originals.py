"""Photos of an account that wants them bare are replaced, after the bare one was read back."""

from datetime import timedelta
from typing import Any, LiteralString

import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, assemble, migrated_database
from tests.unit.tillroll_documents.pictures import samples
from tillroll.receipts.originals import make_bare, originals_of, set_originals
from tillroll.receipts.repository import came_again
from tillroll_documents.pictures.bare import bare
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_testing.host.platform import HostPlatform

_KEY, _OTHERS = f"{ACCOUNT}/rec_000001/original", f"{OTHER_ACCOUNT}/rec_000002/original"


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, Given(1), Given(2, account=OTHER_ACCOUNT))
    for key in (_KEY, _OTHERS):
        await host.pieces.objects.put_bytes(key, samples.jpeg(), "image/jpeg")
    return host


async def rows(host: HostPlatform, sql: LiteralString) -> list[dict[str, Any]]:
    return [{**row} for row in await host.database.all(statement(sql))]


async def test_only_who_wants_it_has_photos_made_bare(host: HostPlatform) -> None:
    await make_bare(host.platform)
    assert host.pieces.objects.content[_KEY] == samples.jpeg()
    await set_originals(host.platform, ACCOUNT, "bare", "user:usr_first")
    assert await originals_of(host.platform, ACCOUNT) == "bare"
    await make_bare(host.platform)
    await make_bare(host.platform)
    shown = bare("image/jpeg", samples.jpeg())
    assert host.pieces.objects.content == {_KEY: shown, _OTHERS: samples.jpeg()}
    [receipt] = await rows(host, "SELECT size FROM receipts WHERE bare_at IS NOT NULL")
    assert receipt["size"] == len(shown)
    actions = await rows(host, "SELECT action, detail FROM audit_events ORDER BY id")
    change = '{"after":{"originals":"bare"},"before":{"originals":null},"originals":"bare"}'
    assert actions == [
        {"action": "account.originals_set", "detail": change},
        {"action": "receipt.made_bare", "detail": '{"receipt":"rec_000001"}'},
    ]


async def test_what_is_not_read_back_replaces_nothing(
    host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_originals(host.platform, ACCOUNT, "bare", "user:usr_first")
    objects, written = host.pieces.objects, list[str]()
    put = objects.put_bytes

    async def lose(key: str, content: bytes, content_type: str) -> None:
        written.append(key)
        await put(key, content[:-1], content_type)

    monkeypatch.setattr(objects, "put_bytes", lose)
    await make_bare(host.platform)
    assert written == [f"{ACCOUNT}/rec_000001/bare"]
    assert objects.content[_KEY] == samples.jpeg()
    assert not await rows(host, "SELECT id FROM receipts WHERE bare_at IS NOT NULL")
    monkeypatch.undo()
    host.pieces.clock.advance(timedelta(minutes=1))
    await make_bare(host.platform)
    assert objects.content[_KEY] == bare("image/jpeg", samples.jpeg())


@pytest.mark.parametrize("call", range(1, 7))
async def test_an_outage_at_any_call_loses_nothing(
    host: HostPlatform, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    await set_originals(host.platform, ACCOUNT, "bare", "user:usr_first")
    objects, calls = host.pieces.objects, list[str]()

    def failing(name: str) -> None:
        work = getattr(objects, name)

        async def asked(*values: Any, **named: Any) -> Any:
            calls.append(name)
            if len(calls) == call:
                raise ObjectsUnavailable("the store is away")
            return await work(*values, **named)

        monkeypatch.setattr(objects, name, asked)

    for name in ("get_bytes", "put_bytes", "delete"):
        failing(name)
    await make_bare(host.platform)
    assert objects.content[_KEY] in {samples.jpeg(), bare("image/jpeg", samples.jpeg())}
    monkeypatch.undo()
    host.pieces.clock.advance(timedelta(minutes=1))
    await make_bare(host.platform)
    assert objects.content == {_KEY: bare("image/jpeg", samples.jpeg()), _OTHERS: samples.jpeg()}
    assert len(await rows(host, "SELECT id FROM receipts WHERE bare_at IS NOT NULL")) == 1


async def test_a_photo_that_cannot_be_read_stays_as_it_came(host: HostPlatform) -> None:
    broken = samples.heic().replace(b"iloc", b"skip")
    await host.pieces.objects.put_bytes(_KEY, broken, "image/heic")
    await rows(host, "UPDATE receipts SET media_type = 'image/heic'")
    await set_originals(host.platform, ACCOUNT, "bare", "user:usr_first")
    await make_bare(host.platform)
    assert host.pieces.objects.content[_KEY] == broken


async def test_the_same_bytes_once_more_are_made_bare_again(host: HostPlatform) -> None:
    await set_originals(host.platform, ACCOUNT, "bare", "user:usr_first")
    await make_bare(host.platform)
    await host.pieces.objects.put_bytes(_KEY, samples.jpeg(), "image/jpeg")
    await host.database.batch([came_again(ACCOUNT, "rec_000001")])
    host.pieces.clock.advance(timedelta(minutes=1))
    await make_bare(host.platform)
    assert host.pieces.objects.content[_KEY] == bare("image/jpeg", samples.jpeg())
