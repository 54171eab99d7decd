"""Queues, the sending side."""

from typing import Any

from pyodide.ffi import JsException

from tillroll.platform.bindings.queue import QueueUnavailable
from tillroll.platform.cloudflare.values import options, to_object
from tillroll.platform.json import JsonObject


class CloudflareQueue:
    """`Queue` on a queue binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        try:
            await self._binding.send(to_object(message), options(delaySeconds=delay_seconds))
        except JsException as error:
            raise QueueUnavailable(error.message) from error
