"""A death of everything at every moment of a payout, and a restore of its backup in an empty place:
what an engine has forgotten altogether, the record knows.
"""

import random
import shutil
from pathlib import Path

import pytest

from tests.engine.moments import Round
from tests.engine.payout_stack import payout_stack
from tests.engine.promises import check_promises
from tests.engine.provider import Provider
from tests.engine.rounds import settle
from tillroll_command import main as command

pytestmark = pytest.mark.long


def test_payouts_go_on_in_a_new_place_with_no_call_made_twice(tmp_path: Path) -> None:
    old, new, folder = tmp_path / "old", tmp_path / "new", tmp_path / "backup"
    with Provider() as provider:
        with payout_stack(old) as (stack, _):
            one = Round(stack, provider, 0, random.Random(2026))
            one.begin()
            stack.fire_cron()  # which seals the audit
            one.act_before_death()
            stack.kill()
            one.act_after_death()
        assert command.main(["backup", str(folder), "--local", "--state", str(old)]) == 0
        assert command.main(["restore", str(folder), "--local", "--state", str(new)]) == 0
        shutil.copy(old / "audit-signing-key", new)  # as the secrets are brought to a new place
        with payout_stack(new) as (stack, _):
            one.go_on_in(stack)
            one.act_when_it_lives()
            settle(stack)
            check_promises(stack, provider, one.payouts)
            with stack.client() as client:
                report = client.get("/api/audit/verify").raise_for_status().json()
            assert report["seals"] > 0, report
            assert report["isIntact"], report
