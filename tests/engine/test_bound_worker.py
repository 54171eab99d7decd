"""On the genuine runtime another Worker begins runs by a service binding, with the checks of the
HTTP route; the code alone begins them by time; and a step says how far it is.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import config
from local.places import ROOT
from local.wrangler import dev_command, wrangler_environment
from tests.arrivals.tally.workflow import TABLE
from tests.support.own_kind import add_kind, replace_in
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import TOKEN, RunningStack, wait_until
from tillroll_local.processes import Part, end_all, free_port

_COUNTS = "async def count(context: StepContext, number: int) -> Outcome:\n"
_BEATS = (
    "    assert await context.last_beat() is None\n    await context.beat(done=1, of=3, "
    "cursor={'at': number})\n"
)


def _add_tally(source: Path) -> None:
    """The tally, which says how far it is, and which the code begins each day."""
    add_kind(source, ROOT / "tests/arrivals/tally", "TALLY", begins_by_time=True)
    kind = source / "tests" / "arrivals" / "tally" / "workflow.py"
    replace_in(kind, _COUNTS, f"{_COUNTS}{_BEATS}")
    replace_in(kind, "    number: int\n", "    number: int = 7\n")
    replace_in(
        kind,
        "    trigger=Trigger(),\n",
        "    trigger=Trigger(),\n    schedule=Schedule(cron='0 8 * * *'),\n",
    )
    replace_in(kind, "    Params,\n", "    Params,\n    Schedule,\n")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with own_stack(tmp_path_factory.mktemp("bound"), change=_add_tally) as (
        stack,
        _,
    ):
        stack.d1(TABLE)
        yield stack


@pytest.fixture(scope="module")
def caller(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The other Worker, in a process of its own, as it is deployed apart."""
    state, deployed, port = tmp_path_factory.mktemp("caller"), config.read_deployed(), free_port()
    path = config.config_path(state)
    configuration = {
        "name": "caller",
        "main": "tests/engine/caller/worker.mjs",
        "compatibility_date": deployed["compatibility_date"],
        "services": [{"binding": "TILLROLL", "service": deployed["name"]}],
    }
    path.write_text(json.dumps(configuration), encoding="utf-8")
    # One registry, in which the two find each other.
    environment = wrangler_environment(stack.stack.state / "starts", makes_snapshots=False)
    part = Part(
        "the caller's wrangler dev",
        dev_command(path, state, port, free_port()),
        log=state / "log",
        env=environment,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as client:
            wait_until(lambda: _is_up(client, part), "the caller to reach Tillroll")
            yield client
    except BaseException:
        print(part.tail())  # noqa: T201 - pytest shows it with the failure
        raise
    finally:
        end_all([part])
        path.unlink()


def _is_up(client: httpx.Client, part: Part) -> bool:
    assert part.exit_code() is None, part.tail()
    try:
        return client.get("/api/health").is_success
    except httpx.TransportError:
        return False


def begin(
    caller: httpx.Client, *, token: str = TOKEN, kind: str = "tally", **asked: Any
) -> dict[str, Any]:
    given = [
        token,
        kind,
        *([asked["params"]] if "params" in asked else []),
        *([asked["key"]] if "key" in asked else []),
    ]
    return caller.post("/begin", content=json.dumps({"given": given})).raise_for_status().json()


def test_it_begins_a_run_once_under_its_key(stack: RunningStack, caller: httpx.Client) -> None:
    begun = begin(caller, params={"number": 1}, key="one")
    assert begun["status"] == "started"
    assert begin(caller, params={"number": 1}, key="one")["id"] == begun["id"]
    reused = begin(caller, params={"number": 2}, key="one")
    assert (reused["status"], reused["type"]) == (422, "urn:tillroll:problem:key-reused")
    wait_until(lambda: stack.d1("SELECT 1 FROM tallied WHERE number = 1"), "the run to count")
    [run] = stack.d1(
        "SELECT begin_key, (SELECT actor FROM audit_events WHERE stream = runs.id "
        "LIMIT 1) AS actor FROM runs"
    )
    assert run["actor"] == "token:tok_first"


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({"token": "nobody", "params": {"number": 3}}, 401, "unauthenticated"),
        ({"kind": "../people", "params": {}}, 404, "not-found"),
        ({"kind": "payout", "params": {}}, 422, "invalid-request"),
        ({"kind": "export", "params": {}}, 403, "not-triggerable"),
        ({"params": {"number": "many"}}, 422, "invalid-request"),
        ({"params": {"number": 3}, "key": "two\nlines"}, 422, "invalid-request"),
        ({"params": {"number": 3}, "key": {"key": "three"}}, 422, "invalid-request"),
        ({"kind": "half a pair: \ud83d", "params": {}}, 422, "invalid-request"),
    ],
)
def test_it_is_refused_in_words(
    caller: httpx.Client, asked: dict[str, Any], status: int, says: str
) -> None:
    refused = begin(caller, **asked)
    assert (refused["status"], refused["type"]) == (status, f"urn:tillroll:problem:{says}"), refused
    assert refused["detail"]


def test_the_route_answers_it_as_well(caller: httpx.Client) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "idempotency-key": "by-route"}
    answer = caller.post("/api/workflows/tally/trigger", json={"number": 4}, headers=headers)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    assert answer.json()["status"] == "started"


@pytest.mark.parametrize("method", ["_answer", "_send", "_raw", "env", "ctx", "anything"])
def test_nothing_else_of_it_can_be_called(caller: httpx.Client, method: str) -> None:
    given: list[dict[str, str]] = [{}, {}]
    refused = caller.post("/begin", json={"method": method, "given": given})
    assert refused.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert (
        f"Method {method} does not exist" in refused.text
        or f'not implement the method "{method}"' in refused.text
    )


def test_how_far_a_step_is_stands_in_the_genuine_database(
    stack: RunningStack, caller: httpx.Client
) -> None:
    begun = begin(caller, params={"number": 5}, key="five")
    wait_until(lambda: stack.d1("SELECT 1 FROM tallied WHERE number = 5"), "the run to count")
    # Our own.
    beaten = stack.d1(f"SELECT done, total, cursor FROM step_beats WHERE run_id = '{begun['id']}'")
    assert beaten == [{"done": 1, "total": 3, "cursor": '{"at":5}'}]


def test_what_the_code_declares_begins_by_time(stack: RunningStack) -> None:
    stack.fire_cron()
    [declared] = stack.d1("SELECT id, next_tick, created_by FROM schedules")
    assert (declared["id"], declared["created_by"], declared["next_tick"][11:16]) == (
        "sch_tally",
        "code",
        "08:00",
    )
    stack.d1("UPDATE schedules SET next_tick = '2026-11-01T08:00:00.000Z'")
    stack.fire_cron()
    counted = "SELECT 1 FROM tallied WHERE number = 7 GROUP BY number HAVING count(*) = 2"
    wait_until(lambda: stack.d1(counted), "a run in each of both accounts")
