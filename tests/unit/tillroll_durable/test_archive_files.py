"""Files of the archive that are not as they were written: operators are told what it is and what is
safe to do, until they are right again.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.tillroll_durable.test_archiving import asked, ended, rounds
from tillroll.observability.alert_rounds import watch
from tillroll_durable.archive.checks import verify_files
from tillroll_durable.archive.unarchiving import erase_archived
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.world import World

_FILES = ["/archive/arc_", "audit/archive/"]


async def archived() -> World:
    world = await ended(2)
    await rounds(world)
    return world


def key_of(world: World, place: str) -> str:
    [key] = [key for key in world.host.pieces.objects.content if place in key]
    return key


async def tick(world: World) -> list[dict[str, Any]]:
    """One minute's look; the alerts that are open then."""
    world.host.pieces.clock.advance(timedelta(minutes=1))
    await verify_files(world.host.platform)
    await watch(world.host.platform)
    items = (await asked(world, "/api/alerts?open=true")).json()["items"]
    return [each for each in items if each["rule"] == "archive_failing"]


@pytest.mark.parametrize("place", _FILES)
@pytest.mark.parametrize("content", [None, b"something else"])
async def test_what_is_wrong_is_told_until_it_is_right(place: str, content: bytes | None) -> None:
    world = await archived()
    assert await tick(world) == []
    objects, key = world.host.pieces.objects.content, key_of(world, place)
    was = objects.pop(key)
    if content is not None:
        objects[key] = content
    [alert] = await tick(world)
    says = (
        "is gone from the object store"
        if content is None
        else "was changed: it is not what was written"
    )
    assert f"{key} of {'bundle' if 'arc_' in place else 'range'} 1 {says}" in alert["sentence"]
    assert (
        "put it back from a backup (docs/archive.md), then `tillroll archive verify`"
        in alert["sentence"]
    )
    [flaw] = (await asked(world, "/api/archive")).json()["flaws"]
    assert (flaw["objectKey"], flaw["says"]) == (key, alert["sentence"])
    assert len(await tick(world)) == 1
    objects[key] = was
    assert (await asked(world, "/api/archive/verify", "POST", {})).json() == {
        "files": 1,
        "flaws": [],
        "otherFlaws": 0,
    }
    assert await tick(world) == []


async def test_it_is_over_by_itself_when_the_file_is_back() -> None:
    world = await archived()
    objects = world.host.pieces.objects.content
    lost = {key: objects.pop(key) for place in _FILES for key in [key_of(world, place)]}
    [alert] = await tick(world)
    assert alert["sentence"].startswith("2 files of the archive are not as they were written: ")
    objects.update(lost)
    assert await tick(world) == []
    assert (await asked(world, "/api/archive")).json()["flaws"] == []


async def test_the_alert_tells_of_what_is_wrong_now() -> None:
    """Another file goes wrong, and the first is mended: one alert, which says so each time."""
    world = await archived()
    objects = world.host.pieces.objects.content
    bundle, archive_range = (key_of(world, place) for place in _FILES)
    was = objects.pop(bundle)
    [alert] = await tick(world)
    assert (alert["count"], bundle in alert["sentence"]) == (1, True)
    objects[archive_range] = b"something else"
    [both] = await tick(world)
    assert (both["id"], both["count"]) == (alert["id"], 2)
    assert f"{bundle} of bundle 1 is gone from the object store" in both["sentence"]
    assert f"{archive_range} of range 1 was changed" in both["sentence"]
    objects[bundle] = was
    [left] = await tick(world)
    assert (left["id"], left["count"], bundle in left["sentence"]) == (alert["id"], 1, False)
    assert archive_range in left["sentence"]


async def test_of_many_files_the_alert_names_a_few() -> None:
    world = await archived()
    key = key_of(world, "/archive/arc_")
    for number in range(4):
        await world.rows(
            "INSERT INTO archive_flaws (object_key, bundle_id, account_id, flaw, found_at, "
            "checked_at) "
            "SELECT ?, id, account_id, 'missing', '', '' FROM archive_bundles",
            f"{key}.{number}",
        )
    await watch(world.host.platform)
    [alert] = (await asked(world, "/api/alerts?open=true")).json()["items"]
    assert alert["count"] == 4
    assert [f"{key}.{number}" in alert["sentence"] for number in range(4)] == [
        True,
        True,
        True,
        False,
    ]
    assert "and 1 more, which `tillroll archive` lists. Delete nothing;" in alert["sentence"]


