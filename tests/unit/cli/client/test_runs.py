"""Runs as they are shown, followed and operated."""

import io
import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page
from tillroll_command.endings import Code
from tillroll_command.run_views import NEXT
from tillroll_durable.states import NextSafeAction, Status

STEP = {"name": "ocr-extract", "outcome": "running", "attempts": 1, "error": None}
RUN: dict[str, Any] = {
    "id": "run_1",
    "kind": "receipt",
    "status": "processing",
    "message": "Your receipt is being read.",
    "createdAt": "2026-11-20T09:47:44.543Z",
    "whatHappened": "Its picture is being read.",
    "tried": [],
    "mustNotRepeat": [],
    "nextSafeAction": "wait",
    "nextRetryAt": None,
    "paused": False,
    "review": None,
    "steps": [STEP, {**STEP, "name": "persist-db", "outcome": "pending", "attempts": 0}],
}
FAILED = {
    **RUN,
    "status": "failed",
    "message": "It could not be read.",
    "nextSafeAction": "retry_from_step",
    "mustNotRepeat": ["a payment, pay_1"],
    "steps": [{**STEP, "outcome": "failed", "attempts": 6, "error": "no answer"}, RUN["steps"][1]],
}


def test_every_next_safe_action_has_a_sentence() -> None:
    assert set(NEXT) == {str(action) for action in NextSafeAction}


def test_every_status_can_be_asked_for(server: FakeServer) -> None:
    server.on("GET /api/runs", page())
    for status in Status:
        assert server.run("runs", "--status", status) == Code.DONE
    assert [request.url.params["status"] for request in server.asked] == [
        str(status) for status in Status
    ]


