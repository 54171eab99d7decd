"""A Worker that answers no more is noticed, and one that is being loaded is left alone."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.http_server import ServingThread
from tillroll_local.health import Health

_DEADLINE_SECONDS = 5.0


class Worker(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("content-length", "0")
        self.end_headers()

    # The base's own name.
    def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
        """Nothing: tests show what they need."""


def watch(url: str, silent_seconds: float = 0.05) -> Health:
    health = Health(
        f"{url}/api/health",
        silent_seconds=silent_seconds,
        between_seconds=0.01,
        timeout_seconds=0.2,
    )
    health.start()
    return health


def comes(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_one_that_answers_is_not_silent_and_one_that_ended_is() -> None:
    with ServingThread(Worker) as server:
        health = watch(server.url)
        try:
            time.sleep(0.2)
            assert not health.is_silent()
            Worker.status = 503
            assert comes(health.is_silent)
            Worker.status = 200
            assert comes(lambda: not health.is_silent())
        finally:
            Worker.status = 200
            health.stop()


def test_nothing_counts_while_the_worker_is_loaded() -> None:
    with ServingThread(Worker) as server:
        url = server.url
    health = watch(url)
    try:
        assert comes(health.is_silent)
        health.pause()
        time.sleep(0.2)
        assert not health.is_silent()
        health.go_on()
        assert not health.is_silent()
        assert comes(health.is_silent)
    finally:
        health.stop()
