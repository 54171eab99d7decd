"""One thing to install, which knows whether it is there and up to date."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tillroll_local.progress import PROGRESS

# Runs a command, given as words, and raises when it fails.
Run: TypeAlias = Callable[..., None]


@dataclass(frozen=True)
class Installable:
    """
    Attributes:
        title: what it is called while it is installed.
        inputs: the files it is made from; a change installs it again.
        stamp: remembers the digest of the inputs. It is written last, so an interrupted
            installation is repeated.
        product: must exist; a Python environment's interpreter is a link that breaks when the
            system's Python goes.
        install: does it with the given way to run a command, whatever is there already.
        others: files that it makes beside the product, and that must exist too.
        root: the folder of the project, which must not have moved.
    """

    title: str
    inputs: tuple[Path, ...]
    stamp: Path
    product: Path
    install: Callable[[Run], None]
    others: tuple[Path, ...] = ()
    root: Path = field(kw_only=True)

    def digest(self) -> str:
        """Of the inputs and of the places: a Python environment dies when it, or the Python it was
        made with, moves.
        """
        digest = hashlib.sha256(f"{self.root}\n{self.product.resolve()}\n".encode())
        for path in self.inputs:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def is_installed(self) -> bool:
        if not all(path.exists() for path in (self.product, self.stamp, *self.others)):
            return False
        return self.stamp.read_text(encoding="utf-8") == self.digest()

    def bring_up_to_date(self, run: Run) -> None:
        if self.is_installed():
            return
        began = time.monotonic()
        with PROGRESS.step(f"Installing {self.title}"):
            self.stamp.unlink(missing_ok=True)
            self.install(run)
            self.stamp.write_text(self.digest(), encoding="utf-8")
        PROGRESS.say(f"Installed {self.title} in {time.monotonic() - began:.0f} s")
