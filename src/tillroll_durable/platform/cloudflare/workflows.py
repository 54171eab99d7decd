"""Workflows: the engine as a body sees it, and instances from outside."""

import re
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import js
from pyodide.ffi import JsException, create_proxy
from workers.workflows import NonRetryableError

from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings import engine
from tillroll_durable.platform.cloudflare.runtime import options, pause, to_object
from tillroll_durable.platform.json import Json, JsonObject, dump, load

_ABORT = "Aborting engine:"
# What an instance says of itself that cannot be terminated any more: the engine would refuse.
_ENDED = frozenset({"complete", "errored", "terminated"})
_TIMED_OUT = "timed out after"
_FINAL: Final = NonRetryableError.__name__
# The last line of what a failed step throws: "package.module.ErrorClass: message".
_LAST_LINE = re.compile(r"(?:[\w.]+\.)?(?P<name>\w+)(?:: (?P<message>.*))?", re.DOTALL)
_LONGEST_TURN_SECONDS: Final = 0.1


class CloudflareEngine:
    """`Engine` on the `step` that a WorkflowEntrypoint is given: each of its steps is one `step.do`
    of the SDK.

    Local steps follow each other without a wait: a long run would keep the isolate, and no request
    would be answered until it has ended. So it pauses between steps.
    """

    def __init__(self, step: Any) -> None:
        self._step = step
        self._paused_at = time.monotonic()

    async def do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: engine.Retries,
        timeout_seconds: int,
    ) -> Json:
        if time.monotonic() - self._paused_at >= _LONGEST_TURN_SECONDS:
            await pause()
            self._paused_at = time.monotonic()

        shard = shards.current()

        # The SDK passes the engine's context to a parameter of this name.
        async def run(ctx: Any) -> str:
            # JavaScript calls this, in no context of ours.
            shards.make_here(shard)
            try:
                output = await attempt(int(ctx["attempt"]))
            except engine.NonRetryable as error:
                raise NonRetryableError(str(error)) from error
            # As text: the SDK converts anything else member by member, and takes some names of
            # members for types.
            return dump(output)

        step = self._step.do(name, config=_config(retries, timeout_seconds))(run)
        try:
            return load(await step())
        except Exception as error:
            thrown = _thrown_by_engine(error)
            if thrown is None or engine_abort(thrown):
                raise
            raise step_error(thrown) from error

    async def sleep(self, name: str, seconds: int) -> None:
        await self._step.sleep(name, f"{seconds} seconds")

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        try:
            await self._step.wait_for_event(name, event_type, timeout=f"{timeout_seconds} seconds")
        except JsException as error:
            if engine_abort(error) or _TIMED_OUT not in error.message:
                raise
            raise engine.EventTimeout(event_type) from error


@cache
def _config(retries: engine.Retries, timeout_seconds: int) -> JsonObject:
    """A step's configuration, as `step.do` takes it. Steps share a few."""
    return {
        "retries": {
            "limit": retries.limit,
            "delay": f"{retries.delay_seconds} seconds",
            "backoff": retries.backoff,
        },
        "timeout": f"{timeout_seconds} seconds",
    }


def _thrown_by_engine(error: Exception) -> JsException | None:
    """The engine's error. The SDK raises some as Python's own, with the engine's as their cause."""
    for each in (error, error.__cause__):
        if isinstance(each, JsException):
            return each
    return None


def step_error(error: JsException) -> engine.StepError:
    """What a failed step threw, as StepError: the class and the one-line message of the error
    raised inside."""
    last = error.message.strip().rsplit("\n", 1)[-1].removeprefix("PythonError: ")
    match = _LAST_LINE.fullmatch(last)
    # Its name is lost on some ways, and stands before the message then.
    if error.name == _FINAL or (match and match["name"] == _FINAL):
        return engine.StepError(
            "NonRetryable", last.rsplit(f"{_FINAL}: ", 1)[-1], is_non_retryable=True
        )
    if _TIMED_OUT in last:
        return engine.StepError("Timeout", last)
    if match is None or match["message"] is None:
        return engine.StepError(error.name, last)
    return engine.StepError(match["name"], match["message"])


def engine_abort(error: BaseException | None) -> str | None:
    """The engine's message where `error` is, or was caused by, an abort (pause, terminate,
    restart); else None."""
    visited: set[int] = set()
    while error is not None and id(error) not in visited:
        visited.add(id(error))
        if isinstance(error, JsException) and error.message.startswith(_ABORT):
            return error.message
        error = error.__cause__ or error.__context__
    return None


def hand_back_abort(error: JsException) -> Any:
    """What run() must return so that the engine knows its abort: a promise rejected in JavaScript.
    Raised from Python, a paused instance would end as errored. Raises JsException: no abort."""
    message = engine_abort(error)
    if message is None:
        raise error
    thenable = js.Object.new()  # `then` comes later, or Python would try to await the object

    def then(_resolve: Any, reject: Any) -> None:
        reject(js.Error.new(message))

    js.Reflect.set(thenable, "then", create_proxy(then))
    return thenable


class CloudflareInstances:
    """`Instances` on a Workflow binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def create(self, instance_id: str, params: JsonObject) -> None:
        with _translated():
            await self._binding.create(options(id=instance_id, params=to_object(params)))

    async def status(self, instance_id: str) -> str:
        with _translated():
            instance = await self._binding.get(instance_id)
            return str((await instance.status()).status)

    async def pause(self, instance_id: str) -> None:
        with _translated():
            await (await self._binding.get(instance_id)).pause()

    async def resume(self, instance_id: str) -> None:
        with _translated():
            await (await self._binding.get(instance_id)).resume()

    async def terminate(self, instance_id: str) -> None:
        with _translated():
            instance = await self._binding.get(instance_id)
            if str((await instance.status()).status) not in _ENDED:
                await instance.terminate()

    async def delete(self, instance_id: str) -> None:
        await self.terminate(instance_id)
        with _translated():
            await (await self._binding.get(instance_id)).delete()

    async def send_event(self, instance_id: str, event_type: str) -> None:
        with _translated():
            instance = await self._binding.get(instance_id)
            await instance.sendEvent(options(type=event_type, payload=to_object({})))


@contextmanager
def _translated() -> Generator[None]:
    """What the binding raises, as the protocol has it."""
    try:
        yield
    except JsException as error:
        if "instance.already_exists" in error.message:
            raise engine.InstanceExists(error.message) from error
        if "instance.not_found" in error.message:
            raise engine.InstanceNotFound(error.message) from error
        raise engine.EngineUnavailable(error.message) from error
