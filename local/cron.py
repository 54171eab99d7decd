"""Fire the Worker's cron triggers: `wrangler dev` has them, but does not fire them by itself."""

import logging
import threading
from collections.abc import Sequence

import httpx

_LOG = logging.getLogger(__name__)


class Cron:
    """Calls the scheduled handler for each cron expression of the configuration, every `seconds`."""

    def __init__(self, base_url: str, expressions: Sequence[str], seconds: float) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=60)
        self._expressions = expressions
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cron", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the firing. Where a request is under way, end workerd first."""
        self._stopping.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            for expression in self._expressions:
                self.fire(expression)

    def fire(self, expression: str) -> None:
        """Run the scheduled handler once and wait for it."""
        try:
            self._client.get("/cdn-cgi/local/scheduled", params={"cron": expression}).raise_for_status()
        except httpx.HTTPError as error:
            # workerd may be restarting, or the handler failed and said so; the next minute brings the next chance.
            _LOG.debug("cron did not fire: %s", error)
