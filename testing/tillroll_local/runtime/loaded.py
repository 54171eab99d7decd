"""What a start of workerd had of the author's sources: a file with a digest for each module.

wrangler reads the sources, then starts workerd on them. A save may come in between, and nothing
else tells whether the start had it.
"""

import hashlib
import os
from pathlib import Path

from tillroll_local.runtime.worker_config import PYTHON, PythonWorker

LOADED = "workerd-loaded"
"""The file, beside that of the starts."""
_PACKAGES = "python_modules/"


def write_loaded(file: Path, worker: PythonWorker) -> None:
    """Write down what is about to be loaded, in one step."""
    lines = [
        f"{digest_of(module.content)} {module.name}\n"
        for module in worker.modules
        if module.kind == PYTHON and not module.name.startswith(_PACKAGES)
    ]
    partial = file.with_name(f"{file.name}-{os.getpid()}")
    partial.write_text("".join(lines), encoding="utf-8")
    partial.replace(file)


def read_loaded(file: Path) -> dict[str, str]:
    """The digest of each module by its path below the sources; nothing where no start wrote it."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        digest, _, name = line.partition(" ")
        found[name] = digest
    return found


def digest_of(content: bytes) -> str:
    """What tells one content of a module from another."""
    return hashlib.sha256(content).hexdigest()
