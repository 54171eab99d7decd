"""A save that wrangler has not taken up is told, once."""

import os
from pathlib import Path

import pytest

from tillroll_local.saves import OVERLOOKED_SECONDS, Saves, Settled


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
    return Saves([tmp_path, tmp_path / "wrangler.jsonc"], clock)


def save(path: Path, at: float) -> None:
    path.write_text("", encoding="utf-8")
    os.utime(path, (at, at))


def looks(saves: Saves, clock: Clock, loaded_at: float, seconds: float) -> list[bool]:
    """One look every second."""
    found: list[bool] = []
    for _ in range(int(seconds)):
        clock.seconds += 1.0
        saves.look()
        found.append(saves.is_overlooked(loaded_at))
    return found


def test_what_lies_there_at_first_is_no_save_even_from_the_future(
    saves: Saves, clock: Clock
) -> None:
    assert not any(looks(saves, clock, loaded_at=90.0, seconds=100))


def test_a_save_that_is_loaded_in_time_is_not_overlooked(
    saves: Saves, source: Path, clock: Clock
) -> None:
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


def test_a_reload_after_one_save_had_it(saves: Saves, source: Path) -> None:
    save(source, 200.0)
    assert saves.look()
    assert not saves.look()
    assert saves.failed_with_all()


def test_a_reload_may_have_begun_between_two_saves(saves: Saves, source: Path) -> None:
    """A module that imports a new one, and half a second later the new one."""
    save(source, 200.0)
    assert saves.look()
    save(source.with_name("new.py"), 200.5)
    assert saves.look()
    assert not saves.failed_with_all()


def test_a_reload_may_have_begun_between_two_saves_of_a_file_or_of_one_look(
    saves: Saves, source: Path
) -> None:
    for at in (200.0, 200.5):
        save(source, at)
        assert saves.look()
    assert not saves.failed_with_all()
    saves.loaded()
    for each in (source, source.with_name("new.py")):
        save(each, 300.0)
    assert saves.look()
    assert not saves.failed_with_all()


def test_a_save_while_the_one_before_was_loaded_may_not_have_been_loaded(
    saves: Saves, source: Path
) -> None:
    for at in (200.0, 200.5):
        save(source, at)
        assert saves.look()
    saves.loaded()
    assert not saves.failed_with_all()


def test_what_is_loaded_is_python_and_the_configuration(saves: Saves, source: Path) -> None:
    (source.parent / "notes.txt").write_text("", encoding="utf-8")
    assert not saves.look()
    configuration = source.parent.parent / "wrangler.jsonc"
    configuration.write_text("{}", encoding="utf-8")
    assert saves.look()
    configuration.unlink()
    assert saves.look()


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
