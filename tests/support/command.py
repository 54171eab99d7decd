"""The command `tillroll` as a process, for one account of a stack."""

import json
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.places import HOST_COMMAND
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack
from tillroll_command.endings import Code


class Command:
    """`tillroll` for one account of the stack, in a folder of its own."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "TILLROLL_URL": stack.url,
            "TILLROLL_TOKEN": stack.token,
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def end(self, *arguments: str, code: Code) -> "subprocess.CompletedProcess[str]":
        """Run it; it must end with this code, and print no token."""
        done = subprocess.run(
            [HOST_COMMAND, *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == code, (
            f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        assert self.environment["TILLROLL_TOKEN"] not in done.stdout + done.stderr
        return done

    def __call__(self, *arguments: str) -> str:
        return self.end(*arguments, code=Code.DONE).stdout

    def fails(self, *arguments: str, code: Code) -> str:
        """What it says on stderr, and nothing else."""
        done = self.end(*arguments, code=code)
        assert done.stdout == ""
        return done.stderr

    def json(self, *arguments: str, code: Code = Code.DONE) -> Any:
        return json.loads(self.end(*arguments, "--json", code=code).stdout)

    def lines(self, *arguments: str, code: Code = Code.DONE) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for line in self.end(*arguments, "--json", code=code).stdout.splitlines()
        ]

    @contextmanager
    def begun(self, *arguments: str) -> "Generator[subprocess.Popen[str]]":
        """It runs within; afterwards it has ended, whatever happened."""
        with (
            (self.folder / "output").open("a") as log,
            subprocess.Popen(
                [HOST_COMMAND, *arguments],
                env={**self.environment, "PYTHONUNBUFFERED": "1"},
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()
