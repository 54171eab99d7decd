"""Does something in a process of its own, which starts as a copy of this one."""

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_CHUNK = 65536


@dataclass(frozen=True)
class Answer:
    """What a process came to. `value` is what it returned; it has none where `is_late`, or where it
    ended by itself.
    """

    value: Any = None
    is_late: bool = False
    is_broken: bool = False


def answer_of(
    action: Callable[[], object], processor_seconds: float = 0, seconds: float = 0
) -> Answer:
    """What an action returns, in JSON, in a process of its own.

    Args:
        processor_seconds: how much it may compute, and `seconds` how long it may take. Without
            them there is no end.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _answer(action, writing, processor_seconds)
    os.close(writing)
    text = _read(reading, seconds)
    os.close(reading)
    if text is None:
        os.killpg(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if text is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return Answer(is_late=True)
    if status != 0:
        return Answer(is_broken=True)
    return Answer(json.loads(text))


def _answer(action: Callable[[], object], writing: int, processor_seconds: float) -> None:
    status = 1
    try:
        os.setpgid(0, 0)
        if processor_seconds:
            limit = int(processor_seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        text = json.dumps(action()).encode()
        while text:
            text = text[os.write(writing, text) :]
        status = 0
    except BaseException:  # noqa: BLE001 - what a mutant raises ends its process, and is only shown
        traceback.print_exc()
    finally:
        os._exit(status)


def _read(reading: int, seconds: float) -> bytes | None:
    """What is written until the end; None where it takes longer."""
    deadline = time.monotonic() + seconds
    chunks: list[bytes] = []
    while True:
        remainder = None
        if seconds:
            remainder = max(0.0, deadline - time.monotonic())
        if not select.select([reading], [], [], remainder)[0]:
            return None
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
