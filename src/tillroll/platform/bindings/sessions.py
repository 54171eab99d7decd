"""Short-lived values by key: browser sessions, and how often somebody has tried to begin one."""

from dataclasses import dataclass
from typing import Protocol


class Sessions(Protocol):
    async def put(self, key: str, value: str, ttl_seconds: int) -> None: ...

    async def get(self, key: str) -> str | None: ...

    async def delete(self, key: str) -> None: ...


class Attempts(Protocol):
    async def may_try(self, key: str) -> bool:
        """Count an attempt of `key`; False where there were too many within the last minute."""
        ...


class Unlimited:
    """`Attempts` without an end."""

    async def may_try(self, key: str) -> bool:
        del key
        return True


@dataclass(frozen=True)
class Limits:
    """How many requests may come within a minute from an address, of an actor (a token or a person), of an account."""

    by_address: Attempts
    by_actor: Attempts
    by_account: Attempts


NO_LIMITS = Limits(Unlimited(), Unlimited(), Unlimited())
