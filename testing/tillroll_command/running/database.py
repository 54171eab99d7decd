"""A project's D1 through the genuine wrangler, on this machine or deployed."""

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from tillroll_command.running.places import Places
from tillroll_command.running.wrangler import data_of, run_wrangler
from tillroll_local.migrating import Migrations, MigrationsChanged

_ERROR: Final = "[ERROR]"
_ANSWER: Final = re.compile(r"^\[$.*", re.MULTILINE | re.DOTALL)


class DatabaseRefused(Exception):
    """wrangler did not run the statements; the message is wrangler's. None of them was applied."""


class Database:
    """The database that a configuration binds as DB."""

    def __init__(self, places: Places, configuration: Path, *, is_remote: bool = False) -> None:
        self._places = places
        self._configuration = configuration
        self._where = data_of(places, is_remote=is_remote)

    def exists(self) -> bool:
        """Whether this machine has its data."""
        return self._places.data.exists()

    def execute(self, sql: str) -> None:
        """Run statements as one transaction. Raises DatabaseRefused."""
        # By a file, which only this user can read: everybody sees the arguments of a process.
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".sql") as file:
            file.write(sql)
            file.flush()
            self._run(["d1", "execute", "DB", *self._where, "--yes", "--file", file.name])

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of one statement, which must hold no secret. Raises DatabaseRefused."""
        return self.rows_of_each([sql])[0]

    def rows_of_each(self, statements: Sequence[str]) -> list[list[dict[str, Any]]]:
        """The rows of each statement, which must hold no secret. Raises DatabaseRefused."""
        sql = ";\n".join(statements)
        command = ["d1", "execute", "DB", *self._where, "--yes", "--json", "--command", sql]
        printed = self._run(command)
        found = _ANSWER.search(printed)  # warnings may stand before it
        if found is None:
            raise DatabaseRefused(printed)
        return [each["results"] for each in json.loads(found[0])]

    def _run(self, arguments: list[str]) -> str:
        ended = run_wrangler(self._places, self._configuration, arguments)
        if not ended.is_done:
            raise DatabaseRefused(ended.printed.partition(_ERROR)[2].strip() or ended.printed)
        return ended.printed


def apply_migrations(
    places: Places, database: Database, say: Callable[[str], None], more: str = ""
) -> None:
    """Apply the migrations that this machine's database has not seen, all or none, and `more` with
    the first. It costs nothing where there are none.

    Raises DatabaseRefused: one does not apply, or one that was applied has changed.
    """
    migrations = Migrations(places.project.migrations, places.state / "migrated.json")
    try:
        migrations.apply(database, say, first=more)
    except MigrationsChanged as error:
        raise DatabaseRefused(
            f"The database here was made by {error.names[0]}, which has changed since or is gone. "
            "It is not converted: undo that, and make a new migration; or begin anew, "
            f"rm -r {places.data} {places.state}"
        ) from error
