"""Start workerd from the snapshot that fits what it is about to load; where there is none, have one
made meanwhile.

workerd-offline calls it with workerd's command, and it becomes workerd. Each start waits for it: it
does without site-packages.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tillroll_local.runtime.loaded import LOADED, write_loaded
from tillroll_local.runtime.snapshots import BUNDLE_NAME, Snapshots, key_of
from tillroll_local.runtime.worker_config import UnreadableConfig, python_worker

_MAKER = Path(__file__).with_name("make_snapshot.py")


class Stack(NamedTuple):
    """What the launcher has told workerd-offline."""

    snapshots: str  # empty: no start uses one
    bundle: str
    starts_file: str
    makes_snapshots: str  # empty: no


def main(stack: Stack, command: list[str]) -> None:
    message = sys.stdin.buffer.read()
    with tempfile.TemporaryFile() as config:  # without a name: it holds the Worker's secrets
        config.write(message)
        config.seek(0)
        os.dup2(config.fileno(), 0)
    try:
        options = _options(message, stack, command[0])
    except (UnreadableConfig, OSError, subprocess.CalledProcessError) as error:
        print(f"This start goes without a memory snapshot: {error}", file=sys.stderr)
        options = []
    # Workerd takes this process's place.
    os.execv(command[0], [*command[:2], *options, *command[2:]])  # noqa: S606


def _options(message: bytes, stack: Stack, workerd: str) -> list[str]:
    worker = python_worker(message)
    if worker is None:
        return []
    if stack.starts_file:
        write_loaded(Path(stack.starts_file).with_name(LOADED), worker)
    if not stack.snapshots:
        return []
    key = key_of(worker, Path(workerd), Path(stack.bundle) / BUNDLE_NAME)
    found = Snapshots(Path(stack.snapshots)).open(key)
    if stack.starts_file:  # a person who wonders how the newest start was made looks beside it
        how = "loaded" if found else "missing"
        Path(stack.starts_file).with_name("workerd-snapshot").write_text(
            f"{key} {how}", encoding="utf-8"
        )
    if found is None:
        if stack.makes_snapshots:
            _have_made(key, stack, workerd)
        return []
    path, descriptor = found
    os.set_inheritable(descriptor, True)  # and so the lock, for as long as workerd runs
    return [f"--python-load-snapshot={path.name}", f"--python-snapshot-dir={path.parent}"]


def _have_made(key: str, stack: Stack, workerd: str) -> None:
    """By a process that is no part of the stack: it does not carry its mark, may outlive it, and
    ends by itself.
    """
    folder = Path(stack.snapshots)
    folder.mkdir(exist_ok=True)
    with (folder / "making.log").open("ab") as log:
        subprocess.run(
            [
                sys.executable,
                "-I",
                str(_MAKER),
                key,
                str(os.getpid()),
                stack.snapshots,
                stack.bundle,
                workerd,
            ],
            cwd="/",
            env={},
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )


if __name__ == "__main__":
    main(Stack(*sys.argv[1:5]), sys.argv[5:])
