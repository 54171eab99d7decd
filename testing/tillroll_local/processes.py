"""Child processes in groups of their own: started with a log, and ended surely."""

import contextlib
import errno
import itertools
import os
import random
import resource
import signal
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from tillroll_local.locks import FileLock, Locked
from tillroll_local.log_lines import without_colours

GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.02
_LOG_END_BYTES = 65_536
# Of the logs of earlier starts, the newest first.
_EARLIER = (".previous", ".previous.2", ".previous.3")
# What macOS allows where it says that there is no limit.
_ON_MACOS = 10_240
_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_LOWEST_PORT, _OUTGOING_FROM, _DRAWS = 10_240, 32_768, 100
_DRAWN = random.SystemRandom()  # two processes that were forked from one draw different ports
_CLAIMS = Path(tempfile.gettempdir()) / f"tillroll-ports-{os.getuid()}"
_MOST_CLAIMS = 200
_claims: deque[FileLock] = deque()
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def free_port() -> int:
    """Return a TCP port that is free now on both loopback addresses.

    It is drawn from below those that systems give to outgoing connections and to those who ask for
    any port (32768 and up on Linux, 49152 elsewhere): such a one is often taken by another before
    the process that it is for listens. No other process of this user that asks here gets it while
    this one lives, unless it has drawn 200 more.
    """
    for _ in range(_DRAWS):
        port = _DRAWN.randrange(_LOWEST_PORT, _OUTGOING_FROM)
        if is_port_free(port) and _claim(port):
            return port
    raise OSError(
        errno.EADDRINUSE, f"no free port was found between {_LOWEST_PORT} and {_OUTGOING_FROM}"
    )


def _claim(port: int) -> bool:
    claim = FileLock(_CLAIMS / str(port))
    try:
        claim.acquire()
    except Locked:
        return False
    _claims.append(claim)
    if len(_claims) > _MOST_CLAIMS:
        _claims.popleft().release()
    return True


def is_port_free(port: int) -> bool:
    """Whether this process may listen on the port, on both loopback addresses: browsers try both
    for `localhost`.
    """
    for family, address in _LOOPBACKS:
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno not in _NO_SUCH_ADDRESS:  # a machine without IPv6 has no second one
                return False
    return True


def becomes_free(port: int, seconds: float = 1.0) -> bool:
    """Whether the port is free within the time: the kernel closes a killed process's sockets a
    little after it.
    """
    deadline = time.monotonic() + seconds
    while not is_port_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def allow_open_files() -> None:
    """Let this process and its children open as many files as the system allows: workerd opens
    three for each run, and a shell often allows a thousand.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (hard, _ON_MACOS):
        if soft in (hard, wanted):
            return
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return


class Part:
    """One process of the stack with all its descendants: a process group, and a log file of its
    own.

    The logs of the three starts before are kept beside it: NAME.previous, NAME.previous.2 and
    NAME.previous.3. It runs in `folder`, or else where this process runs.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._end, self._read_to = "", 0
        allow_open_files()
        log.parent.mkdir(parents=True, exist_ok=True)
        _keep_earlier(log)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # a group of its own: Ctrl-C reaches the launcher only, which ends all in order
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group too."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """The exit code, minus the signal's number where a signal ended it; None while it runs."""
        return self._process.poll()

    def worked_seconds(self) -> float:
        """The processor time of the whole group so far, in seconds. The system counts whole ones
        on Linux. 0 where it does not say.
        """
        command = ["ps", "-A", "-o", "pgid=,time="]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)
        rows = (line.split() for line in listed.stdout.splitlines())
        return sum(_seconds(row[1]) for row in rows if row[0] == str(self.pid))

    def ask_to_end(self) -> None:
        signal_group(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group at once (SIGKILL) and reap it."""
        signal_group(self.pid, signal.SIGKILL)
        self._process.wait()

    def tail(self, lines: int = 20) -> str:
        """The last lines of the log that are not empty, without their colours."""
        return "\n".join([line for line in self._said().splitlines() if line.strip()][-lines:])

    def has_said(self, phrase: str) -> bool:
        """Whether the end of the log has it, on one line."""
        return phrase in self._said()

    def _said(self) -> str:
        """The end of the log. It is looked at several times a second for as long as the part runs,
        and read when it has grown.
        """
        size = self.log.stat().st_size
        if size != self._read_to:
            with self.log.open("rb") as log:
                log.seek(max(0, size - _LOG_END_BYTES))
                self._end = without_colours(
                    log.read(min(size, _LOG_END_BYTES)).decode(errors="replace")
                )
            self._read_to = size
        return self._end


def _keep_earlier(log: Path) -> None:
    """Move the logs of the starts before one further, so that a crash can be read after a few
    starts.
    """
    names = [log.name, *(f"{log.name}{ending}" for ending in _EARLIER)]
    for newer, older in reversed([*itertools.pairwise(names)]):
        with contextlib.suppress(FileNotFoundError):
            log.with_name(newer).replace(log.with_name(older))


def _seconds(time_text: str) -> float:
    """What `ps` says, as 1-02:03:04 on Linux and 3:04.05 on macOS, in seconds."""
    days, _, clock = time_text.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + 86_400 * int(days or 0)


def signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def end_all(parts: Sequence[Part], grace_seconds: float = GRACE_SECONDS) -> None:
    """End every part: ask all, wait up to `grace_seconds` for them together, then kill what is left
    of each group.
    """
    for part in parts:
        part.ask_to_end()
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline and any(part.exit_code() is None for part in parts):
        time.sleep(_POLL_SECONDS)
    for part in parts:
        part.kill()
