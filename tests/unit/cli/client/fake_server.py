"""A server that answers what a test has written down, and the command that asks it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tillroll_command.main import main
from tillroll_command.surroundings import Surroundings

URL = "https://tillroll.test"
Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]


def problem(kind: str, status: int, **more: Any) -> httpx.Response:
    """A problem as the API tells it."""
    body = {
        "type": f"urn:tillroll:problem:{kind}",
        "title": "A title",
        "status": status,
        "detail": "Do this.",
    }
    return httpx.Response(status, json={**body, **more})


def ok(body: object, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=body, headers=headers)


def page(*items: object, cursor: str | None = None) -> httpx.Response:
    return ok({"items": items, "nextCursor": cursor})


@dataclass
class FakeServer:
    """`answers` by method and path, each used in turn, the last one for ever; what was asked is
    kept in `asked`.
    """

    folder: Path
    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    asked: list[httpx.Request] = field(default_factory=list[httpx.Request])
    environment: dict[str, str] = field(
        default_factory=lambda: {"TILLROLL_URL": URL, "TILLROLL_TOKEN": "till_x"}
    )
    slept: list[float] = field(default_factory=list[float])

    def on(self, asked: str, *answers: Answer) -> None:
        """`asked` is such as `GET /api/runs`."""
        self.answers[asked] = list(answers)

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        answers = self.answers.get(f"{request.method} {request.url.path}")
        if not answers:
            return problem(
                "not-found", 404, detail=f"{request.method} {request.url.path} is nothing here."
            )
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, httpx.Response):
            return httpx.Response(
                answer.status_code, content=answer.content, headers=dict(answer.headers)
            )
        return answer(request)

    def run(self, *arguments: str) -> int:
        self.environment.setdefault("XDG_CACHE_HOME", str(self.folder / "cache"))
        surroundings = Surroundings(
            environment=self.environment,
            folder=self.folder,
            transport=httpx.MockTransport(self.answer),
            sleep=self.slept.append,
        )
        return main(arguments, surroundings)

    def bodies(self) -> list[Any]:
        """The JSON that was sent, in order."""
        return [json.loads(request.content) for request in self.asked if request.content]


@pytest.fixture
def server(tmp_path: Path) -> FakeServer:
    return FakeServer(tmp_path)


def silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)
