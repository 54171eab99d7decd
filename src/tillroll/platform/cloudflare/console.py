"""The log's way out of the Worker: the runtime's console, which Workers Logs indexes line by line."""

import logging

import js

from tillroll.platform.log import LOGGER, foreign_line


class ConsoleHandler(logging.Handler):
    """Writes each record as one line, by the console's method for its level."""

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage() if record.name == LOGGER.name else foreign_line(record)
        if record.levelno >= logging.ERROR:
            js.console.error(line)
        elif record.levelno >= logging.WARNING:
            js.console.warn(line)
        else:
            js.console.log(line)


def log_to_console() -> None:
    """Send what Tillroll and its libraries log to the console, from now on."""
    logging.getLogger().handlers[:] = [ConsoleHandler()]
