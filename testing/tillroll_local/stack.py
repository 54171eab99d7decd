"""A Worker under the genuine `wrangler dev`: started, looked at, restarted and ended."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol

import httpx

from tillroll_local.leftovers import end_left_over
from tillroll_local.locks import FileLock, Locked
from tillroll_local.processes import Part, becomes_free, end_all
from tillroll_local.waker import count_starts

READY_SECONDS = 180.0
WRANGLER: Final = "wrangler dev"
# What wrangler 4.164 says when a Worker with workflows raises while it is loaded; its list of
# bindings may follow.
_DOES_NOT_LOAD = "The Workers runtime failed to start"
# What it says when workerd crashed and its own attempt to start it again failed: it then runs on
# without a Worker.
_DID_NOT_RESTART = "The Workers runtime failed to restart after an unexpected crash"
_PORT_IS_TAKEN = "ddress already in use"
# How long it may take to end once it has said that.
_ENDING_SECONDS = 15.0
_POLL_SECONDS = 0.05
_OK: Final = frozenset({HTTPStatus.OK})


class StackError(Exception):
    """The stack did not start or did not go on; the message says which part and what it last
    said.
    """


class WorkerDown(StackError):
    """The Worker does not come up on what lies there, after a save for instance: wrangler refuses
    the configuration, or nothing answers.
    """


class WorkerBroken(WorkerDown):
    """The Worker's code does not load: wrangler shows why, and ends."""


class RuntimeCrashed(StackError):
    """wrangler, or workerd below it, has ended as no code of the Worker makes it: `restart_worker`
    starts it again.
    """


class Cancelled(Exception):
    """What was under way has been given up, because `cancel` was called."""


def say_nothing(line: str) -> None:
    del line


def _never() -> bool:
    return False


