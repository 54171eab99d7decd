"""What a step that makes no call reaches of the world outside: it reads, and changes nothing."""

from collections.abc import Mapping
from dataclasses import replace

from tillroll.durable.step import Step
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.http import Http, HttpAnswer
from tillroll.platform.services import Platform


class ReadingHttp:
    """`Http` that sends a GET, and refuses the rest: an effect elsewhere is made by `run.call`."""

    def __init__(self, inner: Http, step: str) -> None:
        self._inner = inner
        self._step = step

    async def get(
        self, url: str, timeout_seconds: float, max_bytes: int, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        return await self._inner.get(url, timeout_seconds, max_bytes, headers)

    async def post(self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float) -> HttpAnswer:
        raise self._refused("POST", url, headers, body, timeout_seconds)

    async def put(self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float) -> HttpAnswer:
        raise self._refused("PUT", url, headers, body, timeout_seconds)

    async def patch(self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float) -> HttpAnswer:
        raise self._refused("PATCH", url, headers, body, timeout_seconds)

    async def delete(self, url: str, headers: Mapping[str, str], timeout_seconds: float) -> HttpAnswer:
        raise self._refused("DELETE", url, headers, timeout_seconds)

    def _refused(self, method: str, *_unsent: object) -> NonRetryable:
        return NonRetryable(
            f"the step {self._step!r} sends a {method}, which nobody would ask for before it is repeated: declare the "
            "step external, and make it by `run.call`"
        )


def reading(platform: Platform, step: Step) -> Platform:
    """The platform as a step of this effect may use it."""
    if step.is_elsewhere:
        return platform
    return replace(platform, http=ReadingHttp(platform.http, step.name))
