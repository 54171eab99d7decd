"""An export is asked for once, followed, and fetched whole or not at all."""

import hashlib
import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem, silent
from tillroll_command.endings import Code

CONTENT = b"Date,Merchant\r\n" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FILE: dict[str, Any] = {
    "number": 1,
    "fileName": "expenses.csv",
    "url": "/api/exports/xpt_1/file",
    "size": len(CONTENT),
    "sha256": DIGEST,
    "count": 3,
    "remarks": [],
    "month": None,
}
EXPORT: dict[str, Any] = {
    "id": "xpt_1",
    "runId": "run_1",
    "format": "csv",
    "status": "complete",
    "message": "Your export is ready.",
    "progress": {"done": 3, "of": 3},
    "count": 3,
    "totals": [{"currency": "EUR", "total": "7.90"}],
    "firstDay": "2026-03-01",
    "lastDay": "2026-03-20",
    "fileName": "expenses.csv",
    "fileUrl": "/api/exports/xpt_1/file",
    "files": [FILE],
    "createdAt": "2026-04-01T08:00:00.120Z",
}
UNDER_WAY = {**EXPORT, "status": "processing", "fileUrl": None, "progress": {"done": 1, "of": 3}}


@pytest.fixture
def exporting(server: FakeServer) -> FakeServer:
    server.on("POST /api/exports", httpx.Response(202, json=UNDER_WAY))
    server.on("GET /api/exports/xpt_1", ok(UNDER_WAY), ok(EXPORT))
    server.on("GET /api/exports/xpt_1/file", httpx.Response(200, content=CONTENT))
    return server


def test_it_is_asked_for_with_what_was_given_and_fetched(
    exporting: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        exporting.run(
            "export",
            "--format",
            "csv",
            "--from",
            "2026-03-01",
            "--currency",
            "EUR",
            "--tag",
            "trip",
            "--json",
        )
        == Code.DONE
    )
    assert exporting.bodies() == [
        {"format": "csv", "filter": {"from": "2026-03-01", "currency": ["EUR"], "tag": ["trip"]}}
    ]
    file = exporting.folder / "expenses.csv"
    assert file.read_bytes() == CONTENT
    assert json.loads(capsys.readouterr().out)["written"] == [str(file)]
    assert [path.name for path in exporting.folder.iterdir()] == ["expenses.csv"]


def test_a_lost_answer_asks_again_under_the_same_key(exporting: FakeServer) -> None:
    exporting.on("POST /api/exports", silent, httpx.Response(202, json=EXPORT))
    assert exporting.run("export", "--format", "csv") == Code.DONE
    keys = {
        request.headers["idempotency-key"]
        for request in exporting.asked
        if request.method == "POST"
    }
    assert len(keys) == 1


