"""The genuine wrangler: how it is called, and `make wrangler`, which runs it on this machine's
data.

    python -m local.wrangler --state S -- d1 execute DB --command 'SELECT 1'

What wrangler is not told itself: that `d1` and `r2` commands mean the data in the state
folder, and that `workflows` commands are for the instance of `make dev` that runs on it.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local import config
from local.places import (
    HIDE_LINKS,
    HOST_PYTHON,
    NODE_MODULES,
    PYODIDE_BUNDLE,
    ROOT,
    SNAPSHOTS,
    STATE,
    WRANGLER_STATE,
)
from tillroll_local import tools

TOOLS: Final = tools.Tools(
    node_modules=NODE_MODULES, python=HOST_PYTHON, bundle=PYODIDE_BUNDLE, snapshots=SNAPSHOTS
)
"""What runs the Worker here."""

# The commands that know --persist-to; the others of these groups exist in the cloud only.
_ON_STORED_DATA = {
    ("d1", "execute"), ("d1", "migrations"), ("r2", "object"),
    ("r2", "bulk"),
}  # fmt: skip


class NothingRuns(Exception):
    """The command is answered by a running `make dev`, and none runs on this state folder."""


def data_folder(state: Path) -> Path:
    """Where wrangler and workerd keep the data of D1, R2 and Workflows: for `make dev` without
    STATE where plain wrangler has them too, else in the state folder.
    """
    return WRANGLER_STATE if state.resolve() == STATE else state / "wrangler"


def information_file(state: Path) -> Path:
    """What a running `make dev` tells scripts: {"url", "token", "pid"}, readable for this user
    only.
    """
    return state / "dev.json"


def dev_command(configuration: Path, state: Path, port: int, inspector_port: int) -> list[str]:
    """The command of `wrangler dev` on a configuration, with its data under the state folder."""
    return tools.dev_command(
        TOOLS,
        configuration,
        data=data_folder(state),
        port=port,
        inspector_port=inspector_port,
    )


def wrangler_environment(starts_file: Path, *, makes_snapshots: bool = True) -> dict[str, str]:
    """As `offline_environment` of the tools, and no link's secret reaches a log."""
    offline = tools.offline_environment(TOOLS, starts_file, makes_snapshots=makes_snapshots)
    return {**offline, "NODE_OPTIONS": f'--require "{HIDE_LINKS}"'}


def quiet_environment() -> dict[str, str]:
    """As that of the tools."""
    return tools.quiet_environment(TOOLS)


def run_wrangler(
    state: Path, configuration: Path, arguments: Sequence[str], folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run wrangler on the state folder's data and return what it printed (standard output and
    errors together). `folder` is where it runs.
    """
    return run_anywhere(on_this_machine(arguments, state), configuration, folder)


def run_anywhere(
    arguments: Sequence[str], configuration: Path, folder: Path, *, seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run wrangler as it is asked, wherever the data lies, and return what it printed. Raises
    TimeoutExpired: it took longer than so many seconds.
    """
    return subprocess.run(
        _command(arguments, configuration),
        cwd=folder,
        env={**os.environ, **quiet_environment()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,  # Ctrl-C is the launcher's to handle
        timeout=seconds,
    )


def on_this_machine(arguments: Sequence[str], state: Path) -> list[str]:
    """The same command, told where this machine's data lies; unchanged where it says --remote.

    Raises:
        NothingRuns: it asks for workflows, and no `make dev` runs on the state folder.
    """
    words = list(arguments)
    if "--remote" in words or "--help" in words:
        return words
    if tuple(words[:2]) in _ON_STORED_DATA:
        words += ["--local"] if "--local" not in words else []
        words += ["--persist-to", str(data_folder(state))]
    elif words[:1] == ["workflows"]:
        words += ["--local"] if "--local" not in words else []
        words += ["--port", str(_running_port(state))] if "--port" not in words else []
    return words


def _running_port(state: Path) -> int:
    try:
        information = json.loads(information_file(state).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NothingRuns(
            f"Workflows answer while `make dev` runs, and none runs on {state}: start it, or give "
            "STATE=…"
        ) from None
    return int(information["url"].rsplit(":", 1)[1])


def _command(arguments: Sequence[str], configuration: Path) -> list[str]:
    return tools.wrangler_command(TOOLS, [*arguments], configuration)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make wrangler", description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("arguments", nargs="*", help="what wrangler is to do, after --")
    options = parser.parse_args()
    if not options.arguments:
        print(
            'Say what wrangler is to do, for instance: make wrangler ARGS="d1 migrations list DB"'
        )
        return 2
    state = options.state.resolve()
    try:
        arguments = on_this_machine(options.arguments, state)
    except NothingRuns as error:
        print(error, file=sys.stderr)
        return 1
    with config.for_one_command() as configuration:
        return subprocess.run(
            _command(arguments, configuration),
            cwd=ROOT,
            env={**os.environ, **quiet_environment()},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
