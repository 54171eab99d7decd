"""Which snapshot a start finds, and which are kept."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.places import WORKERD_OFFLINE
from tests.unit.tillroll_local.test_worker_config import MODULES, configuration
from tillroll_local.runtime.loaded import digest_of, read_loaded
from tillroll_local.runtime.snapshots import KEPT, Snapshots, key_of
from tillroll_local.runtime.worker_config import Module, PythonWorker

WORKER = PythonWorker(MODULES, "2026-11-01", ["python_workers"], [])


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    folder = tmp_path / "snapshots"
    folder.mkdir()
    return Snapshots(folder)


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Path, Path]:
    """workerd, and the Pyodide bundle."""
    files = (tmp_path / "workerd", tmp_path / "bundle")
    for file in files:
        file.write_text("as installed", encoding="utf-8")
    return files


def make(snapshots: Snapshots, key: str, content: bytes = b"memory") -> Path:
    made = snapshots.folder / "made"
    made.write_bytes(content)
    snapshots.keep(key, made)
    found = snapshots.find(key)
    assert found
    return found


CHANGES: dict[str, Callable[[PythonWorker], PythonWorker]] = {
    "a module's content": lambda worker: worker._replace(
        modules=[Module("entry.py", "pythonModule", b""), *MODULES[1:]]
    ),
    "a module's name": lambda worker: worker._replace(
        modules=[MODULES[0]._replace(name="main.py"), *MODULES[1:]]
    ),
    "a module's kind": lambda worker: worker._replace(
        modules=[MODULES[0]._replace(kind="text"), *MODULES[1:]]
    ),
    "one module less": lambda worker: worker._replace(modules=MODULES[:-1]),
    "another entry": lambda worker: worker._replace(modules=[*MODULES[1:], MODULES[0]]),
    "the date": lambda worker: worker._replace(compatibility_date="2026-11-02"),
    "a flag": lambda worker: worker._replace(
        compatibility_flags=["python_workers", "python_workflows"]
    ),
    "a flag of V8": lambda worker: worker._replace(v8_flags=["--expose-gc"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_loaded_changes_the_key(
    change: Callable[[PythonWorker], PythonWorker], installed: tuple[Path, Path]
) -> None:
    assert key_of(change(WORKER), *installed) != key_of(WORKER, *installed)


def test_the_place_of_the_sources_does_not(installed: tuple[Path, Path]) -> None:
    def at(place: str) -> str:
        script = f"export default 1;\n\n//# sourceURL=file:///{place}/script.js\n".encode()
        return key_of(
            WORKER._replace(modules=[*MODULES, Module("script.js", "esModule", script)]), *installed
        )

    assert at("here") == at("there")


@pytest.mark.parametrize("which", [0, 1])
def test_another_workerd_or_bundle_changes_the_key(
    which: int, installed: tuple[Path, Path]
) -> None:
    before = key_of(WORKER, *installed)
    assert key_of(WORKER, *installed) == before
    installed[which].write_text("another version", encoding="utf-8")
    assert key_of(WORKER, *installed) != before


def test_a_snapshot_is_found_by_its_key(snapshots: Snapshots) -> None:
    path = make(snapshots, "one")
    found = snapshots.open("one")
    assert found
    assert found[0] == path
    assert snapshots.open("another") is None
    os.close(found[1])


@pytest.mark.parametrize("content", [b"memorz", b"mem", b""])
def test_a_spoilt_snapshot_is_discarded(content: bytes, snapshots: Snapshots) -> None:
    path = make(snapshots, "one")
    path.write_bytes(content)
    assert snapshots.open("one") is None
    assert not path.exists()


def test_the_ones_used_last_are_kept(snapshots: Snapshots) -> None:
    for number in range(KEPT + 2):
        os.utime(make(snapshots, f"key{number}"), (number, number))
    used = snapshots.open("key0")
    assert used
    os.close(used[1])
    snapshots.prune()
    assert [bool(snapshots.find(f"key{number}")) for number in range(KEPT + 2)] == [
        True,
        False,
        False,
        True,
        True,
        True,
    ]


def test_one_that_a_running_process_was_started_from_stays(snapshots: Snapshots) -> None:
    used = snapshots.open(make(snapshots, "used").name.partition("-")[0])
    assert used
    os.utime(used[0], (0, 0))
    descriptor = used[1]
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=[descriptor]) as running:
        os.close(descriptor)
        for number in range(KEPT):
            make(snapshots, f"key{number}")
        snapshots.prune()
        assert used[0].exists()
        running.communicate()
    snapshots.prune()
    assert not used[0].exists()


def start(tmp_path: Path, message: bytes, folder: str) -> tuple[str, str]:
    """Start what stands in for workerd; what workerd was called with, and what was said of it."""
    workerd = tmp_path / "bin" / "workerd"
    if not workerd.exists():
        workerd.parent.mkdir()
        workerd.write_text(f'#!/bin/sh\necho "$@"\ncat > {tmp_path}/read\n', encoding="utf-8")
        workerd.chmod(0o755)
        (tmp_path / "pyodide_dev.capnp.bin").touch()
    environment = {
        "PATH": os.environ["PATH"],
        "WORKERD": str(workerd),
        "BUNDLE_DIR": str(tmp_path),
        "HOST_PYTHON": sys.executable,
        "STARTS_FILE": str(tmp_path / "starts"),
        "SNAPSHOTS_DIR": folder,
    }
    done = subprocess.run(
        [WORKERD_OFFLINE, "serve", "--binary", "-"],
        input=message,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert (tmp_path / "read").read_bytes() == message
    return done.stdout.decode(), done.stderr.decode()


def test_a_start_hands_its_configuration_on(tmp_path: Path) -> None:
    said = start(
        tmp_path, configuration([Module("index.js", "esModule", b"")]), str(tmp_path / "snapshots")
    )
    assert said == (f"serve --pyodide-bundle-disk-cache-dir={tmp_path} --binary -\n", "")


def test_a_start_without_snapshots_does_without(tmp_path: Path) -> None:
    said = start(tmp_path, configuration(MODULES), "")
    assert said == (f"serve --pyodide-bundle-disk-cache-dir={tmp_path} --binary -\n", "")
    assert not (tmp_path / "workerd-snapshot").exists()


def test_a_start_writes_down_which_sources_it_has(tmp_path: Path) -> None:
    own = Module("shop/order.py", "pythonModule", b"bought = 1\n")
    start(tmp_path, configuration([*MODULES, own]), "")
    found = read_loaded(tmp_path / "workerd-loaded")
    assert found["shop/order.py"] == digest_of(own.content)
    assert not any(name.startswith("python_modules/") for name in found)


def test_a_configuration_that_cannot_be_read_starts_without(tmp_path: Path) -> None:
    called, said = start(tmp_path, b"python_workers", str(tmp_path / "snapshots"))
    assert called == f"serve --pyodide-bundle-disk-cache-dir={tmp_path} --binary -\n"
    assert said.startswith("This start goes without a memory snapshot: ")


def test_a_start_loads_the_snapshot_that_fits(tmp_path: Path, snapshots: Snapshots) -> None:
    start(tmp_path, configuration(MODULES, value="one stack's"), str(snapshots.folder))
    key, how = (tmp_path / "workerd-snapshot").read_text(encoding="utf-8").split()
    assert how == "missing"
    path = make(snapshots, key)
    called, _ = start(tmp_path, configuration(MODULES, value="another's"), str(snapshots.folder))
    options = f"--python-load-snapshot={path.name} --python-snapshot-dir={snapshots.folder}"
    assert called == f"serve {options} --pyodide-bundle-disk-cache-dir={tmp_path} --binary -\n"
    assert (tmp_path / "workerd-snapshot").read_text(encoding="utf-8") == f"{key} loaded"
    changed = [MODULES[0]._replace(content=b"saved = True\n"), *MODULES[1:]]
    called, _ = start(tmp_path, configuration(changed), str(snapshots.folder))
    assert "snapshot" not in called
