"""A project of five lines is begun, followed, decided, operated and audited over HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from tests.shop.stack import Bank, Shop, running_shop
from tests.support.running_stack import wait_until

pytestmark = [pytest.mark.essential, pytest.mark.long]

SMALL = {"customer": "Ann", "amount": 5}
LARGE = {"customer": "Ann", "amount": 5_000}


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with Bank() as server:
        yield server


@pytest.fixture(scope="module")
def shop(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    variables = {"BANK_URL": bank.url, "ALLOW_PRIVATE_ADDRESSES": "true"}
    with running_shop(tmp_path_factory.mktemp("shop"), variables) as started:
        yield started


def test_a_run_is_begun_signalled_and_audited(shop: Shop, bank: Bank) -> None:
    run_id = shop.begin("order", SMALL, key="one")
    assert shop.begin("order", SMALL, key="one") == run_id
    shop.reach_state(run_id, "picked_awaited")
    body = {"key": "picked", "payload": {"by": "Bob"}}
    sent = shop.ask("POST", f"/api/runs/{run_id}/signals/picked", body)
    assert sent.status_code == httpx.codes.ACCEPTED, sent.text
    done = shop.reach("order", run_id, {"completed"})
    assert done["output"].startswith("charge-")
    assert shop.d1(f"SELECT picker FROM orders WHERE run_id = '{run_id}'") == [{"picker": "Bob"}]
    events = shop.ask("GET", f"/api/audit?run={run_id}").json()["items"]
    assert {"run.created", "step.completed"} <= {event["action"] for event in events}
    assert max(bank.taken.values()) == 1


@pytest.mark.parametrize(
    ("decision", "state"), [("approve", "picked_awaited"), ("reject", "rejected")]
)
def test_a_person_decides(shop: Shop, decision: str, state: str) -> None:
    run_id = shop.begin("order", LARGE)
    shop.reach_state(run_id, "in_review")
    decided = shop.ask("POST", f"/api/runs/{run_id}/review", {"decision": decision})
    assert decided.status_code == httpx.codes.OK, decided.text
    shop.reach_state(run_id, state)


def test_an_operator_cancels(shop: Shop) -> None:
    run_id = shop.begin("order", SMALL)
    shop.reach_state(run_id, "picked_awaited")
    answer = shop.ask("POST", f"/api/runs/{run_id}/cancel", {"reason": "a test"})
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    shop.reach("order", run_id, {"cancelled"})


@pytest.mark.parametrize("kind", ["label", "ship-parcel"])
def test_each_class_executes_its_kinds(shop: Shop, kind: str) -> None:
    run_id = shop.begin(kind, {"order": "one"})
    assert shop.reach(kind, run_id, {"completed"})["output"] == "one"


def test_what_is_refused_is_a_problem(shop: Shop) -> None:
    reader = shop.new_token("read")
    refused = shop.ask("POST", "/api/workflows/label/trigger", {"order": "one"}, token=reader)
    assert (refused.status_code, refused.json()["permission"]) == (403, "run")
    assert shop.ask("GET", "/api/runs", token="trd_unknown").status_code == 401
    wrong = shop.ask("POST", "/api/workflows/label/trigger", {"oder": "one"})
    assert wrong.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert {error["field"] for error in wrong.json()["errors"]} == {"order", "oder"}
    assert shop.ask("GET", "/api/nothing").status_code == 404
    large = shop.ask("POST", "/api/workflows/label/trigger", {"order": "x" * 100_000})
    assert large.status_code == 413


def test_an_own_route_is_answered(shop: Shop) -> None:
    answer = shop.ask("GET", "/api/shop/orders")
    assert answer.status_code == httpx.codes.OK, answer.text
    assert "orders" in answer.json()


def test_a_missing_binding_is_named_with_its_line(shop: Shop) -> None:
    answer = shop.ask("GET", "/api/shop/files/one")
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
    assert '"r2_buckets": [{ "binding": "BUCKET"' in answer.json()["detail"]


def test_the_cron_does_its_jobs_without_a_queue_or_a_bucket(shop: Shop) -> None:
    shop.fire_cron()
    jobs = shop.d1("SELECT name, outcome, error FROM jobs")
    assert len(jobs) > 5
    assert {job["error"] for job in jobs} == {None}, jobs


def test_a_run_goes_on_after_kill_9_in_a_step(shop: Shop, bank: Bank) -> None:
    bank.holds = True
    run_id = shop.begin("order", SMALL)
    assert bank.arrived.wait(60)
    shop.stop()
    bank.holds = False
    bank.let_go.set()
    shop.start()
    body = {"key": "picked", "payload": {"by": "Bob"}}
    sent = shop.ask("POST", f"/api/runs/{run_id}/signals/picked", body)
    assert sent.status_code == httpx.codes.ACCEPTED, sent.text
    shop.reach("order", run_id, {"completed"})
    assert max(bank.taken.values()) == 1
    [row] = shop.d1(f"SELECT COUNT(*) AS n FROM orders WHERE run_id = '{run_id}'")
    assert row["n"] == 1
    wait_until(lambda: shop.ask("GET", "/api/workflows").is_success, "the shop to answer")
