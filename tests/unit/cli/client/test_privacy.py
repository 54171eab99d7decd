"""Data is taken along, and things are deleted for good or kept, from a terminal."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

CONTENT = b"PK" * 500
FILE: dict[str, Any] = {
    "number": 1,
    "url": "/api/data-exports/dex_1/file?number=1",
    "size": len(CONTENT),
    "sha256": hashlib.sha256(CONTENT).hexdigest(),
    "rows": 12,
    "documents": 3,
    "missing": 0,
}
READY: dict[str, Any] = {
    "id": "dex_1",
    "what": "person",
    "target": "usr_ann",
    "runId": "run_1",
    "status": "ready",
    "requestedAt": "2026-04-01T08:00:00.120Z",
    "finishedAt": "2026-04-01T08:01:00.120Z",
    "expiresAt": "2026-04-08T08:01:00.120Z",
    "files": [FILE],
}
MAKING: dict[str, Any] = {
    **READY,
    "status": "making",
    "finishedAt": None,
    "expiresAt": None,
    "files": [],
}
ERASURE: dict[str, Any] = {
    "id": "era_1",
    "what": "receipt",
    "target": "rec_1",
    "runId": "run_2",
    "status": "waiting",
    "requestedAt": "2026-04-01T08:00:00.120Z",
    "dueAt": "2026-05-01T08:00:00.120Z",
    "insisted": False,
    "takenBackAt": None,
    "erasedAt": None,
}


@pytest.mark.parametrize(
    ("given", "path"),
    [([], "/api/data-exports"), (["--whole-account"], "/api/account/data-export")],
)
def test_data_is_asked_for_followed_and_fetched(
    server: FakeServer, tmp_path: Path, given: list[str], path: str
) -> None:
    server.on(f"POST {path}", httpx.Response(202, json=MAKING))
    server.on("GET /api/data-exports", ok({"items": [MAKING]}), ok({"items": [READY]}))
    server.on("GET /api/data-exports/dex_1/file", httpx.Response(200, content=CONTENT))
    assert server.run("privacy", "export", *given, "-o", str(tmp_path)) == Code.DONE
    file = tmp_path / "tillroll-data-2026-04-01-1.zip"
    assert file.read_bytes() == CONTENT
    # It is not replaced unless that is asked for.
    server.on("GET /api/data-exports", ok({"items": [READY]}))
    assert server.run("privacy", "export", "--id", "dex_1", "-o", str(tmp_path)) == Code.USAGE
    assert (
        server.run("privacy", "export", "--id", "dex_1", "-o", str(tmp_path), "--force")
        == Code.DONE
    )


def test_what_could_not_be_gathered_is_said(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/data-exports", httpx.Response(202, json={**MAKING, "status": "failed"}))
    assert server.run("privacy", "export") == Code.FAILED
    said = capsys.readouterr().err
    assert "tillroll run run_1" in said
    assert (
        "`tillroll operate run_1 retry`, and `tillroll privacy export --id dex_1` fetches it"
        in said
    )


def test_one_that_is_not_there_is_not_found(server: FakeServer) -> None:
    server.on("GET /api/data-exports", ok({"items": []}))
    assert server.run("privacy", "export", "--id", "dex_9") == Code.NOT_FOUND


def test_data_exports_are_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/data-exports", ok({"items": [READY]}))
    assert server.run("privacy", "exports") == Code.DONE
    assert "dex_1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "path", "body"),
    [
        (["receipt", "rec_1", "--insist"], "/api/receipts/rec_1/erasure", {"insist": True}),
        (["person", "usr_1"], "/api/people/usr_1/erasure", None),
        (["account", "--name", "Books"], "/api/account/erasure", {"name": "Books"}),
    ],
)
def test_something_is_deleted_for_good_or_kept(
    server: FakeServer, capsys: pytest.CaptureFixture[str], given: list[str], path: str, body: Any
) -> None:
    server.on(f"POST {path}", httpx.Response(202, json=ERASURE))
    server.on(f"DELETE {path}", ok({**ERASURE, "status": "kept"}))
    assert server.run("privacy", "erase", *given) == Code.DONE
    what = " ".join(each for each in given[:2] if not each.startswith("--"))
    assert f"2026-05-01. Until then: tillroll privacy keep {what}" in capsys.readouterr().out
    if body is not None:
        assert server.bodies() == [body]
    assert server.run("privacy", "keep", *what.split()) == Code.DONE
    assert "The deletion is taken back: it stays." in capsys.readouterr().out


@pytest.mark.parametrize(
    "given",
    [
        ["receipt"],
        ["account"],
        ["account", "acc_1", "--name", "Books"],
        ["person", "usr_1", "--insist"],
        ["person", "usr_1", "--name", "Books"],
        ["expense", "exp_1"],
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_asked(
    server: FakeServer, given: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        server.run("privacy", "erase", *given)
    assert ended.value.code == Code.USAGE


def test_erasures_are_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/erasures", ok({"items": [ERASURE]}))
    assert server.run("privacy", "erasures") == Code.DONE
    assert "rec_1" in capsys.readouterr().out
