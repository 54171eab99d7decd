"""The sealed audit on the genuine stack: sealed by WebCrypto into D1 and R2, verified there and by
the command line.
"""

import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.places import ROOT
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import OTHER_TOKEN, RunningStack
from tillroll_testing.host.signing import public_key_of

_TRIGGER = "audit_events_no_update"


def finish_a_run(stack: RunningStack, merchant: str) -> str:
    answer = stack.upload(draw_receipt(clear_receipt(merchant, "12.50")))
    run_id = answer.raise_for_status().json()["runId"]
    stack.wait_for_status(run_id, "complete")
    return run_id


def verification(stack: RunningStack) -> list[dict[str, Any]]:
    """Every page."""
    pages: list[dict[str, Any]] = []
    following: int | None = 1
    with stack.client() as client:
        while following:
            answer = client.get("/api/audit/verify", params={"fromSeal": following})
            pages.append(answer.raise_for_status().json())
            following = pages[-1]["nextSeal"]
    return pages


def export(stack: RunningStack, path: Path) -> None:
    link = "/api/audit/export"
    with stack.client() as client, path.open("w", encoding="utf-8") as file:
        while link:
            answer = client.get(link).raise_for_status()
            file.write(answer.text)
            link = answer.links.get("next", {}).get("url", "")


@contextmanager
def past_the_trigger(stack: RunningStack) -> Generator[None]:
    # A constant.
    [row] = stack.d1(f"SELECT sql FROM sqlite_master WHERE name = '{_TRIGGER}'")
    stack.d1(f"DROP TRIGGER {_TRIGGER}")
    yield
    stack.d1(str(row["sql"]))


def test_a_run_is_sealed_in_both_places_and_verified_everywhere(
    stack: RunningStack, tmp_path: Path
) -> None:
    run_id = finish_a_run(stack, "SEALED AND COPIED SDN BHD")
    with ThreadPoolExecutor(6) as ticks:  # sealers that race
        for _ in range(6):
            ticks.submit(stack.fire_cron)
    stack.fire_cron()  # which seals what was written meanwhile
    pages = verification(stack)
    assert [page["findings"] for page in pages] == [[] for _ in pages]
    assert sum(page["events"] for page in pages) >= len(stack.actions(run_id))
    head = pages[-1]["head"]
    assert f"audit/{head['number']:012}.jsonl" in stack.stored_objects(prefix="audit/")

    with stack.client() as client:
        items = (
            client.get("/api/audit", params={"stream": run_id}).raise_for_status().json()["items"]
        )
        refused = client.get(
            "/api/audit/export", headers={"authorization": f"Bearer {OTHER_TOKEN}"}
        )
    assert [item["action"] for item in reversed(items)] == stack.actions(run_id)
    assert items[-1]["isSealed"]
    assert refused.json()["type"] == "urn:tillroll:problem:operator-only"

    file = tmp_path / "audit.jsonl"
    export(stack, file)
    key = public_key_of((stack.stack.state / "audit-signing-key").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "cli", "audit", "verify", str(file), "--public-key", key]
    done = subprocess.run(
        [*command, "--expect-hash", head["hash"]],
        cwd=ROOT,
        env={"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"Verified seals 1 to {head['number']}" in done.stdout


def test_an_edit_past_the_trigger_is_found_and_named(stack: RunningStack) -> None:
    run_id = finish_a_run(stack, "EDITED AFTERWARDS SDN BHD")
    stack.fire_cron()
    [event] = stack.d1(f"SELECT id, actor FROM audit_events WHERE stream = '{run_id}' AND seq = 2")
    with past_the_trigger(stack):
        stack.d1(f"UPDATE audit_events SET actor = 'user:forged' WHERE id = {event['id']}")
        named = [page["firstBadEvent"] for page in verification(stack) if not page["isIntact"]]
        stack.d1(f"UPDATE audit_events SET actor = '{event['actor']}' WHERE id = {event['id']}")
    assert [(each["event"], each["stream"], each["flaw"]) for each in named] == [
        (event["id"], run_id, "edited")
    ]
    assert all(page["isIntact"] for page in verification(stack))


def test_what_is_archived_is_read_verified_and_brought_back(stack: RunningStack) -> None:
    run_id = finish_a_run(stack, "ARCHIVED LONG AGO SDN BHD")
    for _ in range(3):
        stack.fire_cron()  # all is sealed, and those who read events have read them
    for table in ("delivery_attempts", "deliveries"):  # as thirty days do
        stack.d1(f"DELETE FROM {table}")
    paths = [
        f"/api/runs/{run_id}/timeline",
        f"/api/audit?stream={run_id}",
        f"/api/runs/{run_id}/steps/persist-db",
    ]
    with stack.client() as client:
        before = [client.get(path).raise_for_status().json() for path in paths]
        finish_a_run(stack, "NEWER THAN THAT SDN BHD")
        stack.fire_cron()
        body: dict[str, object] = {"olderThanDays": 0}
        for _ in range(50):
            did = (
                client.post("/api/archive/rounds", json=body, timeout=60).raise_for_status().json()
            )
            if did["isIdle"]:
                break
            body = {"before": did["before"]}
        # The test's own id.
        held = "SELECT count(*) AS n FROM {} WHERE {} = '" + run_id + "'"
        left = [("audit_events", "stream"), ("run_steps", "run_id"), ("outbox", "run_id")]
        assert [stack.d1(held.format(*each)) for each in left] == [[{"n": 0}]] * 3
        assert [client.get(path).raise_for_status().json() for path in paths] == before
        assert client.get(f"/api/runs/{run_id}").json()["archived"] is True
        assert [page["findings"] for page in verification(stack) if not page["isIntact"]] == []
        restored = (
            client.post("/api/archive/restore", json={"runs": [run_id]}).raise_for_status().json()
        )
        assert restored == {"runs": [run_id], "events": 0}
        after = [client.get(path).raise_for_status().json() for path in paths]
    assert after[0]["items"][: len(before[0]["items"])] == before[0]["items"]
    assert after[1]["items"][1:] == before[1]["items"]
    assert after[2] == before[2]
    assert [page["findings"] for page in verification(stack) if not page["isIntact"]] == []
