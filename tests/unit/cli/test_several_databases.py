"""Commands of operators where a deployment has several databases: what is about an account goes to
its database, and what is about all accounts goes to each.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.operations import databases, where
from cli.operations.leaving import LIFT
from local.d1 import Answer
from tillroll_command import main as command
from tillroll_command.app import application
from tillroll_durable.platform import shards

_ACCOUNT = "acc_01JD0C3YF8W7AAAAAAAAAAAAAA002"
_OTHER = "acc_01JD0C3YF8W7AAAAAAAAAAAAAA"
_USER = ["--user", "usr_01JD0C3YF8W7AAAAAAAAAAAAAA002"]
_BINDINGS = ["DB", "DB_2", "DB_3"]


class _Databases:
    """What was asked of which database, and what each answers."""

    def __init__(self) -> None:
        self.executed: list[tuple[str, str]] = []
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, list[list[Answer]]] = {}

    def execute(self, sql: str, _configuration: Path, database: str) -> None:
        self.executed.append((database, sql))

    def query_all(
        self, statements: Sequence[str], _configuration: Path, database: str
    ) -> list[list[Answer]]:
        self.asked += [(database, each) for each in statements]
        answers = self.answers.get(database, [])
        return [*answers, *([] for _ in statements)][: len(statements)]

    def query(self, sql: str, configuration: Path, database: str) -> list[Answer]:
        [rows] = self.query_all([sql], configuration, database)
        return rows

    @property
    def named(self) -> list[str]:
        """The databases that were asked or written, each once, in their order."""
        return [*dict.fromkeys(name for name, _ in (*self.asked, *self.executed))]


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> _Databases:
    three = _Databases()

    def bound(_configuration: Path) -> list[str]:
        return _BINDINGS

    monkeypatch.setattr(where, "execute_remotely", three.execute)
    monkeypatch.setattr(where, "query_remotely", three.query)
    monkeypatch.setattr(where, "query_all_remotely", three.query_all)
    monkeypatch.setattr(databases, "databases_in", bound)
    return three


@pytest.mark.parametrize(
    "words",
    [
        ["account", "users"],
        ["account", "invite", "--user", "Bob"],
        ["account", "sign-in-link", *_USER],
        ["account", "recover", *_USER],
        ["account", "sign-out", *_USER],
        ["account", "roles", *_USER, "--role", "owner"],
        ["account", "remove", *_USER],
        ["account", "quotas"],
        ["account", "quotas", "--uploads", "9"],
        ["operator", "grant", *_USER],
        ["operator", "revoke", *_USER],
        ["token", "list"],
        ["token", "create", *_USER, "--name", "script"],
        ["token", "revoke", "--token", "tok_1"],
    ],
)
def test_what_is_about_an_account_goes_to_its_database(three: _Databases, words: list[str]) -> None:
    command.main([*words, "--account", _ACCOUNT, "--remote"])
    assert three.named == ["DB_2"]
    # Somebody who names another database is obeyed.
    three.asked.clear()
    three.executed.clear()
    command.main([*words, "--account", _ACCOUNT, "--remote", "--database", "DB_3"])
    assert three.named == ["DB_3"]


def _commands(group: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """All commands that take an account and a database, by their words."""
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from _commands(each, *words, name)
        elif {"account", "database"} <= {parameter.name for parameter in each.params}:
            yield (*words, name)


def test_all_commands_about_an_account_are_in_the_list_above() -> None:
    [mark] = test_what_is_about_an_account_goes_to_its_database.__dict__["pytestmark"]
    listed = {tuple(words[:2]) for words in mark.args[1]}
    assert listed == {*_commands(typer.main.get_command(application()))}


def test_a_token_says_the_database_of_its_account(
    three: _Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    create = ["token", "create", *_USER, "--name", "script", "--remote", "--json"]
    assert command.main([*create, "--account", _ACCOUNT]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (shards.of_id(made["id"]), shards.of_secret(made["token"])) == (2, 2)
    assert command.main([*create, "--account", _OTHER]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (shards.of_id(made["id"]), shards.of_secret(made["token"])) == (1, 1)
    assert [name for name, _ in three.executed] == ["DB_2", "DB"]


def _ending(account_id: str) -> Answer:
    return {
        "action": "user.removed",
        "account_id": account_id,
        "event_key": f"user.removed:{account_id}",
        "at": "2026-11-20T10:00:00.000Z",
        "detail": json.dumps({"user": account_id.replace("acc_", "usr_")}),
    }


def _standing(*account_ids: str) -> list[list[Answer]]:
    users: list[Answer] = [
        {"id": each.replace("acc_", "usr_"), "account_id": each, "is_operator": 0}
        for each in account_ids
    ]
    return [[], users]


def test_what_ended_is_listed_of_all_databases_and_repeated_in_its_own(
    three: _Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "endings.jsonl"
    three.answers = {"DB": [[_ending(_OTHER)]], "DB_2": [[_ending(_ACCOUNT)]]}
    assert command.main(["endings", "list", str(file), "--remote"]) == 0
    assert three.named == _BINDINGS
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2
    three.answers = {"DB": _standing(_OTHER), "DB_2": _standing(_ACCOUNT)}
    capsys.readouterr()
    assert command.main(["endings", "repeat", str(file), "--remote", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["repeated"]) == 2
    done = three.executed[:2]
    lifts = three.executed[2:]
    assert [name for name, _ in done] == ["DB", "DB_2"]
    assert lifts == [(name, LIFT) for name in _BINDINGS], "payouts and numbers go on"
    for (_, sql), account_id in zip(done, (_OTHER, _ACCOUNT), strict=True):
        assert f"'{account_id}'" in sql


def test_secrets_are_counted_in_each_database(
    three: _Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["secrets", "status", "--remote"]) == 0
    assert three.named == _BINDINGS
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.endswith(":")] == ["DB:", "DB_2:", "DB_3:"]


def test_the_quarantine_is_listed_whole_and_an_object_is_kept_where_its_account_lives(
    three: _Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["objects", "quarantine", "list", "--remote"]) == 0
    assert three.named == _BINDINGS
    three.asked.clear()
    keep = ["objects", "quarantine", "restore", f"{_ACCOUNT}/a", f"{_OTHER}/b", f"{_ACCOUNT}/c"]
    assert command.main([*keep, "--remote"]) == 0
    first, second = three.executed
    assert (first[0], second[0]) == ("DB_2", "DB")
    assert f"{_ACCOUNT}/c" in first[1]
    assert _ACCOUNT not in second[1]
    assert "kept." in capsys.readouterr().out


def test_rates_are_stored_in_each_database(three: _Databases, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("Date,USD\n2026-11-20,1.05\n", encoding="utf-8")
    assert command.main(["rates", "import", str(file), "--remote"]) == 0
    assert three.named == _BINDINGS


def test_live_runs_of_all_databases_are_exported_the_oldest_first(
    three: _Databases, tmp_path: Path
) -> None:
    runs = [f"run_0{number}JD0C3YF8W7AAAAAAAAAAAAA" for number in range(3)]
    three.answers = {
        "DB": [[{"id": runs[2]}]],
        "DB_2": [[{"id": f"{runs[0]}002"}]],
        "DB_3": [[{"id": f"{runs[1]}003"}]],
    }
    file = tmp_path / "live.json"
    assert command.main(["histories", str(file), "--most", "2", "--remote"]) == 0
    asked = next(sql for _, sql in three.asked if "SELECT * FROM runs" in sql)
    assert f"{runs[0]}002" in asked
    assert f"{runs[1]}003" in asked
    assert runs[2] not in asked
