"""The log's way out of the Worker: the runtime's console, which Workers Logs indexes line by line."""

import logging
from typing import Any

import js

from tillroll.platform.log import LOGGER, foreign_line


class ConsoleHandler(logging.Handler):
    """Writes each record as one line, by the console's method for its level.

    A line is written as a microtask: when what runs now comes to its next wait or end, and before anything else does.
    The console looks at the stack of whoever calls it, and from within Python that is deep and costly; a microtask has
    none. Nothing of a request can end in between, so that no line is lost.
    """

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage() if record.name == LOGGER.name else foreign_line(record)
        js.queueMicrotask(_method(record.levelno).bind(js.console, line))


def _method(level: int) -> Any:
    if level >= logging.ERROR:
        return js.console.error
    return js.console.warn if level >= logging.WARNING else js.console.log


def log_to_console() -> None:
    """Send what Tillroll and its libraries log to the console, from now on."""
    logging.getLogger().handlers[:] = [ConsoleHandler()]