def cut_off(request: httpx.Request) -> httpx.Response:
    class Cut(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            yield CONTENT[:100]
            raise httpx.ReadError("cut", request=request)

    return httpx.Response(200, stream=Cut())


def test_what_was_cut_off_goes_on_where_the_server_lets_it(exporting: FakeServer) -> None:
    def rest(request: httpx.Request) -> httpx.Response:
        assert request.headers["range"] == "bytes=100-"
        return httpx.Response(206, content=CONTENT[100:])

    exporting.on("GET /api/exports/xpt_1/file", cut_off, rest)
    assert exporting.run("export", "--id", "xpt_1") == Code.DONE
    assert (exporting.folder / "expenses.csv").read_bytes() == CONTENT


def test_what_was_cut_off_is_fetched_anew_where_it_does_not(exporting: FakeServer) -> None:
    exporting.on(
        "GET /api/exports/xpt_1/file", cut_off, silent, httpx.Response(200, content=CONTENT)
    )
    assert exporting.run("export", "--id", "xpt_1") == Code.DONE
    assert (exporting.folder / "expenses.csv").read_bytes() == CONTENT


def test_a_later_command_takes_up_what_an_earlier_one_had(exporting: FakeServer) -> None:
    exporting.on("GET /api/exports/xpt_1/file", cut_off, silent)
    assert exporting.run("export", "--id", "xpt_1") == Code.UNREACHABLE
    assert not (exporting.folder / "expenses.csv").exists()
    exporting.on("GET /api/exports/xpt_1/file", httpx.Response(206, content=CONTENT[100:]))
    assert exporting.run("export", "--id", "xpt_1") == Code.DONE
    assert [path.name for path in exporting.folder.iterdir()] == ["expenses.csv"]


@pytest.mark.parametrize("content", [b"x" * len(CONTENT), CONTENT[:-1]])
def test_other_bytes_are_never_the_file(
    exporting: FakeServer, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    exporting.on("GET /api/exports/xpt_1/file", httpx.Response(200, content=content))
    assert exporting.run("export", "--id", "xpt_1") == Code.FAILED
    assert not (exporting.folder / "expenses.csv").exists()
    assert "Fetch it again" in capsys.readouterr().err


def test_a_file_that_is_there_is_not_replaced_unasked(exporting: FakeServer) -> None:
    (exporting.folder / "expenses.csv").write_text("mine")
    assert exporting.run("export", "--id", "xpt_1") == Code.USAGE
    assert (exporting.folder / "expenses.csv").read_text() == "mine"
    assert exporting.run("export", "--id", "xpt_1", "--force") == Code.DONE
    assert (exporting.folder / "expenses.csv").read_bytes() == CONTENT


def test_a_servers_file_name_leads_nowhere_else(exporting: FakeServer) -> None:
    exporting.on(
        "GET /api/exports/xpt_1", ok({**EXPORT, "files": [{**FILE, "fileName": "../../evil.csv"}]})
    )
    assert exporting.run("export", "--id", "xpt_1") == Code.DONE
    assert [path.name for path in exporting.folder.iterdir()] == ["evil.csv"]


def test_an_export_that_failed_says_where_to_look(
    exporting: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = {**UNDER_WAY, "status": "failed", "message": "Your export could not be written."}
    exporting.on("GET /api/exports/xpt_1", ok(UNDER_WAY), ok(failed))
    assert exporting.run("export", "--format", "csv") == Code.FAILED
    assert "`tillroll run run_1` says why" in capsys.readouterr().err


def test_a_format_that_is_not_there_is_the_servers_to_refuse(exporting: FakeServer) -> None:
    exporting.on("POST /api/exports", problem("invalid-request", 422))
    assert exporting.run("export", "--format", "word") == Code.REFUSED


def test_the_list(exporting: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    exporting.on("GET /api/exports", page(EXPORT))
    assert exporting.run("exports") == Code.DONE
    assert (
        capsys.readouterr().out
        == "xpt_1\tcsv\tcomplete\t3\t2026-03-01 to 2026-03-20\t2026-04-01T08:00\n"
    )


SEVERAL = {
    **EXPORT,
    "files": [
        FILE,
        {
            **FILE,
            "number": 2,
            "fileName": "expenses-2.csv",
            "url": "/api/exports/xpt_1/file?number=2",
        },
    ],
}


def test_all_files_of_an_export_are_fetched(
    exporting: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    remarked = [SEVERAL["files"][0], {**SEVERAL["files"][1], "remarks": ["One name was too long."]}]
    exporting.on("GET /api/exports/xpt_1", ok({**SEVERAL, "files": remarked}))
    (exporting.folder / "out").mkdir()
    assert (
        exporting.run("export", "--id", "xpt_1", "-o", str(exporting.folder / "out")) == Code.DONE
    )
    assert {path.name for path in (exporting.folder / "out").iterdir()} == {
        "expenses.csv",
        "expenses-2.csv",
    }
    assert exporting.asked[-1].url.query == b"number=2"
    assert capsys.readouterr().err == "One name was too long.\n"


def test_several_files_have_no_one_name(
    exporting: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    exporting.on("GET /api/exports/xpt_1", ok(SEVERAL))
    assert (
        exporting.run("export", "--id", "xpt_1", "-o", str(exporting.folder / "one.csv"))
        == Code.USAGE
    )
    assert "tillroll export --id xpt_1" in capsys.readouterr().err


def test_months_lie_beside_a_file_that_has_a_name(exporting: FakeServer) -> None:
    month = {**SEVERAL["files"][1], "fileName": "bank-2026-03.csv", "month": "2026-03"}
    exporting.on("GET /api/exports/xpt_1", ok({**SEVERAL, "files": [FILE, month]}))
    one = exporting.folder / "one.csv"
    assert exporting.run("export", "--id", "xpt_1", "-o", str(one)) == Code.DONE
    assert {path.name for path in exporting.folder.iterdir()} == {"one.csv", "bank-2026-03.csv"}
    assert (
        exporting.run("export", "--id", "xpt_1", "-o", str(exporting.folder / "two.csv"))
        == Code.USAGE
    )


def test_a_profile_is_found_by_its_name_and_says_the_format(
    exporting: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    exporting.on(
        "GET /api/export-profiles",
        ok({"items": [{"id": "xpf_1", "name": "DATEV 2026", "format": "datev"}]}),
    )
    assert exporting.run("export", "--profile", "DATEV 2026", "--only-new") == Code.DONE
    assert exporting.bodies() == [
        {"format": "datev", "filter": {}, "profile": "xpf_1", "onlyNew": True}
    ]
    assert exporting.run("export", "--profile", "Xero") == Code.NOT_FOUND
    assert "There are: DATEV 2026." in capsys.readouterr().err


def test_a_request_that_is_still_carried_out_is_asked_again(exporting: FakeServer) -> None:
    busy = httpx.Response(
        409, json={"type": "urn:tillroll:problem:request-in-flight", "detail": "wait"}
    )
    exporting.on("POST /api/exports", silent, busy, httpx.Response(202, json=EXPORT))
    assert exporting.run("export", "--format", "csv") == Code.DONE
    asked = [request for request in exporting.asked if request.method == "POST"]
    assert len(asked) == 3
    assert len({request.headers["idempotency-key"] for request in asked}) == 1
