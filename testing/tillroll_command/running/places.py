"""Where a project keeps what runs it."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tillroll_command.project import AuthorsProject
from tillroll_local.tools import Tools


@dataclass(frozen=True)
class Places:
    """Below a project's folder: what is installed, and what a running Worker leaves."""

    project: AuthorsProject

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def configuration(self) -> Path:
        return self.root / "wrangler.jsonc"

    @property
    def package(self) -> Path:
        """The package.json."""
        return self.root / "package.json"

    @property
    def python_modules(self) -> Path:
        return self.root / "python_modules"

    @property
    def state(self) -> Path:
        return self.root / ".tillroll"

    @property
    def data(self) -> Path:
        """Where plain wrangler keeps its data, too."""
        return self.root / ".wrangler" / "state"

    @property
    def build(self) -> Path:
        return self.state / "build"

    @property
    def tools(self) -> Tools:
        return Tools(
            node_modules=self.root / "node_modules",
            python=Path(sys.executable),
            bundle=self.build / "pyodide",
            snapshots=self.build / "snapshots",
        )
