"""The product on the built wheel: a copy of this project that has no source of the library, and
does its main job on the genuine stack.
"""

import os
import shutil
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Final

from local.places import BUILD, ROOT
from tests.support.linked import link_tree

_LIBRARY: Final = "tillroll_durable"
_PATHS: Final = "tillroll.pth"
# What an installation has made, and a copy needs. The rest of .build is other commands'.
_OF_BUILD: Final = ("pyodide", "public")
_ESSENTIAL: Final = "tests/integration/test_main_job.py"
_WITHOUT: Final = (".git", ".build", ".wrangler", ".tillroll", "testing", "__pycache__")


class Product:
    """The copy, beside what this project has built, so that its files are links to these."""

    def __init__(self) -> None:
        self._root = BUILD / "wheel-product"

    def lay(self, wheel: Path) -> None:
        """Copy the project without the library, and install the wheel in its place."""
        shutil.rmtree(self._root, ignore_errors=True)
        link_tree(ROOT, self._root, without=_WITHOUT)
        for name in _OF_BUILD:
            link_tree(BUILD / name, self._root / ".build" / name)
        for stamp in BUILD.glob("*.stamp"):
            shutil.copy(stamp, self._root / ".build")
        shutil.rmtree(self._root / "src" / _LIBRARY)
        self._install(wheel)

    def work(self) -> None:
        """Do the main job: a photo goes in, and an expense comes out, once."""
        began = time.monotonic()
        self._run("-m", "pytest", "-q", "-p", "no:cacheprovider", _ESSENTIAL)
        took = time.monotonic() - began
        print(f"the product's main job: {took:.1f} s", flush=True)  # noqa: T201 - a report

    def clear(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self._root, ignore_errors=True)

    def _install(self, wheel: Path) -> None:
        """The Worker's packages get the library alone; those of this machine get all of it."""
        [packages] = (self._root / ".venv").glob("lib/python3.*/site-packages")
        paths = packages / _PATHS
        # A link is to be replaced, and not to be written through.
        paths.unlink()
        paths.write_text(f"{self._root}\n{self._root / 'src'}\n", encoding="utf-8")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
            of_worker = [each for each in archive.namelist() if each.startswith(f"{_LIBRARY}/")]
            archive.extractall(self._root / "python_modules", of_worker)
        (packages / "tillroll_local" / "runtime" / "workerd-offline").chmod(0o755)
        # What names a file of `testing` finds that of the wheel.
        (self._root / "testing").symlink_to(packages)
        for package in (_LIBRARY, "tillroll_local", "tillroll_testing", "tillroll_command"):
            says = f"import {package}; print({package}.__file__)"
            place = self._run("-c", says).strip()
            assert place.startswith(str(packages)), f"{package} is not the wheel's: {place}"

    def _run(self, *words: str) -> str:
        left_out = {"PYTHONPATH", "VIRTUAL_ENV"}
        variables = {name: text for name, text in os.environ.items() if name not in left_out}
        done = subprocess.run(
            [self._root / ".venv" / "bin" / "python", *words],
            cwd=self._root,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout
