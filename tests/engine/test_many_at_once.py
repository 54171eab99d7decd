"""Many items side by side, races, and the undoing of children, on the genuine engine: killed amid
them, each is done once.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from local.places import ROOT
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.own_kind import add_kind, replace_in
from tests.support.own_stack import own_stack
from tests.support.running_stack import RunningStack, wait_until

CUSTOMERS = 40
_A_PAGE = 15
_HOLDS_SECONDS = 120.0


class Shop(LocalServer):
    """The shop and the CRM. From the push number `holds_from` on, every answer is held until
    `let_go`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pushed: Counter[str] = Counter()
        self.keys: dict[str, str] = {}
        self.let_go = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.holds_from = CUSTOMERS // 2
        self._counting = threading.Lock()

    def answer_alone(self, request: Request) -> Answer:
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        target = urlsplit(request.target)
        if target.path == "/customers":
            begin = int(parse_qs(target.query).get("cursor", ["0"])[0] or 0)
            end = min(begin + _A_PAGE, CUSTOMERS)
            page = [
                {"id": f"c{number}", "name": f"Customer {number}"} for number in range(begin, end)
            ]
            return Answer(
                content=json.dumps(
                    {"customers": page, "next": str(end) if end < CUSTOMERS else None}
                )
            )
        if request.method == "GET":
            key = unquote(target.path.removeprefix("/contacts/"))
            with self._counting:
                found = self.keys.get(key)
            return Answer(HTTPStatus.NOT_FOUND, "{}") if found is None else _contact(found)
        key, customer = request.headers["idempotency-key"], json.loads(request.body)["id"]
        with self._counting:
            if key not in self.keys:
                self.keys[key] = customer
                self.pushed[customer] += 1
            is_held = len(self.keys) >= self.holds_from
        if is_held:
            self.arrived.release()
            self.let_go.wait(_HOLDS_SECONDS)
        return _contact(customer)


def _contact(customer: str) -> Answer:
    return Answer(content=json.dumps({"id": f"contact-{customer}"}))


class Agency(LocalServer):
    """Does and undoes a thing once by its key: `log` has all of it, in order. It holds the answer
    to `held`.
    """

    def __init__(self, held: str) -> None:
        super().__init__()
        self.held, self.log, self.keys = held, list[str](), set[str]()
        self.let_go, self.is_held = threading.Event(), threading.Event()

    def answer(self, request: Request) -> Answer:
        if request.method == "GET":
            is_known = request.target.removeprefix("/") in self.keys
            return Answer(HTTPStatus.OK if is_known else HTTPStatus.NOT_FOUND, "{}")
        self.keys.add(request.headers["idempotency-key"])
        self.log.append(request.body)
        if request.body == self.held:
            self.is_held.set()
            self.let_go.wait(_HOLDS_SECONDS)
        return Answer(content="{}")


def add_kinds(source: Path) -> None:
    """What a developer does to add kinds, in the copied sources; and a reconciler that steps in
    after a second.
    """
    add_kind(source, ROOT / "tests/simulation/author/crm_sync", "SYNC", begins_by_time=True)
    for name in ("RACE", "RUNNER"):
        add_kind(source, ROOT / "tests/simulation/verbs/races", name)
    for name in ("OUTING", "STAY", "RIDE"):
        add_kind(source, ROOT / "tests/simulation/verbs/undone", name)
    instances = source / "tillroll_durable" / "_operations" / "instances.py"
    replace_in(instances, "PATIENCE = timedelta(seconds=30)", "PATIENCE = timedelta(seconds=1)")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with own_stack(tmp_path_factory.mktemp("sync"), change=add_kinds) as (
        stack,
        _,
    ):
        yield stack


