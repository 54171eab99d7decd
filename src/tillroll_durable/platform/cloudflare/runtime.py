"""The JavaScript runtime: its values, console, event loop, time zones, and the snapshot of its
memory."""

import asyncio
import importlib
import json
import logging
import re
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import js
from pyodide.ffi import JsException, create_proxy, jsnull, to_js
from workers import wait_until

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER, Value
from tillroll_durable.platform.clock import OffsetAt, UnknownZone
from tillroll_durable.platform.cloudflare.turns import Turns
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.log import LOGGER, foreign_line


class Isolate:
    """What is known of the isolate that this code runs in."""

    def __init__(self) -> None:
        self._is_told = False

    def tell_of_birth(self) -> None:
        """Log once that it was made. A snapshot is taken before the first call.

        Above 128 MB an isolate is replaced without an error, so its births are all that shows it.
        """
        if not self._is_told:
            self._is_told = True
            log.info("isolate.born")


ISOLATE: Final = Isolate()


def to_object(value: Json) -> Any:
    """A JSON value as plain JavaScript objects and arrays."""
    return js.JSON.parse(json.dumps(value))


def from_object(value: Any) -> Json:
    """Plain JavaScript objects and arrays as a JSON value; null becomes None, whole numbers become
    int."""
    return json.loads(js.JSON.stringify(value))


def bound(value: Value) -> Any:
    """A value as D1 binds it. Raises ValueError: an integer is too large for a JavaScript
    number."""
    if value is None:
        return jsnull
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise ValueError(f"{value} is beyond 2^53 and would lose digits in D1")
    if isinstance(value, int) and abs(value) == LARGEST_INTEGER:
        # Pyodide makes a BigInt of this one, which D1 does not take. As a float it is exact.
        return float(value)
    return value


def is_nothing(value: Any) -> bool:
    """True for JavaScript's null and undefined."""
    return value is None or value is jsnull


def free(buffer: Any) -> None:
    """Give an ArrayBuffer's memory back now. It is empty from here on.

    The collector looks at JavaScript's own heap, so buffers of megabytes wait long for it, and
    count towards what an isolate may hold.
    """
    buffer.transfer(0)


def content_of(buffer: Any) -> bytes:
    """All bytes of an ArrayBuffer, whose memory is given back."""
    content = buffer.to_bytes()
    free(buffer)
    return content


def options(**values: Any) -> Any:
    """A JavaScript object of the given values, which are passed as they are."""
    return to_js(values, dict_converter=js.Object.fromEntries)


class ConsoleHandler(logging.Handler):
    """Writes each record as one line, as a microtask before anything else runs: the console looks
    at its caller's stack, which within Python is deep and costly."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == LOGGER.name:
            line = record.getMessage()
        else:
            line = foreign_line(record)
        js.queueMicrotask(_method(record.levelno).bind(js.console, line))


def _method(level: int) -> Any:
    if level >= logging.ERROR:
        return js.console.error
    if level >= logging.WARNING:
        return js.console.warn
    return js.console.log


def log_to_console() -> None:
    """Send what Tillroll and its libraries log to the console, from now on."""
    logging.getLogger().handlers[:] = [ConsoleHandler()]


async def after_the_answer(work: Awaitable[object]) -> None:
    """Begin it, and do not wait. The proxy lives until it has ended, by which the runtime knows
    that it goes on."""
    task = asyncio.ensure_future(work)
    proxy = create_proxy(task)

    def end(ended: "asyncio.Future[object]") -> None:
        proxy.destroy()
        if ended.cancelled():
            error = None
        else:
            error = ended.exception()
        if isinstance(error, Exception):
            log.crash("later.failed", error)

    task.add_done_callback(end)
    wait_until(proxy)


def run_by_turns() -> None:
    """Have the event loop run callbacks by turns, from now on. Pyodide's own hands each one to
    JavaScript as a task with a stack of its own, which costs more than most callbacks do. None can
    set its stack aside any more (`run_sync`)."""
    loop: Any = asyncio.get_running_loop()

    def begin() -> None:  # as Pyodide's loop does before each callback
        loop._install_running_loop()  # noqa: SLF001 - Pyodide has no public name for it
        loop._install_asyncgen_hooks()  # noqa: SLF001 - Pyodide has no public name for it

    queue = js.queueMicrotask
    turns = Turns(loop, lambda: queue(turn), begin)
    turn = create_proxy(turns.run)
    loop.call_soon = turns.call_soon


async def pause() -> None:
    """`Pause` by the scheduler. It is awaited: to set a library's stack aside (`run_sync`) can end
    the interpreter."""
    await js.scheduler.wait(0)


class Start:
    """How this Worker starts. `imports_late`: the snapshot shall have what every request needs."""

    imports_late: bool = False


START: Final = Start()


def is_kept() -> bool:
    """True of a deployed Worker, and where a local one is loaded to make its snapshot
    (tillroll_local/runtime/make_snapshot.py). A local start without a snapshot imports for itself
    alone, and so does a Worker that imports late.
    """
    if START.imports_late:
        return False
    flags = importlib.import_module("_cloudflare_compat_flags")
    # Only the local stack has the development flag (docs/decisions/0002-local-stack.md).
    if not getattr(flags, "python_workers_development", False):
        return True
    try:  # the runtime tells of the snapshot that it was started from, unless it makes one
        importlib.import_module("_cf_internal_snapshot_info")
    except ModuleNotFoundError:
        return True
    return False


# "11/21/2026, GMT+05:30"; UTC itself is "GMT".
_OFFSET: Final = re.compile(r"GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$")


class EngineZones:
    """`Zones` on `Intl.DateTimeFormat`."""

    def offset_of(self, name: str) -> OffsetAt:
        try:
            form = js.Intl.DateTimeFormat.new(
                "en-US", options(timeZone=name, timeZoneName="longOffset")
            )
        except JsException as error:
            raise UnknownZone(name) from error

        def offset(moment: datetime) -> timedelta:
            formatted = str(form.format(js.Date.new(moment.replace(tzinfo=UTC).timestamp() * 1000)))
            match = _OFFSET.search(formatted)
            if match is None:
                raise UnknownZone(name)
            sign, hours, minutes, seconds = match.groups()
            if sign is None:
                return timedelta(0)
            utc_offset = timedelta(
                hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0)
            )
            if sign == "+":
                return utc_offset
            return -utc_offset

        return offset
