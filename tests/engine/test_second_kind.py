"""A second kind of workflow on the genuine stack, through the public API: it lacks nothing that a
receipt has.
"""

import json
from typing import Any

import httpx

from tests.engine.payout.contract import DEBIT, FILE, PAY
from tests.engine.payout.workflow import LARGE
from tests.engine.payout_stack import confirm, following, introspection, reach
from tests.engine.payouts import Payouts
from tests.support.otlp import attributes, read_spans
from tests.support.running_stack import OTHER_TOKEN, RunningStack
from tests.support.scraping import parse
from tillroll.observability.trace_export import trace_id

_CLOSED_BOOKS = (
    "CREATE TRIGGER closed_books BEFORE INSERT ON entries BEGIN "
    "SELECT RAISE(ABORT, 'the books are closed'); END"
)


def get(stack: RunningStack, path: str) -> Any:
    with stack.client() as client:
        return client.get(path).raise_for_status().json()


def dead_letter(payouts: Payouts) -> str:
    """A payout whose debit failed for good, while the books were closed."""
    payouts.stack.d1(_CLOSED_BOOKS)
    try:
        with introspection(payouts.stack, {"type": "disableRetryDelays"}):
            return payouts.begin_and_reach("debit_failed")
    finally:
        payouts.stack.d1("DROP TRIGGER closed_books")


def refused(payouts: Payouts) -> str:
    """A payout whose filing was refused, so that it was undone."""
    params = payouts.params()
    payouts.provider.refused.add(("file", params.amount))
    run_id = payouts.begin(params)
    confirm(payouts.stack, run_id).raise_for_status()
    reach(payouts.stack, run_id, "reversed")
    return run_id


def test_it_is_listed_and_shown(payouts: Payouts) -> None:
    stack = payouts.stack
    run_id = payouts.begin_and_reach("unconfirmed")
    [listed] = get(stack, f"/api/runs?ids={run_id}")["items"]
    assert (listed["kind"], listed["subject"], listed["status"]) == (
        "disbursement",
        run_id,
        "processing",
    )
    assert run_id in {item["id"] for item in get(stack, "/api/runs?status=processing")["items"]}
    run = stack.run(run_id)
    assert [step["name"] for step in run["steps"]] == [
        "check",
        "debit",
        "pay",
        "chase",
        "file",
        "close",
    ]
    assert run["externalIds"] == {PAY.name: f"provider-{PAY.key_for(run_id)}"}
    assert run["message"] == "Your payout is on its way."
    assert {"receipt", "expense", "extraction"} & set(run) == set(), (
        "a payout is shown as a receipt"
    )
    with stack.client_of(OTHER_TOKEN) as other:
        assert other.get(f"/api/runs/{run_id}").status_code == httpx.codes.NOT_FOUND
        assert (
            other.post(f"/api/runs/{run_id}/signals/confirm", json={"key": "x"}).status_code
            == httpx.codes.NOT_FOUND
        )


def test_its_children_and_continuations_name_it(payouts: Payouts) -> None:
    stack = payouts.stack
    run_id = payouts.begin_and_reach("unconfirmed")
    confirm(stack, run_id).raise_for_status()
    reach(stack, run_id, "continued")
    [rest] = following(stack, run_id, "previous_run_id")
    [fee] = following(stack, run_id, "parent_run_id")
    assert stack.run(rest)["previousRunId"] == run_id
    assert (
        reach(stack, rest, "closed")["status"]
        == reach(stack, fee, "closed")["status"]
        == "complete"
    )


def test_its_signals_are_taken_once_and_refused_with_reasons(payouts: Payouts) -> None:
    stack = payouts.stack
    run_id = payouts.begin_and_reach("unconfirmed")
    unknown = stack.ask(f"/api/runs/{run_id}/signals/shout", key="one")
    unfit = stack.ask(f"/api/runs/{run_id}/signals/confirm", key="one", payload={"who": "Ann"})
    assert (unknown.status_code, unfit.status_code) == (409, 422), (unknown.text, unfit.text)
    first, again = confirm(stack, run_id), confirm(stack, run_id)
    assert (
        (first.status_code, first.json())
        == (again.status_code, again.json())
        == (202, first.json())
    )
    other = stack.ask(f"/api/runs/{run_id}/signals/confirm", key="confirmed", payload={"by": "Bob"})
    assert other.status_code == httpx.codes.CONFLICT, other.text
    reach(stack, run_id, "continued")
    assert confirm(stack, run_id).status_code == httpx.codes.ACCEPTED, (
        "the same answer, also after the end"
    )
    assert confirm(stack, run_id, "late").status_code == httpx.codes.CONFLICT


