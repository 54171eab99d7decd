"""Each command that writes SQL for wrangler runs on a database of the project's migrations, and
says why it failed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import apsw
import pytest
import typer
from typer.core import TyperGroup

from cli.operations import databases, where
from local.d1 import Answer, D1Error
from tests.support.roles import roles_given
from tillroll_command import main as command
from tillroll_command.app import application
from tillroll_command.endings import Code
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.objects import StoredObject
from tillroll_durable.upkeep.quarantine import put_in
from tillroll_testing.host.platform import HostPlatform

BOOKS = ["--account", "acc_first"]
ANN = [*BOOKS, "--user", "usr_first"]
BOB = [*BOOKS, "--user", "usr_bob"]
KEY = "acc_first/ff/original"
AT = "2026-03-01T09:30:00.000Z"

RATES = """<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
  xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube><Cube time="2026-01-02">
  <Cube currency="USD" rate="1.1"/></Cube></Cube></gesmes:Envelope>"""

REVOKED = json.dumps(
    {
        "action": "token.revoked",
        "accountId": "acc_first",
        "eventKey": "token.revoked:tok_usr_first",
        "at": AT,
        "detail": '{"token": "tok_usr_first"}',
    }
)

# Of each command, arguments with which it changes or shows something.
COMMANDS: Mapping[str, list[str]] = {
    "account create": ["--name", "Bäcker's", "--user", "Eve", "--mail", "eve@example.com"],
    "account users": BOOKS,
    "account invite": [*BOOKS, "--user", "Cem"],
    "account sign-in-link": BOB,
    "account recover": [*BOB, "--lock-out"],
    "account sign-out": BOB,
    "account roles": [*BOB, "--role", "submitter"],
    "account remove": BOB,
    "account quotas": [*BOOKS, "--uploads", "7", "--storage-mb", "default"],
    "token create": [
        *BOB,
        "--name",
        "script",
        "--days",
        "3",
        "--scope",
        "read",
        "--from",
        "192.0.2.0/24",
    ],
    "token list": BOOKS,
    "token revoke": [*BOOKS, "--token", "tok_usr_first"],
    "operator grant": BOB,
    "operator revoke": ANN,
    "databases": [],
    "objects quarantine list": [],
    "objects quarantine restore": [KEY],
    "secrets status": [],
    "endings list": ["endings.jsonl"],
    "endings nothing": [],
    "endings unknown": [],
    "endings repeat": ["old-endings.jsonl"],
    "rates import": ["rates.xml"],
}
# Those that write no SQL of their own, or change more than a database.
BESIDE = {
    "backup": "wrangler's export",
    "restore": "wrangler's export",
    "replay": "only reads, in tests/unit/cli/test_replay.py",
    "histories": "only reads, in tests/simulation/author/test_against_live.py",
    "remove workflow": "also files, in tests/unit/cli/test_making.py",
}


@pytest.fixture
async def deployed(host: HostPlatform, monkeypatch: pytest.MonkeyPatch) -> HostPlatform:
    """The commands' database: of one account, with its owner Ann, the approver Bob and an object in
    quarantine.
    """
    add = (
        "INSERT INTO users (id, account_id, name, created_at) "
        "VALUES ('usr_bob', 'acc_first', 'Bob', ?1)"
    )
    await host.database.batch([statement(add, [AT]), *roles_given("usr_bob", "approver")])
    await put_in(host.database, StoredObject(KEY, host.pieces.clock.now(), "etag"), AT)
    connection = host.database.connection

    def run(sql: str, _: Path, _database: str) -> list[Answer]:
        try:
            with connection:
                cursor = connection.execute(sql)
                return [
                    {
                        column[0]: value
                        for column, value in zip(cursor.get_description(), row, strict=True)
                    }
                    for row in cursor
                ]
        except apsw.Error as error:
            raise D1Error(str(error)) from error

    def run_all(
        statements: Sequence[str], configuration: Path, database: str
    ) -> list[list[Answer]]:
        return [run(each, configuration, database) for each in statements]

    def run_sized(sql: str, configuration: Path, database: str) -> tuple[list[Answer], int | None]:
        return run(sql, configuration, database), 1_000_000

    monkeypatch.setattr(where, "execute_remotely", run)
    monkeypatch.setattr(where, "query_remotely", run)
    monkeypatch.setattr(where, "query_all_remotely", run_all)
    monkeypatch.setattr(databases, "sized_query_remotely", run_sized)
    return host


def leaves(group: TyperGroup, before: str = "") -> Iterator[str]:
    for name, each in group.commands.items():
        full = f"{before} {name}".strip()
        if isinstance(each, TyperGroup):
            yield from leaves(each, full)
        elif {"local", "remote"} <= {parameter.name for parameter in each.params}:
            yield full


def test_every_command_on_a_database_is_in_the_table() -> None:
    group = typer.main.get_command(application())
    assert isinstance(group, TyperGroup)
    assert {*leaves(group)} == {*COMMANDS, *BESIDE}


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("name", COMMANDS)
def test_its_sql_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rates.xml").write_text(RATES)
    (tmp_path / "old-endings.jsonl").write_text(REVOKED)
    monkeypatch.chdir(tmp_path)
    ended = command.main([*name.split(), *COMMANDS[name], "--remote", "--json"])
    shown = capsys.readouterr()
    assert (ended, shown.err) == (0, "")
    assert json.loads(shown.out)


@pytest.mark.parametrize("name", [*COMMANDS, "backup", "restore"])
def test_it_ends_by_the_table_where_there_is_nothing_to_work_on(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither place is said, no such deployment is known, and the state has no database."""
    (tmp_path / "rates.xml").write_text(RATES)
    (tmp_path / "old-endings.jsonl").write_text(REVOKED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TILLROLL_DEPLOYMENTS", str(tmp_path))
    words = [*name.split(), *COMMANDS.get(name, ["folder"])]
    with pytest.raises(SystemExit, match="2"):
        command.main(words)
    assert command.main([*words, "--remote", "--deployment", "no-such"]) == Code.NOT_FOUND
    assert command.main([*words, "--local", "--state", str(tmp_path / "nothing")]) == Code.NOT_FOUND
    said = capsys.readouterr().err
    assert "knows no deployment no-such" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("deployed")
def test_a_list_into_a_folder_that_there_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none" / "endings.jsonl"
    assert command.main(["endings", "list", str(file), "--remote"]) == Code.NOT_FOUND
    assert capsys.readouterr().err == f"Nothing was written.\nThere is no folder {file.parent}.\n"


async def test_who_is_removed_has_left_and_who_has_a_role_has_no_other(
    deployed: HostPlatform,
) -> None:
    assert command.main(["account", "roles", *BOB, "--role", "submitter", "--remote"]) == 0
    role = "SELECT role FROM user_roles WHERE user_id = 'usr_bob'"
    assert await deployed.database.all(statement(role)) == [{"role": "submitter"}]
    assert command.main(["account", "remove", *BOB, "--remote"]) == 0
    removed = "SELECT id FROM users WHERE removed_at IS NOT NULL"
    assert await deployed.database.all(statement(removed)) == [{"id": "usr_bob"}]


LAST_OWNER = "usr_first is the only owner of acc_first: make somebody else an owner first."
NO_BOOKS = ["--account", "acc_none"]
NO_ACCOUNT = [*NO_BOOKS, "--user", "usr_first"]
NO_USER = [*BOOKS, "--user", "usr_none"]


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["account", "remove", *ANN], Code.REFUSED, LAST_OWNER),
        (["account", "roles", *ANN, "--role", "approver"], Code.REFUSED, LAST_OWNER),
        (["account", "remove", *NO_USER], Code.NOT_FOUND, "acc_first has no user usr_none."),
        (
            ["account", "roles", *NO_ACCOUNT, "--role", "approver"],
            Code.NOT_FOUND,
            "There is no account acc_none.",
        ),
        (
            ["account", "invite", "--account", "acc_none", "--user", "Cem"],
            Code.NOT_FOUND,
            "There is no account acc_none.",
        ),
        (["account", "sign-in-link", *NO_USER], Code.NOT_FOUND, "acc_first has no user usr_none."),
        (["account", "recover", *NO_ACCOUNT], Code.NOT_FOUND, "There is no account acc_none."),
        (["account", "sign-out", *NO_USER], Code.NOT_FOUND, "acc_first has no user usr_none."),
        (
            ["account", "quotas", "--account", "acc_none", "--uploads", "7"],
            Code.NOT_FOUND,
            "There is no account acc_none.",
        ),
        (
            ["token", "create", *NO_USER, "--name", "x"],
            Code.NOT_FOUND,
            "acc_first has no user usr_none.",
        ),
        (
            ["token", "revoke", *BOOKS, "--token", "tok_none"],
            Code.NOT_FOUND,
            "acc_first has no token tok_none.",
        ),
        (["operator", "grant", *ANN], Code.REFUSED, "usr_first is an operator already."),
        (["operator", "revoke", *BOB], Code.REFUSED, "usr_bob is no operator."),
        (
            ["objects", "quarantine", "restore", KEY, "acc_first/x"],
            Code.NOT_FOUND,
            "acc_first/x is not in quarantine.",
        ),
    ],
)
def test_a_refused_change_has_its_true_reason(
    arguments: list[str], code: Code, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*arguments, "--remote"]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[1:] == [reason], "and nothing of the guard that refused it"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("name", ["account users", "token list", "account quotas"])
