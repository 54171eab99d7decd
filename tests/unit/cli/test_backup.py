"""What a backup's folder holds, what breaks it, and what a backup and a restore do to both sides in
which order.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.operations.backup import (
    BrokenExport,
    NoSuchDatabase,
    NotEmpty,
    Place,
    back_up,
    restore,
)
from cli.operations.backup_folder import BackupFolder, BrokenBackup
from cli.operations.bucket import Bucket, ListedObject, ObjectFile
from local.d1 import D1Error
from tillroll_durable.sealing.files import copy_key

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
EXPORT = "CREATE TABLE seals (number INTEGER PRIMARY KEY);\nINSERT INTO seals VALUES (1), (2);\n"
KEY = "acc_1/00ff/transcript/@cf/model.json"


class MemoryBucket(Bucket):
    """Objects by key; `fetched` are those that were asked for."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = dict(objects)
        self.fetched: list[str] = []

    def listed(self) -> list[ListedObject]:
        return [
            # An etag.
            ListedObject(key, len(content), hashlib.sha1(content).hexdigest(), "text/plain")  # noqa: S324
            for key, content in sorted(self.objects.items())
        ]

    def fetch(self, objects: Iterable[ObjectFile]) -> int:
        wanted = list(objects)
        for each in wanted:
            each.file.write_bytes(self.objects[each.key])
        self.fetched = [each.key for each in wanted]
        return len(wanted)

    def store(self, objects: Iterable[ObjectFile]) -> int:
        for each in objects:
            self.objects.setdefault(each.key, each.file.read_bytes())
        return len(self.objects)


class MemoryPlace(Place):
    """A place whose databases are texts, by their numbers."""

    def __init__(self, bucket: MemoryBucket, *databases: str) -> None:
        self.bucket = bucket
        self.texts = dict(enumerate(databases or [""], start=1))
        self.objects_at_import = 0
        self.refuses = 0

    @property
    def database(self) -> str:
        return self.texts[1]

    def databases(self) -> list[int]:
        return [*self.texts]

    def export_database(self, number: int, file: Path) -> None:
        file.write_text(self.texts[number], encoding="utf-8")

    def tables(self, number: int) -> list[str]:
        return ["runs", "reconciler_cursors"] if self.texts[number] else []

    def import_database(self, number: int, sql: str) -> None:
        if number == self.refuses:
            raise D1Error("the connection was lost")
        self.objects_at_import = len(self.bucket.listed())
        self.texts[number] = sql

    def made_of(self, number: int) -> str | None:
        found = re.search("SELECT 'backup: restored', '([0-9a-f]{64})'", self.texts[number])
        return found and found[1]


def said(line: str) -> None:
    del line


@pytest.fixture
def place() -> MemoryPlace:
    return MemoryPlace(MemoryBucket(**{KEY: b"text", "../../etc/passwd": b"not a path"}), EXPORT)


@pytest.fixture
def folder(tmp_path: Path, place: MemoryPlace) -> Path:
    back_up(place, tmp_path / "backup", NOW, said)
    return tmp_path / "backup"


def test_what_was_backed_up_is_restored(place: MemoryPlace, folder: Path) -> None:
    new = MemoryPlace(MemoryBucket())
    assert restore(new, folder, said) == "2026-03-01T09:30:00.000Z"
    assert isinstance(new.bucket, MemoryBucket)
    assert isinstance(place.bucket, MemoryBucket)
    assert new.bucket.objects == place.bucket.objects
    assert new.database.startswith(place.database)
    assert new.objects_at_import == 2, "the objects come before the rows that need them"


def test_no_key_leads_out_of_the_folder(folder: Path) -> None:
    for each in BackupFolder(folder).objects():
        assert (
            BackupFolder(folder)
            .file_of(each.key)
            .resolve()
            .is_relative_to((folder / "objects").resolve())
        )


def test_nobody_else_may_read_it(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "database.sql").stat().st_mode & 0o077 == 0


def test_a_second_backup_fetches_what_has_changed(place: MemoryPlace, folder: Path) -> None:
    assert isinstance(place.bucket, MemoryBucket)
    place.bucket.objects[KEY] = b"another text"
    place.bucket.objects["acc_1/new"] = b"new"
    back_up(place, folder, NOW, said)
    assert place.bucket.fetched == [KEY, "acc_1/new"]
    BackupFolder(folder).check()


@pytest.mark.parametrize("name", ["database.sql", "objects.jsonl", f"objects/{KEY}"])
@pytest.mark.parametrize("is_removed", [True, False])
def test_a_broken_backup_is_refused_before_anything_is_written(
    folder: Path, name: str, *, is_removed: bool
) -> None:
    file = folder / name
    file.unlink() if is_removed else file.write_bytes(file.read_bytes() + b" ")
    new = MemoryPlace(MemoryBucket())
    with pytest.raises(
        BrokenBackup, match="missing" if is_removed else "not what the backup wrote"
    ):
        restore(new, folder, said)
    assert (new.database, new.bucket.listed()) == ("", [])


