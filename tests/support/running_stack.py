"""The genuine stack for integration tests: started once, with one account, and asked over HTTP."""

import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from local.stack import Options, Stack
from tests.support.ai_orders import AiOrders
from tests.support.engine_explorer import EngineExplorer
from tests.support.local_worker import EXPLORER, fire_cron, query_d1
from tests.support.migrated_state import begin_migrated
from tests.support.patience import PATIENCE_SECONDS
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform import shards
from tillroll_durable.platform.ids import new_id

TOKEN, OTHER_TOKEN = "till_integration", "till_somebody_else"
# At first, and at most: each question costs the Worker some of the time that it needs for what is
# waited for.
_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.05, 0.4
Result = TypeVar("Result")

_ACCOUNT = """
    INSERT INTO accounts (id, name, created_at) VALUES ('acc_{name}', '{name}',
        '2026-01-01T00:00:00.000Z');
    INSERT INTO users (id, account_id, name, is_operator, created_at)
      VALUES ('usr_{name}', 'acc_{name}', 'Ann', {is_operator}, '2026-01-01T00:00:00.000Z');
    INSERT INTO user_roles (user_id, role) VALUES ('usr_{name}', 'owner');
    INSERT INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_{name}', 'usr_{name}', '{hash}', 'tests', '2026-01-01T00:00:00.000Z');
"""


def _account(name: str, token: str, *, is_operator: bool) -> str:
    """The SQL of an account with one owner."""
    return _ACCOUNT.format(name=name, hash=secret_hash(token), is_operator=int(is_operator))


def wait_until(
    condition: Callable[[], Result | None], what: str, seconds: float = PATIENCE_SECONDS
) -> Result:
    """Ask again until the condition gives something true, and return it. The longer it takes, the
    less often it asks.

    Raises:
        AssertionError: it did not within the time.
    """
    deadline, pause = time.monotonic() + seconds, _POLL_SECONDS
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(pause)
        pause = min(1.25 * pause, _LONGEST_POLL_SECONDS)
    raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}")


