"""`tillroll migrate`: copies of the library's schema among a project's migrations."""

from pathlib import Path

import pytest

from tillroll_command import VERSION
from tillroll_command.making.migrations import ACCOUNTS, SchemaChanged, copy_new, missing, schema
from tillroll_testing.host.sqlite import SqliteDatabase

FIRST = {"accounts.sql": "CREATE TABLE accounts (id TEXT);", "0002_runs.sql": "CREATE TABLE r (a);"}
LATER = {**FIRST, "0026_more.sql": "CREATE TABLE more (a);"}


def test_what_is_new_comes_under_the_next_free_number(tmp_path: Path) -> None:
    (tmp_path / "0007_own.sql").write_text("CREATE TABLE own (a);\n", encoding="utf-8")
    copied = copy_new(tmp_path, FIRST, "1.0.0")
    assert copied is not None
    assert copied == tmp_path / "0008_tillroll_durable_1.0.0.sql"
    assert all(sql in copied.read_text(encoding="utf-8") for sql in FIRST.values())


def test_a_copy_is_never_changed_or_renumbered(tmp_path: Path) -> None:
    first = copy_new(tmp_path, FIRST, "1.0.0")
    assert first is not None
    before = first.read_bytes()
    assert copy_new(tmp_path, FIRST, "1.1.0") is None
    (tmp_path / "0002_own.sql").write_text("CREATE TABLE own (a);\n", encoding="utf-8")
    second = copy_new(tmp_path, LATER, "1.1.0")
    assert second is not None
    assert second == tmp_path / "0003_tillroll_durable_1.1.0.sql"
    assert "CREATE TABLE more" in second.read_text(encoding="utf-8")
    assert "CREATE TABLE r " not in second.read_text(encoding="utf-8")
    assert first.read_bytes() == before
    assert missing(tmp_path, LATER) == []


def test_a_piece_that_changed_is_refused(tmp_path: Path) -> None:
    copy_new(tmp_path, FIRST, "1.0.0")
    changed = {**LATER, "0002_runs.sql": "CREATE TABLE r (a, b);"}
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(SchemaChanged, match=r"0002_runs\.sql"):
        copy_new(tmp_path, changed, "1.1.0")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_project_with_accounts_of_its_own_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "0001_own.sql").write_text("CREATE TABLE accounts (id TEXT);\n", encoding="utf-8")
    assert missing(tmp_path, FIRST) == ["0002_runs.sql"]


def test_the_copied_schema_makes_a_database(tmp_path: Path) -> None:
    copied = copy_new(tmp_path, schema())
    assert copied is not None
    assert VERSION in copied.name
    database = SqliteDatabase()
    database.migrate(tmp_path)
    rows = database.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {"accounts", "runs", "audit_events", "access_tokens"} <= {row[0] for row in rows}
    assert next(iter(schema())) == ACCOUNTS, "others refer to it"