def test_a_backup_that_broke_off_is_refused(
    place: MemoryPlace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(_: object) -> int:
        raise OSError("the disk is full")

    assert isinstance(place.bucket, MemoryBucket)
    place.bucket.objects[KEY] = b"another text"
    monkeypatch.setattr(place.bucket, "fetch", break_off)
    with pytest.raises(OSError, match="full"):
        back_up(place, folder, NOW, said)
    with pytest.raises(BrokenBackup, match="was not finished"):
        restore(MemoryPlace(MemoryBucket()), folder, said)


@pytest.mark.parametrize(
    "new",
    [MemoryPlace(MemoryBucket(), "CREATE TABLE runs"), MemoryPlace(MemoryBucket(other=b"theirs"))],
)
def test_a_place_that_is_not_empty_is_left_alone(folder: Path, new: MemoryPlace) -> None:
    before = new.database, new.bucket.listed()
    with pytest.raises(NotEmpty):
        restore(new, folder, said)
    assert (new.database, new.bucket.listed()) == before


def test_a_restore_that_broke_off_may_be_repeated(place: MemoryPlace, folder: Path) -> None:
    assert isinstance(place.bucket, MemoryBucket)
    new = MemoryPlace(MemoryBucket(**{KEY: place.bucket.objects[KEY]}))
    restore(new, folder, said)
    assert isinstance(new.bucket, MemoryBucket)
    assert new.bucket.objects == place.bucket.objects


def test_copies_of_seals_that_the_export_does_not_have_are_left_out(
    place: MemoryPlace, folder: Path
) -> None:
    assert isinstance(place.bucket, MemoryBucket)
    place.bucket.objects |= {copy_key(number): b"a seal" for number in (1, 2, 3)}
    back_up(place, folder, NOW, said)
    kept = {each.key for each in BackupFolder(folder).objects()}
    assert {copy_key(1), copy_key(2)} <= kept
    assert copy_key(3) not in kept


@pytest.mark.parametrize("database", ["CREATE TABLE", "CREATE TABLE seals (number"])
def test_an_export_that_cannot_be_loaded_makes_no_backup(
    place: MemoryPlace, folder: Path, database: str
) -> None:
    place.texts[1] = database
    with pytest.raises(BrokenExport, match="cannot be loaded"):
        back_up(place, folder, NOW, said)
    with pytest.raises(BrokenBackup, match="was not finished"):
        BackupFolder(folder).check()


_SECOND = "CREATE TABLE seals (number INTEGER PRIMARY KEY);\nINSERT INTO seals VALUES (1);\n"


def _of_two(tmp_path: Path) -> tuple[MemoryPlace, Path]:
    """A place with two databases, and its backup."""
    place = MemoryPlace(MemoryBucket(**{KEY: b"text"}), EXPORT, _SECOND)
    back_up(place, tmp_path / "two", NOW, said)
    return place, tmp_path / "two"


def test_every_database_is_in_the_backup_and_restored(tmp_path: Path) -> None:
    place, folder = _of_two(tmp_path)
    new = MemoryPlace(MemoryBucket(), "", "")
    restore(new, folder, said)
    for number in (1, 2):
        assert new.texts[number].startswith(place.texts[number])
        assert "instance_confirmed_at = NULL" in new.texts[number]


def test_copies_of_seals_are_compared_with_those_of_their_own_database(tmp_path: Path) -> None:
    place = MemoryPlace(MemoryBucket(), EXPORT, _SECOND)
    assert isinstance(place.bucket, MemoryBucket)
    place.bucket.objects |= {copy_key(number, 2): b"a seal" for number in (1, 2)}
    place.bucket.objects |= {copy_key(number): b"a seal" for number in (1, 2)}
    back_up(place, tmp_path / "two", NOW, said)
    kept = {each.key for each in BackupFolder(tmp_path / "two").objects()}
    assert kept == {copy_key(1), copy_key(2), copy_key(1, 2)}


def test_a_damaged_second_database_breaks_the_backup(tmp_path: Path) -> None:
    _, folder = _of_two(tmp_path)
    file = folder / "database-2.sql"
    file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(BrokenBackup, match="database-2"):
        BackupFolder(folder).check()


def test_a_place_with_fewer_databases_takes_no_part_of_a_backup(tmp_path: Path) -> None:
    _, folder = _of_two(tmp_path)
    new = MemoryPlace(MemoryBucket())
    with pytest.raises(NoSuchDatabase, match="DB_2"):
        restore(new, folder, said)
    assert (new.database, new.bucket.listed()) == ("", [])


def test_a_restore_that_broke_off_between_two_databases_goes_on(tmp_path: Path) -> None:
    _, folder = _of_two(tmp_path)
    new = MemoryPlace(MemoryBucket(), "", "")
    new.refuses = 2
    with pytest.raises(D1Error):
        restore(new, folder, said)
    first = new.texts[1]
    assert (bool(first), new.texts[2]) == (True, "")
    new.refuses = 0
    restore(new, folder, said)
    assert new.texts[1] == first
    assert new.texts[2]
    with pytest.raises(NotEmpty, match="restored from this backup"):
        restore(new, folder, said)


def test_a_second_database_with_tables_of_its_own_is_left_alone(tmp_path: Path) -> None:
    _, folder = _of_two(tmp_path)
    new = MemoryPlace(MemoryBucket(), "", "CREATE TABLE runs")
    with pytest.raises(NotEmpty, match="DB_2"):
        restore(new, folder, said)
    assert (new.database, new.bucket.listed()) == ("", [])
