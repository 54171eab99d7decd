"""What the local engine keeps of ended runs is forgotten, and what is not done stays."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tillroll_local.ended_runs import forget_ended

RUNNING, COMPLETE, ERRORED = b"\xff\x0fI\x02", b"\xff\x0fI\x0a", b"\xff\x0fI\x06"


def instance(data: Path, name: str, status: bytes | None, age: int = 0) -> Path:
    folder = data / "v3" / "workflows" / "miniflare-workflows-receipt-workflow"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB)")
        if status is not None:
            connection.execute("INSERT INTO _cf_KV VALUES ('ENGINE_STATUS', ?)", (status,))
    for kept_beside in (f"{file}-wal", f"{file}-shm"):
        Path(kept_beside).touch()
    os.utime(file, (1_700_000_000 - age, 1_700_000_000 - age))
    return file


def test_the_oldest_of_those_that_ended_well_go(tmp_path: Path) -> None:
    stays = [
        instance(tmp_path, "running", RUNNING),
        instance(tmp_path, "errored", ERRORED),
        instance(tmp_path, "new", None),
    ]
    newest = instance(tmp_path, "newest", COMPLETE, age=1)
    gone = [instance(tmp_path, f"old{number}", COMPLETE, age=2 + number) for number in range(3)]
    assert forget_ended(tmp_path, keep=1) == 3
    assert all(file.exists() for file in (*stays, newest))
    left = {file.name.split(".")[0] for file in newest.parent.iterdir()}
    assert left == {"running", "errored", "new", "newest"}
    assert not any(file.exists() for file in gone)
    assert forget_ended(tmp_path, keep=1) == 0


@pytest.mark.parametrize("content", [b"", b"no database at all, though it is called one" * 40])
def test_a_file_that_says_nothing_stays(tmp_path: Path, content: bytes) -> None:
    file = instance(tmp_path, "torn", RUNNING)
    file.write_bytes(content)
    assert forget_ended(tmp_path, keep=0) == 0
    assert file.read_bytes() == content


def test_without_data_nothing_is_done(tmp_path: Path) -> None:
    assert forget_ended(tmp_path) == 0
