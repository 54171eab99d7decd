"""Commands of the set-up end with it, and keep its lock where they outlive it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.running_stack import wait_until
from tillroll_local.commands import CommandFailed, Commands
from tillroll_local.locks import FileLock, Locked, take_turn


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "setup.lock"


def test_a_failure_shows_what_the_command_printed(lock: Path) -> None:
    with (
        take_turn(lock, "") as descriptor,
        pytest.raises(CommandFailed, match=r"(?s)sh -c .*no such wheel"),
    ):
        Commands(descriptor).run("sh", "-c", "echo no such wheel; exit 3")


def test_a_command_runs_in_the_folder_that_it_is_given(lock: Path, tmp_path: Path) -> None:
    with take_turn(lock, "") as descriptor:
        Commands(descriptor, folder=lock.parent).run("sh", "-c", "pwd >where", folder=tmp_path)
    assert (tmp_path / "where").read_text(encoding="utf-8") == f"{tmp_path}\n"


def test_stop_ends_what_runs_and_starts_nothing_more(lock: Path) -> None:
    with take_turn(lock, "") as descriptor:
        commands = Commands(descriptor)
        failed = threading.Event()

        def run() -> None:
            try:
                commands.run("sh", "-c", "sleep 60; true")
            except CommandFailed:
                failed.set()

        runner = threading.Thread(target=run)
        runner.start()
        while not failed.wait(0.01):
            commands.stop()
        runner.join()
        with pytest.raises(CommandFailed, match="Not started"):
            commands.run("true")


_SET_UP = """
import sys
from pathlib import Path
from tillroll_local.commands import Commands
from tillroll_local.locks import take_turn
with take_turn(Path(sys.argv[1]), "waiting") as descriptor:
    Commands(descriptor).run("sh", "-c", 'echo $$ > "$0"; exec sleep 60', sys.argv[2])
"""


def test_the_lock_is_held_until_the_last_command_of_a_killed_set_up_ends(
    lock: Path, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", _SET_UP, str(lock), str(pid_file)]) as set_up:
        wait_until(
            lambda: pid_file.exists() and pid_file.read_text(encoding="utf-8").strip(),
            "the command",
        )
        set_up.kill()
    orphan = int(pid_file.read_text(encoding="utf-8"))
    try:
        with pytest.raises(Locked):
            FileLock(lock).acquire()
    finally:
        os.kill(orphan, signal.SIGKILL)
    wait_until(lambda: _is_free(lock), "the lock to be free")


def _is_free(lock: Path) -> bool:
    mine = FileLock(lock)
    try:
        mine.acquire()
    except Locked:
        return False
    mine.release()
    return True


def test_the_second_waits_for_its_turn_and_says_so(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order: list[str] = []

    def second() -> None:
        with take_turn(lock, "waiting for the first"):
            order.append("second")

    with take_turn(lock, "nobody is there"):
        waiter = threading.Thread(target=second)
        waiter.start()
        wait_until(
            lambda: "waiting for the first" in capsys.readouterr().out,
            "the second to say that it waits",
        )
        order.append("first")
    waiter.join()
    assert order == ["first", "second"]
