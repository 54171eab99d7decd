"""This machine: its disk, and the project's folder where the command runs from one."""

import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..checkout import IN_PROJECT
from ..client.server import Instance
from .finding import Finding, bad, good, worth_knowing

_LITTLE_BYTES: Final = 1024**3
_NONE_BYTES: Final = 50 * 1024**2


def look_at_machine(folder: Path) -> Iterator[Finding]:
    """What this machine says; `folder` is where the command was given."""
    yield good("command", f"Python {platform.python_version()} on {platform.system()}.")
    yield _disk(folder)
    if IN_PROJECT:
        yield from _installation()


def look_at_process(instance: Instance) -> Iterator[Finding]:
    """Whether a `make dev` that has written itself down still runs."""
    if instance.is_running:
        return
    yield bad(
        "make dev",
        f"{instance.file} was written by a `make dev` that has ended without tidying up (process "
        f"{instance.pid}).",
        "Start it again: make dev",
    )


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB are free where this command runs."
    remedy = "Free some: databases and backups cannot be written on a full disk."
    if free < _NONE_BYTES:
        return bad("disk", says, remedy)
    return worth_knowing("disk", says, remedy) if free < _LITTLE_BYTES else good("disk", says)


def _installation() -> Iterator[Finding]:
    # Only in the project's folder.
    from local.installation import BUNDLE, HOST, NODE_TOOLS, WORKER  # noqa: PLC0415

    missing = [part.title for part in (HOST, NODE_TOOLS, WORKER, BUNDLE) if not part.is_installed()]
    if missing:
        says = f"Not installed, or not as the lock files say: {', '.join(missing)}."
        yield worth_knowing("set-up", says, "Install it: make setup")
    else:
        yield good("set-up", "All that the project needs is installed as its lock files say.")
