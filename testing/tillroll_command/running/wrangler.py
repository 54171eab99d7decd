"""A command of the genuine wrangler, about a project on this machine or deployed."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tillroll_command.running.places import Places
from tillroll_local.log_lines import without_colours
from tillroll_local.tools import quiet_environment, wrangler_command


@dataclass(frozen=True)
class Ended:
    """How a command of wrangler has ended, and all that it has printed."""

    is_done: bool
    printed: str


def data_of(places: Places, *, is_remote: bool) -> list[str]:
    """The options that say whose data a command is about."""
    if is_remote:
        return ["--remote"]
    return ["--local", "--persist-to", str(places.data)]


def run_wrangler(places: Places, configuration: Path, arguments: list[str]) -> Ended:
    """Run a command to its end. Nothing is asked on the way, and Ctrl-C does not reach it."""
    tools = places.tools
    done = subprocess.run(
        wrangler_command(tools, arguments, configuration),
        cwd=places.root,
        env={**os.environ, **quiet_environment(tools)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
    )
    return Ended(done.returncode == 0, without_colours(done.stdout).strip())
