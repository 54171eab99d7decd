"""`make dev` as a process of its own, for the tests of the launcher."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.places import ROOT
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tillroll_local.leftovers import marked_processes
from tillroll_local.processes import free_port

_READY = re.compile(r"^Tillroll is ready: (http://localhost:\d+/sign-in#code=(\S+))$", re.MULTILINE)
# What the set-up installs is shared with the copy; the rest is copied. The page that it builds is
# its own: stacks that run beside it would start anew for every file of it that differs, in the
# middle of their runs.
_INSTALLED = (".venv", "node_modules", "python_modules", ".build/pyodide", ".build/snapshots")
_COPIED = (
    "local",
    "cli",
    "src",
    "testing",
    "public",
    "migrations",
    "wrangler.jsonc",
    "package.json",
)


def copy_project(target: Path) -> Path:
    """A project folder of its own, whose sources a test may change."""
    (target / ".build").mkdir(parents=True)
    for name in _INSTALLED:
        (ROOT / name).mkdir(exist_ok=True)  # no snapshot may be there yet
        (target / name).symlink_to(ROOT / name)
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, target / name)
    return target


class Launcher:
    """One `python -m local.dev`, in a process group of its own, its output kept in a file."""

    def __init__(
        self,
        state: Path,
        port: int | None = None,
        project: Path = ROOT,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.state = state
        self.port = port or free_port()
        self._heard = 0  # characters of the output that `wait_for_output` has got past
        self._output = state.with_name(f"{state.name}-{self.port}.out")
        # A copy's sources are changed, and each change starts once.
        snapshots = {} if project == ROOT else {"MEMORY_SNAPSHOTS": "found"}
        python = project / ".venv" / "bin" / "python"
        sources = (project, project / "src", project / "testing")
        command = [str(python), "-m", "local.dev", "--port", str(self.port), "--state", str(state)]
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=project,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={
                    **os.environ,
                    **snapshots,
                    **(variables or {}),
                    "PYTHONPATH": os.pathsep.join(map(str, sources)),
                },
            )

    def wait_until_ready(self) -> str:
        """The sign-in code of the ready line."""
        return wait_until(self._ready_code, f"the ready line in\n{self.output()}", PATIENCE_SECONDS)

    def _ready_code(self) -> str | None:
        assert self._process.poll() is None, self.output()
        found = _READY.search(self.output())
        return found[2] if found else None

    def output(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def wait_for_output(self, *texts: str) -> None:
        """Until these are said, in this order, behind what was waited for before. Other lines may
        stand in between: the Worker logs when it likes.
        """
        try:
            for text in texts:
                wait_until(
                    lambda text=text: self._hears(text),
                    f"{text!r} in the launcher's output",
                    PATIENCE_SECONDS,
                )
        except AssertionError as error:
            log = (self.state / "logs" / "wrangler.log").read_text(encoding="utf-8")
            raise AssertionError(
                f"{error}\n{self.output()}\nwrangler's own end:\n{log[-3000:]}"
            ) from None

    def _hears(self, text: str) -> bool:
        before, found, _ = self.output()[self._heard :].partition(text)
        self._heard += len(before) + len(found) if found else 0
        return bool(found)

    def information(self) -> dict[str, Any]:
        """What dev.json says."""
        return json.loads((self.state / "dev.json").read_text(encoding="utf-8"))

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """The exit code.

        Raises:
            subprocess.TimeoutExpired: it did not end within the time.
        """
        return self._process.wait(seconds)

    def processes(self) -> set[int]:
        """All processes that belong to the stack on this state folder."""
        return marked_processes(self.state)

    def end(self) -> None:
        """End everything, whatever happened."""
        self._process.kill()
        self._process.wait()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
