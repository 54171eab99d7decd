"""The arguments of `tillroll account create`, and what it prints."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.operations import where
from local.d1 import DEPLOYED, D1Error
from tillroll_command import main as command
from tillroll_durable.platform import shards
from tillroll_durable.platform.shards import FIRST_BINDING

CREATE = ["account", "create", "--name", "Books Ltd", "--user", "Ann"]


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What would have been run: ("remote", sql) or ("local", sql, state, configuration), with the
    database where that is not the first.
    """
    calls: list[tuple[object, ...]] = []

    def record(where: str) -> Callable[..., None]:
        return lambda *arguments: calls.append(
            (where, *(each for each in arguments if each not in {DEPLOYED, FIRST_BINDING}))
        )

    monkeypatch.setattr(where, "execute_remotely", record("remote"))
    monkeypatch.setattr(where, "execute_locally", record("local"))
    return calls


def test_it_runs_on_the_deployed_database(
    executed: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*CREATE, "--remote"]) == 0
    [(where, sql)] = executed
    assert where == "remote"
    assert "'Books Ltd'" in str(sql)
    assert capsys.readouterr().out.splitlines()[-1].startswith("till_")


def test_it_runs_on_this_machines_database(
    executed: list[tuple[object, ...]], tmp_path: Path
) -> None:
    assert command.main([*CREATE, "--local", "--state", str(tmp_path)]) == 0
    [(where, _, state, _)] = executed
    assert (where, state) == ("local", tmp_path)


def test_where_must_be_said(
    executed: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(CREATE)
    assert "--remote or --local" in capsys.readouterr().err
    assert executed == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "x" * 201])
def test_names_are_printable(
    name: str, executed: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["account", "create", "--name", name, "--user", "Ann", "--local"])
    assert "1 to 200 printable characters" in capsys.readouterr().err
    assert executed == []


def test_an_account_can_be_made_in_another_database(
    executed: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*CREATE, "--remote", "--database", "DB_2", "--json"]) == 0
    [(_, sql, database)] = executed
    made = json.loads(capsys.readouterr().out)
    assert database == "DB_2"
    assert [shards.of_id(made[each]) for each in ("account", "user", "run")] == [2, 2, 2]
    assert shards.of_secret(made["token"]) == 2
    assert made["account"] in str(sql)
    # What is made by the next command is of the first database again.
    assert command.main([*CREATE, "--remote", "--json"]) == 0
    assert shards.of_id(json.loads(capsys.readouterr().out)["account"]) == 1


@pytest.mark.parametrize("name", ["DB_1", "BUCKET", "db_2", "DB_40000"])
def test_what_is_no_binding_of_a_database_is_refused(
    name: str, executed: list[tuple[object, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main([*CREATE, "--remote", "--database", name])
    assert "such as DB or DB_2" in capsys.readouterr().err
    assert executed == []


def test_no_token_is_shown_where_nothing_was_stored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(sql: str, _: Path, _database: str) -> None:
        raise D1Error(f"no such table: accounts ({len(sql)} characters)")

    monkeypatch.setattr(where, "execute_remotely", fail)
    assert command.main([*CREATE, "--remote"]) == 1
    shown = capsys.readouterr()
    assert "till_" not in shown.out
    assert "no such table: accounts" in shown.err
