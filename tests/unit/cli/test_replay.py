"""`tillroll replay` from a terminal: one lost file stops nothing but what lay in it."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cli.commands.operations import replaying
from cli.operations import bucket, where
from cli.operations.bucket import Bucket, BucketError, ObjectFile, ObjectGone
from tests.support.sql import sql
from tests.unit.tillroll_durable.test_archiving import ended, rounds
from tillroll_command.endings import Code
from tillroll_command.main import main
from tillroll_durable.archive.unarchiving import restore_run
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_durable.runs import find_run
from tillroll_testing.replaying.history import ReadBytes
from tillroll_testing.simulation.world import World


async def two_archived() -> tuple[World, str, str]:
    """Three runs: one is back in the database, and the file of the other two is lost."""
    world = await ended(3)
    await rounds(world)
    first = await find_run(
        world.host.database, text((await world.rows("SELECT MIN(id) AS id FROM runs"))[0], "id")
    )
    assert first is not None
    assert await restore_run(world.host.platform, first, "user:usr_first")
    [key] = [key for key in world.host.pieces.objects.content if "/archive/arc_" in key]
    del world.host.pieces.objects.content[key]
    return world, first.id, key


def test_a_lost_file_stops_none_of_the_other_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world, readable, key = asyncio.run(two_archived())

    def query(asked: Sequence[str], _: object) -> Sequence[Sequence[Row]]:
        return [world.host.database.at_once(statement(sql(each))) for each in asked]

    def bytes_at(_: object) -> ReadBytes:
        return world.host.pieces.objects.content.get

    monkeypatch.setattr(where, "query_all", query)
    monkeypatch.setattr(replaying, "_bytes_at", bytes_at)
    assert main(["replay", "--kind", "receipt", "--local", "--json"]) == Code.FAILED
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert [each["runId"] for each in told["runs"]] == [readable]
    assert told["differing"] == 0
    assert len(told["notRead"]) == 2
    assert all(f"{key} is gone from the object store" in why for why in told["notRead"].values())
    assert "2 of 3 runs could not be read" in said.err


@pytest.mark.parametrize(("ended_with", "error"), [(44, ObjectGone), (1, BucketError)])
def test_an_object_that_is_gone_is_an_error_of_its_own(
    ended_with: int, error: type[BucketError], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever is said of it."""

    def run(*_: object, **__: object) -> CompletedProcess[str]:
        return CompletedProcess([], ended_with, "", "the object a is gone")

    monkeypatch.setattr(bucket.subprocess, "run", run)
    with pytest.raises(BucketError) as raised:
        Bucket(tmp_path, None).fetch([ObjectFile("a", tmp_path / "a")])
    assert type(raised.value) is error
