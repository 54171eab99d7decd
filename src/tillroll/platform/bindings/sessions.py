"""Short-lived values by key: browser sessions."""

from typing import Protocol


class Sessions(Protocol):
    async def put(self, key: str, value: str, ttl_seconds: int) -> None: ...

    async def get(self, key: str) -> str | None: ...

    async def delete(self, key: str) -> None: ...
