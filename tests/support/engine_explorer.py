"""The engine of a running stack, as its operator has it: wrangler's local explorer for
Workflows.
"""

from collections.abc import Callable
from http import HTTPStatus

import httpx

from tests.support.patience import PATIENCE_SECONDS

_PATH = "/cdn-cgi/local/explorer/api/workflows/{workflow}/instances"
_UNFINISHED = frozenset({"queued", "running", "waiting", "paused", "waitingForPause"})


class EngineExplorer:
    """The instances of a workflow. `base_url` is asked each time: a restarted stack may have
    another.
    """

    def __init__(self, base_url: Callable[[], str], workflow: str = "receipt-workflow") -> None:
        self._base_url = base_url
        self._path = _PATH.format(workflow=workflow)

    def status(self, instance_id: str) -> str | None:
        """The engine's own word, for instance "running"; None where it knows no such instance."""
        answer = self._ask("GET", f"/{instance_id}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        return answer.raise_for_status().json()["result"]["status"]

    def change(self, instance_id: str, to: str) -> None:
        """Pause, resume, restart or terminate an instance, behind the back of its run's record."""
        self._ask("PATCH", f"/{instance_id}/status", {"status": to}).raise_for_status()

    def send_event(self, instance_id: str, event_type: str) -> None:
        """Wake an instance that waits for this type of event."""
        self._ask("POST", f"/{instance_id}/events/{event_type}", {}).raise_for_status()

    def forget(self, instance_id: str) -> None:
        """Delete an instance, as the engine itself does some days after its end."""
        self._ask("DELETE", f"/{instance_id}").raise_for_status()

    def live(self, run_id: str) -> list[str]:
        """The ids of a run's instances that have not ended, whatever their generation."""
        found: list[str] = []
        generation = 1
        while status := self.status(f"{run_id}-{generation}"):
            found += [f"{run_id}-{generation}"] if status in _UNFINISHED else []
            generation += 1
        return found

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> httpx.Response:
        return httpx.request(
            method, f"{self._base_url()}{self._path}{path}", json=body, timeout=PATIENCE_SECONDS
        )
