"""`tillroll databases`, and where a new account goes."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.operations import databases, where
from cli.operations.databases import Standing, roomiest
from local.d1 import Answer
from tillroll_command import main as command
from tillroll_durable.platform import shards

_CREATE = ["account", "create", "--name", "Books Ltd", "--user", "Ann", "--remote", "--json"]
_ROWS: dict[str, tuple[list[Answer], int | None]] = {
    "DB": ([{"accounts": 40, "ended": 300, "runs": 600_000}], 6_000_000_000),
    "DB_2": ([{"accounts": 3, "ended": 100, "runs": 25_000}], 250_000_000),
    "DB_3": ([{"accounts": 1, "ended": 0, "runs": 0}], 400_000_000),
}


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three databases that are deployed, and the ones in which something would have run."""
    executed: list[str] = []

    def execute(_sql: str, _configuration: Path, database: str) -> None:
        executed.append(database)

    def ask(_sql: str, _configuration: Path, database: str) -> tuple[list[Answer], int | None]:
        return _ROWS[database]

    def bound(_configuration: Path) -> list[str]:
        return [*_ROWS]

    monkeypatch.setattr(where, "execute_remotely", execute)
    monkeypatch.setattr(databases, "databases_in", bound)
    monkeypatch.setattr(databases, "sized_query_remotely", ask)
    return executed


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("executed")
def test_each_is_listed_with_its_accounts_bytes_and_share(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["databases", "--remote"]) == 0
    told = [re.sub(r"full at [-0-9]+", "full at DAY", line) for line in _lines(capsys)]
    assert told == [
        (
            "DB        40 accounts, 6,000.0 MB, 60.0% of what it holds, 300 runs a day, 75% of "
            "all, full at DAY at this pace"
        ),
        (
            "DB_2      3 accounts, 250.0 MB, 2.5% of what it holds, 100 runs a day, 25% of all, "
            "full at DAY at this pace"
        ),
        "DB_3      1 accounts, 400.0 MB, 4.0% of what it holds, 0 runs a day, 0% of all",
    ]
    assert command.main(["databases", "--remote", "--json"]) == 0
    [first, _, idle] = json.loads(capsys.readouterr().out)["items"]
    assert (idle["fullAt"], idle["needsRoom"]) == (None, False)
    # 4 GB are left, and a day takes 3 MB.
    days = (datetime.fromisoformat(first.pop("fullAt") + "T00:00Z") - datetime.now(UTC)).days
    assert days in {1332, 1333}
    assert first == {
        "database": "DB",
        "accounts": 40,
        "bytes": 6_000_000_000,
        "runsADay": 300,
        "share": 0.75,
        "needsRoom": False,
    }


@pytest.mark.parametrize(
    ("size", "ended", "runs"),
    [(7_000_000_000, 1, 700_000), (4_000_000_000, 10_000, 400_000), (11_000_000_000, 1, 1)],
)
def test_one_that_is_nearly_full_or_soon_will_be_ends_with_1(
    monkeypatch: pytest.MonkeyPatch,
    executed: list[str],
    capsys: pytest.CaptureFixture[str],
    size: int,
    ended: int,
    runs: int,
) -> None:
    assert executed == []
    monkeypatch.setitem(_ROWS, "DB_2", ([{"accounts": 3, "ended": ended, "runs": runs}], size))
    assert command.main(["databases", "--remote"]) == 1
    assert "DB_2 will be full" in capsys.readouterr().err


def test_the_pace_of_a_day_says_when_it_is_full() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    # 5 GB are left, and a day takes 10 MB.
    assert Standing("DB", 1, 1_000, 5_000_000_000, runs=500_000).full_at(now) == (
        now + timedelta(days=500)
    )
    assert Standing("DB", 1, 1_000, 11_000_000_000, runs=500_000).full_at(now) == now
    assert Standing("DB", 1, 1_000, None, runs=500_000).full_at(now) is None
    assert Standing("DB", 1, 1, 1_000, runs=1_000).full_at(now) is None


def test_a_new_account_goes_where_there_is_most_room(
    executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(_CREATE) == 0
    made = json.loads(capsys.readouterr().out)
    assert executed == ["DB_2"]
    assert (shards.of_id(made["account"]), shards.of_secret(made["token"])) == (2, 2)
    assert shards.of_secret(made["link"]) == 2


def test_a_new_account_goes_where_somebody_says(
    executed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*_CREATE, "--database", "DB"]) == 0
    assert shards.of_id(json.loads(capsys.readouterr().out)["account"]) == 1
    assert executed == ["DB"]


def test_where_nobody_knows_the_bytes_the_runs_and_then_the_accounts_decide() -> None:
    many = Standing("DB", 3, 7, None)
    idle = Standing("DB_2", 9, 0, None)
    empty = Standing("DB_3", 0, 0, None)
    assert roomiest([many, idle]) is idle
    assert roomiest([many, idle, empty]) is empty
    assert roomiest([empty, Standing("DB_4", 0, 0, None)]) is empty
    assert (empty.fullness, Standing("DB", 1, 1440, 5_000_000_000).ended_a_minute) == (None, 1.0)
