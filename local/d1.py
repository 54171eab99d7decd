"""D1 through the genuine wrangler: SQL, and exports, of this machine's databases or of the deployed
ones.
"""

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from local.config import read
from local.places import ROOT
from local.wrangler import data_folder, run_wrangler
from tillroll_durable.platform.shards import FIRST_BINDING
from tillroll_local.files import write_private
from tillroll_local.log_lines import without_colours

DEPLOYED = ROOT / "wrangler.jsonc"
# Tables that are there before anything of ours is.
_OWN_TABLES = """
    SELECT name FROM sqlite_master WHERE type = 'table'
      AND name NOT LIKE 'sqlite^_%' ESCAPE '^' AND name NOT LIKE '^_cf^_%' ESCAPE '^'
          AND name <> 'd1_migrations'
"""
# In front of what wrangler says when it fails.
_ERROR = "[ERROR]"
_ANSWER = re.compile(r"^\[$.*", re.MULTILINE | re.DOTALL)


Answer: TypeAlias = dict[str, str | int | float | None]
"""A row, by the names of its columns."""


class D1Error(Exception):
    """wrangler did not run the statements; the message is wrangler's. None of them was applied."""


class NoDatabase(D1Error):
    """The state folder has none."""


def execute_locally(
    sql: str, state: Path, configuration: Path, database: str = FIRST_BINDING
) -> None:
    """Run the statements as one transaction on a database of a state folder, by its binding.

    Raises:
        D1Error: there is no database, or it refused them.
    """
    _check_there(state)
    _execute(sql, state, configuration, "--local", database)


def execute_remotely(
    sql: str, configuration: Path = DEPLOYED, database: str = FIRST_BINDING
) -> None:
    """Run the statements as one transaction on a database that a configuration deploys; wrangler
    must be logged in.

    Raises:
        D1Error: wrangler is not logged in, or the database refused them.
    """
    _execute(sql, ROOT, configuration, "--remote", database)


def create_locally(
    sql: str, state: Path, configuration: Path, database: str = FIRST_BINDING
) -> None:
    """The same as `execute_locally`, but makes the database where the state folder has none.
    Raises D1Error.
    """
    _execute(sql, state, configuration, "--local", database)


def query_locally(
    sql: str, state: Path, configuration: Path, database: str = FIRST_BINDING
) -> list[Answer]:
    """As `query_all_locally`, of one statement."""
    [rows] = query_all_locally([sql], state, configuration, database)
    return rows


def query_all_locally(
    statements: Sequence[str], state: Path, configuration: Path, database: str = FIRST_BINDING
) -> list[list[Answer]]:
    """The rows that each statement answers on the database of a state folder. Everybody on the
    machine can see the statements meanwhile: they must hold no secret.

    Raises:
        D1Error: there is no database, or it refused the statement.
    """
    _check_there(state)
    return _query(statements, state, configuration, "--local", database)


def query_remotely(
    sql: str, configuration: Path = DEPLOYED, database: str = FIRST_BINDING
) -> list[Answer]:
    """As `query_all_remotely`, of one statement."""
    [rows] = query_all_remotely([sql], configuration, database)
    return rows


def query_all_remotely(
    statements: Sequence[str], configuration: Path = DEPLOYED, database: str = FIRST_BINDING
) -> list[list[Answer]]:
    """As `query_all_locally`, on the database that a configuration deploys. Raises D1Error."""
    return _query(statements, ROOT, configuration, "--remote", database)


def sized_query_remotely(
    sql: str, configuration: Path, database: str
) -> tuple[list[Answer], int | None]:
    """The rows of one statement, and the bytes of the database that it was asked of; None where D1
    does not say them. Raises D1Error.
    """
    [answer] = _answers([sql], ROOT, configuration, "--remote", database)
    size = answer.get("meta", {}).get("size_after")
    return answer["results"], size


def tables_locally(state: Path, configuration: Path, database: str = FIRST_BINDING) -> list[str]:
    """The tables of this machine's database; none where there is no database. Raises D1Error."""
    if not data_folder(state).exists():
        return []
    return _names(query_locally(_OWN_TABLES, state, configuration, database))


def tables_remotely(configuration: Path = DEPLOYED, database: str = FIRST_BINDING) -> list[str]:
    """The tables of the database that a configuration deploys. Raises D1Error."""
    return _names(query_remotely(_OWN_TABLES, configuration, database))


def export_locally(
    file: Path, state: Path, configuration: Path, database: str = FIRST_BINDING
) -> None:
    """Write this machine's database into a file, as SQL that makes it anew.

    Raises:
        D1Error: there is no database, or wrangler did not export it.
    """
    _check_there(state)
    with tempfile.TemporaryDirectory() as name:
        # wrangler's export takes no --persist-to: it looks in .wrangler/state beside its
        # configuration.
        folder = Path(name)
        (folder / ".wrangler").mkdir()
        (folder / ".wrangler" / "state").symlink_to(data_folder(state).resolve())
        whole = read(configuration)
        kept = {key: whole[key] for key in ("name", "compatibility_date", "d1_databases")}
        beside = folder / "wrangler.json"
        write_private(beside, json.dumps(kept))
        _wrangler(
            state,
            beside,
            ["d1", "export", database, "--local", "-y", "--output", str(file.resolve())],
            folder,
        )


def export_remotely(
    file: Path, configuration: Path = DEPLOYED, database: str = FIRST_BINDING
) -> None:
    """Write the database that a configuration deploys into a file, as SQL that makes another.
    Requests wait meanwhile. Raises D1Error.
    """
    _wrangler(
        ROOT,
        configuration,
        ["d1", "export", database, "--remote", "-y", "--output", str(file.resolve())],
    )


def _check_there(state: Path) -> None:
    if not data_folder(state).exists():  # wrangler would make an empty one
        raise NoDatabase(
            f"There is no database in {state}. `make dev` makes it, at its first start."
        )


def _query(
    statements: Sequence[str], state: Path, configuration: Path, where: str, database: str
) -> list[list[Answer]]:
    answers = _answers(statements, state, configuration, where, database)
    return [answer["results"] for answer in answers]


def _answers(
    statements: Sequence[str], state: Path, configuration: Path, where: str, database: str
) -> list[dict[str, Any]]:
    sql = ";\n".join(statements)
    printed = _wrangler(
        state,
        configuration,
        ["d1", "execute", database, where, "--yes", "--json", "--command", sql],
    )
    found = _ANSWER.search(printed)  # warnings may stand before it
    if found is None:
        raise D1Error(printed)
    return json.loads(found[0])


def _names(rows: list[Answer]) -> list[str]:
    return [str(row["name"]) for row in rows]


def _execute(sql: str, state: Path, configuration: Path, where: str, database: str) -> None:
    # By a file, which only this user can read: the arguments of a process are seen by everybody on
    # the machine.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        _wrangler(
            state, configuration, ["d1", "execute", database, where, "--yes", "--file", file.name]
        )


def _wrangler(
    state: Path, configuration: Path, arguments: Sequence[str], folder: Path = ROOT
) -> str:
    done = run_wrangler(state, configuration, arguments, folder)
    printed = without_colours(done.stdout).strip()
    if done.returncode != 0:
        raise D1Error(_error_in(printed))
    return printed


def _error_in(printed: str) -> str:
    """What went wrong, without what wrangler says of where it works."""
    return printed.partition(_ERROR)[2].strip() or printed
