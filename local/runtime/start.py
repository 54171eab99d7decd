"""Start workerd from the snapshot that fits what it is about to load; where there is none, have one made meanwhile.

workerd-offline calls it with workerd's command, and it becomes workerd. Each start waits for it: it does without
site-packages.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from local.places import PYODIDE_BUNDLE_FILE
from local.runtime.snapshots import Snapshots, key_of
from local.runtime.worker_config import UnreadableConfig, python_worker

_MAKER = Path(__file__).with_name("make_snapshot.py")


def main(command: list[str]) -> None:
    message = sys.stdin.buffer.read()
    with tempfile.TemporaryFile() as config:  # without a name: it holds the Worker's secrets
        config.write(message)
        config.seek(0)
        os.dup2(config.fileno(), 0)
    try:
        options = _options(message, Path(command[0]))
    except (UnreadableConfig, OSError, subprocess.CalledProcessError) as error:
        print(f"This start goes without a memory snapshot: {error}", file=sys.stderr)
        options = []
    os.execv(command[0], [*command[:2], *options, *command[2:]])  # noqa: S606 - workerd takes this process's place


def _options(message: bytes, workerd: Path) -> list[str]:
    worker = python_worker(message)
    if worker is None:
        return []
    snapshots = Snapshots(Path(os.environ["SNAPSHOTS_DIR"]))
    key = key_of(worker, workerd, Path(os.environ["BUNDLE_DIR"]) / PYODIDE_BUNDLE_FILE.name)
    found = snapshots.open(key)
    _tell(f"{key} {'loaded' if found else 'missing'}")
    if found is None:
        _have_made(key)
        return []
    path, descriptor = found
    os.set_inheritable(descriptor, True)  # and so the lock, for as long as workerd runs
    return [f"--python-load-snapshot={path.name}", f"--python-snapshot-dir={path.parent}"]


def _tell(line: str) -> None:
    """Whoever wonders how the newest start was made: beside the file of starts."""
    if starts := os.environ.get("STARTS_FILE"):
        Path(starts).with_name("workerd-snapshot").write_text(line, encoding="utf-8")


def _have_made(key: str) -> None:
    """By a process that is no part of the stack: it does not carry its mark, may outlive it, and ends by itself."""
    names = ("WORKERD", "BUNDLE_DIR", "SNAPSHOTS_DIR", "PATH", "LD_LIBRARY_PATH")
    folder = Path(os.environ["SNAPSHOTS_DIR"])
    folder.mkdir(exist_ok=True)
    with (folder / "making.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-I", str(_MAKER), key, str(os.getpid())],
            cwd="/",
            env={name: os.environ[name] for name in names if name in os.environ},
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
