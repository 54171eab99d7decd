"""Wake the runs that a restart of workerd froze.

The local Workflows engine keeps everything on disk, but after any restart (a kill, Ctrl-C, a saved
file) no instance goes on by itself. Any event wakes one. In production alarms do this, so the
waking belongs to this machine, not to the Worker. Each wake is a stored event: every instance is
woken once a start of workerd, not again and again.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from tillroll_local.rounds import Rounds

_LOG = logging.getLogger(__name__)
_PAGE_SIZE = 100
_POLL_SECONDS = 0.25
_ROUNDS = 5
_EXPLORER = "/cdn-cgi/local/explorer/api/workflows"
# The statuses in which the local engine reports an instance that has work left.
_UNFINISHED = frozenset({"running", "waiting", "queued", "waitingForPause"})


def count_starts(starts_file: Path) -> int:
    """How often workerd has been started since the file was new: every start appends a line."""
    if not starts_file.exists():
        return 0
    return starts_file.read_bytes().count(b"\n")


class Instance(NamedTuple):
    workflow: str
    id: str


class Waker(Rounds):
    """Watches the file that every start of workerd appends a line to, and wakes all unfinished
    instances after each.
    """

    def __init__(self, base_url: str, starts_file: Path, workflows: Sequence[str]) -> None:
        super().__init__(
            httpx.Client(base_url=base_url, timeout=60), name="waker", seconds=_POLL_SECONDS
        )
        self._starts_file = starts_file
        self._workflows = workflows
        self._handled = 0
        # Of the newest start: what was woken after it, in how many rounds.
        self._newest: int = 0
        self._woken: set[Instance] = set()
        self._rounds = 0

    def look(self) -> None:
        """Wake what a new start of workerd froze; what does not answer yet is left for the next
        look.
        """
        starts = count_starts(self._starts_file)
        if starts == self._handled:
            return
        if starts != self._newest:  # it froze again what the rounds of the one before have woken
            self._newest = starts
            self._rounds = 0
            self._woken.clear()
        try:
            unfinished = self._list_unfinished()
            if count_starts(self._starts_file) != starts:
                return  # the list may be that of the workerd before
            refused = self._wake(unfinished - self._woken)
        except httpx.HTTPError as error:
            _LOG.debug("workerd does not answer yet: %s", error)
            return
        self._rounds += 1
        if not refused or self._rounds == _ROUNDS:
            self._handled = starts
            if refused:
                ids = ", ".join(sorted(each.id for each in refused))
                _LOG.warning(
                    "What the engine takes no event for stands still until the next start: %s", ids
                )

    def _wake(self, instances: set[Instance]) -> set[Instance]:
        """Wake each; those that took no event. One may have ended in between: the next list
        tells.
        """
        for instance in sorted(instances):
            path = f"{_EXPLORER}/{instance.workflow}/instances/{instance.id}/events/__wake"
            answer = self._client.post(path, json={})
            if answer.is_success:
                self._woken.add(instance)
            else:
                _LOG.debug("%s was not woken: %s", instance.id, answer.text)
        return instances - self._woken

    def _list_unfinished(self) -> set[Instance]:
        """All unfinished instances. The list is not filtered by the engine: that costs it a full
        pass for each page.
        """
        found: set[Instance] = set()
        for workflow in self._workflows:
            page, pages = 1, 1
            while page <= pages:
                query = {"per_page": _PAGE_SIZE, "page": page}
                answer = (
                    self._client.get(f"{_EXPLORER}/{workflow}/instances", params=query)
                    .raise_for_status()
                    .json()
                )
                found |= {
                    Instance(workflow, each["id"])
                    for each in answer["result"]
                    if each.get("status") in _UNFINISHED
                }
                pages = answer["result_info"]["total_pages"]
                page += 1
        return found
