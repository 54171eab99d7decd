"""Short-lived values by key: browser sessions, and how often somebody has tried to begin one."""

from typing import Protocol


class Sessions(Protocol):
    async def put(self, key: str, value: str, ttl_seconds: int) -> None: ...

    async def get(self, key: str) -> str | None: ...

    async def delete(self, key: str) -> None: ...


class Attempts(Protocol):
    async def may_try(self, key: str) -> bool:
        """Count an attempt of `key`; False where there were too many within the last minute."""
        ...