def test_what_an_account_has_is_not_nothing_where_there_is_no_account(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*name.split(), "--account", "acc_none", "--remote"]) == Code.NOT_FOUND
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "There is no account acc_none.\n")


@pytest.mark.usefixtures("deployed")
def test_storage_is_shown_as_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["account", "quotas", *BOOKS, "--storage-mb", "7", "--remote"]) == Code.DONE
    assert "0.0 MB used of 7.0 MB, its own quota" in capsys.readouterr().out


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["account", "remove", *BOB], "usr_bob was removed from acc_first."),
        (
            ["token", "revoke", *BOOKS, "--token", "tok_usr_first"],
            "tok_usr_first is revoked already.",
        ),
        (["objects", "quarantine", "restore", KEY], f"{KEY} was restored before."),
    ],
)
def test_the_same_change_again_has_its_true_reason(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*arguments, "--remote"]) == 0
    capsys.readouterr()
    assert command.main([*arguments, "--remote"]) == Code.REFUSED
    assert capsys.readouterr().err.splitlines()[1] == reason


@pytest.mark.usefixtures("deployed")
def test_another_failure_is_not_explained_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> list[Answer]:
        raise D1Error("Wrong number of parameter bindings")

    monkeypatch.setattr(where, "execute_remotely", fail)
    assert command.main(["account", "remove", *BOB, "--remote"]) == 1
    assert capsys.readouterr().err == "Nothing was changed.\nWrong number of parameter bindings\n"
    monkeypatch.setattr(where, "query_remotely", fail)
    assert command.main(["account", "remove", *NO_USER, "--remote"]) == 1
    assert capsys.readouterr().err == "Nothing was changed.\nWrong number of parameter bindings\n"
