"""Outgoing HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class HttpFailed(Exception):
    """No answer came: refused, cut off, or too slow. Whether the other side acted is unknown."""


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    body: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Http(Protocol):
    async def get(self, url: str, timeout_seconds: float, max_bytes: int) -> HttpAnswer:
        """Fetch a text in UTF-8, following redirects, and return whatever was answered.

        Raises:
            HttpFailed: no answer came, or it is longer than `max_bytes` or no such text.
        """
        ...

    async def post(self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float) -> HttpAnswer:
        """Send a POST and return whatever was answered.

        Raises:
            HttpFailed: no answer came.
        """
        ...
