"""A save that wrangler has not taken up is told, once."""

import os
from pathlib import Path

import pytest

from tillroll_local.runtime.loaded import write_loaded
from tillroll_local.runtime.worker_config import PYTHON, Module, PythonWorker
from tillroll_local.saves import OVERLOOKED_SECONDS, REMOVED_SECONDS, Loaded, Saves, Settled


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
def loaded(tmp_path: Path) -> Path:
    return tmp_path / "state" / "workerd-loaded"


@pytest.fixture
def saves(tmp_path: Path, source: Path, loaded: Path, clock: Clock) -> Saves:
    save(source, 100.0)
    return Saves(tmp_path, tmp_path / "wrangler.jsonc", Loaded(loaded, tmp_path), clock)


def save(path: Path, at: float) -> None:
    path.write_text("", encoding="utf-8")
    os.utime(path, (at, at))


def write_down(loaded: Path, *sources: Path) -> None:
    """What a start has, as the start itself writes it down."""
    root = loaded.parent.parent
    modules = [
        Module(path.relative_to(root).as_posix(), PYTHON, path.read_bytes()) for path in sources
    ]
    loaded.parent.mkdir(exist_ok=True)
    write_loaded(loaded, PythonWorker(modules, "2026-11-01", [], []))


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


def test_a_start_may_have_all_that_lies_there(saves: Saves, source: Path, loaded: Path) -> None:
    """A module that imports a new one is saved, and half a second later the new one."""
    write_down(loaded, source)
    assert saves.are_loaded()
    new = source.with_name("new.py")
    new.write_text("", encoding="utf-8")
    assert not saves.are_loaded()
    write_down(loaded, source, new)
    assert saves.are_loaded()
    new.unlink()
    assert not saves.are_loaded()


def test_a_start_may_lack_the_second_of_two_saves_of_a_moment(
    saves: Saves, source: Path, loaded: Path
) -> None:
    source.write_text("first = 1\n", encoding="utf-8")
    write_down(loaded, source)
    source.write_text("second = 2\n", encoding="utf-8")
    assert saves.look()
    assert not saves.are_loaded()


def test_a_save_that_a_later_start_lacks_is_overlooked(
    saves: Saves, source: Path, loaded: Path, clock: Clock
) -> None:
    """wrangler has read it before the save, and started after it."""
    write_down(loaded, source)
    source.write_text("second = 2\n", encoding="utf-8")
    os.utime(source, (200.0, 200.0))
    assert looks(saves, clock, loaded_at=201.0, seconds=100).count(True) == 1


def test_a_file_that_is_gone_is_soon_overlooked(
    saves: Saves, source: Path, loaded: Path, clock: Clock
) -> None:
    write_down(loaded, source)
    source.unlink()
    assert not any(looks(saves, clock, loaded_at=150.0, seconds=REMOVED_SECONDS))
    assert looks(saves, clock, loaded_at=150.0, seconds=100).count(True) == 1


def test_a_file_that_an_editor_removes_for_a_moment_is_not(
    saves: Saves, source: Path, loaded: Path, clock: Clock
) -> None:
    write_down(loaded, source)
    source.unlink()
    assert not any(looks(saves, clock, loaded_at=250.0, seconds=2))
    save(source, 200.0)
    assert not any(looks(saves, clock, loaded_at=250.0, seconds=100))


def test_a_configuration_alone_is_not_overlooked(saves: Saves, source: Path, clock: Clock) -> None:
    save(source.parent.parent / "wrangler.jsonc", 200.0)
    assert not any(looks(saves, clock, loaded_at=150.0, seconds=100))


def test_what_is_loaded_is_python_and_the_configuration(saves: Saves, source: Path) -> None:
    (source.parent / "notes.txt").write_text("", encoding="utf-8")
    assert not saves.look()
    configuration = source.parent.parent / "wrangler.jsonc"
    configuration.write_text("{}", encoding="utf-8")
    assert saves.look()
    configuration.unlink()
    assert saves.look()


def test_a_save_waits_until_it_has_settled(source: Path, clock: Clock) -> None:
    save(source, 1000.0)
    settled = Settled(source, clock)
    assert not settled.is_waiting()
    save(source, 1020.0)
    clock.seconds = 1020.2
    assert not settled.has_changed()
    assert settled.is_waiting()
    clock.seconds = 1030.0
    assert settled.has_changed()
    assert not settled.is_waiting()


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


def test_what_nobody_tells_of_is_not_looked_for(
    tmp_path: Path, source: Path, loaded: Path, clock: Clock
) -> None:
    bindings = tmp_path / "wrangler.jsonc"
    save(source, 100.0)
    save(bindings, 100.0)
    told = [False]
    saves = Saves(tmp_path, bindings, Loaded(loaded, tmp_path), clock, has_come=told.pop)
    save(source, 200.0)
    assert not saves.look()
    told.append(True)
    assert saves.look()
    # wrangler.jsonc is looked at each time.
    told.append(False)
    save(bindings, 200.0)
    assert saves.look()