def test_each_is_pushed_once_though_everything_dies_amid_them(stack: RunningStack) -> None:
    with Shop() as shop:
        addresses = {"shop": f"{shop.url}/customers", "crm": f"{shop.url}/contacts"}
        run_id = (
            stack.ask("/api/workflows/crm-sync/trigger", **addresses)
            .raise_for_status()
            .json()["id"]
        )
        wait_until(
            lambda: stack.run(run_id)["state"] == "approve_awaited", "it to wait for its approval"
        )
        payload = {"approves": True}
        stack.ask(
            f"/api/runs/{run_id}/signals/approve", key="one", payload=payload
        ).raise_for_status()
        for _ in range(5):
            assert shop.arrived.acquire(timeout=_HOLDS_SECONDS), (
                "fewer than five are pushed at once"
            )
        stack.kill()
        shop.let_go.set()
        stack.start()

        def has_ended() -> bool:
            stack.fire_cron()
            return stack.run(run_id)["status"] != "processing"

        wait_until(has_ended, "all to be pushed")
        run = stack.run(run_id)
        assert (run["state"], shop.pushed.total(), len(shop.pushed)) == (
            "completed",
            CUSTOMERS,
            CUSTOMERS,
        )
        [fetched, pushed] = [step["progress"] for step in run["steps"]]
        assert (fetched["completed"], pushed) == (
            3,
            {"completed": CUSTOMERS, "failed": 0, "total": CUSTOMERS},
        )
        with stack.client() as client:
            shown = client.get(f"/api/workflows/crm-sync/status/{run_id}").raise_for_status().json()
        assert shown["output"] == {"pushed": CUSTOMERS, "failed": []}


def test_what_comes_first_ends_a_race_though_everything_dies_before(stack: RunningStack) -> None:
    def begin(rests_seconds: int) -> str:
        answer = stack.ask("/api/workflows/race/trigger", restsSeconds=rests_seconds)
        return str(answer.raise_for_status().json()["id"])

    told, joined = begin(86400), begin(3)
    for run_id in (told, joined):
        wait_until(lambda run_id=run_id: stack.run(run_id)["state"] == "say_awaited", "it to wait")
    stack.kill()
    stack.start()
    stack.ask(
        f"/api/runs/{told}/signals/say", key="one", payload={"says": "stop"}
    ).raise_for_status()

    def have_ended() -> bool:
        stack.fire_cron()
        return all(stack.run(run_id)["state"] == "completed" for run_id in (told, joined))

    wait_until(have_ended, "both races to end")
    with stack.client() as client:
        ends = [
            client.get(f"/api/workflows/race/status/{each}").raise_for_status().json()
            for each in (told, joined)
        ]
    assert [end["output"] for end in ends] == ["heard stop", "joined ran"]


def test_children_are_undone_once_and_in_order_though_everything_dies_amid_it(
    stack: RunningStack,
) -> None:
    with Agency(held="-a boat") as agency:
        answer = stack.ask("/api/workflows/outing/trigger", agency=agency.url)
        run_id = answer.raise_for_status().json()["id"]
        wait_until(lambda: stack.run(run_id)["state"] == "go_awaited", "all of it to be booked")
        stack.operate(run_id, "cancel").raise_for_status()
        assert agency.is_held.wait(_HOLDS_SECONDS), "nothing is undone"
        stack.kill()
        agency.let_go.set()
        stack.start()

        def has_ended() -> bool:
            stack.fire_cron()
            return stack.run(run_id)["status"] != "processing"

        wait_until(has_ended, "it to be undone")
        children = stack.d1(
            f"SELECT kind, state FROM runs WHERE parent_run_id = '{run_id}' ORDER BY id"
        )
        assert agency.log == [
            "+a train",
            "+a hotel",
            "+a taxi",
            "+a boat",
            "-a boat",
            "-a hotel",
            "-a train",
        ]
    assert [child["state"] for child in children] == ["undone", "completed", "undone"]
    run = stack.run(run_id)
    assert (run["state"], run.get("failureClass")) == ("cancelled", None)
    assert "(ride), which it began, is complete and still stands." in run["whatHappened"]
