"""The restore drill by the words of docs/operations.md: a backup of a stack with runs under way,
put into an empty place; what ended in the old place meanwhile stays ended, and each secret can be
read.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx
import pytest

from local.places import ROOT
from tests.chaos.promises import unsettled
from tests.support.drawing import draw_receipt
from tests.support.own_stack import own_stack
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.scenes import approve, wait_for_a_person
from tests.support.webhook_receiver import LocalReceiver
from tillroll.identity.repository import secret_hash
from tillroll_command import main as command

pytestmark = pytest.mark.long

FINISHED: Final = 3
UNDER_WAY: Final = 3
BOBS_TOKEN: Final = "till_bob"


PAGE: Final = ROOT / "docs" / "operations.md"


class Drill:
    """The lines that the page has for this machine, with the folders of a test in place of the
    page's.
    """

    def __init__(self, folder: Path) -> None:
        self.old = folder / "old"
        self.new = folder / "new"
        self.backups = folder / "backups"
        self.backups.mkdir()
        section = PAGE.read_text(encoding="utf-8").split("On this machine all of it is this;")[1]
        block = section.split("```sh\n")[1].split("```")[0]
        self._lines = iter(block.splitlines())

    def run_until(self, mark: str, *, runs_it: bool = False) -> None:
        """Run the lines up to one that begins with `mark`, and that too where it `runs_it`; without
        a mark, all.
        """
        for line in self._lines:
            is_last = bool(mark) and line.startswith(mark)
            if not is_last or runs_it:
                self._run(line)
            if is_last:
                return
        assert not mark, f"the page has no line {mark}"

    def _run(self, line: str) -> None:
        shell = ["/bin/bash", "-c", self._here(line)]
        done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"

    def _here(self, line: str) -> str:
        line = re.sub(r"--local$", f"--local --state {self.old}", line)
        for of_page, of_test in (
            (".venv/bin/python", sys.executable),
            ("/backups/", f"{self.backups}/"),
            (".wrangler/state/", f"{self.old}/wrangler/"),
            (".tillroll/", f"{self.old}/"),
            ("--state drill", f"--state {self.new}"),
            ("drill/", f"{self.new}/"),
        ):
            line = line.replace(of_page, of_test)
        return line


def test_the_drill_of_the_page_brings_everything_back_but_what_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drill = Drill(tmp_path)
    with LocalReceiver() as receiver:
        with own_stack(drill.old, receiver) as (stack, _):
            finished = [
                upload(stack, f"FINISHED {number} SDN BHD", f"1{number}.50")
                for number in range(FINISHED)
            ]
            for run_id in finished:
                stack.wait_for_status(run_id, "complete")
            wait_until(lambda: receiver.deliveries == FINISHED, "the deliveries")
            wait_until(lambda: not unsettled(stack), "the deliveries to be on record")
            waiting = wait_for_a_person(stack, "WAITING SDN BHD")
            add_payee(stack).raise_for_status()
            bob = add_person(stack)
            stack.ai.hold()
            under_way = [
                upload(stack, f"UNDER WAY {number} SDN BHD", f"2{number}.50")
                for number in range(UNDER_WAY)
            ]
            stack.fire_cron()  # which seals the audit
            before = {run_id: stack.actions(run_id) for run_id in [*finished, waiting]}
            drill.run_until("# The old place is lost")
            # The backup knows nothing of this.
            with stack.client() as client:
                client.delete(f"/api/people/{bob}").raise_for_status()
                client.post(f"/api/people/{bob}/erasure").raise_for_status()
            assert status_of_bob(stack) == httpx.codes.UNAUTHORIZED
            # As `make dev` keeps it, which has made the first account.
            (drill.old / "wrangler" / "token").write_text(stack.token)
            stack.kill()  # nothing of the old place goes on
        drill.run_until(".venv/bin/python -m cli restore", runs_it=True)
        let_thirty_days_pass(drill.backups / "endings.jsonl")
        drill.run_until("make dev")
        with own_stack(drill.new, receiver) as (stack, _):
            assert status_of_bob(stack) == httpx.codes.UNAUTHORIZED
            assert {run_id: stack.actions(run_id) for run_id in before} == before
            assert is_audit_intact(stack)
            take_up(stack)
            approve(stack, waiting)
            for run_id in [*under_way, waiting]:
                stack.wait_for_status(run_id, "complete")
            wait_until(lambda: not unsettled(stack), "everything to settle")
            check(stack, receiver, [*finished, *under_way, waiting])
            assert add_payee(stack).status_code == httpx.codes.CONFLICT, "the IBAN is known no more"
            wait_until(lambda: is_erased(stack, bob), "the erasure that had begun")
            drill.run_until("")
    arguments = ["restore", str(drill.backups / "tillroll"), "--local", "--state", str(drill.new)]
    assert command.main(arguments) == 1
    assert "was restored from this backup before" in capsys.readouterr().err


def add_payee(stack: RunningStack) -> httpx.Response:
    """A payee whose IBAN lies encrypted."""
    with stack.client() as client:
        return client.post("/api/payees", json={"name": "Ann", "iban": "DE89370400440532013000"})


def add_person(stack: RunningStack) -> str:
    """Bob, who has a token."""
    with stack.client() as client:
        made = client.post("/api/people", json={"name": "Bob Secretia"}).raise_for_status().json()
    user_id = made["userId"]
    stack.d1(
        # A test's own values.
        "INSERT INTO tokens (id, user_id, hash, name, created_at)"
        f" VALUES ('tok_bob', '{user_id}', '{secret_hash(BOBS_TOKEN)}', 'script', "
        "'2026-01-01T00:00:00.000Z')"
    )
    assert status_of_bob(stack) == httpx.codes.OK
    return user_id


def status_of_bob(stack: RunningStack) -> int:
    with stack.client_of(BOBS_TOKEN) as client:
        return client.get("/api/session").status_code


def let_thirty_days_pass(file: Path) -> None:
    """Add to the list that the erasure had begun, as the old place's audit would say a month
    later.
    """
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    [requested] = [line for line in lines if line["action"] == "erasure.requested"]
    erasure_id = json.loads(requested["detail"])["erasure"]
    begun = {**requested, "action": "erasure.begun", "eventKey": f"{erasure_id}:begun"}
    file.write_text("".join(f"{json.dumps(line)}\n" for line in [*lines, begun]))


def is_erased(stack: RunningStack, user_id: str) -> bool:
    """Whether nothing names the person any more."""
    stack.fire_cron()
    # A test's own value.
    [row] = stack.d1(f"SELECT name FROM users WHERE id = '{user_id}'")
    return row["name"] == "erased"


def upload(stack: RunningStack, merchant: str, total: str) -> str:
    return (
        stack.upload(draw_receipt(clear_receipt(merchant, total)))
        .raise_for_status()
        .json()["runId"]
    )


def take_up(stack: RunningStack) -> None:
    """A tick of the reconciler, to whom half a minute seems to have passed."""
    stack.d1(
        "UPDATE runs SET updated_at = '2026-01-01T00:00:00.000Z' "
        "WHERE instance_confirmed_at IS NULL"
    )
    stack.fire_cron()


def is_audit_intact(stack: RunningStack) -> bool:
    """Whether all that was sealed is as it was sealed, in the database and in the copies; there is
    something sealed.
    """
    with stack.client() as client:
        report = client.get("/api/audit/verify").raise_for_status().json()
    assert report["seals"] > 0, report
    return report["isIntact"]


def check(stack: RunningStack, receiver: LocalReceiver, runs: list[str]) -> None:
    expenses = [row["run_id"] for row in stack.d1("SELECT run_id FROM expenses")]
    assert sorted(expenses) == sorted(runs)
    assert stack.ai.calls() == UNDER_WAY, "a photo was read, and paid for, again"
    # One expense has two events: who confirms it works alone, so that it is approved, too.
    events = sum(len(ids) for ids in receiver.ids_by_run.values())
    assert events == len(runs) + 1
    assert receiver.deliveries == events, "an event was sent twice"
    assert set(receiver.ids_by_run) == set(runs)
    for run in runs:
        assert stack.actions(run).count("run.created") == 1
    assert is_audit_intact(stack)
