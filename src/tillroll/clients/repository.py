"""Rows of clients and projects."""

from collections.abc import Callable, Sequence
from typing import Final, LiteralString, TypeAlias

from tillroll.clients.models import ClientChoice, ClientRecord, Project, ProjectChoice
from tillroll.module import Hook
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Value,
    columns_of,
    digits,
    insert_row,
    of_row,
    place,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit, must_hold
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import (
    MOST_NAMES,
    fold_name,
    is_among,
    is_beyond_ascii,
    look_of,
    names_alike,
)
from tillroll_durable.platform.tables import ACCOUNT, Emptied, Gone, Table

MOST_CHOICES: Final = 1_000

_CLIENT: Final = """
  SELECT c.*, (SELECT COUNT(*) FROM projects p WHERE p.client_id = c.id
      AND p.closed_at IS NULL) AS open_projects
  FROM clients c WHERE c.account_id = ?1
"""
_PROJECT: Final = """
  SELECT p.*, c.name AS client FROM projects p JOIN clients c ON c.id = p.client_id
  WHERE p.account_id = ?1
"""

TABLES: Final = (
    Table("projects", Gone(ACCOUNT)),
    Table("clients", Gone(ACCOUNT), loosened=(Emptied("merged_into = NULL", ACCOUNT),)),
)


async def load_client(database: Database, account_id: str, client_id: str) -> ClientRecord | None:
    row = await database.first(statement(f"{_CLIENT} AND c.id = ?2", [account_id, client_id]))
    if row is None:
        return None
    return of_row(ClientRecord, row, alike=[])


async def with_alike(
    database: Database, account_id: str, clients: Sequence[ClientRecord]
) -> list[ClientRecord]:
    """The clients, each with the others whose names print the same."""
    alike = await _alike(database, account_id)
    return [client.model_copy(update={"alike": alike.get(client.id, [])}) for client in clients]


async def _alike(database: Database, account_id: str) -> dict[str, list[str]]:
    """As `names_alike`, of the clients that are offered. SQL finds those that may be concerned."""
    selection = "SELECT id, name FROM clients WHERE account_id = ?1 AND archived_at IS NULL"
    rare = f"""
      {selection} AND ({is_beyond_ascii("name")} OR word IN (
        SELECT word FROM clients WHERE account_id = ?1 AND archived_at IS NULL
        GROUP BY word HAVING COUNT(*) > 1)) LIMIT {digits(MOST_NAMES)}
    """
    rows = await database.all(statement(rare, [account_id]))
    if not rows:
        return {}
    looks = dump([*sorted({look_of(text(row, "name")) for row in rows})])
    plain = f"{selection} AND word IN (SELECT value FROM json_each(?2))"
    rows += await database.all(statement(plain, [account_id, looks]))
    return names_alike({text(row, "id"): text(row, "name") for row in rows})


async def list_clients(
    database: Database,
    account_id: str,
    cursor: str,
    limit: int,
    *,
    is_archived: bool,
    name: str | None = None,
) -> list[ClientRecord]:
    """The newest first, behind the id `cursor`; of one name, or all."""
    query = f"""
      {_CLIENT} AND c.id < ?2 AND (c.archived_at IS NOT NULL) = ?4 AND (?5 IS NULL OR c.word = ?5)
      ORDER BY c.id DESC LIMIT ?3
    """
    word = None if name is None else fold_name(name)
    return [
        of_row(ClientRecord, row, alike=[])
        for row in await database.all(
            statement(query, [account_id, cursor, limit, int(is_archived), word])
        )
    ]


async def find_by_name(database: Database, account_id: str, name: str) -> ClientRecord | None:
    """The client of a name that is offered; case and spaces make no difference."""
    query = f"{_CLIENT} AND c.word = ?2 AND c.archived_at IS NULL ORDER BY c.id LIMIT 1"
    row = await database.first(statement(query, [account_id, fold_name(name)]))
    if row is None:
        return None
    return of_row(ClientRecord, row, alike=[])


