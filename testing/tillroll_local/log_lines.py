"""What of the logs a developer wants to see while they work: errors, warnings, and what the Worker
itself says.

Everything else that wrangler says at each start and request is left in the log file. What is
dropped is named here, so that what is not known, such as a `print` put in for a moment, is shown.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

from tillroll_local.load_error import LoadErrors

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BLOCK = re.compile(r"(✘ \[ERROR\]|▲ \[WARNING\]) ")
_REQUEST = re.compile(r"\[wrangler:info\] [A-Z]+ \S+ (?P<status>\d{3})\b")
_FRAME_OF_THE_RUNTIME = re.compile(r"\s*(Error|at .*(wasm://|pyodide|node:internal).*)$")
# workerd itself prints what a step's function, or a run, throws. The engine must see it thrown, so
# it cannot be kept from printing that; but a step's own "no", and the end of its run, are ordinary,
# and the Worker's log tells of both.
_NO = re.compile(r"✘ \[ERROR\] Uncaught NonRetryableError: (?P<says>.*?)(?: Error)?$")
_END = re.compile(r"\s*tillroll_durable\.errors\.Run(?:Failed|Cancelled): (?P<says>.*)")
# An attempt at a step is thrown on to the engine, which tries it again. So its traceback tells of
# nothing that nobody handles.
_OF_AN_ATTEMPT = re.compile(r"\s*File \".*/tillroll_durable/platform/cloudflare/workflows\.py\"")
_RAISED = re.compile(r"\s*(?:[\w.]+\.)?(?P<name>[A-Z]\w*)(?:: (?P<says>.*))?$")
_FRAME = re.compile(r"\s*File \"/session/metadata/(?P<file>[^\"]+)\", line (?P<line>\d+)")
_NOT_THE_AUTHORS = ("python_modules/", "tillroll_durable/")
_LISTS = {
    "Your Worker has access to the following bindings:": "",
    "Attaching additional modules:": "└",
}
_CHATTER = (
    "Using secrets defined in",
    "⎔",
    "🪵",
    "[wrangler:info]",
    "If you think this is a bug then please create an issue",
)
_HARMLESS = (
    # that the `unsafe` field, which brings the local AI binding, may change
    "Processing wrangler.local-",
    "Scheduled Workers are not automatically triggered",  # cron.py does it
    "failed to lookup address information",  # the Worker says itself whom it could not reach
    "/cdn-cgi/local/explorer/",  # the waker, which asks again
)
_RENAMED = {
    "⎔ Reloading local server...": "Reloading the Worker …",
    "⎔ Local server updated and ready": "Reloaded the Worker",
}


# How wrangler begins to say that workerd crashed, and that it starts it again by itself.
_CRASHED = "[wrangler:warn] The Workers runtime crashed unexpectedly and is being restarted"
STARTED_AGAIN = "The Workers runtime has crashed. It is started again."


def without_colours(text: str) -> str:
    return _COLOUR.sub("", text)


class WranglerLines:
    """Takes the log's lines in order and gives back what is to be shown.

    An error or warning is a block: a first line, and lines that are indented. It is complete when
    something else follows, or when `flush` says that nothing does for now.
    """

    def __init__(self) -> None:
        self._list_end: str | None = None
        self._block: list[str] | None = None
        self._last_block: list[str] = []
        self._load_errors = LoadErrors()

    def feed(self, line: str) -> Iterator[str]:
        """Take one line, without its end; give the lines to be shown because of it."""
        line = without_colours(line).rstrip()
        if self._list_end is not None:
            if line.startswith(self._list_end) and (self._list_end or not line):
                self._list_end = None
            return
        if self._block is not None and (not line or line.startswith(" ")):
            if line and not _FRAME_OF_THE_RUNTIME.match(line):
                self._block.append(line)
            return
        yield from self.flush()
        if _BLOCK.match(line):
            self._block = [line]
            return
        self._last_block = []
        if line in _LISTS:
            self._list_end = _LISTS[line]
        else:
            yield from _single(line)

    def flush(self) -> Iterator[str]:
        """Give the block that was begun. An exception is logged twice, with and without frames: it
        is given once.
        """
        block, self._block = self._block, None
        if (
            block
            and block != self._last_block
            and not any(phrase in block[0] for phrase in _HARMLESS)
        ):
            self._last_block = block
            load_error = self._load_errors.shown(block)
            if load_error is not None:
                yield from load_error
            else:
                yield from _ordinary(block) or (readable(block[0]) or block[0], *block[1:])


def _ordinary(block: Sequence[str]) -> Sequence[str]:
    """The line for an exception by which a step says no, a run ends, or an attempt fails; nothing
    where it is another.
    """
    if said := _NO.match(block[0]):
        return [f"A step said no: {said['says']}"]
    if ended := _END.match(block[-1]):
        return [f"A run ended: {ended['says']}"]
    raised = _RAISED.match(block[-1])
    if raised is None or not any(_OF_AN_ATTEMPT.match(line) for line in block):
        return []
    says = "" if raised["says"] is None else f": {raised['says']}"
    return [f"An attempt at a step failed: {raised['name']}{says}{_place_in(block)}"]


def _place_in(block: Sequence[str]) -> str:
    """The last line of the author's that a traceback comes by, as the end of a sentence."""
    place = ""
    for line in block:
        frame = _FRAME.match(line)
        if frame is not None and not frame["file"].startswith(_NOT_THE_AUTHORS):
            place = f" (src/{frame['file']}:{frame['line']})"
    return place


def readable(line: str) -> str | None:
    """A line of the Worker's log as a person reads it; None where it tells of nothing but success.

    What is not the Worker's log, such as a `print` of some JSON, comes back as it is.
    """
    mark, brace, rest = line.partition("{")
    try:
        told = json.loads(brace + rest)
    except ValueError:
        return line
    if not isinstance(told, dict) or not {"time", "level", "event"} <= told.keys():
        return line
    fields = cast("dict[str, object]", told)
    level, event = fields.pop("level"), fields.pop("event")
    moment = str(fields.pop("time"))[11:19]
    if level == "info":
        return None
    values = " ".join(f"{name}={value}" for name, value in fields.items())
    return f"{mark}{moment} {event} {values}".rstrip()


def _single(line: str) -> Iterator[str]:
    request = _REQUEST.match(line)
    if line in _RENAMED:
        yield _RENAMED[line]
    elif line.startswith(_CRASHED):
        yield STARTED_AGAIN
    elif line.startswith("{"):
        shown = readable(line)
        if shown is not None:
            yield shown
    elif line and ((request and request["status"] >= "500") or not line.startswith(_CHATTER)):
        yield line
