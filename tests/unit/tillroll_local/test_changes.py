"""The system tells of saves; where it tells of none, somebody looks anyway, seldom."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tillroll_local.changes import Changes

_MOST_SECONDS = 20.0


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def changes(tmp_path: Path, clock: Clock) -> Iterator[Changes]:
    (tmp_path / "package").mkdir()
    hearing = Changes(tmp_path, now=clock)
    yield hearing
    hearing.stop()


def has_come_soon(changes: Changes) -> bool:
    deadline = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < deadline:
        if changes.has_come():
            return True
        time.sleep(0.01)
    return False


def test_a_save_is_heard_of_once(changes: Changes, tmp_path: Path) -> None:
    # The watcher may begin behind the first save, so it is saved until it is heard of.
    deadline = time.monotonic() + _MOST_SECONDS
    has_come = False
    while not has_come and time.monotonic() < deadline:
        (tmp_path / "package" / "module.py").write_text(str(time.time()), encoding="utf-8")
        time.sleep(0.2)
        has_come = changes.has_come()
    assert has_come
    time.sleep(0.5)
    changes.has_come()
    time.sleep(0.3)
    assert not changes.has_come()
    (tmp_path / "package" / "module.py").unlink()
    assert has_come_soon(changes), "a file is gone"


def test_somebody_looks_seldom_where_nobody_tells(changes: Changes, clock: Clock) -> None:
    assert not changes.has_come()
    clock.seconds += 29
    assert not changes.has_come()
    clock.seconds += 2
    assert changes.has_come()
    assert not changes.has_come()