class Helper(Protocol):
    """What runs beside the Worker until the stack ends."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class WorkerStack(ABC):
    """Ended by `stop` (in order) or `kill` (SIGKILL, as a power cut would).

    `say` hears what is being done, in short lines. Its caller says how wrangler is
    configured and started. `option_of_port` is what its command has for another port.
    `is_overtaken` says whether a start that does not answer yet lacks what was saved since.
    """

    option_of_port = "PORT="

    def __init__(self, state: Path, port: int, say: Callable[[str], None] = say_nothing) -> None:
        self.state = state.resolve()
        self.url = f"http://localhost:{port}"
        self.parts: list[Part] = []
        self._port = port
        self._say = say
        self.is_overtaken: Callable[[], bool] = _never
        self._cancelled = False
        self._has_answered = False  # the Worker of the newest start
        self._broken_since: float | None = (
            None  # when wrangler was first seen to say that the Worker does not load
        )
        self._lock = FileLock(self.state / "lock")
        self._config: Path | None = None
        self._helpers: list[Helper] = []

    @abstractmethod
    def _configure(self) -> Path:
        """Write the local configuration; its path."""

    @abstractmethod
    def _start_wrangler(self) -> Part:
        """Start wrangler on it."""

    @abstractmethod
    def _wait_for_worker(self) -> None:
        """Wait until the Worker answers. Raises as `check`, and StackError."""

    @abstractmethod
    def _tell_of_migrations(self) -> None:
        """Say which migrations are not applied, before the Worker is started again."""

    @property
    def config(self) -> Path:
        """The local configuration; exists between `prepare` and the end."""
        if self._config is None:
            raise StackError("The stack has no configuration yet: start it first")
        return self._config

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    def _take_folder(self) -> None:
        """Take the state folder, and end what an earlier start left running on it.

        Raises StackError: another stack has the folder, or the port is taken.
        """
        try:
            self._lock.acquire()
        except Locked:
            raise StackError(
                f"{self.state} is in use by another instance. Stop that one, or keep this one's "
                "data elsewhere: STATE=…"
            ) from None
        if ended := end_left_over(self.state):
            self._say(f"Ended what an earlier start left running: {len(ended)} processes")

    def _check_port(self) -> None:
        """Raises StackError."""
        if not becomes_free(self._port):
            other = f"{self.option_of_port}{self._port + 1}"
            raise StackError(f"Port {self._port} is taken. Free it, or choose another: {other}")

    def cancel(self) -> None:
        """Make what is under way, and every `check`, raise Cancelled. It only asks the parts to
        end: `stop` ends them.

        For signal handlers: it takes no lock that what they interrupt could hold.
        """
        self._cancelled = True
        for part in self.parts:
            part.ask_to_end()  # which also breaks a request that is being waited for

    def restart_worker(self) -> None:
        """Start wrangler again, after it ended or in place of the one that runs, and wait for the
        Worker.

        Raises:
            StackError: as from `start`; nothing is stopped.
            Cancelled: `cancel` was called.
        """
        self.end_worker()
        self._start_wrangler_anew()

    def reconfigure(self) -> None:
        """Start wrangler again on what wrangler.jsonc says now, and wait for the Worker. A
        migration that came since is not applied: its author is still at it.

        Raises:
            StackError: as from `start`; nothing else is stopped.
            Cancelled: `cancel` was called.
        """
        self.end_worker()
        self._configure()
        self._tell_of_migrations()
        self._start_wrangler_anew()

    def end_worker(self) -> None:
        """End wrangler, if it runs. Its port is free afterwards."""
        self._has_answered = False
        for part in [part for part in self.parts if part.name == WRANGLER]:
            end_all([part])
            self.parts.remove(part)
        becomes_free(self._port)

    @property
    def port(self) -> int:
        """Where the Worker listens."""
        return self._port

    def _start_wrangler_anew(self) -> None:
        self.parts.append(self._start_wrangler())
        self._wait_for_worker()

    def workerd_starts(self) -> int:
        """How often workerd has been started since `start`: at first, and again after every
        save.
        """
        return count_starts(self._starts_file)

    def worked_seconds(self) -> float:
        """The processor time that wrangler and its workerd have taken so far, in seconds."""
        return sum(part.worked_seconds() for part in self.parts if part.name == WRANGLER)

    def worker_loaded_at(self) -> float:
        """When workerd was last started to load the Worker's code, as a file's time."""
        return self._starts_file.stat().st_mtime

    def check(self) -> None:
        """Look at every part.

        Raises:
            Cancelled: `cancel` was called.
            WorkerBroken: wrangler has ended because the Worker's code does not load, or has said so
                and hangs.
            WorkerDown: wrangler has ended before the Worker answered at all.
            RuntimeCrashed: wrangler has ended otherwise, or has no workerd any more.
            StackError: another part has ended.
        """
        crashed = [
            part for part in self.parts if part.name == WRANGLER and part.has_said(_DID_NOT_RESTART)
        ]
        if not crashed:
            self._end_what_hangs()
        ended = [(part, code) for part in self.parts if (code := part.exit_code()) is not None]
        if self._cancelled:  # looked at last: the parts end because of it
            raise Cancelled
        for part, code in ended:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            by_itself = code == 1 or self._broken_since is not None
            kind = RuntimeCrashed if part.name == WRANGLER else StackError
            if part.name == WRANGLER and code == 1 and self._is_refused(part):
                kind = WorkerDown
            if by_itself and part.has_said(_DOES_NOT_LOAD) and part not in crashed:
                kind = WorkerBroken
            raise kind(
                f"{part.name} ended ({how}). Its last lines, from {part.log}:\n{part.tail()}"
            )
        for part in crashed:
            raise RuntimeCrashed(
                f"workerd crashed. The last lines of {part.name}, from {part.log}:\n{part.tail()}"
            )

    def _is_refused(self, wrangler: Part) -> bool:
        """Whether wrangler has ended without a word of a crash, or of a port that is taken."""
        by_accident = wrangler.has_said(_DID_NOT_RESTART) or wrangler.has_said(_PORT_IS_TAKEN)
        return not self._has_answered and not by_accident

    def _end_what_hangs(self) -> None:
        """wrangler ends once it has said that the Worker does not load; where that takes too long,
        end it.
        """
        for part in self.parts:
            if part.name != WRANGLER or part.exit_code() is not None:
                continue
            if not part.has_said(_DOES_NOT_LOAD):
                self._broken_since = None
            elif self._broken_since is None:
                self._broken_since = time.monotonic()
            elif time.monotonic() - self._broken_since > _ENDING_SECONDS:
                part.kill()

    def stop(self) -> None:
        """End every part in order; the state folder is free afterwards."""
        end_all(self.parts)
        self._forget()

    def kill(self) -> None:
        """End everything as a power cut would: no part is asked, none can save anything."""
        for part in self.parts:
            part.kill()
        self._forget()

    def _forget(self) -> None:
        if not self._lock.is_held:
            return  # nothing was begun, and what carries the folder's mark is another's
        end_left_over(self.state)  # what has left its part's group
        if self.parts:
            becomes_free(self._port)
        # after the parts: a request of theirs that is under way ends with workerd
        for helper in self._helpers:
            helper.stop()
        self._helpers, self.parts = [], []
        if self._config:
            self._config.unlink(missing_ok=True)
        self._lock.release()

    @property
    def _starts_file(self) -> Path:
        return self.state / "workerd-starts"

    def _wait_for(self, url: str, statuses: Collection[int] = _OK) -> None:
        deadline = time.monotonic() + READY_SECONDS
        with httpx.Client(timeout=5) as client:
            while time.monotonic() < deadline:
                self.check()
                try:
                    if client.get(url).status_code in statuses:
                        self._has_answered = True
                        return
                except httpx.TransportError:
                    pass  # not listening yet: the deadline decides
                if self.is_overtaken():
                    raise WorkerDown(f"{url} did not answer before the next save")
                time.sleep(_POLL_SECONDS)
        raise WorkerDown(f"{url} did not answer within {READY_SECONDS:.0f} s. See {self.logs}")
