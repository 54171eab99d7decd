"""Files for the bank from a terminal."""

from pathlib import Path

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

FILE = {
    "id": "pmf_1",
    "messageId": "pmf-1",
    "executionDay": "2026-11-21",
    "payments": 2,
    "amount": 2581,
}
ANSWERED = {"fileId": "pmf_1", "changed": 1, "contradicted": ["run_1"], "inDoubt": ["run_2"]}


def test_one_is_made_under_a_key(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/payment-files", httpx.Response(201, json=FILE))
    assert server.run("payment-files", "make", "--on", "2026-11-23", "--key", "friday") == Code.DONE
    [asked] = server.asked
    assert asked.headers["idempotency-key"] == "friday"
    assert server.bodies() == [{"executionDay": "2026-11-23"}]
    assert "pmf_1: 2 payments, 25.81 EUR, on 2026-11-21" in capsys.readouterr().out


def test_one_is_fetched_as_it_is(server: FakeServer, tmp_path: Path) -> None:
    server.on(
        "GET /api/payment-files/pmf_1/pain.001.xml",
        httpx.Response(200, content=b"<Document>\xc3\xa4</Document>"),
    )
    target = tmp_path / "bank.xml"
    assert server.run("payment-files", "fetch", "pmf_1", "-o", str(target)) == Code.DONE
    assert target.read_bytes() == b"<Document>\xc3\xa4</Document>"
    assert (
        server.run("payment-files", "fetch", "pmf_1", "-o", str(tmp_path / "no" / "bank.xml"))
        == Code.USAGE
    )


def test_the_banks_answer_is_handed_in(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/payment-reports", ok(ANSWERED))
    report = tmp_path / "status.xml"
    report.write_text("<Document/>", encoding="utf-8")
    assert server.run("payment-files", "answer", str(report)) == Code.DONE
    assert server.bodies() == [{"report": "<Document/>"}]
    said = capsys.readouterr()
    assert "pmf_1: 1 payments changed" in said.out
    assert "Something else was said before of run_1" in said.out + said.err
    assert "leaves open what it did with run_2" in said.out + said.err
    report.write_bytes(b"\xff\xfe")
    assert server.run("payment-files", "answer", str(report)) == Code.USAGE
    assert server.run("payment-files", "answer", str(tmp_path / "none.xml")) == Code.USAGE


def test_a_person_says_what_the_bank_did(server: FakeServer) -> None:
    server.on("POST /api/payment-files/pmf_1/outcomes", ok(ANSWERED))
    assert (
        server.run(
            "payment-files", "outcome", "pmf_1", "failed", "--payout", "run_2", "--reason", "AC04"
        )
        == Code.DONE
    )
    assert server.bodies() == [{"status": "failed", "payoutId": "run_2", "reason": "AC04"}]


def test_behind_a_restore_it_is_said_what_the_bank_was_given(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "POST /api/payment-files/recovery",
        ok({"fileId": "pmf_1", "payments": 2, "strangers": ["run_9"]}),
    )
    content = tmp_path / "bank.xml"
    content.write_text("<Document/>", encoding="utf-8")
    recover = ("payment-files", "recover", "--reason", "the bank lists it")
    for more in (
        ("--file", "pmf_1"),
        ("--content", str(content)),
        ("--file", "pmf_2", "--not-handed-out"),
        (),
    ):
        assert server.run(*recover, *more) == Code.DONE
    why = {"reason": "the bank lists it", "handedOut": True}
    assert server.bodies() == [
        {**why, "fileId": "pmf_1"},
        {**why, "content": "<Document/>"},
        {**why, "fileId": "pmf_2", "handedOut": False},
        why,
    ]
    assert "run_9: asked for after the backup" in capsys.readouterr().out
    assert server.run(*recover, "--content", str(tmp_path / "none.xml")) == Code.USAGE


def test_those_that_were_taken_up_again_behind_a_restore_say_so(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {**FILE, "open": 1, "posted": 1, "recoveredAt": None}
    items = [{**made, "id": "pmf_2", "recoveredAt": "2026-11-22T10:00:00.000Z"}, made]
    server.on("GET /api/payment-files", ok({"items": items, "nextCursor": None}))
    assert server.run("payment-files", "list") == Code.DONE
    recovered, other = capsys.readouterr().out.splitlines()
    assert recovered.split()[0] == "pmf_2"
    assert recovered.endswith("2026-11-22T10:00:00.000Z")
    assert other.split()[-1] == "1"
