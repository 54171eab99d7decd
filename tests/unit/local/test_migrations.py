"""Migrations are applied when there is something new; a database that others made is refused."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import migrations
from local.d1 import D1Error
from local.migrations import MigrationError, migrate
from local.places import MIGRATIONS
from local.stack import Options, Stack
from local.wrangler import data_folder


class D1:
    """Stands in for the genuine one, over SQLite: all statements of a file apply, or none."""

    def __init__(self) -> None:
        self.calls = 0
        self._database = sqlite3.connect(":memory:")

    def close(self) -> None:
        self._database.close()

    def tables(self) -> list[str]:
        found = self._database.execute(
            "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY rowid"
        )
        return [name for (name,) in found if name != "d1_migrations"]

    def create(self, sql: str, state: Path, configuration: Path, database: str) -> None:
        del configuration
        assert database == "DB"
        self.calls += 1
        data_folder(state).mkdir(parents=True, exist_ok=True)
        try:
            self._database.executescript(f"BEGIN;\n{sql}\nCOMMIT;")
        except sqlite3.Error as error:
            self._database.execute("ROLLBACK")
            raise D1Error(str(error)) from error

    def query(
        self, sql: str, state: Path, configuration: Path, database: str
    ) -> list[dict[str, str]]:
        del state, configuration
        assert database == "DB"
        return [{"name": name} for (name,) in self._database.execute(sql)]


@pytest.fixture
def d1(monkeypatch: pytest.MonkeyPatch) -> Iterator[D1]:
    d1 = D1()
    monkeypatch.setattr(migrations, "create_locally", d1.create)
    monkeypatch.setattr(migrations, "query_locally", d1.query)
    yield d1
    d1.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_core.sql").write_text("CREATE TABLE a (b);", encoding="utf-8")
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    return folder


def apply(tmp_path: Path) -> list[str]:
    said: list[str] = []
    configuration = tmp_path / "wrangler.jsonc"
    configuration.write_text('{"d1_databases": [{"binding": "DB"}]}', encoding="utf-8")
    migrate(tmp_path / "state", configuration, said.append)
    return said


@pytest.mark.usefixtures("folder")
def test_they_are_applied_once(d1: D1, tmp_path: Path) -> None:
    assert apply(tmp_path) == ["Bringing the database up to date …"]
    assert apply(tmp_path) == []
    assert (d1.tables(), d1.calls) == (["a"], 1)


def test_a_new_one_is_applied(d1: D1, folder: Path, tmp_path: Path) -> None:
    apply(tmp_path)
    (folder / "0002_more.sql").write_text("CREATE TABLE c (d);", encoding="utf-8")
    assert apply(tmp_path) == ["Bringing the database up to date …"]
    assert apply(tmp_path) == []
    assert d1.tables() == ["a", "c"]


def test_where_one_fails_none_applies_and_it_is_tried_again(
    d1: D1, folder: Path, tmp_path: Path
) -> None:
    broken = folder / "0002_more.sql"
    broken.write_text("CREATE TABLE c (d); CREATE TABLE FROM;", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(MigrationError, match='near "FROM": syntax error'):
            apply(tmp_path)
        assert d1.tables() == []
    broken.write_text("CREATE TABLE c (d);", encoding="utf-8")
    apply(tmp_path)
    assert d1.tables() == ["a", "c"]


def test_what_the_database_has_is_not_applied_again(d1: D1, folder: Path, tmp_path: Path) -> None:
    """After a death between the two, or where a backup was brought back, only the database
    knows.
    """
    apply(tmp_path)
    (data_folder(tmp_path / "state") / "migrated.json").unlink()
    (folder / "0002_more.sql").write_text("CREATE TABLE c (d);", encoding="utf-8")
    apply(tmp_path)
    assert d1.tables() == ["a", "c"]


def test_one_that_came_while_it_ran_can_be_edited_until_the_next_start(
    d1: D1, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, said = tmp_path / "state", list[str]()
    assert migrations.unapplied(state) == ["0001_core.sql"]
    apply(tmp_path)
    own = "0002_own.sql"
    (folder / own).write_text("CREATE TABLE c (d);", encoding="utf-8")
    assert migrations.unapplied(state) == [own]

    def nothing(_: Stack) -> None:
        """Its wrangler is left out: what is looked at is whether the table is made, and what is
        said.
        """

    for part in ("_configure", "end_worker", "_start_wrangler_anew"):
        monkeypatch.setattr(Stack, part, nothing)
    Stack(Options(state), said.append).reconfigure()
    assert said == [
        f"migrations/{own} is not applied yet. Edit its table first, then start this again."
    ]
    assert d1.tables() == ["a"]
    (folder / own).write_text("CREATE TABLE c (d, e);", encoding="utf-8")
    apply(tmp_path)
    assert (migrations.unapplied(state), d1.tables()) == ([], ["a", "c"])


@pytest.mark.usefixtures("d1")
def test_one_that_was_edited_after_it_was_applied_is_refused(folder: Path, tmp_path: Path) -> None:
    apply(tmp_path)
    (folder / "0001_core.sql").write_text("CREATE TABLE a (b, c);", encoding="utf-8")
    with pytest.raises(
        MigrationError, match=r"have changed since: 0001_core\.sql\. .* STATE=.* rm -r .* originals"
    ):
        apply(tmp_path)


@pytest.mark.parametrize(
    "is_recorded", [True, False], ids=["with our record", "by the database's own record"]
)
def test_a_folder_from_before_the_migrations_were_merged_is_refused(
    d1: D1, folder: Path, tmp_path: Path, is_recorded: bool
) -> None:
    (folder / "0002_more.sql").write_text("CREATE TABLE c (d);", encoding="utf-8")
    apply(tmp_path)
    if not is_recorded:
        (data_folder(tmp_path / "state") / "migrated.json").unlink()
    for name in ("0001_core.sql", "0002_more.sql"):
        (folder / name).unlink()
    (folder / "0001_all.sql").write_text(
        "CREATE TABLE a (b); CREATE TABLE c (d);", encoding="utf-8"
    )
    with pytest.raises(
        MigrationError, match=r"0001_core\.sql and 1 more\. .* STATE=.* rm -r .* originals"
    ):
        apply(tmp_path)
    assert d1.tables() == ["a", "c"]


def test_each_table_refers_only_to_tables_that_were_made_before_it() -> None:
    """A backup is loaded in the order in which its tables were made: a row cannot be written whose
    table refers to one that is not there yet.
    """
    database = sqlite3.connect(":memory:")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        database.executescript(path.read_text(encoding="utf-8"))
    made = [
        str(name)
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        )
    ]
    later = [
        (table, parent)
        for place, table in enumerate(made)
        for (parent,) in database.execute(
            'SELECT "table" FROM pragma_foreign_key_list(?)', (table,)
        )
        if made.index(parent) > place
    ]
    database.close()
    assert later == []
