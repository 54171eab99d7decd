"""What is sent, and what is said of it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem, silent
from tillroll_command.endings import Code

TAKEN = {"runId": "run_1", "receiptId": "rec_1", "status": "processing"}


def accepted(request: httpx.Request) -> httpx.Response:
    name = request.headers["x-file-name"]
    return httpx.Response(202, json={**TAKEN, "runId": f"run_{name}"})


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_files_folders_and_patterns_are_sent_in_their_order(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        server.folder,
        "b.jpg",
        "in/2.pdf",
        "in/1.jpg",
        "in/deep/3.XML",
        "in/.4.jpg",
        "in/5.jpg.part",
        "in/6.txt",
    )
    server.on("POST /api/receipts", accepted)
    arguments = [
        str(server.folder / "?.jpg"),
        str(server.folder / "in"),
        str(server.folder / "b.jpg"),
    ]
    assert server.run("upload", *arguments, "--json") == Code.DONE
    sent = lines(capsys)
    assert [Path(line["file"]).name for line in sent] == ["b.jpg", "1.jpg", "2.pdf", "3.XML"]
    assert {line["outcome"] for line in sent} == {"sent"}
    assert {request.content for request in server.asked} == {
        b"b.jpg",
        b"in/1.jpg",
        b"in/2.pdf",
        b"in/deep/3.XML",
    }


def test_the_same_bytes_are_said_to_be_the_same_receipt(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "caf\u00e9.jpg")
    server.on("POST /api/receipts", ok({**TAKEN, "status": "complete"}))
    assert server.run("upload", str(server.folder / "caf\u00e9.jpg")) == Code.DONE
    said = capsys.readouterr()
    assert "the same bytes are here already, as run_1 (complete)" in said.out
    assert said.err == "1 file: 1 known.\n"
    assert server.asked[0].headers["x-file-name"] == "caf%C3%A9.jpg"


def test_who_paid_goes_with_each_file_and_the_first_answer_stays(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "a.jpg")
    server.on("POST /api/receipts", ok({**TAKEN, "status": "complete", "paidBy": "company"}))
    assert server.run("upload", str(server.folder / "a.jpg"), "--paid-by", "employee") == Code.DONE
    assert server.asked[0].url.params["paidBy"] == "employee"
    assert (
        "are here already, as run_1 (complete); paid by the company still"
        in capsys.readouterr().out
    )


def test_a_refused_file_does_not_keep_the_others_back(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "a.jpg", "b.jpg")

    def picky(request: httpx.Request) -> httpx.Response:
        return (
            problem("unsupported-media-type", 415)
            if request.content == b"a.jpg"
            else accepted(request)
        )

    server.on("POST /api/receipts", picky)
    assert server.run("upload", str(server.folder), "--json") == Code.REFUSED
    assert [(line["outcome"], line["error"]) for line in lines(capsys)] == [
        ("refused", "A title. Do this."),
        ("sent", None),
    ]


def test_a_missing_file_is_said_before_anything_is_sent(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "a.jpg")
    assert server.run("upload", str(server.folder / "a.jpg"), "nowhere/*.jpg") == Code.NOT_FOUND
    assert capsys.readouterr().err == "There is no file nowhere/*.jpg. Nothing was sent.\n"
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("complete", Code.DONE),
        ("needs_review", Code.NEEDS_PERSON),
        ("failed", Code.FAILED),
        ("rejected", Code.FAILED),
    ],
)
def test_waiting_ends_as_the_runs_have_ended(
    server: FakeServer, status: str, code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "a.jpg")
    run = {"id": "run_a.jpg", "message": "So it is."}
    server.on("POST /api/receipts", accepted)
    server.on(
        "GET /api/runs", page({**run, "status": "processing"}), page({**run, "status": status})
    )
    assert server.run("upload", str(server.folder / "a.jpg"), "--wait", "--json") == code
    [line] = lines(capsys)
    assert (line["status"], line["message"]) == (status, "So it is.")


def test_a_name_cannot_command_the_terminal(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "\x1b[2Ja.jpg")
    server.on("POST /api/receipts", accepted)
    assert server.run("upload", str(server.folder)) == Code.DONE
    assert "\x1b" not in capsys.readouterr().out


def test_without_a_server_nothing_is_tried_further(server: FakeServer) -> None:
    write(server.folder, *(f"{number}.jpg" for number in range(50)))
    server.on("POST /api/receipts", silent)
    assert server.run("upload", str(server.folder), "--parallel", "1") == Code.UNREACHABLE
    assert len(server.asked) == 3


def test_a_server_that_takes_nothing_for_a_moment_is_asked_again_when_it_says(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(server.folder, "a.jpg")
    problem_type = "urn:tillroll:problem:objects-unavailable"
    content = {"type": problem_type, "title": "Busy", "detail": "Try again in ten seconds."}
    busy = httpx.Response(503, json=content, headers={"retry-after": "10"})
    server.on("POST /api/receipts", busy, accepted)
    assert server.run("upload", str(server.folder / "a.jpg"), "--json") == Code.DONE
    assert [line["outcome"] for line in lines(capsys)] == ["sent"]
    assert server.slept == [10.0]
