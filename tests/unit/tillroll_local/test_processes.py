"""Parts end with all their descendants, and what a killed launcher left is found again."""

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running_stack import wait_until
from tillroll_local.leftovers import end_left_over, mark, marked_processes
from tillroll_local.processes import Part, becomes_free, end_all, free_port, is_port_free

# A process with a child that ignores SIGTERM, as workerd may while it is busy.
_STUBBORN = "trap '' TERM; (trap '' TERM; sleep 60) & echo started; while :; do sleep 1; done"
_OBEDIENT = "trap 'echo asked; exit 0' TERM; echo started; sleep 60 & wait"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[list[Part]]:
    started: list[Part] = []
    yield started
    end_left_over(tmp_path)
    end_all(started, grace_seconds=0)


def start(parts: list[Part], state: Path, script: str, name: str = "part") -> Part:
    part = Part(name, ["sh", "-c", script], log=state / "logs" / f"{name}.log", env=mark(state))
    parts.append(part)
    wait_until(lambda: "started" in part.tail(), f"{name} to start")
    return part


def test_a_part_is_asked_first(parts: list[Part], tmp_path: Path) -> None:
    part = start(parts, tmp_path, _OBEDIENT)
    assert part.exit_code() is None
    end_all(parts)
    assert (part.exit_code(), part.tail()) == (0, "started\nasked")


def test_what_does_not_end_is_killed_with_its_children(parts: list[Part], tmp_path: Path) -> None:
    part = start(parts, tmp_path, _STUBBORN)
    end_all(parts, grace_seconds=0.2)
    assert part.exit_code() == -signal.SIGKILL
    wait_until(lambda: not marked_processes(tmp_path), "the children to be gone")


def test_a_start_begins_a_new_log_and_keeps_the_one_before(
    parts: list[Part], tmp_path: Path
) -> None:
    start(parts, tmp_path, "echo first start started; sleep 60")
    end_all(parts)
    part = start(parts, tmp_path, "echo second start started; sleep 60")
    assert part.tail() == "second start started"
    assert (
        part.log.with_name("part.log.previous").read_text(encoding="utf-8")
        == "first start started\n"
    )


def test_the_logs_of_three_earlier_starts_are_kept(parts: list[Part], tmp_path: Path) -> None:
    for number in range(5):
        start(parts, tmp_path, f"echo start {number} started; sleep 60")
        end_all(parts)
    logs = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.rglob("part.log*")}
    assert logs == {
        "part.log": "start 4 started\n",
        "part.log.previous": "start 3 started\n",
        "part.log.previous.2": "start 2 started\n",
        "part.log.previous.3": "start 1 started\n",
    }


def test_the_end_of_a_log_has_no_empty_lines_and_no_colours(
    parts: list[Part], tmp_path: Path
) -> None:
    part = start(parts, tmp_path, r"printf 'a\n\n\033[31mb\033[0m\nstarted\n'; sleep 60")
    assert part.tail(2) == "b\nstarted"


_LAUNCHER = """
import sys, time
from pathlib import Path
from tillroll_local.leftovers import mark
from tillroll_local.processes import Part
state = Path(sys.argv[1])
Part("part", ["sh", "-c", sys.argv[2]], log=state / "part.log", env=mark(state))
time.sleep(60)
"""


def test_what_a_killed_launcher_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    ours, others = tmp_path / "ours", tmp_path / "others"
    for state in (ours, others):
        with subprocess.Popen([sys.executable, "-c", _LAUNCHER, str(state), _STUBBORN]) as launcher:
            wait_until(
                lambda state=state: len(marked_processes(state)) >= 2, "the part and its child"
            )
            launcher.kill()
    left = marked_processes(ours)
    try:
        assert left <= set(end_left_over(ours))
        assert marked_processes(ours) == set()
        assert marked_processes(others)
    finally:
        end_left_over(others)


def test_a_process_that_only_names_the_folder_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(
        ["/bin/sleep", "60"], env={**os.environ, **mark(tmp_path / "state-2")}
    ) as process:
        assert end_left_over(tmp_path / "state") == []
        assert process.poll() is None
        process.kill()


@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_port_is_taken_on_either_loopback_address(
    family: socket.AddressFamily, address: str
) -> None:
    port = free_port()
    assert is_port_free(port)
    with socket.socket(family) as listener:
        try:
            listener.bind((address, port))
        except OSError:
            pytest.skip(f"this machine has no {address}")
        listener.listen()
        assert not is_port_free(port)
        assert not becomes_free(port, seconds=0.05)
    assert becomes_free(port)


def test_a_free_port_is_none_that_the_system_gives_to_others() -> None:
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    lowest = int(given.read_text(encoding="ascii").split()[0]) if given.exists() else 32_768
    assert all(port < lowest for port in (free_port() for _ in range(20)))


def test_two_processes_never_draw_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    here = free_port()
    monkeypatch.setattr("tillroll_local.processes._LOWEST_PORT", here)
    monkeypatch.setattr("tillroll_local.processes._OUTGOING_FROM", here + 1)
    with pytest.raises(OSError, match="no free port"):
        free_port()


def test_what_the_log_has_said_is_found_however_much_follows(
    parts: list[Part], tmp_path: Path
) -> None:
    part = start(
        parts, tmp_path, r"printf '\033[31mdoes not load\033[0m\n'; seq 100; echo started; sleep 60"
    )
    assert "does not load" not in part.tail()
    assert part.has_said("does not load")
    assert not part.has_said("does load")


def test_a_part_may_open_as_many_files_as_the_system_allows(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        says = "import resource; print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
        part = Part("limits", [sys.executable, "-c", says], log=tmp_path / "limits.log", env={})
        wait_until(lambda: part.exit_code() is not None, "the part to end")
        assert part.tail() == f"{hard} {hard}"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