def test_a_run_says_what_happened_and_what_is_safe(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs/run_1", ok(FAILED))
    assert server.run("run", "run_1") == Code.DONE
    said = capsys.readouterr().out
    assert "  ✗ ocr-extract  failed, attempt 6: no answer\n" in said
    assert "so do not do it again by hand: a payment, pay_1\n" in said
    assert "Next: Let it go on from the step that failed: `tillroll operate run_1 retry`\n" in said


def test_runs_are_found_and_shown_by_their_attributes(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs", page())
    found_by = ["customer:42", "stage:approved"]
    assert server.run("runs", "--attribute", found_by[0], "--attribute", found_by[1]) == Code.DONE
    assert server.asked[-1].url.params.get_list("attribute") == found_by
    assert server.run("runs", "--external-id", "ch_42") == Code.DONE
    assert server.asked[-1].url.params["externalId"] == "ch_42"
    server.on(
        "GET /api/runs/run_1", ok({**RUN, "attributes": {"customer": "42", "stage": "approved"}})
    )
    assert server.run("run", "run_1") == Code.DONE
    assert "customer: 42, stage: approved\n" in capsys.readouterr().out


def test_a_run_in_line_says_at_which_place(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "GET /api/runs/run_1",
        ok({**RUN, "inLine": {"place": 3, "since": "2026-11-20T09:47:44.543Z"}}),
    )
    assert server.run("run", "run_1") == Code.DONE
    assert "In line: number 3\n" in capsys.readouterr().out


def test_a_long_step_says_how_far_it_is(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = {"completed": 3, "failed": 0, "total": 10}
    step = {
        **STEP,
        "outcome": "running",
        "progress": progress,
        "aliveAt": "2026-11-20T09:48:05.000Z",
    }
    server.on("GET /api/runs/run_1", ok({**RUN, "steps": [step]}))
    assert server.run("run", "run_1") == Code.DONE
    assert "ocr-extract  running, 3 of 10, alive at 09:48:05 UTC" in capsys.readouterr().out


def test_a_run_to_which_a_person_was_called_is_marked_in_the_list(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs", page({**RUN, "escalated": True}, {**RUN, "id": "run_2"}))
    assert server.run("runs", "--unresolved") == Code.DONE
    marked, other = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("run_")
    ]
    assert "processing, stands still" in marked
    assert "stands still" not in other


def test_a_run_whose_items_failed_is_marked_in_the_list(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    partly = {**RUN, "status": "complete", "items": 10, "failedItems": 2}
    server.on("GET /api/runs", page(partly))
    assert server.run("runs", "--with-failures") == Code.DONE
    assert "complete, 2 of 10 items failed" in capsys.readouterr().out


def test_a_run_that_stands_still_is_told_at_once_to_whoever_follows_it(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    why = (
        "The run wants an operator: its body failed: KeyError: 'amount' at "
        "tillroll/workflows/charging/body.py:12."
    )
    stuck = {**RUN, "standsStill": True, "nextSafeAction": "resume", "whatHappened": why}
    server.on("GET /api/runs/run_1", ok(stuck))
    assert server.run("run", "run_1", "--follow") == Code.NEEDS_PERSON
    said = capsys.readouterr().out
    assert f"What happened: {why}" in said
    resumed = "Next: See to what it says first, then let it go on: `tillroll operate run_1 resume`"
    assert resumed in said


def test_a_run_whose_record_is_lost_is_told_with_what_is_safe_to_do(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bringing it back would be refused."""
    lost = {
        "objectKey": "acc_a/archive/arc_a.jsonl.gz",
        "wrong": "missing",
        "says": "The file is gone.",
    }
    run: dict[str, Any] = {
        **RUN,
        "status": "complete",
        "nextSafeAction": "none",
        "archived": True,
        "archiveLost": lost,
        "steps": [],
    }
    server.on("GET /api/runs/run_1", ok(run))
    assert server.run("run", "run_1") == Code.DONE
    said = capsys.readouterr().out
    assert "Archived. The file is gone." in said
    assert "archive restore" not in said


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("complete", "Nothing: it is done."),
        ("failed", "operate run_1 abandon`"),
        ("cancelled", "ended."),
    ],
)
def test_a_run_that_failed_is_not_called_done(
    server: FakeServer, status: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs/run_1", ok({**FAILED, "status": status, "nextSafeAction": "none"}))
    assert server.run("run", "run_1") == Code.DONE
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Next: ")
    assert last.endswith(says)


def test_a_run_that_was_undone_is_nobodys(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "GET /api/runs/run_1",
        ok({**FAILED, "status": "failed", "nextSafeAction": "none", "undone": True}),
    )
    assert server.run("run", "run_1") == Code.DONE
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "Next: Nothing with this run: what it did was undone."


UNTIL = "2026-11-29T12:00:00.000Z"
WAIT = {"kind": "signal", "name": "confirm", "until": UNTIL, "send": None}
SEND = {"permission": "operate", "payload": {"by": "…"}}
SENT = """tillroll signal run_1 confirm '{"by": "…"}'"""


@pytest.mark.parametrize(
    ("wait", "says"),
    [
        (
            {**WAIT, "send": SEND},
            (
                "It waits for the signal confirm. If none comes by 2026-11-29 12:00 UTC, the run "
                f"goes on without one. Send it: `{SENT}`"
            ),
        ),
        (
            WAIT,
            "Nothing: it waits for confirm until 2026-11-29 12:00 UTC, and hears of it by itself.",
        ),
        (
            {**WAIT, "kind": "timer"},
            "Nothing: it sleeps until 2026-11-29 12:00 UTC, and goes on by itself.",
        ),
        (
            {**WAIT, "kind": "child", "name": "run_2", "until": None},
            "Nothing: it waits for the run run_2, which it began.",
        ),
    ],
)
def test_a_run_that_waits_says_for_what_and_how_it_is_sent(
    server: FakeServer, wait: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs/run_1", ok({**RUN, "waitsFor": wait}))
    assert server.run("run", "run_1") == Code.DONE
    assert capsys.readouterr().out.splitlines()[-1] == f"Next: {says}"


def test_following_says_what_it_waits_for_once(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = {**RUN, "waitsFor": {**WAIT, "send": SEND}}
    server.on(
        "GET /api/runs/run_1",
        ok(waiting, etag='"1"'),
        ok(waiting, etag='"2"'),
        ok({**RUN, "status": "complete"}),
    )
    assert server.run("run", "run_1", "--follow") == Code.DONE
    assert capsys.readouterr().out.count("It waits for the signal confirm") == 1


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ({**RUN, "status": "complete"}, Code.DONE),
        ({**RUN, "status": "needs_review"}, Code.NEEDS_PERSON),
        (FAILED, Code.FAILED),
        ({**RUN, "paused": True}, Code.NEEDS_PERSON),
    ],
)
def test_following_says_each_change_once_and_ends_as_the_run(
    server: FakeServer, last: dict[str, Any], code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "GET /api/runs/run_1",
        ok(RUN, etag='"1"'),
        httpx.Response(304, headers={"etag": '"1"'}),
        ok(last),
    )
    assert server.run("run", "run_1", "--follow") == code
    assert server.asked[1].headers["prefer"] == "wait=20"
    assert server.asked[1].headers["if-none-match"] == '"1"'
    assert capsys.readouterr().out.count("Your receipt is being read.") == 1


def test_following_as_json_is_a_line_a_change(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs/run_1", ok(RUN, etag='"1"'), ok(FAILED, etag='"2"'))
    assert server.run("run", "run_1", "--follow", "--json") == Code.FAILED
    assert [json.loads(line)["status"] for line in capsys.readouterr().out.splitlines()] == [
        "processing",
        "failed",
    ]


def test_a_run_is_operated_with_a_reason(server: FakeServer) -> None:
    server.on(
        "POST /api/runs/run_1/retry",
        httpx.Response(202, json={"runId": "run_1", "status": "processing"}),
    )
    assert server.run("operate", "run_1", "retry", "--reason", "the model is back") == Code.DONE
    assert server.bodies() == [{"reason": "the model is back"}]


def test_a_run_that_has_ended_is_not_said_to_be_tried_again(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """A night's misreading: the payment is not tried again, only the event about it is sent
    again.
    """
    ended = {**FAILED, "nextSafeAction": "wait", "nextRetryAt": "2026-03-01T09:40:00.000Z"}
    server.on("GET /api/runs/run_1", ok(ended))
    server.run("run", "run_1")
    shown = capsys.readouterr().out
    assert "Only its event is sent again: at 2026-03-01 09:40 UTC." in shown
    assert "It is tried again" not in shown
    assert "Next: Nothing: the run has ended, and its event is sent again by itself." in shown


def test_a_reason_is_asked_for_in_a_terminal_alone(
    server: FakeServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.on("POST /api/runs/run_1/retry", ok(FAILED))
    assert server.run("operate", "run_1", "retry") == Code.USAGE
    assert "add --reason" in capsys.readouterr().err
    assert server.asked == []
    terminal = io.StringIO("the quota was raised\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert server.run("operate", "run_1", "retry") == Code.DONE
    assert server.bodies() == [{"reason": "the quota was raised"}]
