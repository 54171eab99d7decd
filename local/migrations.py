"""Bring a state folder's databases up to date with migrations/, by the genuine wrangler, when there
is something new.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.config import databases_in
from local.d1 import Answer, D1Error, create_locally, query_locally
from local.places import MIGRATIONS
from local.wrangler import data_folder
from tillroll_durable.platform.shards import FIRST_BINDING
from tillroll_local.migrating import Migrations, MigrationsChanged


class MigrationError(Exception):
    """The migrations did not apply; the message says what to do."""


def migrate(state: Path, configuration: Path, say: Callable[[str], None]) -> None:
    """Apply the migrations that a database of the folder has not seen, all or none, to each that
    the configuration binds.

    Raises:
        MigrationError: wrangler could not apply one, or the database was made by migrations that
            are not the same now.
    """
    try:
        for binding in databases_in(configuration):
            database = _Database(state, configuration, binding)
            _migrations(state, binding).apply(database, say)
    except MigrationsChanged as error:
        raise MigrationError(_sentence(error.names, state)) from error
    except D1Error as error:
        raise MigrationError(f"The migrations did not apply:\n{error}") from error


def unapplied(state: Path) -> list[str]:
    """The migrations that the folder's first database has not seen, by our record: they can still
    be edited.
    """
    return _migrations(state, FIRST_BINDING).unapplied()


@dataclass(frozen=True)
class _Database:
    """One of a state folder, by its binding."""

    state: Path
    configuration: Path
    binding: str

    def exists(self) -> bool:
        return data_folder(self.state).exists()

    def execute(self, sql: str) -> None:
        create_locally(sql, self.state, self.configuration, self.binding)

    def rows(self, sql: str) -> Sequence[Answer]:
        return query_locally(sql, self.state, self.configuration, self.binding)


def _migrations(state: Path, binding: str) -> Migrations:
    name = "migrated.json"
    if binding != FIRST_BINDING:
        name = f"migrated-{binding}.json"
    return Migrations(MIGRATIONS, data_folder(state) / name)


def _sentence(changed: Sequence[str], state: Path) -> str:
    others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return (
        f"The database in {state} was made by migrations that have changed since: "
        f"{changed[0]}{others}. It is not converted. Start with another folder, make dev STATE=…, "
        f"or delete this one, rm -r {data_folder(state)}, and upload the originals again. To keep "
        "the data, undo your change of the migration and make a new one."
    )
