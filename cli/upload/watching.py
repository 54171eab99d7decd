"""A watched folder: new files are sent once they are complete, and what was sent is remembered."""

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tillroll_command.endings import Code, Stopped

from ..client.api import Api
from .gathering import in_folder
from .memory import Memory
from .sending import Outcome, Sent, Unreadable, read, send
from .settling import Look, Settling, look_at

_LONGEST_PAUSE_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.5


class Watch:
    """One folder under watch. `told` is called for each file that was dealt with, `note` with what
    else to say.
    """

    def __init__(  # noqa: PLR0913 - what is watched, how it is sent, and who hears of it
        self,
        folder: Path,
        api: Api,
        memory: Memory,
        *,
        settle: float,
        at_once: int,
        paid_by: str | None = None,
        told: Callable[[Sent], None],
        note: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._api = api
        self._memory = memory
        self._settling = Settling(settle)
        self._at_once = at_once
        self._paid_by = paid_by
        self._told = told
        self._note = note
        self._pause = 0.0
        self._is_away = False
        self._ends = False

    def end(self) -> None:
        """Let `run` return after the look that is under way. For signal handlers."""
        self._ends = True

    def run(self) -> None:
        """Until somebody ends it.

        Raises:
            Stopped: the folder is gone, or the server lets nobody in with this token.
        """
        while not self._ends:
            self.look()
            self._api.sleep(max(_LOOK_EVERY_SECONDS, self._pause))

    def look(self) -> None:
        """Send what has become complete since the last look. Raises Stopped."""
        try:
            ready = [(file, look) for file, look in self._looks() if self._is_due(file, look)]
        except FileNotFoundError as error:
            raise Stopped(Code.NOT_FOUND, f"The folder {self._folder} is gone.") from error
        if not ready:
            return
        self._is_away = False
        pool = ThreadPoolExecutor(max_workers=self._at_once)
        try:
            futures = [pool.submit(self._send, file, look) for file, look in ready]
            for (file, look), future in zip(ready, futures, strict=True):
                sent = future.result()
                if sent is not None:
                    self._memory.remember(self._name(file), look, sent)
                    self._settling.forget(file)
                    self._told(sent)
        finally:
            pool.shutdown(cancel_futures=True)

    def _looks(self) -> Iterator[tuple[Path, Look]]:
        for file in in_folder(self._folder):
            try:
                yield file, look_at(file)
            except OSError:
                self._settling.forget(file)  # it went away meanwhile

    def _is_due(self, file: Path, look: Look) -> bool:
        if self._memory.knows(self._name(file), look):
            return False
        try:
            return self._settling.is_complete(file, look, time.monotonic(), time.time())
        except OSError:
            return False  # not readable yet, or gone: the next look shows it

    def _send(self, file: Path, look: Look) -> Sent | None:
        """None where it is to be tried again: it has changed meanwhile, or no server answers.

        Raises:
            Stopped: the server lets nobody in with this token.
        """
        if self._is_away:  # it did not answer a moment ago: once is enough for a look
            return None
        try:
            content = read(file)
            if look_at(file) != look:
                return None
            sent = self._same_bytes(file, content) or send(self._api, file, content, self._paid_by)
        except (Unreadable, OSError):
            return None
        except Stopped as stopped:
            if stopped.code is not Code.UNREACHABLE:
                raise
            self._wait_longer(stopped)
            return None
        self._pause = 0.0
        return sent

    def _same_bytes(self, file: Path, content: bytes) -> Sent | None:
        """These bytes under another name are the receipt that was sent already."""
        sha256 = hashlib.sha256(content).hexdigest()
        run_id = self._memory.run_of(sha256)
        return (
            None if run_id is None else Sent(file, sha256, Outcome.KNOWN, Code.DONE, run_id=run_id)
        )

    def _wait_longer(self, stopped: Stopped) -> None:
        self._is_away = True
        if self._pause == 0.0:
            self._note(f"{stopped} It is tried again until it does.")
        self._pause = min(_LONGEST_PAUSE_SECONDS, 2 * self._pause or 1.0)

    def _name(self, file: Path) -> str:
        return file.relative_to(self._folder).as_posix()
