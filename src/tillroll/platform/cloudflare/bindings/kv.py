"""Workers KV, and Cloudflare's rate limits."""

from typing import Any

from tillroll.platform.cloudflare.values import is_nothing, options


class KvSessions:
    """`Sessions` on a KV binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def put(self, key: str, value: str, ttl_seconds: int) -> None:
        await self._binding.put(key, value, options(expirationTtl=ttl_seconds))

    async def get(self, key: str) -> str | None:
        found = await self._binding.get(key)
        return None if is_nothing(found) else str(found)

    async def delete(self, key: str) -> None:
        await self._binding.delete(key)


class RateLimit:
    """`Attempts` on a rate limit's binding. Each of Cloudflare's places counts for itself, and approximately."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def may_try(self, key: str) -> bool:
        return bool((await self._binding.limit(options(key=key))).success)