async def test_the_files_of_runs_or_of_a_range_are_looked_at_when_asked() -> None:
    world = await archived()
    [row, _] = await world.rows("SELECT id FROM runs")
    intact: dict[str, Any] = {"files": 1, "flaws": [], "otherFlaws": 0}
    for place, what in zip(_FILES, ({"runs": [row["id"]]}, {"range": 1}), strict=True):
        key = key_of(world, place)
        was = world.host.pieces.objects.content.pop(key)
        found = (await asked(world, "/api/archive/verify", "POST", what)).json()
        assert (found["files"], [each["objectKey"] for each in found["flaws"]]) == (1, [key])
        world.host.pieces.objects.content[key] = was
        assert (await asked(world, "/api/archive/verify", "POST", what)).json() == intact


async def test_an_intact_file_is_not_said_to_have_the_flaws_of_others() -> None:
    world = await archived()
    lost = key_of(world, "/archive/arc_")
    world.host.pieces.objects.content.pop(lost)
    await tick(world)
    found = (await asked(world, "/api/archive/verify", "POST", {"range": 1})).json()
    assert found == {"files": 1, "flaws": [], "otherFlaws": 1}
    found = (await asked(world, "/api/archive/verify", "POST", {})).json()
    assert ([each["objectKey"] for each in found["flaws"]], found["otherFlaws"]) == ([lost], 0)


async def test_a_tick_reads_a_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that it finds to be wrong."""
    world = await archived()
    objects = world.host.pieces.objects
    for place in _FILES:
        objects.content[key_of(world, place)] = b"something else"
    get = objects.get_bytes
    read: list[str] = []

    async def counting(key: str) -> bytes | None:
        read.append(key)
        return await get(key)

    monkeypatch.setattr(objects, "get_bytes", counting)
    for _ in range(3):
        read.clear()
        assert len(await tick(world)) == 1
        assert sorted(read) == sorted(key_of(world, place) for place in _FILES)


async def test_a_file_that_is_used_no_more_is_no_flaw(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle is written anew while its old file is read; and one goes with its last run, though
    it was wrong.
    """
    world = await archived()
    objects = world.host.pieces.objects
    first, second = [text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")]
    get = objects.get_bytes
    erased: list[str] = []

    async def slow(key: str) -> bytes | None:
        if "/archive/arc_" in key and not erased:
            erased.append(key)
            await erase_archived(world.host.platform, first)
        return await get(key)

    with monkeypatch.context() as patched:
        patched.setattr(objects, "get_bytes", slow)
        assert await tick(world) == []
    assert erased
    key = key_of(world, "/archive/arc_")
    was = objects.content.pop(key)
    assert len(await tick(world)) == 1
    objects.content[key] = was
    await erase_archived(world.host.platform, second)
    assert await tick(world) == []


async def test_a_round_comes_to_every_bundle() -> None:
    """Three of them a tick."""
    world = await archived()
    key = key_of(world, "/archive/arc_")
    for number in range(7):
        await world.rows(
            "INSERT INTO archive_bundles (account_id, object_key, sha256, state, created_at) "
            "SELECT account_id, ?, sha256, 'archived', '' FROM archive_bundles "
            "WHERE object_key = ?",
            f"{key}.{number}",
            key,
        )
    found: list[int] = []
    for _ in range(4):
        await tick(world)
        found.append(len((await asked(world, "/api/archive")).json()["flaws"]))
    assert found == [2, 5, 7, 7]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"runs": ["run_a"]}, 404),
        ({"range": 9}, 404),
        ({"runs": ["run_a"], "range": 1}, 422),
        ({"all": True}, 422),
    ],
)
async def test_what_is_refused(body: dict[str, Any], status: int) -> None:
    world = await archived()
    assert (await asked(world, "/api/archive/verify", "POST", body)).status_code == status
