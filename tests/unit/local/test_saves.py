"""A save that wrangler has not taken up is told, once."""

import os
from pathlib import Path

import pytest

from local.saves import OVERLOOKED_SECONDS, Saves, Settled


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "package" / "module.py"
    path.parent.mkdir()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def saves(tmp_path: Path, source: Path, clock: Clock) -> Saves:
    save(source, 100.0)
    return Saves(tmp_path, clock)


def save(path: Path, at: float) -> None:
    path.write_text("", encoding="utf-8")
    os.utime(path, (at, at))


def looks(saves: Saves, clock: Clock, loaded_at: float, seconds: float) -> list[bool]:
    """One look every second."""
    found: list[bool] = []
    for _ in range(int(seconds)):
        clock.seconds += 1.0
        found.append(saves.is_overlooked(loaded_at))
    return found


def test_what_lies_there_at_first_is_no_save_even_from_the_future(saves: Saves, clock: Clock) -> None:
    assert not any(looks(saves, clock, loaded_at=90.0, seconds=100))


def test_a_save_that_is_loaded_in_time_is_not_overlooked(saves: Saves, source: Path, clock: Clock) -> None:
    save(source, 200.0)
    assert not any(looks(saves, clock, loaded_at=150.0, seconds=OVERLOOKED_SECONDS - 1))
    assert not any(looks(saves, clock, loaded_at=201.0, seconds=100))


def test_a_save_that_is_not_loaded_is_told_once(saves: Saves, source: Path, clock: Clock) -> None:
    save(source, 200.0)
    assert not any(looks(saves, clock, loaded_at=150.0, seconds=OVERLOOKED_SECONDS))
    assert looks(saves, clock, loaded_at=150.0, seconds=100).count(True) == 1


def test_each_save_has_the_whole_time(saves: Saves, source: Path, clock: Clock) -> None:
    save(source, 200.0)
    assert not any(looks(saves, clock, loaded_at=150.0, seconds=OVERLOOKED_SECONDS - 1))
    save(source.with_name("another.py"), 210.0)
    assert not any(looks(saves, clock, loaded_at=150.0, seconds=OVERLOOKED_SECONDS))
    assert looks(saves, clock, loaded_at=150.0, seconds=100).count(True) == 1


def test_a_file_has_changed_once_its_save_has_settled(source: Path, clock: Clock) -> None:
    save(source, 1000.0)
    settled = Settled(source, clock)
    assert not settled.has_changed()
    save(source, 1020.0)
    seen: list[bool] = []
    for clock.seconds in (1020.2, 1020.9, 1021.1, 1021.2):
        seen.append(settled.has_changed())
    assert seen == [False, False, True, False]
    source.unlink()
    assert not settled.has_changed()