async def near_names(
    database: Database, account_id: str, name: str, *, own: str | None
) -> list[str]:
    """The names of clients that are offered, beside an `own` id, which may look like this one."""
    query = f"""
      SELECT id, name FROM clients
      WHERE account_id = ?1 AND archived_at IS NULL AND (word = ?2 OR {is_beyond_ascii("word")})
      ORDER BY id
    """
    rows = await database.all(statement(query, [account_id, look_of(name)]))
    return [text(row, "name") for row in rows if row["id"] != own]


async def find_by_debtor(
    database: Database, account_id: str, debtor_account: int
) -> ClientRecord | None:
    """The client of a debtor account; one that is archived or merged keeps its own."""
    query = f"{_CLIENT} AND c.debtor_account = ?2"
    row = await database.first(statement(query, [account_id, debtor_account]))
    if row is None:
        return None
    return of_row(ClientRecord, row, alike=[])


async def load_project(database: Database, account_id: str, project_id: str) -> Project | None:
    row = await database.first(statement(f"{_PROJECT} AND p.id = ?2", [account_id, project_id]))
    if row is None:
        return None
    return of_row(Project, row)


async def list_projects(
    database: Database,
    account_id: str,
    client_id: str | None,
    cursor: str,
    limit: int,
    *,
    is_open: bool,
) -> list[Project]:
    """The newest first, behind the id `cursor`; of one client, or all; those that are open, or
    all.
    """
    query = f"""
      {_PROJECT} AND p.id < ?2 AND (?3 IS NULL OR p.client_id = ?3) AND (?4 = 0
          OR p.closed_at IS NULL)
      ORDER BY p.id DESC LIMIT ?5
    """
    rows = await database.all(
        statement(query, [account_id, cursor, client_id, int(is_open), limit])
    )
    return [of_row(Project, row) for row in rows]


async def list_choices(database: Database, account_id: str) -> list[ClientChoice]:
    """List what can be selected, by name."""
    query = """
      SELECT c.id, c.name, p.id AS project_id, p.name AS project FROM clients c
      LEFT JOIN projects p ON p.client_id = c.id AND p.closed_at IS NULL
      WHERE c.account_id = ?1 AND c.archived_at IS NULL ORDER BY c.word, c.id, p.name, p.id LIMIT ?2
    """
    choices: dict[str, ClientChoice] = {}
    for row in await database.all(statement(query, [account_id, MOST_CHOICES])):
        client = choices.setdefault(
            text(row, "id"), ClientChoice(id=text(row, "id"), name=text(row, "name"), projects=[])
        )
        if row["project_id"] is not None:
            client.projects.append(
                ProjectChoice(id=text(row, "project_id"), name=text(row, "project"))
            )
    return [*choices.values()]


_STANDS: Final = """
  EXISTS (SELECT 1 FROM clients WHERE id = ?1 AND archived_at IS NULL AND merged_into IS NULL)
"""


def must_stand(client_id: str) -> Statement:
    """The guard that a client is neither deleted, archived nor merged."""
    return must_hold(_STANDS, client_id)


def insert_client(account_id: str, values: dict[str, Value], now: str) -> tuple[str, Statement]:
    """The id of a new client, and what keeps it. Without a debtor account it gets the next one, by
    the trigger of the table. The batch fails where another client has got that account meanwhile.
    """
    client_id = new_id("cli")
    name = str(values["name"])
    row: dict[str, Value] = {"id": client_id, "account_id": account_id, "opened_at": now, **values}
    return client_id, insert_row("clients", {**row, "word": fold_name(name)})


