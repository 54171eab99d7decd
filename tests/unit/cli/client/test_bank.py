"""The bank from a terminal: accounts, files that are imported."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem, silent
from tillroll_command.endings import Code

ACCOUNT: dict[str, Any] = {
    "id": "ban_1",
    "name": "Giro",
    "currency": "EUR",
    "number": "DE89…3000",
    "booksCertain": False,
    "createdAt": "2026-04-03T04:00:00.000Z",
    "archivedAt": None,
    "balance": -1290,
    "balanceDay": "2026-03-31",
    "lastDay": "2026-03-31",
    "entries": 212,
    "open": 31,
}
STATEMENT: dict[str, Any] = {
    "id": "bst_1",
    "fileName": "march.xml",
    "format": "camt.053",
    "createdAt": "2026-04-01T09:00:00.000Z",
    "state": "imported",
    "added": 212,
    "known": 3,
    "booked": 1,
    "sections": [{"bankAccountId": "ban_1", "currency": "EUR"}],
    "misfits": [],
    "breaks": [],
    "undoable": None,
}
BREAK: dict[str, Any] = {
    "kind": "gap",
    "bankAccountId": "ban_1",
    "before": "bst_0",
    "after": "bst_1",
    "fromDay": "2026-03-02",
    "toDay": "2026-03-04",
    "amount": 500,
    "numbers": None,
}


def taken(run: str, status: int = 202) -> httpx.Response:
    return httpx.Response(
        status, json={"runId": run, "statementId": "bst_1", "status": "processing"}
    )


def run_of(
    id_: str, status: str, message: str = "Your bank statement is stored."
) -> dict[str, Any]:
    return {"id": id_, "status": status, "message": message}


def test_accounts_are_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/bank/accounts", ok({"items": [ACCOUNT]}))
    assert server.run("bank", "accounts") == Code.DONE
    assert capsys.readouterr().out == "ban_1\tGiro\tDE89…3000\t-12.90\tEUR\t2026-03-31\t212\t31\t\n"


def test_files_are_imported_and_waited_for(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("march.xml", "märz.sta"):
        (server.folder / name).write_bytes(name.encode())
    server.on("POST /api/bank/statements", taken("run_1"), taken("run_2", 200))
    one, two = run_of("run_1", "processing"), run_of("run_2", "complete")
    server.on("GET /api/runs", page(one, two), page({**one, "status": "complete"}))
    misfit = {"says": "“x” is not a day", "line": 7, "entry": 2}
    server.on(
        "GET /api/bank/statements/bst_1", ok({**STATEMENT, "misfits": [misfit], "breaks": [BREAK]})
    )
    names = [str(server.folder / "march.xml"), str(server.folder / "märz.sta")]
    assert server.run("bank", "import", *names, "--bank-account", "ban_1") == Code.DONE
    said = capsys.readouterr().out.splitlines()
    assert (
        said[0] == f"{names[1]}: 0 added: this file was imported already. "
        "What came of it then: 212 added, 3 known, 1 booked."
    )
    assert said[1] == "  line 7, entry 2: “x” is not a day"
    assert (
        said[2]
        == "  gap beside another statement: 2026-03-02 to 2026-03-04; 5.00 EUR moved in between"
    )
    assert said[3] == f"{names[0]}: 212 added, 3 known, 1 booked."
    first, second, *_ = server.asked
    assert (first.content, first.url.params["account"]) == (b"march.xml", "ban_1")
    assert second.headers["x-file-name"] == "m%C3%A4rz.sta"


@pytest.mark.parametrize(
    ("status", "code"),
    [("needs_review", Code.NEEDS_PERSON), ("rejected", Code.FAILED), ("complete", Code.DONE)],
)
def test_an_import_ends_as_its_run(
    server: FakeServer, status: str, code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    (server.folder / "a.xml").write_bytes(b"a")
    server.on("POST /api/bank/statements", taken("run_1"))
    server.on("GET /api/runs", page(run_of("run_1", status, "So it is.")))
    server.on("GET /api/bank/statements/bst_1", ok(STATEMENT))
    assert server.run("bank", "import", str(server.folder / "a.xml")) == code
    assert ("So it is." in capsys.readouterr().out) == (status != "complete")
    assert server.run("bank", "import", str(server.folder / "a.xml"), "--json") == code
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["status"], line["runId"], line["statement"]["added"]) == (status, "run_1", 212)


def test_a_refused_file_does_not_stop_the_others(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.pdf", "b.xml"):
        (tmp_path / name).write_bytes(name.encode())
    server.on("POST /api/bank/statements", problem("no-bank-statement", 415), taken("run_1"))
    server.on("GET /api/runs", page(run_of("run_1", "complete")))
    server.on("GET /api/bank/statements/bst_1", ok(STATEMENT))
    files = [str(tmp_path / name) for name in ("none.xml", "a.pdf", "b.xml")]
    assert server.run("bank", "import", *files) == Code.REFUSED
    said = capsys.readouterr().out
    assert "none.xml: refused." in said
    assert "a.pdf: refused. A title. Do this." in said
    assert "b.xml: 212 added" in said


def test_without_a_server_or_permission_nothing_is_tried_further(server: FakeServer) -> None:
    (server.folder / "a.xml").write_bytes(b"a")
    files = [str(server.folder / "a.xml")] * 5
    server.on("POST /api/bank/statements", problem("not-permitted", 403))
    assert server.run("bank", "import", *files) == Code.NOT_ALLOWED
    assert len(server.asked) == 1
    server.on("POST /api/bank/statements", silent)
    assert server.run("bank", "import", *files) == Code.UNREACHABLE


def test_certain_matches_are_accepted_until_none_is_left(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(
        [{"accepted": 100, "left": 3}, {"accepted": 2, "left": 1}, {"accepted": 0, "left": 1}]
    )
    server.on("POST /api/bank/matches/certain", lambda _: httpx.Response(200, json=next(answers)))
    assert server.run("bank", "accept-certain", "--month", "2026-02") == Code.DONE
    assert server.bodies() == 3 * [{"account": None, "from": "2026-02-01", "to": "2026-02-28"}]
    assert (
        capsys.readouterr().out
        == "102 entries are explained. Left: 1, to be looked at one by one.\n"
    )


def test_known_bytes_say_for_which_account_they_were_read(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (server.folder / "a.csv").write_bytes(b"a")
    known = {"runId": "run_1", "statementId": "bst_1", "status": "complete", "readFor": ["ban_1"]}
    server.on("POST /api/bank/statements", httpx.Response(200, json=known))
    server.on("GET /api/runs", page(run_of("run_1", "complete")))
    server.on("GET /api/bank/statements/bst_1", ok(STATEMENT))
    server.on("GET /api/bank/accounts", ok({"items": [ACCOUNT]}))
    assert (
        server.run("bank", "import", str(server.folder / "a.csv"), "--bank-account", "ban_2")
        == Code.DONE
    )
    assert "this file was imported already, for Giro." in capsys.readouterr().out
