"""The provider that pays, which no death of ours meets: the local one on its own, behind a line on
which requests can be held still, lost or turned away.
"""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias
from urllib.parse import urlsplit

import httpx

from local.payments.counterpart import PATH
from local.payments.server import PaymentProvider
from tests.support.http_server import Answer, LocalServer, Request
from tillroll_local.processes import free_port

API_KEY: Final = "sk_local"
PAY, CANCEL = "pay", "cancel"
_PATIENCE_SECONDS: Final = 300.0

Call: TypeAlias = tuple[str, int]
"""PAY or CANCEL, and the amount of the payment."""


@dataclass
class Hold:
    """One request that stands still on the line: before it is done or after, until it is let go."""

    is_done_first: bool
    arrived: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    is_dropped: bool = False


class Line(LocalServer):
    """What lies between the Worker and the provider. `sent` counts the requests to pay that were
    heard at its end, by idempotency key, `lost` the requests that never came there, `turned_away`
    is of amounts that nobody takes now.
    """

    def __init__(self, provider: str) -> None:
        super().__init__()
        self.sent: Counter[str] = Counter()
        self.lost = 0
        self.turned_away: set[int] = set()
        self._provider = httpx.Client(base_url=provider, timeout=_PATIENCE_SECONDS)
        self._amounts: dict[str, int] = {}
        self._holds: defaultdict[Call, list[Hold]] = defaultdict(list)
        self._counting = threading.Lock()

    def hang_up(self) -> None:
        """End the connections to the provider: nobody asks any more."""
        self._provider.close()

    def hold(self, call: Call, *, is_done_first: bool) -> Hold:
        """Have the next such request stand still."""
        hold = Hold(is_done_first)
        self._holds[call].append(hold)
        return hold

    def drop(self, hold: Hold) -> None:
        """Let a request go whose sender is dead: what was not done by it never is, and no answer is
        heard.
        """
        hold.is_dropped = True
        hold.let_go.set()

    def answer_alone(self, request: Request) -> Answer:
        """As `answer`: a request that stands still keeps no other from being answered."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        if request.method != "POST":
            return self._pass_on(request)
        call = self._call(request)
        with self._counting:
            if call[0] == PAY and call[1] in self.turned_away:
                return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "{}")
            hold = self._holds[call].pop(0) if self._holds[call] else None
        if hold is None:
            return self._pass_on(request)
        answer = self._pass_on(request) if hold.is_done_first else None
        hold.arrived.set()
        hold.let_go.wait(_PATIENCE_SECONDS)
        if answer is None and hold.is_dropped:
            self.lost += 1
            return Answer(HTTPStatus.BAD_GATEWAY, "{}")
        return answer or self._pass_on(request)

    def _call(self, request: Request) -> Call:
        path = urlsplit(request.target).path
        if path == PATH:
            return PAY, int(json.loads(request.body)["amount"]["value"])
        return CANCEL, self._amounts.get(path.removeprefix(f"{PATH}/").removesuffix("/cancel"), 0)

    def _pass_on(self, request: Request) -> Answer:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in {"host", "content-length"}
        }
        answer = self._provider.request(
            request.method, request.target, headers=headers, content=request.body.encode()
        )
        if request.method == "POST" and urlsplit(request.target).path == PATH:
            with self._counting:
                self.sent[request.headers["idempotency-key"]] += 1
                if answer.is_success:
                    self._amounts[answer.json()["id"]] = answer.json()["amount"]["value"]
        return Answer(answer.status_code, answer.text)


class Bank:
    """A context manager: the provider and the line to it are there while its block lasts."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._provider = PaymentProvider(port, API_KEY, folder / "payments.json")
        self._control = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_SECONDS)
        self.line = Line(f"http://127.0.0.1:{port}")

    def __enter__(self) -> Self:
        self._provider.start()
        self.line.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.line.__exit__(kind, error, trace)
        self.line.hang_up()
        self._control.close()
        self._provider.stop()

    def payments(self) -> list[Mapping[str, Any]]:
        """What was taken, as the provider shows it."""
        return self._control.get("/").raise_for_status().json()["data"]

    def tell(self, url: str, secret: str) -> None:
        """Where events are sent from now on."""
        self._control.put("/events", json={"url": url, "secret": secret}).raise_for_status()

    def act(self, name: str, act: str) -> int | None:
        """Have the payment of that name come to its end (`posted`, `failed`, `returned`), or `tell`
        of it again; what the endpoint of events answered, None where none did.
        """
        [payment] = [each for each in self.payments() if each["metadata"]["payout"] == name]
        answer = self._control.post(f"/payments/{payment['id']}/{act}")
        return answer.json()["told"] if answer.is_success else None