def test_it_is_approved_and_declined_by_a_person(payouts: Payouts) -> None:
    stack = payouts.stack
    approved = payouts.begin_and_reach("awaiting_approval", amount=LARGE + next(payouts.amounts))
    run = stack.run(approved)
    assert run["review"]["sentences"] == [
        "So large an amount is paid when somebody has approved it."
    ]
    assert (run["status"], run["nextSafeAction"]) == ("needs_review", "review")
    path = f"/api/runs/{approved}/review"
    wrong = stack.ask(path, decision="approve", values={"merchant": "X"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "merchant")
    stack.ask(path, decision="approve").raise_for_status()
    reach(stack, approved, "unconfirmed")
    declined = payouts.begin_and_reach("awaiting_approval", amount=LARGE + next(payouts.amounts))
    stack.ask(
        f"/api/runs/{declined}/review", decision="reject", comment="too much"
    ).raise_for_status()
    run = stack.wait_for_status(declined, "rejected")
    assert run["message"] == "Your payout was declined: too much"


def test_a_dead_letter_explains_itself_is_told_of_and_retried(payouts: Payouts) -> None:
    stack, sink = payouts.stack, payouts.sink
    run_id = dead_letter(payouts)
    run = stack.run(run_id)
    assert run["whatHappened"].startswith(
        "The step debit failed for good after it was tried 5 times: "
    )
    assert "the books are closed" in run["whatHappened"]
    assert (run["safeToRetry"], run["nextSafeAction"]) == (True, "retry_from_step")
    stack.fire_cron()
    [alert] = [
        each for each in get(stack, "/api/alerts?open=true")["items"] if each["runId"] == run_id
    ]
    assert (alert["rule"], alert["subject"].split(":")[:2]) == (
        "run_escalated",
        ["disbursement", DEBIT.name],
    )
    assert (
        alert["sentence"] == "A disbursement run failed at debit and needs a person: write failed."
    )
    assert alert["id"] in {json.loads(body)["data"]["alertId"] for body in sink.bodies("/alerts")}
    stack.operate(run_id, "retry").raise_for_status()
    run = reach(stack, run_id, "unconfirmed")
    assert (run["generation"], run["error"]) == (2, None)
    stack.fire_cron()
    assert alert["id"] not in {each["id"] for each in get(stack, "/api/alerts?open=true")["items"]}


def test_dead_letters_are_retried_and_given_up_in_bulk(payouts: Payouts) -> None:
    stack = payouts.stack
    one, other = dead_letter(payouts), dead_letter(payouts)
    assert {one, other} <= {item["id"] for item in get(stack, "/api/runs?status=failed")["items"]}
    answer = stack.ask("/api/dead-letters/retry", ids=[one], reason="the books are open")
    assert answer.json() == {"done": [one], "refused": {}}
    answer = stack.ask("/api/dead-letters/abandon", ids=[one, other], reason="not wanted")
    assert (answer.json()["done"], [*answer.json()["refused"]]) == ([other], [one])
    assert reach(stack, other, "abandoned")["message"] == "Given up: not wanted"
    reach(stack, one, "unconfirmed")


def test_what_was_done_is_undone_and_said_so(payouts: Payouts) -> None:
    stack, provider = payouts.stack, payouts.provider
    run_id = refused(payouts)
    run = stack.run(run_id)
    payment = PAY.key_for(run_id)
    assert provider.done[payment] == provider.done[f"{payment}:rollback"] == 1
    assert FILE.key_for(run_id) not in +provider.done
    balance = stack.d1(f"SELECT sum(amount) AS balance FROM entries WHERE run_id = '{run_id}'")
    assert balance == [{"balance": 0}]
    undone = [item["step"] for item in timeline(stack, run_id) if item["kind"] == "compensation"]
    assert undone == [PAY.name, DEBIT.name], "last begun, first undone"
    assert (run["status"], run["nextSafeAction"], run["safeToRetry"]) == ("failed", "none", False)
    assert any(f"key {payment})" in line for line in run["mustNotRepeat"]), run["mustNotRepeat"]
    stack.fire_cron()
    assert run_id not in {each["runId"] for each in get(stack, "/api/alerts?open=true")["items"]}, (
        "nothing is to be done"
    )


def timeline(stack: RunningStack, run_id: str) -> list[dict[str, Any]]:
    return get(stack, f"/api/runs/{run_id}/timeline")["items"]


def test_it_is_paused_resumed_and_cancelled(payouts: Payouts) -> None:
    stack, provider = payouts.stack, payouts.provider
    run_id = payouts.begin_and_reach("unconfirmed")
    stack.operate(run_id, "pause").raise_for_status()
    assert stack.run(run_id)["paused"] is True
    stack.operate(run_id, "resume").raise_for_status()
    assert stack.run(run_id)["paused"] is False
    stack.operate(run_id, "cancel").raise_for_status()
    run = stack.wait_for_status(run_id, "cancelled")
    assert run["message"] == "Stopped: ordered by a test"
    assert provider.done[f"{PAY.key_for(run_id)}:rollback"] == 1


def test_it_is_counted_and_traced(payouts: Payouts) -> None:
    stack, sink = payouts.stack, payouts.sink
    stack.fire_cron()  # from here on traces are sent
    run_id = refused(payouts)
    for _ in range(3):
        stack.fire_cron()
    with stack.client() as client:
        scraped, shown = client.get("/api/metrics"), client.get(f"/api/runs/{run_id}/trace")
    values = {
        (s.name, *s.labels.values()): s.value
        for family in parse(scraped.text)
        for s in family.samples
    }
    assert values["tillroll_runs_started_total", "disbursement"] >= 2
    assert values["tillroll_steps_total", "disbursement", PAY.name, "completed"] >= 1
    assert values["tillroll_steps_total", "disbursement", FILE.name, "failed"] >= 1
    assert values["tillroll_runs", "disbursement", "reversed", "failed"] >= 1
    spans = read_spans(shown.text)
    root = next(span for span in spans if not span.parent_span_id)
    assert (attributes(root)["tillroll.kind"], attributes(root)["tillroll.state"]) == (
        "disbursement",
        "reversed",
    )
    assert {"check", "debit", "pay", "file"} <= {span.name for span in spans}, {
        span.name for span in spans
    }
    sent = {span.trace_id.hex() for body in sink.bodies("/v1/traces") for span in read_spans(body)}
    assert trace_id(run_id) in sent
