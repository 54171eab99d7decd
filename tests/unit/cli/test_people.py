"""Members are invited, signed out and given tokens by the command line; what it prints is what lets
them in.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cli.operations import where
from cli.operations.place import Where
from local.d1 import D1Error
from tests.support.host_api import api_client
from tests.support.sql import sql
from tillroll_command import main as command
from tillroll_durable.platform.bindings.database import ConstraintFailed, statement
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.host.sqlite import SqliteDatabase

FIRST = ["--account", "acc_first"]
ANN = [*FIRST, "--user", "usr_first"]


class CommandLine:
    """Runs commands; what they would give to wrangler is run on the database of the tests."""

    def __init__(self, database: SqliteDatabase, capsys: pytest.CaptureFixture[str]) -> None:
        self._database, self._capsys = database, capsys
        self.asked: list[str] = []
        self.answer: list[dict[str, str | int | float | None]] = []

    async def __call__(self, *arguments: str) -> str:
        assert command.main([*arguments, "--remote"]) == 0
        await self.run()
        return self._capsys.readouterr().out

    async def run(self) -> None:
        asked = self.asked.copy()
        self.asked.clear()
        for change in asked:
            changes = [each for each in change.split(";\n") if each]
            await self._database.batch([statement(sql(each)) for each in changes])

    async def rows(self, *arguments: str) -> list[dict[str, str | int | float | None]]:
        """What the one question of the command is answered."""
        command.main([*arguments, "--remote"])
        [question] = self.asked
        self.asked.clear()
        self._capsys.readouterr()
        self.answer = await self._database.all(statement(sql(question)))
        return self.answer


@pytest.fixture
def run(
    host: HostPlatform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    line = CommandLine(host.database, capsys)

    def execute(sql: str, _: Path, _database: str) -> None:
        line.asked.append(sql)

    def query(sql: str, _: Path, _database: str) -> list[dict[str, str | int | float | None]]:
        line.asked.append(sql)
        return line.answer

    monkeypatch.setattr(where, "execute_remotely", execute)
    monkeypatch.setattr(where, "query_remotely", query)
    return line


def code_in(printed: str) -> str:
    found = re.search(r"^https://tillroll\.test/sign-in#code=(\S+)$", printed, re.MULTILINE)
    assert found is not None
    return found[1]


async def test_an_invited_member_signs_in_with_the_link(
    host: HostPlatform, run: CommandLine
) -> None:
    printed = await run(
        "account", "invite", *FIRST, "--user", "Bob O'Neil", "--url", "https://tillroll.test/"
    )
    async with api_client(host.platform, token=None) as browser:
        await browser.post("/api/session", json={"code": code_in(printed)})
        session = (await browser.get("/api/session")).json()
    assert session["account"]["id"] == "acc_first"
    assert (session["user"]["name"], session["user"]["roles"]) == ("Bob O'Neil", ["submitter"])
    assert [row["name"] for row in await run.rows("account", "users", *FIRST)] == [
        "Bob O'Neil",
        "Ann",
    ]
    events = await host.database.all(
        statement("SELECT action, detail FROM audit_events ORDER BY id")
    )
    assert [event["action"] for event in events] == [
        "user.invited",
        "code.created",
        "session.created",
        "run.created",
    ]
    assert "Neil" not in str(events)


async def test_the_first_owner_of_a_deployment_comes_by_a_link(
    host: HostPlatform, run: CommandLine
) -> None:
    printed = await run(
        "account", "create", "--name", "B", "--user", "Eve", "--url", "https://tillroll.test"
    )
    async with api_client(host.platform, token=None) as browser:
        answer = await browser.post("/api/session", json={"code": code_in(printed)})
    assert (answer.json()["user"]["name"], answer.json()["user"]["roles"]) == ("Eve", ["owner"])
    assert answer.json()["purpose"] == "invitation"


@pytest.mark.parametrize(
    "command_line",
    [
        ["create", "--name", "B", "--user", "Eve"],
        ["invite", *FIRST, "--user", "Bob"],
        ["sign-in-link", *ANN],
        ["recover", *ANN],
    ],
)
def test_a_link_for_this_machine_has_its_address(
    command_line: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A person had to put it together from two lines."""

    def execute(sql: str, _place: Where) -> None:
        assert "INSERT INTO sign_in_codes" in sql

    monkeypatch.setattr(where, "execute", execute)
    (tmp_path / "dev.json").write_text(json.dumps({"url": "http://localhost:8787"}))
    assert command.main(["account", *command_line, "--local", "--state", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^http://localhost:8787/sign-in#code=\S+$", printed, re.MULTILINE), printed
    assert "put the address" not in printed


async def test_who_cannot_sign_in_any_more_is_let_in_again_and_whoever_else_could_is_not(
    host: HostPlatform, run: CommandLine
) -> None:
    async with (
        api_client(host.platform, token=None) as thief,
        api_client(host.platform, token=None) as browser,
    ):
        stolen = code_in(
            await run("account", "sign-in-link", *ANN, "--url", "https://tillroll.test")
        )
        await thief.post("/api/session", json={"code": stolen})
        printed = await run(
            "account", "recover", *ANN, "--lock-out", "--url", "https://tillroll.test"
        )
        assert (await thief.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        answer = await browser.post("/api/session", json={"code": code_in(printed)})
    assert answer.json()["purpose"] == "recovery"
    events = await host.database.all(
        statement("SELECT action FROM audit_events WHERE actor = 'operator' ORDER BY id")
    )
    assert [event["action"] for event in events[-3:]] == [
        "sessions.ended",
        "user.locked_out",
        "code.created",
    ]


async def test_signing_out_ends_sessions_and_links(host: HostPlatform, run: CommandLine) -> None:
    first, second = [
        code_in(await run("account", "sign-in-link", *ANN, "--url", "https://tillroll.test"))
        for _ in range(2)
    ]
    async with api_client(host.platform, token=None) as browser:
        await browser.post("/api/session", json={"code": first})
        await run("account", "sign-out", *ANN)
        assert (await browser.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        clock = host.pieces.clock
        # the commands go by the machine's
        clock.advance(datetime.now(UTC) + timedelta(minutes=1) - clock.now())
        again = await browser.post("/api/session", json={"code": second})
    assert again.json()["type"] == "urn:tillroll:problem:invalid-code"


async def test_a_token_is_made_listed_and_revoked(host: HostPlatform, run: CommandLine) -> None:
    secret = (await run("token", "create", *ANN, "--name", "script", "--days", "30")).splitlines()[
        -1
    ]
    async with api_client(host.platform, secret) as client:
        assert (await client.get("/api/session")).status_code == httpx.codes.OK
        [row] = [row for row in await run.rows("token", "list", *FIRST) if row["name"] == "script"]
        assert str(row["status"]).startswith("active until ")
        await run("token", "revoke", *FIRST, "--token", str(row["id"]))
        assert (await client.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
    [row] = [row for row in await run.rows("token", "list", *FIRST) if row["name"] == "script"]
    assert str(row["status"]).startswith("revoked ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["account", "invite", "--account", "acc_none", "--user", "Bob"],
        ["account", "sign-in-link", "--account", "acc_other", "--user", "usr_first"],
        ["account", "sign-out", "--account", "acc_other", "--user", "usr_first"],
        ["token", "create", "--account", "acc_other", "--user", "usr_first", "--name", "x"],
        ["token", "revoke", "--account", "acc_other", "--token", "tok_usr_first"],
    ],
)
async def test_nobody_of_another_account_is_touched(
    host: HostPlatform, run: CommandLine, arguments: list[str]
) -> None:
    assert command.main([*arguments, "--remote"]) == 0
    with pytest.raises(ConstraintFailed):
        await run.run()
    assert await host.database.all(statement("SELECT id FROM audit_events")) == []
    async with api_client(host.platform) as ann:
        assert (await ann.get("/api/session")).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("limit", "says"),
    [(["--scope", "people"], "is limited to read"), (["--from", "here"], "Give an address")],
)
def test_a_limit_is_one(limit: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["token", "create", *ANN, "--name", "x", *limit, "--remote"])
    assert says in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("days", ["0", "3651", "-1", "x", "²"])
def test_days_are_days(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["token", "create", *ANN, "--name", "x", "--days", days, "--remote"])
    assert "1 to 3650" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "row", "printed"),
    [
        (
            ["token", "list"],
            {
                "id": "tok_1",
                "user": "usr_1",
                "created_at": "2026",
                "status": "active, without an end",
                "name": "first",
                "scopes": "read export",
                "addresses": None,
                "last_used_at": "2027",
            },
            (
                "tok_1  usr_1  made 2026  active, without an end  first  may read export  last "
                "used 2027\n"
            ),
        ),
        (
            ["account", "users"],
            {
                "id": "usr_1",
                "roles": "owner",
                "created_at": "2026",
                "removed_at": None,
                "name": "Ann",
            },
            "usr_1  owner      since 2026  Ann\n",
        ),
        (
            ["account", "users"],
            {
                "id": "usr_1",
                "roles": "auditor approver",
                "created_at": "2026",
                "removed_at": "2027",
                "name": "Bob",
            },
            "usr_1  approver, auditor  since 2026  Bob  removed 2027\n",
        ),
    ],
)
def test_what_is_listed_is_printed_a_line_each(
    run: CommandLine,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    row: dict[str, str | int | float | None],
    printed: str,
) -> None:
    run.answer = [row]
    assert command.main([*arguments, *FIRST, "--remote"]) == 0
    assert capsys.readouterr().out == printed


def test_no_secret_is_printed_where_nothing_was_stored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise D1Error("FOREIGN KEY constraint failed")

    monkeypatch.setattr(where, "execute_remotely", fail)
    monkeypatch.setattr(where, "query_remotely", fail)
    for arguments in (
        ["account", "invite", *FIRST, "--user", "Bob"],
        ["token", "create", *ANN, "--name", "x"],
    ):
        assert command.main([*arguments, "--remote"]) == 1
        shown = capsys.readouterr()
        assert "code=" not in shown.out
        assert "till_" not in shown.out
        assert "FOREIGN KEY" in shown.err


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        (
            ["account", "create", "--name", "Books Ltd", "--user", "Ann"],
            {"account", "user", "link", "token", "run"},
        ),
        (["account", "invite", *FIRST, "--user", "Bob"], {"user", "roles", "link"}),
        (["account", "sign-in-link", *ANN], {"user", "link"}),
        (["account", "recover", *ANN], {"user", "link", "lockedOut"}),
        (["account", "sign-out", *ANN], {"user", "signedOut"}),
        (["account", "roles", *ANN, "--role", "approver"], {"user", "roles"}),
        (["account", "remove", *ANN], {"user", "removed"}),
        (["account", "users", *FIRST], {"items"}),
        (["token", "create", *ANN, "--name", "x"], {"id", "token", "expiresAt"}),
        (["token", "list", *FIRST], {"items"}),
        (["token", "revoke", *FIRST, "--token", "tok_1"], {"id", "status"}),
        (["operator", "grant", *ANN], {"user", "isOperator"}),
    ],
)
def test_for_scripts_each_answer_is_one_document(
    run: CommandLine, capsys: pytest.CaptureFixture[str], arguments: list[str], members: set[str]
) -> None:
    run.answer = [{"id": None}]  # an account that has nothing
    assert command.main([*arguments, "--remote", "--json"]) == 0
    assert run.asked
    assert json.loads(capsys.readouterr().out).keys() == members


async def test_an_account_gets_quotas_of_its_own_and_the_deployments_again(
    run: CommandLine,
) -> None:
    await _set_quotas(run, "--uploads", "7", "--storage-mb", "3")
    assert await _quotas(run) == {"uploads": 7, "storage": 3_000_000, "ai_calls": None}
    await _set_quotas(run, "--uploads", "default", "--ai-calls", "0")
    assert await _quotas(run) == {"uploads": None, "storage": 3_000_000, "ai_calls": 0}


async def _set_quotas(run: CommandLine, *given: str) -> None:
    run.answer = [{"quota": "uploads", "used": 0, "own": None}]
    assert command.main(["account", "quotas", *FIRST, *given, "--remote"]) == 0
    run.asked.pop()  # what it asks afterwards
    await run.run()


async def _quotas(run: CommandLine) -> dict[object, object]:
    return {row["quota"]: row["own"] for row in await run.rows("account", "quotas", *FIRST)}


@pytest.mark.parametrize("number", ["-1", "1.5", "many", "9" * 17])
def test_a_quota_that_is_no_number_is_refused(number: str, run: CommandLine) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["account", "quotas", *FIRST, f"--uploads={number}", "--remote"])
    assert run.asked == []
