"""Tillroll as any client sees it: uploads, and the wait until runs have ended or ask for a
person.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.folders import Photo

_POLL_SECONDS = 0.5
_PAGE = 100


class StillProcessing(Exception):
    """Some runs did not end in time."""


class Api:
    """A client for one account. Usable from several threads."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=120
        )

    def upload(self, photo: Photo) -> str:
        """Send a photo; return its run's id, which is the earlier one's where the same bytes are
        there already.
        """
        files = {"receipt": (photo.name, photo.content)}
        return str(
            self._client.post("/api/receipts", files=files).raise_for_status().json()["runId"]
        )

    def upload_all(self, photos: Sequence[Photo], clients: int) -> list[str]:
        """Send photos, `clients` at once; return their runs' ids in the same order."""
        with ThreadPoolExecutor(clients) as pool:
            return list(pool.map(self.upload, photos))

    def run(self, run_id: str) -> dict[str, Any]:
        return self._client.get(f"/api/runs/{run_id}").raise_for_status().json()

    def settle(self, run_ids: Sequence[str], seconds: float) -> Iterator[str]:
        """Yield the id of each run as soon as it is no longer processing.

        Raises:
            StillProcessing: some are after that many seconds.
        """
        open_ids = list(dict.fromkeys(run_ids))
        deadline = time.monotonic() + seconds
        while open_ids:
            settled = {
                run["id"] for run in self._summaries(open_ids) if run["status"] != "processing"
            }
            yield from settled
            open_ids = [run_id for run_id in open_ids if run_id not in settled]
            if time.monotonic() > deadline:
                raise StillProcessing(f"{len(open_ids)} runs, for instance {open_ids[0]}")
            time.sleep(_POLL_SECONDS if open_ids else 0)

    def close(self) -> None:
        self._client.close()

    def _summaries(self, run_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(run_ids), _PAGE):
            ids = ",".join(run_ids[start : start + _PAGE])
            yield from (
                self._client.get("/api/runs", params={"ids": ids})
                .raise_for_status()
                .json()["items"]
            )
