"""Outgoing HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

# What a receiver answers says little; whoever answers more is not read to the end.
LONGEST_ANSWER_BYTES = 64 * 1024


class HttpFailed(Exception):
    """No answer came: refused, cut off, or too slow. Whether the other side acted is unknown."""


@dataclass(frozen=True)
class HttpAnswer:
    """`retry_after` is the header of that name, where there is one."""

    status: int
    body: str
    retry_after: str | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Http(Protocol):
    async def get(
        self, url: str, timeout_seconds: float, max_bytes: int, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Fetch a text in UTF-8, and return whatever was answered. Redirects are followed, unless there are `headers`:
        they are for that address only.

        Raises:
            HttpFailed: no answer came, or it is longer than `max_bytes` or no such text.
        """
        ...

    async def post(self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float) -> HttpAnswer:
        """Send a POST and return whatever was answered: of its body at most the first LONGEST_ANSWER_BYTES, as UTF-8
        with U+FFFD for what is none, and only what came within the time. Redirects are not followed.

        Raises:
            HttpFailed: no answer came.
        """
        ...

    async def delete(self, url: str, headers: Mapping[str, str], timeout_seconds: float) -> HttpAnswer:
        """Send a DELETE without a body; the rest is as `post` does it.

        Raises:
            HttpFailed: no answer came.
        """
        ...
