"""A Worker that does not come up after a save says why at its port, and comes back by itself."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.patience import PATIENCE_SECONDS
from tests.unit.tillroll_local import tiny_wrangler
from tillroll_local import saves as saving
from tillroll_local import watching
from tillroll_local.follower import Follower
from tillroll_local.health import SILENT_SECONDS, Health
from tillroll_local.log_lines import WranglerLines
from tillroll_local.processes import Part, free_port
from tillroll_local.runtime.loaded import LOADED, digest_of, read_loaded
from tillroll_local.saves import Loaded, Saves
from tillroll_local.stack import WRANGLER, Cancelled, WorkerStack
from tillroll_local.watching import WAITS, Watch

_GOOD = "served = 1\n"


class TinyStack(WorkerStack):
    """A stack of one part."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder / "state", port)
        self.module = folder / "src" / "order.py"
        self.bindings = folder / "wrangler.jsonc"

    def start(self) -> None:
        self._take_folder()
        self._start_wrangler_anew()

    def read(self) -> None:
        if not self.bindings.read_text(encoding="utf-8").startswith("{"):
            raise ValueError("it does not begin with a brace")

    def _configure(self) -> Path:
        return self.bindings

    def _start_wrangler(self) -> Part:
        program = Path(tiny_wrangler.__file__)
        words = (self.port, self.module, self.bindings, self.state)
        command = [sys.executable, str(program), *map(str, words)]
        return Part(WRANGLER, command, log=self.logs / "wrangler.log", env={})

    def _wait_for_worker(self) -> None:
        self._wait_for(self.url)

    def _tell_of_migrations(self) -> None:
        """There are none."""


