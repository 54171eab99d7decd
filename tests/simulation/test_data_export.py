"""Whoever asks gets their data whole and once, whatever happens, for a week; then it is gone."""

import io
import zipfile
from datetime import timedelta

import pytest

from tests.simulation.data_export import ACTOR, TARGETS, ask, open_kept, unpacked
from tests.simulation.kinds.data_export import OF
from tests.support.host_platform import ACCOUNT
from tillroll.privacy import files as privacy_files
from tillroll.privacy import rows as privacy_rows
from tillroll.privacy.data_export.workflow import FETCHED_WITHIN
from tillroll.privacy.repository import Stand, What, files_of, load_data_export
from tillroll.privacy.service import NoSuchFile, fetch
from tillroll_durable.platform.bindings import objects
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points

_FOLDER = f"{ACCOUNT}/data-exports/"


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row a page, and so few questions a file that the data is a chain of several runs."""
    monkeypatch.setattr(privacy_rows, "PAGE_ROWS", 1)
    monkeypatch.setattr(privacy_files, "MOST_ASKED", 70)


_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    by.CANCEL,
    by.OVERLAP,
    by.HANG_TO_THE_END,
    by.FORGET,
    by.DOUBLE,
)


async def handed_out(what: What) -> World:
    return (await play(OF[what])).world


@pytest.mark.parametrize("what", list(TARGETS))
async def test_undisturbed(what: What) -> None:
    world = await handed_out(what)
    runs = await world.rows("SELECT state FROM runs WHERE kind = 'data-export' ORDER BY id")
    assert [run["state"] for run in runs][-1] == "written"
    assert {run["state"] for run in runs[:-1]} <= {"continued"}
    if what is What.ACCOUNT:
        assert len(runs) > 1, "the story is to be one of several files"
    keys = [key for key in world.host.pieces.objects.content if key.startswith(_FOLDER)]
    assert len(keys) == len(runs)


@pytest.mark.parametrize("what", list(TARGETS))
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda each: each.name)
async def test_a_data_export_is_whole_and_there_once(what: What, disturbance: Disturbance) -> None:
    await play_at_some_points(OF[what], disturbance, _DISTURBANCES.index(disturbance))


async def test_a_data_export_is_gone_after_a_week() -> None:
    world = await handed_out(What.ACCOUNT)
    [row] = await world.rows("SELECT id FROM data_exports")
    export = await load_data_export(world.host.database, str(row["id"]))
    assert export is not None
    world.host.pieces.clock.advance(FETCHED_WITHIN - timedelta(hours=1))
    await world.settle()
    assert await fetch(world.host.platform, ACTOR, export, 1) in world.host.pieces.objects.content
    assert (await files_of(world.host.database, export.id))[0].rows > 0
    world.host.pieces.clock.advance(timedelta(hours=2))
    with pytest.raises(NoSuchFile):
        await fetch(world.host.platform, ACTOR, export, 1)
    await world.settle()
    assert not [key for key in world.host.pieces.objects.content if key.startswith(_FOLDER)]
    assert not await world.rows("SELECT number FROM data_export_files")
    actions = await world.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'data_export.%' ORDER BY id"
    )
    assert [each["action"] for each in actions] == [
        "data_export.requested",
        "data_export.finished",
        "data_export.fetched",
        "data_export.swept",
    ]
    again = await ask(world, What.ACCOUNT)
    assert again.id != export.id


async def test_what_cannot_be_finished_is_swept_and_asked_for_again() -> None:
    world = await open_kept(Faults())
    first = await ask(world, What.PERSON)
    world.host.pieces.clock.advance(timedelta(minutes=1))
    await world.rows(
        "UPDATE runs SET status = 'failed', state = 'requested_write_failed' "
        "WHERE kind = 'data-export'"
    )
    second = await ask(world, What.PERSON)
    assert second.id != first.id
    given_up = await load_data_export(world.host.database, first.id)
    assert given_up is not None
    assert given_up.stand("2026-03-01") is Stand.STOPPED
    await world.settle()
    rows = await world.rows(
        "SELECT finished_at IS NULL AS lost, swept_at IS NOT NULL AS swept FROM data_exports"
    )
    assert rows == [{"lost": 1, "swept": 1}, {"lost": 0, "swept": 0}]
    tables, _ = await unpacked(world)
    assert {row["id"] for row in tables["receipts"]} == {"rec_000001", "rec_000002"}


async def test_an_attempt_that_comes_late_replaces_nothing() -> None:
    """It read other rows than the one whose sum is written down."""
    world = await handed_out(What.PERSON)
    [row] = await world.rows("SELECT id FROM data_exports")
    export = await load_data_export(world.host.database, str(row["id"]))
    assert export is not None
    await world.rows("UPDATE expenses SET merchant = 'CHANGED SINCE'")
    await privacy_files.write(world.host.platform, export, 1, privacy_files.Place())
    tables, _ = await unpacked(world)
    assert "CHANGED SINCE" not in str(tables["expenses"])


async def test_what_was_given_up_meanwhile_is_not_written_down() -> None:
    """Swept while its last file was written: the step's end is refused, and the next attempt
    ends.
    """
    world = await open_kept(Faults())
    export = await ask(world, What.PERSON)
    put_bytes = world.host.pieces.objects.put_bytes

    async def give_up_and_put(key: str, content: bytes, content_type: str) -> None:
        await world.rows(
            "UPDATE data_exports SET given_up_at = '2026', expires_at = '2026' WHERE id = ?",
            export.id,
        )
        await put_bytes(key, content, content_type)

    with pytest.MonkeyPatch.context() as late:
        late.setattr(world.host.pieces.objects, "put_bytes", give_up_and_put)
        await world.settle()
    assert await world.rows(
        "SELECT finished_at, swept_at IS NOT NULL AS swept FROM data_exports"
    ) == [{"finished_at": None, "swept": 1}]
    assert not await world.rows("SELECT number FROM data_export_files")
    assert not await world.rows("SELECT id FROM audit_events WHERE action = 'data_export.finished'")
    assert not [key for key in world.host.pieces.objects.content if key.startswith(_FOLDER)]


async def test_what_is_large_is_written_in_pieces_entries_and_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No more than a piece, an entry of a table and a document wait in memory."""
    monkeypatch.setattr(objects, "PIECE_BYTES", 500)
    monkeypatch.setattr("tillroll_testing.host.memory._SMALLEST_PIECE_BYTES", 500)
    monkeypatch.setattr(privacy_files, "MOST_WAITING", 100)
    monkeypatch.setattr(privacy_files, "MOST_BYTES", 4_000)
    world = await handed_out(What.ACCOUNT)
    files = await world.rows("SELECT size FROM data_export_files")
    assert len(files) > 3
    names = [
        name
        for file in await world.rows("SELECT object_key FROM data_export_files")
        for name in zipfile.ZipFile(
            io.BytesIO(world.host.pieces.objects.content[str(file["object_key"])])
        ).namelist()
    ]
    assert (
        len(
            [name for name in names if name.startswith("rows/receipts") and name.endswith(".jsonl")]
        )
        > 1
    )
    assert len(names) == len({*names}), "what is unpacked side by side would replace each other"


async def test_a_document_that_is_gone_is_named() -> None:
    world = await open_kept(Faults())
    await world.host.pieces.objects.delete(f"{ACCOUNT}/rec_000001/original")
    await ask(world, What.PERSON)
    await world.settle()
    files = await world.rows(
        "SELECT documents, missing FROM data_export_files WHERE documents > 0 OR missing > 0"
    )
    assert files == [{"documents": 1, "missing": 1}]
