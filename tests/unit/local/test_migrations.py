"""Migrations are applied when there is something new, and an edited one is refused."""

import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from local import migrations
from local.migrations import MigrationError, migrate
from local.places import MIGRATIONS
from local.wrangler import data_folder


class Wrangler:
    """Stands in for the genuine one: counts, and fails when told to."""

    def __init__(self) -> None:
        self.calls: list[Sequence[str]] = []
        self.exit_code = 0

    def __call__(self, state: Path, configuration: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        del configuration
        self.calls.append(arguments)
        data_folder(state).mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(arguments, self.exit_code, "near FROM: syntax error")


@pytest.fixture
def wrangler(monkeypatch: pytest.MonkeyPatch) -> Wrangler:
    wrangler = Wrangler()
    monkeypatch.setattr(migrations, "run_wrangler", wrangler)
    return wrangler


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_core.sql").write_text("CREATE TABLE a (b);", encoding="utf-8")
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    return folder


def apply(tmp_path: Path) -> list[str]:
    said: list[str] = []
    migrate(tmp_path / "state", tmp_path / "wrangler.jsonc", said.append)
    return said


@pytest.mark.usefixtures("folder")
def test_they_are_applied_once(wrangler: Wrangler, tmp_path: Path) -> None:
    assert apply(tmp_path) == ["Bringing the database up to date …"]
    assert apply(tmp_path) == []
    assert wrangler.calls == [["d1", "migrations", "apply", "DB"]]


def test_a_new_one_is_applied(wrangler: Wrangler, folder: Path, tmp_path: Path) -> None:
    apply(tmp_path)
    (folder / "0002_more.sql").write_text("CREATE TABLE c (d);", encoding="utf-8")
    apply(tmp_path)
    apply(tmp_path)
    assert len(wrangler.calls) == 2


@pytest.mark.usefixtures("folder")
def test_a_failure_shows_what_wrangler_said_and_is_tried_again(wrangler: Wrangler, tmp_path: Path) -> None:
    wrangler.exit_code = 1
    for _ in range(2):
        with pytest.raises(MigrationError, match="near FROM: syntax error"):
            apply(tmp_path)
    assert len(wrangler.calls) == 2


@pytest.mark.usefixtures("wrangler")
def test_one_that_was_edited_after_it_was_applied_is_refused(folder: Path, tmp_path: Path) -> None:
    apply(tmp_path)
    (folder / "0001_core.sql").write_text("CREATE TABLE a (b, c);", encoding="utf-8")
    with pytest.raises(MigrationError, match=r"0001_core\.sql was changed .* rm -r "):
        apply(tmp_path)


def test_a_database_that_was_removed_is_made_again(wrangler: Wrangler, folder: Path, tmp_path: Path) -> None:
    apply(tmp_path)
    (folder / "0001_core.sql").write_text("CREATE TABLE a (b, c);", encoding="utf-8")
    for path in data_folder(tmp_path / "state").iterdir():
        path.unlink()
    apply(tmp_path)
    assert len(wrangler.calls) == 2


def test_each_table_refers_only_to_tables_that_were_made_before_it() -> None:
    """A backup is loaded in the order in which its tables were made: a row cannot be written whose table refers to one
    that is not there yet."""
    database = sqlite3.connect(":memory:")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        database.executescript(path.read_text(encoding="utf-8"))
    made = [
        str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    ]
    later = [
        (table, parent)
        for place, table in enumerate(made)
        for (parent,) in database.execute('SELECT "table" FROM pragma_foreign_key_list(?)', (table,))
        if made.index(parent) > place
    ]
    database.close()
    assert later == []
