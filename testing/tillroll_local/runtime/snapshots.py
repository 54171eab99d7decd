"""Snapshots of a Python Worker's memory after its imports, kept in a folder: KEY-CHECKSUM.bin.

The key is a digest of all that such a memory is made of: a snapshot fits, or is not found. Stacks
share the folder.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import zlib
from pathlib import Path

from tillroll_local.runtime.worker_config import PythonWorker

BUNDLE_NAME = "pyodide_dev.capnp.bin"
"""The file that workerd looks for in the folder of its Pyodide bundle."""
# Of some 60 MB each. What a running workerd was started from is not counted.
KEPT = 4
_SUFFIX = ".bin"
_CHUNK_BYTES = 1 << 20
# Raise it where a snapshot is made in another way than before.
_FORMAT = "1"
_SOURCE_URL = re.compile(rb"\n//# sourceURL=[^\n]*\n*\Z")


def key_of(worker: PythonWorker, workerd: Path, bundle: Path) -> str:
    """The digest of the modules, the flags, the binary and the Pyodide bundle.

    Raises:
        FileNotFoundError: the binary or the bundle is not there.
    """
    digest = hashlib.sha256()

    def add(part: bytes) -> None:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)

    # Both are large, and change with an installation only: their times tell it.
    for file in (workerd, bundle):
        found = file.stat()
        add(f"{found.st_size} {found.st_mtime_ns}".encode())
    for text in (
        _FORMAT,
        worker.compatibility_date,
        repr(worker.compatibility_flags),
        repr(worker.v8_flags),
    ):
        add(text.encode())
    for module in worker.modules:
        add(module.name.encode())
        add(module.kind.encode())
        # wrangler ends JavaScript with the place that it has on this machine, where a stack's own
        # copy has another.
        add(_SOURCE_URL.sub(b"", module.content) if module.kind == "esModule" else module.content)
    return digest.hexdigest()[:32]


class Snapshots:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: str) -> Path | None:
        return next(iter(self._of(key)), None)

    def open(self, key: str) -> tuple[Path, int] | None:
        """The snapshot of a key, and a descriptor that protects it from `prune` while any process
        has it open. One that is no longer what was written is deleted.
        """
        for path in self._of(key):
            with contextlib.suppress(FileNotFoundError):  # pruned in this moment
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                os.utime(path)
                if _checksum(descriptor) == _checksum_in(path):
                    return path, descriptor
                os.close(descriptor)
                path.unlink(missing_ok=True)
        return None

    def keep(self, key: str, made: Path) -> None:
        """Take over a file that was written to the folder's file system."""
        descriptor = os.open(made, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
            checksum = _checksum(descriptor)
        finally:
            os.close(descriptor)
        made.rename(self.folder / f"{key}-{checksum}{_SUFFIX}")

    def prune(self) -> None:
        """Delete the snapshots that were not used for the longest time. One that a running workerd
        was started from stays: it is locked from before workerd looks for it.
        """
        ages: list[tuple[float, Path]] = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                ages.append((path.stat().st_mtime, path))
        for _, path in sorted(ages, reverse=True)[KEPT:]:
            with contextlib.suppress(FileNotFoundError, BlockingIOError):
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
                finally:
                    os.close(descriptor)

    def _of(self, key: str) -> list[Path]:
        return list(self.folder.glob(f"{key}-*{_SUFFIX}"))


def _checksum(descriptor: int) -> str:
    sum_, at = 0, 0
    while chunk := os.pread(descriptor, _CHUNK_BYTES, at):
        sum_, at = zlib.crc32(chunk, sum_), at + len(chunk)
    return f"{at:x}.{sum_:08x}"


def _checksum_in(path: Path) -> str:
    return path.name.removesuffix(_SUFFIX).partition("-")[2]