class RunningStack:
    """A stack with the accounts `first` (token TOKEN, an operator's) and `other` (OTHER_TOKEN)."""

    def __init__(
        self,
        state: Path,
        variables: Mapping[str, str] | None = None,
        main: str | None = None,
        language_model: tuple[str, str] = ("", ""),
        workflows: Sequence[Mapping[str, str]] = (),
        *,
        makes_snapshots: bool = False,
        databases: int = 1,
    ) -> None:
        """`language_model` is the address of an OpenAI-compatible server, and the model to ask
        there; `workflows` are those that `main` has beside the deployed ones, as wrangler.jsonc
        names them.
        """
        options = Options(
            state=state,
            # nothing is fetched from outside
            variables={"EXCHANGE_RATES_URL": "", **(variables or {})},
            main=main,
            workflows=workflows,
            requests_a_minute=1_000_000,
            cron_seconds=0,  # the cron is fired by the tests themselves, when they want it
            language_model_url=language_model[0],
            language_model_name=language_model[1],
            loads_ocr_ahead=False,  # most stacks of the tests never see a photo
            makes_snapshots=main is None
            or makes_snapshots,  # of the project's sources, which all stacks have
            databases=databases,
        )
        self.stack = Stack(options)
        self.stack.payer = "acc_first"
        self.token = TOKEN
        self.database = "DB"
        self.engine = EngineExplorer(lambda: self.stack.url)
        self.ai = AiOrders(lambda: self.stack.ai_url)

    @property
    def url(self) -> str:
        return self.stack.url

    def start(self) -> None:
        begin_migrated(self.stack.state)
        self.stack.start()
        if not self.d1("SELECT id FROM accounts"):
            self.d1(
                _account("first", TOKEN, is_operator=True)
                + _account("other", OTHER_TOKEN, is_operator=False)
            )

    def stop(self) -> None:
        self.stack.stop()

    def kill(self) -> None:
        """SIGKILL to every process, as a power cut would."""
        self.stack.kill()

    def workerd_starts(self) -> int:
        """How often workerd was started since `start`."""
        return self.stack.workerd_starts()

    def is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/health", timeout=10).is_success
        except httpx.TransportError:
            return False

    def with_own_account(self) -> "RunningStack":
        """The same stack, as an operator of a new account asks it: nothing there is another
        test's.
        """
        name = uuid4().hex
        own = copy(self)
        own.token = f"till_{name}"
        self.d1(_account(name, own.token, is_operator=True))
        return own

    def in_database(self, shard: int) -> "RunningStack":
        """The same stack, as the owner of a new account asks it that lives in another database."""
        shards.make_here(shard)
        try:
            name = new_id("acc").removeprefix("acc_")
            token = shards.marked(f"till_{uuid4().hex}")
        finally:
            shards.make_here(shards.FIRST)
        own = copy(self)
        own.token = token
        own.database = shards.binding_of(shard)
        own.d1(_account(name, own.token, is_operator=False))
        return own

    def client(self) -> httpx.Client:
        return self.client_of(self.token)

    def client_of(self, token: str | None) -> httpx.Client:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE_SECONDS)

    def sign_in_url(self, then: str | None = "%2F") -> str:
        """A fresh one-time link that signs a browser in, and leads to the inbox; without `then` as
        it is made.
        """
        with self.client() as client:
            link = client.post("/api/sign-in-codes").raise_for_status().json()["url"]
        return self.url + (link if then is None else link.replace("#", f"?next={then}#"))

    def upload(
        self, content: bytes, name: str = "receipt.jpg", token: str | None = None
    ) -> httpx.Response:
        """As the stack's account, or with another's token."""
        with self.client_of(token or self.token) as client:
            return client.post("/api/receipts", files={"receipt": (name, content)})

    def run(self, run_id: str) -> dict[str, Any]:
        with self.client() as client:
            return client.get(f"/api/runs/{run_id}").raise_for_status().json()

    def wait_for_status(self, run_id: str, *statuses: str) -> dict[str, Any]:
        """The run, as soon as its status is one of these."""

        def settled() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["status"] in statuses else None

        return wait_until(settled, f"run {run_id} to become {' or '.join(statuses)}")

    def ask(self, path: str, **body: Any) -> httpx.Response:
        """POST to a path of the API."""
        with self.client() as client:
            return client.post(path, json=body)

    def operate(self, run_id: str, operation: str, **body: Any) -> httpx.Response:
        """Retry, abandon, cancel, pause or resume a run."""
        return self.ask(f"/api/runs/{run_id}/{operation}", reason="ordered by a test", **body)

    def actions(self, run_id: str) -> list[str]:
        """The run's audit: what was done, in order."""
        rows = self.d1(f"SELECT action FROM audit_events WHERE stream = '{run_id}' ORDER BY seq")
        return [str(row["action"]) for row in rows]

    def fire_cron(self) -> None:
        fire_cron(self.url)

    def d1(self, sql: str) -> list[dict[str, Any]]:
        """Run SQL on the stack's D1; the rows of the last statement. Raises AssertionError."""
        return query_d1(self.url, sql, database=self.database)

    def stored_objects(self, prefix: str = "") -> list[str]:
        """The keys of the objects in R2 that begin so, at most a thousand. Those of an account
        begin with its id.
        """
        answer = httpx.get(
            f"{self.url}{EXPLORER}/r2/buckets/tillroll-receipts/objects",
            params={"per_page": 1000, "prefix": prefix},
            timeout=PATIENCE_SECONDS,
        )
        return [item["key"] for item in answer.raise_for_status().json()["result"]]

    def stored_object(self, key: str) -> bytes:
        """The bytes of an object in R2, as they lie there."""
        address = f"{self.url}{EXPLORER}/r2/buckets/tillroll-receipts/objects/{quote(key, safe='')}"
        return httpx.get(address, timeout=PATIENCE_SECONDS).raise_for_status().content

    def account_id(self) -> str:
        with self.client() as client:
            return client.get("/api/session").raise_for_status().json()["account"]["id"]

    def logs(self) -> str:
        """The ends of all logs, for a failed test to show."""
        folder = self.stack.state / "logs"
        ends = [
            f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-60:])
            for log in folder.glob("*.log")
        ]
        return "\n".join(ends)
