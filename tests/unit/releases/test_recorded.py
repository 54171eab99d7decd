"""From a release on, migrations only add: its files stay, and its database is brought up to date.

The rule is tried with a release that is made up here, so that it holds before there is a first one.
"""

import asyncio
import re
from pathlib import Path

import pytest

from local.places import MIGRATIONS
from tests.releases.__main__ import small_database
from tests.releases.recorded import NotAdded, Release, record, releases

_FIRST = """
CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE receipts (id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people (id)) STRICT;
CREATE INDEX receipts_of ON receipts (person);
"""
_ROWS = """
INSERT INTO people VALUES ('ann', 'Ann'), ('ben', 'Ben');
INSERT INTO receipts VALUES ('r1', 'ann');
"""


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text(_FIRST, encoding="utf-8")
    return folder


@pytest.fixture
def made_up(migrations: Path, tmp_path: Path) -> Release:
    record("9.9.9", migrations, _FIRST + _ROWS, tmp_path / "releases")
    [release] = releases(tmp_path / "releases")
    return release


def _check(release: Release, migrations: Path) -> None:
    release.check_files(migrations)
    release.check_upgrade(migrations)


def test_each_release_is_brought_up_to_date() -> None:
    for release in releases():
        _check(release, MIGRATIONS)


def test_a_release_of_today_would_be_kept_whole(tmp_path: Path) -> None:
    dump = asyncio.run(small_database(1))
    record("9.9.9", MIGRATIONS, dump, tmp_path)
    [release] = releases(tmp_path)
    _check(release, MIGRATIONS)
    tables_with_rows = set(re.findall(r'^INSERT INTO "(\w+)"', dump, re.MULTILINE))
    assert {"expenses", "audit_events", "ledger_entries", "bank_entries"} <= tables_with_rows


def test_it_is_kept_once(made_up: Release, migrations: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        record(made_up.version, migrations, "", tmp_path / "releases")


def test_a_later_migration_adds(made_up: Release, migrations: Path) -> None:
    _check(made_up, migrations)
    (migrations / "0002_second.sql").write_text(
        "ALTER TABLE people ADD COLUMN phone TEXT; CREATE TABLE clients (id TEXT) STRICT;",
        encoding="utf-8",
    )
    _check(made_up, migrations)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        pytest.param("DELETE FROM receipts;", "A row of receipts is gone", id="rows go"),
        pytest.param("DROP TABLE receipts;", "A row of receipts is gone", id="a table goes"),
        pytest.param("UPDATE people SET name = 'x';", "has another value", id="a value changes"),
        pytest.param("ALTER TABLE people DROP COLUMN name;", "another value", id="a column goes"),
        pytest.param(
            "CREATE UNIQUE INDEX one ON people (length(name));",
            "fails where there are rows",
            id="it fails on rows",
        ),
        pytest.param(
            "CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT, phone TEXT);"
            "INSERT INTO receipts SELECT 'r2', 'nobody' WHERE (SELECT count(*) FROM people) > 0;",
            "fails where there are rows",
            id="a reference leads nowhere",
        ),
    ],
)
def test_what_does_more_than_to_add_is_found(
    made_up: Release, migrations: Path, sql: str, why: str
) -> None:
    (migrations / "0002_second.sql").write_text(sql, encoding="utf-8")
    made_up.check_files(migrations)
    with pytest.raises(NotAdded, match=why):
        made_up.check_upgrade(migrations)


def test_a_changed_file_is_found(made_up: Release, migrations: Path) -> None:
    file = migrations / "0001_first.sql"
    file.write_text(_FIRST.replace("name TEXT", "name TEXT, phone TEXT"), encoding="utf-8")
    with pytest.raises(NotAdded, match=r"0001_first\.sql was released with 9\.9\.9"):
        made_up.check_files(migrations)
    with pytest.raises(NotAdded, match="other tables than a new one"):
        made_up.check_upgrade(migrations)


def test_a_file_that_is_gone_is_found(made_up: Release, migrations: Path) -> None:
    (migrations / "0001_first.sql").unlink()
    with pytest.raises(NotAdded, match=r"0001_first\.sql was released"):
        made_up.check_files(migrations)


def test_a_file_before_the_last_one_is_found(made_up: Release, migrations: Path) -> None:
    (migrations / "0000_late.sql").write_text("CREATE TABLE late (id TEXT);", encoding="utf-8")
    with pytest.raises(NotAdded, match="give it a higher number"):
        made_up.check_files(migrations)
