"""A person is set up on the genuine stack, and everything is killed in the middle: welcomed once,
billed once, each resource once, also where it is asked for again.
"""

from pathlib import Path
from typing import Any

import httpx

from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

_ADDRESS = "ann@onboarding.example"
_USER = "SELECT id FROM users WHERE account_id = 'acc_first' ORDER BY id LIMIT 1"


def test_a_person_is_set_up_once_though_everything_is_killed(tmp_path: Path) -> None:
    stack = RunningStack(tmp_path)
    try:
        stack.start()
        _set_up_and_kill(stack)
    except BaseException:
        print(stack.logs())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        stack.stop()


def _set_up_and_kill(stack: RunningStack) -> None:
    [user] = stack.d1(_USER)
    asked = {"userId": user["id"], "email": _ADDRESS, "plan": "team"}
    run = _trigger(stack, asked)
    wait_until(
        # An id.
        lambda: stack.d1(f"SELECT 1 FROM effect_intents WHERE run_id = '{run}'"),
        "the welcome to be begun",
    )
    stack.kill()
    stack.start()

    shown = _ended(stack, run)
    output = shown["output"]
    assert (shown["status"], shown["error"]) == ("completed", None)
    assert sorted(output["resources"]["given"]) == ["address", "categories", "policy", "sample"]
    [email] = [
        each for each in _listed(stack.stack.mail_url, "/emails") if each["to"] == [_ADDRESS]
    ]
    assert output["welcome"] == {"state": "sent", "providerId": email["id"]}
    subscription, customer = _listed(stack.stack.payments_url, "/billing")
    assert output["billing"] == {
        "state": "set_up",
        "customerId": customer["id"],
        "subscriptionId": subscription["id"],
    }
    [sample] = stack.d1("SELECT run_id, file_name FROM receipts")
    stack.wait_for_status(sample["run_id"], "needs_review")

    again = _ended(stack, _trigger(stack, {**asked, "email": "other@onboarding.example"}))
    assert again["output"]["welcome"] == {"state": "sent_before"}
    assert again["output"]["billing"]["state"] == "there"


def _trigger(stack: RunningStack, asked: dict[str, str]) -> str:
    answer = stack.ask("/api/workflows/onboarding/trigger", **asked).raise_for_status().json()
    assert answer["status"] == "started"
    return str(answer["id"])


def _ended(stack: RunningStack, run: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        with stack.client() as client:
            shown = client.get(f"/api/workflows/onboarding/status/{run}").raise_for_status().json()
        return shown if shown["output"] or shown["error"] else None

    return wait_until(ended, f"the run {run} to end")


def _listed(url: str, path: str) -> list[dict[str, Any]]:
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client:
        return list(client.get(path).raise_for_status().json()["data"])
