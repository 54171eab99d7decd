"""Packages that one part of the project needs and no other, in a folder of their own: `make setup`
installs none of them.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from local.installation import npm_install, pip_install
from local.places import ROOT
from tillroll_local.commands import CommandFailed, Commands
from tillroll_local.installable import Installable, Run
from tillroll_local.locks import take_turn


@dataclass(frozen=True)
class FurtherTools:
    """
    Attributes:
        folder: where they are installed.
        python_title: what the Python packages are called while they are installed.
        requirements: the lock of these, with hashes.
        node_title: what npm's packages are called.
        node_lock: the folder that has package.json and package-lock.json.
        node_product: the path, below node_modules, of what must be there.
    """

    folder: Path
    python_title: str
    requirements: Path
    node_title: str
    node_lock: Path
    node_product: str

    @property
    def python(self) -> Path:
        """The interpreter that has the Python packages."""
        return self.folder / "python" / "bin" / "python"

    @property
    def node_modules(self) -> Path:
        return self.folder / "node_modules"

    @property
    def product_of_node(self) -> Path:
        return self.node_modules / self.node_product

    def install(self) -> None:
        """Install what is missing, by exact versions and hashes.

        Raises:
            SystemExit: pip or npm failed; it says what that printed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with take_turn(self.folder / "setup.lock", "Waiting for another installation …") as lock:
            run = Commands(keep_open=lock, folder=ROOT).run
            try:
                for part in (self._of_python(), self._of_node()):
                    part.bring_up_to_date(run)
            except CommandFailed as error:
                raise SystemExit(str(error)) from None

    def _of_python(self) -> Installable:
        return Installable(
            self.python_title,
            inputs=(self.requirements,),
            stamp=self.folder / "python.stamp",
            product=self.python,
            install=self._install_python,
            root=ROOT,
        )

    def _of_node(self) -> Installable:
        return Installable(
            self.node_title,
            inputs=(self.node_lock / "package-lock.json",),
            stamp=self.folder / "node.stamp",
            product=self.product_of_node,
            install=self.install_node,
            root=ROOT,
        )

    def _install_python(self, run: Run) -> None:
        shutil.rmtree(self.folder / "python", ignore_errors=True)
        run(sys.executable, "-m", "venv", self.folder / "python")
        pip_install(run, self.python, "-r", self.requirements)

    def install_node(self, run: Run) -> None:
        """Install npm's packages into the folder of these tools. Raises CommandFailed."""
        for name in ("package.json", "package-lock.json"):
            shutil.copy(self.node_lock / name, self.folder)
        # Packages may have scripts that report the installation elsewhere.
        npm_install(run, "--ignore-scripts", folder=self.folder)