def update_client(client_id: str, values: dict[str, Value]) -> Sequence[Statement]:
    """Keys are columns, constants of the code. Expenses get a new name by the trigger of the table.
    The batch fails where the client is gone, or is merged and would be restored, and where another
    client has got its debtor account meanwhile."""
    if "name" in values:
        values = {**values, "word": fold_name(str(values["name"]))}
    places: list[LiteralString] = [
        f"{name} = CAST({place(number)} AS INTEGER)"
        if isinstance(values[name], int)
        else f"{name} = {place(number)}"
        for number, name in enumerate(columns_of(values), start=2)
    ]
    where: LiteralString = "id = ?1"
    if "archived_at" in values:
        where += " AND merged_into IS NULL"
    update = f"UPDATE clients SET {', '.join(places)} WHERE {where}"
    return must_hit(statement(update, [client_id, *values.values()]))


async def is_used(database: Database, client_id: str) -> bool:
    """Whether an expense, a claim or a project is the client's, or it came from a CRM, which would
    open it again.
    """
    query = """
      SELECT EXISTS (SELECT 1 FROM expenses WHERE client_id = ?1)
        OR EXISTS (SELECT 1 FROM claims WHERE client_id = ?1)
        OR EXISTS (SELECT 1 FROM projects WHERE client_id = ?1)
        OR EXISTS (SELECT 1 FROM clients WHERE merged_into = ?1 OR (id = ?1
            AND source IS NOT NULL)) AS used
    """
    [row] = await database.all(statement(query, [client_id]))
    return bool(row["used"])


def delete_client(client_id: str) -> Sequence[Statement]:
    """The batch fails where it is gone already, or something is the client's."""
    return must_hit(statement("DELETE FROM clients WHERE id = ?", [client_id]))


MoveClient: TypeAlias = Callable[[str, str, str], Sequence[Statement]]
MERGED: Final = Hook[MoveClient]("clients.merged_clients")
"""What moves the rows of others from one client to another: by both ids, and the time."""


def merge_client(client_id: str, into: str, now: str) -> list[Statement]:
    """Move all that is a client's to another, which stands in its place from then on. The batch
    fails where one of them is merged meanwhile, or the other is archived.
    """
    merged = """
      UPDATE clients SET merged_into = ?2, archived_at = COALESCE(archived_at, ?3)
      WHERE id = ?1 AND merged_into IS NULL
    """
    return [
        must_stand(into),
        *must_hit(statement(merged, [client_id, into, now])),
        statement("UPDATE projects SET client_id = ?2 WHERE client_id = ?1", [client_id, into]),
        *(each for move in MERGED.answers() for each in move(client_id, into, now)),
        statement("UPDATE clients SET merged_into = ?2 WHERE merged_into = ?1", [client_id, into]),
    ]


def insert_project(
    account_id: str, client_id: str, name: str, now: str
) -> tuple[str, Sequence[Statement]]:
    """The id of a new project, and what keeps it. The batch fails where its client is archived."""
    project_id = new_id("prj")
    row: dict[str, Value] = {
        "id": project_id,
        "account_id": account_id,
        "client_id": client_id,
        "name": name,
        "opened_at": now,
    }
    return project_id, [must_stand(client_id), insert_row("projects", row)]


def update_project(project_id: str, values: dict[str, Value]) -> Sequence[Statement]:
    sets = ", ".join(
        f"{name} = {place(number)}" for number, name in enumerate(columns_of(values), start=2)
    )
    update = f"UPDATE projects SET {sets} WHERE id = ?1"
    return must_hit(statement(update, [project_id, *values.values()]))


async def find_project_named(
    database: Database, account_id: str, client_id: str, name: str
) -> str | None:
    """The name of a client's project, also a closed one, that is this one or looks like it."""
    query = "SELECT name FROM projects WHERE account_id = ? AND client_id = ?"
    rows = await database.all(statement(query, [account_id, client_id]))
    return next((text(row, "name") for row in rows if is_among(name, [text(row, "name")])), None)


async def is_project(database: Database, account_id: str, name: str) -> bool:
    """Whether a project of this very name is offered."""
    query = "SELECT 1 FROM projects WHERE account_id = ? AND name = ? AND closed_at IS NULL"
    return await database.first(statement(query, [account_id, name])) is not None
