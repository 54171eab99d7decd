"""Make the snapshot of a Worker's memory that a start has missed:
`make_snapshot.py KEY PID SNAPSHOTS BUNDLE WORKERD`.

Standard input is workerd's configuration, and PID the workerd that has started without the
snapshot. The caller goes on at once. The Worker is loaded without any binding, so that no variable,
key or address of a stack can be in it. workerd is started to save it, and once more to prove that
it loads: one that saves a snapshot cannot serve.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tillroll_local.locks import FileLock, Locked
from tillroll_local.runtime.snapshots import Snapshots
from tillroll_local.runtime.worker_config import PythonWorker, python_worker

# A series of saves has a snapshot made of the last.
_SETTLE_SECONDS = 3.0
_POLL_SECONDS = 0.5
_LONGEST_SECONDS = 600
# Beside a machine that is busy all the time it gets a tenth of a core yet; at 19 it would never be
# done.
_GIVES_WAY = 10
_MADE = "snapshot.bin"
_PREFIX = "making-"
# What `workerd test` says of a Worker that it has loaded, and that has no tests; its exit code says
# no more than that.
_LOADED = "No tests found!"


class NotMade(Exception):
    """workerd did not load the Worker; the message has what it said."""


def main() -> int:
    key, pid, folder, bundle, workerd = sys.argv[1], int(sys.argv[2]), *map(Path, sys.argv[3:])
    os.nice(_GIVES_WAY)
    lock = FileLock(folder / "lock")
    if not _take_turn(lock, pid):
        return 0
    snapshots = Snapshots(folder)
    if snapshots.find(key):
        return 0
    for left in folder.glob(f"{_PREFIX}*"):  # of a maker that was killed: this one has the lock
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as making:
        try:
            _make(_worker(), Path(making), workerd, bundle)
        except NotMade as error:
            print(f"{key}: {error}", flush=True)
            return 1
        snapshots.keep(key, Path(making) / _MADE)
    snapshots.prune()
    return 0


def _take_turn(lock: FileLock, pid: int) -> bool:
    """Wait until no other snapshot is being made; False where the workerd that missed it has ended
    before.
    """
    time.sleep(_SETTLE_SECONDS)
    while _runs(pid):
        try:
            lock.acquire()
        except Locked:
            time.sleep(_POLL_SECONDS)
        else:
            return True
    return False


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _worker() -> PythonWorker:
    """From standard input. workerd reads the same open file from where it is: this leaves that
    place alone.
    """
    worker = python_worker(os.pread(0, os.fstat(0).st_size, 0))
    if worker is None:
        raise NotMade("the configuration has no Python Worker")
    return worker


def _make(worker: PythonWorker, folder: Path, workerd: Path, bundle: Path) -> None:
    """Raises NotMade."""
    config = folder / "config.bin"
    config.write_bytes(_without_bindings(worker, workerd))
    for option in ("--python-save-snapshot", f"--python-load-snapshot={_MADE}"):
        command = [
            str(workerd),
            "test",
            "--binary",
            "--experimental",
            f"--pyodide-bundle-disk-cache-dir={bundle}",
        ]
        done = subprocess.run(
            [*command, f"--python-snapshot-dir={folder}", option, str(config)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST_SECONDS,  # whatever hangs must not keep the lock
        )
        if _LOADED not in done.stderr:
            raise NotMade(f"{option}: exit code {done.returncode}\n{done.stderr}")


def _without_bindings(worker: PythonWorker, workerd: Path) -> bytes:
    """A configuration of the Worker alone, with nothing that it could be given."""
    import capnp  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs] - nobody waits for it here; pycapnp ships none

    imports = [str(Path(cast("Any", capnp).__file__).parent.parent)]
    schema = cast("Any", capnp).load(
        str(workerd.resolve().parent.parent / "workerd.capnp"), imports=imports
    )
    config = schema.Config.new_message()
    if worker.v8_flags:
        config.v8Flags = list(worker.v8_flags)
    service = config.init("services", 1)[0]
    service.name = "worker"
    alone = service.init("worker")
    alone.compatibilityDate = worker.compatibility_date
    alone.compatibilityFlags = list(worker.compatibility_flags)
    for entry, module in zip(
        alone.init("modules", len(worker.modules)), worker.modules, strict=True
    ):
        entry.name = module.name
        is_text = module.kind not in {"data", "wasm"}
        setattr(entry, module.kind, module.content.decode() if is_text else module.content)
    return bytes(config.to_bytes())


if __name__ == "__main__":
    if os.fork():  # workerd, whose child this is, would never look for how it ended
        os._exit(0)
    sys.exit(main())