class Watched:
    """A watched Worker."""

    def __init__(self, folder: Path, silent_seconds: float = SILENT_SECONDS) -> None:
        self.stack = TinyStack(folder, free_port())
        self.stack.module.parent.mkdir()
        self.save(_GOOD)
        self.configure("{}")
        self.said: list[str] = []
        sources = self.stack.module.parent
        loaded = Loaded(self.stack.state / LOADED, sources)
        saves = Saves(sources, self.stack.bindings, loaded)
        health = Health(self.stack.url, silent_seconds=silent_seconds, timeout_seconds=1.0)
        self.health = health
        self._watch = Watch(
            self.stack,
            saves=saves,
            health=health,
            bindings=self.stack.bindings,
            read=self.stack.read,
            say=self.said.append,
        )
        self._follower = Follower(
            self.stack.logs / "wrangler.log",
            WranglerLines(),
            lambda line: self._watch.shows(line, self.said.append),
        )
        self._thread = threading.Thread(target=self._go_on)

    def start_stack(self) -> None:
        self._follower.start()
        self.stack.start()

    def watch(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stack.cancel()
        self._thread.join()
        self.stack.stop()
        self._follower.stop()

    def _go_on(self) -> None:
        try:
            self._watch.go_on(lambda: None)
        except Cancelled:
            return

    def save(self, text: str) -> None:
        """In one step, as editors do."""
        self._write(self.stack.module, text)

    def configure(self, text: str) -> None:
        self._write(self.stack.bindings, text)

    def _write(self, path: Path, text: str) -> None:
        partial = path.with_suffix(".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)

    def reload(self, text: str) -> None:
        """Save, and have it loaded as wrangler does after a save."""
        self.save(text)
        [wrangler] = self.stack.parts
        os.kill(wrangler.pid, signal.SIGHUP)

    def answers(self, status: int, *parts: str) -> bool:
        """Whether the port answers with this status, and with these parts in its body."""
        try:
            answer = httpx.get(self.stack.url, timeout=1)
        except httpx.TransportError:
            return False
        return answer.status_code == status and all(part in answer.text for part in parts)

    def has_loaded(self, content: bytes) -> bool:
        """Whether the newest start has begun on this."""
        return digest_of(content) in read_loaded(self.stack.state / LOADED).values()

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, "\n".join(self.said)
            time.sleep(0.02)


@pytest.fixture
def unwatched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A Worker that is up, and that nobody watches yet."""
    monkeypatch.setattr(watching, "_POLL_SECONDS", 0.05)
    watched = Watched(tmp_path)
    watched.start_stack()
    yield watched
    watched.stop()


@pytest.fixture
def watched(unwatched: Watched) -> Watched:
    unwatched.watch()
    return unwatched


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("this is no python\n", "SyntaxError: invalid syntax"),
        ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
        ("raise LookupError('no such thing')\n", "LookupError: no such thing"),
    ],
)
def test_code_that_does_not_load_is_told_until_it_does(
    watched: Watched, broken: str, says: str
) -> None:
    watched.reload(f"{_GOOD}{broken}")
    watched.until(lambda: watched.answers(503, "order.py", "line 2", says, "after the next save"))
    assert WAITS in watched.said
    watched.save(f"{_GOOD}# mended\n")
    watched.until(lambda: watched.answers(200, "# mended"))


def test_what_was_saved_while_the_broken_was_loaded_is_tried_at_once(watched: Watched) -> None:
    """Two saves of one moment look like one."""
    watched.reload("import nowhere\n# saves another\n")
    watched.until(lambda: watched.answers(503))
    assert any(line.startswith("Files were saved while") for line in watched.said)
    watched.save(_GOOD)
    watched.until(lambda: watched.answers(200))


def test_a_configuration_that_wrangler_refuses_is_told(watched: Watched) -> None:
    watched.configure('{"main": "refused"}')
    watched.until(lambda: watched.answers(503, "The configuration is refused."))
    watched.configure("{}")
    watched.until(lambda: watched.answers(200))


def test_a_configuration_that_is_saved_while_the_worker_starts_is_taken_up(
    unwatched: Watched,
) -> None:
    unwatched.configure('{"main": "refused"}')
    unwatched.watch()
    unwatched.until(lambda: unwatched.answers(503, "The configuration is refused."))
    unwatched.configure("{}")
    unwatched.until(lambda: unwatched.answers(200))


def test_a_configuration_that_cannot_be_read_leaves_what_runs(watched: Watched) -> None:
    watched.configure("no brace")
    watched.until(lambda: any("What runs is as before." in line for line in watched.said))
    assert watched.answers(200)
    watched.configure("{ }")
    watched.reload("import nowhere\n")
    watched.until(lambda: watched.answers(503, "No module named 'nowhere'"))
    watched.stack.bindings.unlink()
    watched.until(lambda: watched.answers(503, "wrangler.jsonc cannot be read"))
    watched.configure("{}")
    watched.until(lambda: watched.answers(503, "No module named 'nowhere'"))
    watched.save(_GOOD)
    watched.until(lambda: watched.answers(200))


def test_a_module_that_never_ends_gives_way_to_the_next_save(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "OVERLOOKED_SECONDS", 0.5)
    watched.reload("import nowhere\n")
    watched.until(lambda: watched.answers(503))
    watched.save("import time\ntime.sleep(3600)\n")
    watched.until(lambda: watched.has_loaded(b"import time\ntime.sleep(3600)\n"))
    watched.save(_GOOD)
    watched.until(lambda: watched.answers(200))


def test_a_worker_that_crashes_again_and_again_waits_for_a_save(watched: Watched) -> None:
    watched.reload("import os\nos.kill(os.getpid(), 9)\n")
    watched.until(lambda: watched.answers(503))
    watched.save(_GOOD)
    watched.until(lambda: watched.answers(200))


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Watched]:
    """One that is lost after four seconds."""
    watching = Watched(tmp_path, silent_seconds=4.0)
    watching.start_stack()
    watching.health.start()
    watching.watch()
    yield watching
    watching.stop()
    watching.health.stop()


def tells_of_silence(line: str) -> bool:
    return "has not answered" in line


def test_a_worker_that_waits_for_ever_is_started_again_more_patiently(impatient: Watched) -> None:
    impatient.reload("# waits for ever\n")
    impatient.until(lambda: any(map(tells_of_silence, impatient.said)))
    assert impatient.health.patience_seconds == 8.0


def test_a_worker_that_works_is_not_lost(impatient: Watched) -> None:
    impatient.reload("# works for ever\n")
    impatient.until(lambda: impatient.health.silent_for() > 12.0)
    assert not any(map(tells_of_silence, impatient.said))
