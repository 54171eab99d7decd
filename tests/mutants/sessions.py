"""A session of pytest inside this process, whose tests are run by its caller."""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import pytest

from local.places import BUILD, ROOT

LOG = BUILD / "mutants" / "pytest.log"


@dataclass(frozen=True)
class Seen:
    """A test without any mutant. `lines` are those that it runs, by file."""

    has_passed: bool
    seconds: float
    lines: Mapping[str, Sequence[int]]


class Tracer:
    """Writes down which lines of files are run."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._lines: dict[str, set[int]] = {str(path): set() for path in paths}

    def start(self) -> None:
        threading.settrace(self._call)
        sys.settrace(self._call)

    def stop(self) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def taken(self) -> dict[str, list[int]]:
        """The lines since the last time, by the path below the root."""
        taken: dict[str, list[int]] = {}
        for path, lines in self._lines.items():
            if lines:
                taken[Path(path).relative_to(ROOT).as_posix()] = sorted(lines)
                lines.clear()
        return taken

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Any:
        lines = self._lines.get(frame.f_code.co_filename)
        if lines is None:
            return None
        lines.add(frame.f_lineno)

        def line(inner: FrameType, event: str, _argument: object) -> Any:
            if event == "line":
                lines.add(inner.f_lineno)
            return line

        return line


class Session:
    """The plugin that hands the collected tests to `play`, which returns what the session is to
    return.
    """

    def __init__(self, play: Callable[["Session"], object]) -> None:
        self.value: object = None
        self.items: dict[str, pytest.Item] = {}
        self._play = play
        self._failed = False

    def pytest_sessionstart(self) -> None:
        """A failing example is enough: nobody reads a smaller one."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        usual = hypothesis.settings.get_profile("any machine")
        profile = hypothesis.settings(usual, phases=phases, database=None)
        hypothesis.settings.register_profile("mutants", profile)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        self.items = {item.nodeid: item for item in session.items}
        self.value = self._play(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def has_passed(self, name: str, following: str | None) -> bool:
        """Run a test. Fixtures that `following` uses too are left as they are."""
        item = self.items[name]
        following_item = None
        if following is not None:
            following_item = self.items[following]
        self._failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following_item)
        return not self._failed

    def first_failing(self, names: Sequence[str]) -> str | None:
        """The first test that fails; those behind it are not run."""
        for place, name in enumerate(names):
            following = None
            if place + 1 < len(names):
                following = names[place + 1]
            if not self.has_passed(name, following):
                return name
        return None

    def surveyed(self, paths: Sequence[Path]) -> dict[str, Any]:
        """Each test without any mutant, and what it runs."""
        tracer = Tracer(paths)
        names = list(self.items)
        told: dict[str, Any] = {}
        for name, following in zip(names, [*names[1:], None], strict=True):
            tracer.start()
            began = time.process_time()
            has_passed = self.has_passed(name, following)
            seconds = time.process_time() - began
            tracer.stop()
            told[name] = vars(Seen(has_passed, seconds, lines=tracer.taken()))
        return told


def run(files: Sequence[str], play: Callable[[Session], object]) -> object:
    """What `play` returns of a session with the tests of files; None where they cannot be
    collected. It is to be called in a process of its own: outputs go to LOG.
    """
    LOG.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    session = Session(play)
    words = ["-q", "--tb=line", "-p", "no:cacheprovider", "--basetemp", str(LOG.parent / "files")]
    # Plugins that are imported before pytest begins are not rewritten, which is no fault here.
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    pytest.main([*words, *files], plugins=[session])
    return session.value
