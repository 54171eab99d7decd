"""Run SQL on D1 through the genuine wrangler: on this machine's database, or on the deployed one."""

import tempfile
from pathlib import Path

from local.log_lines import without_colours
from local.places import ROOT
from local.wrangler import data_folder, run_wrangler


class D1Error(Exception):
    """wrangler did not run the statements; the message is wrangler's. None of them was applied."""


def execute_locally(sql: str, state: Path, configuration: Path) -> None:
    """Run the statements as one transaction on the database of a state folder.

    Raises:
        D1Error: there is no database, or it refused them.
    """
    if not data_folder(state).exists():  # wrangler would make an empty one
        raise D1Error(f"There is no database in {state}. `make dev` makes it, at its first start.")
    _execute(sql, state, configuration, "--local")


def execute_remotely(sql: str) -> None:
    """Run the statements as one transaction on the database that wrangler.jsonc deploys; wrangler must be logged in.

    Raises:
        D1Error: wrangler is not logged in, or the database refused them.
    """
    _execute(sql, ROOT, ROOT / "wrangler.jsonc", "--remote")


def _execute(sql: str, state: Path, configuration: Path, where: str) -> None:
    # By a file, which only this user can read: the arguments of a process are seen by everybody on the machine.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        done = run_wrangler(state, configuration, ["d1", "execute", "DB", where, "--yes", "--file", file.name])
    if done.returncode != 0:
        raise D1Error(without_colours(done.stdout).strip())
