"""Runs one part as a process of its own, which is ended with all that it started when its time is
over.
"""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.places import ROOT
from tillroll_local.leftovers import processes_with

# Every process of a part carries it in its environment, also those that leave its process group.
_MARK: Final = "TILLROLL_PROVES"
_ENDING_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.1
# What a part says last of itself, or pytest does.
_COUNT: Final = re.compile(
    r"^(?:Proved: (?P<own>.+)|=* ?(?P<tests>\d+ (?:failed|passed).*?) in [\d.]+s.*)$", re.MULTILINE
)


@dataclass(frozen=True)
class Outcome:
    """How a part ended. `result` is as in Result; `count` is empty where the part told none."""

    result: str
    count: str
    seconds: float


def run(
    command: Sequence[str], log: Path, seconds: float, environment: Mapping[str, str] | None = None
) -> Outcome:
    """Run a command, with its output in `log`, for at most `seconds`, and end all that it started.

    A command that leaves a process behind has failed, whatever it says itself.
    """
    began = time.monotonic()
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**(environment if environment is not None else os.environ), _MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            result = "passed" if process.wait(timeout=seconds) == 0 else "failed"
        except subprocess.TimeoutExpired:
            result = "hung"
        finally:
            left = _end_all(mark, at_once=process.poll() is None)
            process.wait()
        if left and result == "passed":
            output.write(f"\nIt left {left} processes running, which were ended.\n".encode())
            result = "failed"
    return Outcome(result, _count_in(log), time.monotonic() - began)


def _end_all(mark: str, *, at_once: bool) -> int:
    """End every process with this mark; how many had to be. Those of a part that has ended get some
    time to end.
    """
    deadline = time.monotonic() + (0 if at_once else _ENDING_SECONDS)
    while (left := processes_with(_MARK, mark)) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    ended: set[int] = set()
    while left:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):  # it may end by itself
                os.kill(pid, signal.SIGKILL)
        ended |= left
        time.sleep(_POLL_SECONDS)
        left = processes_with(_MARK, mark)  # one may have started another meanwhile
    return len(ended)


def _count_in(log: Path) -> str:
    found = [*_COUNT.finditer(log.read_text(encoding="utf-8", errors="replace"))]
    return (found[-1]["own"] or found[-1]["tests"]).strip() if found else ""
