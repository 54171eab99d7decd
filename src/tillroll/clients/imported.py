"""SQL of clients and projects that another system has: they are opened once, and follow it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll_durable import Statement, statement
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.naming import fold_name


@dataclass(frozen=True)
class Origin:
    """Where a client or project is from: the other system, and the id there."""

    account_id: str
    source: str
    external_id: str


@dataclass(frozen=True)
class ImportedProject:
    """A project as the other system has it. `amount` is in minor units."""

    origin: Origin
    name: str
    amount: int | None
    currency: str | None


def rename_imported_client(origin: Origin, name: str) -> Statement:
    """The statement hits no row where nothing was opened for the origin."""
    return statement(
        """
        UPDATE clients SET name = ?4, word = ?5
        WHERE account_id = ?1 AND source = ?2 AND external_id = ?3
        """,
        [origin.account_id, origin.source, origin.external_id, name, fold_name(name)],
    )


def open_imported_client(
    origin: Origin, name: str, *, mail: str | None, now: str
) -> Sequence[Statement]:
    """Open a client once. One of the same name that a person added becomes that of the origin, but
    where two have it: a person says which.
    """
    of_client = (origin.account_id, origin.source, origin.external_id)
    adopt = """
      UPDATE clients SET source = ?2, external_id = ?3, mail = COALESCE(mail, ?5)
      WHERE id = (
        SELECT MIN(id) FROM clients
        WHERE account_id = ?1 AND word = ?4 AND source IS NULL AND archived_at IS NULL
        HAVING COUNT(*) = 1)
        AND NOT EXISTS (SELECT 1 FROM clients WHERE account_id = ?1 AND source = ?2
            AND external_id = ?3)
    """
    insert = """
      INSERT INTO clients (id, account_id, source, external_id, name, word, mail, opened_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT (account_id, source, external_id) DO NOTHING
    """
    return [
        statement(adopt, [*of_client, fold_name(name), mail]),
        statement(insert, [new_id("cli"), *of_client, name, fold_name(name), mail, now]),
    ]


def open_imported_project(client: Origin, project: ImportedProject, now: str) -> Statement:
    """Open a project once, at the client of an origin, or where that one was merged into."""
    return statement(
        """
        INSERT INTO projects (
          id, account_id, client_id, source, external_id, name, amount, currency, opened_at)
        SELECT ?1, ?2, COALESCE(c.merged_into, c.id), ?3, ?4, ?5, CAST(?6 AS INTEGER), ?7, ?8
        FROM clients c
        WHERE c.account_id = ?2 AND c.source = ?3 AND c.external_id = ?9
        ON CONFLICT (account_id, source, external_id) DO NOTHING
        """,
        [
            new_id("prj"),
            client.account_id,
            client.source,
            project.origin.external_id,
            project.name,
            project.amount,
            project.currency,
            now,
            client.external_id,
        ],
    )


def change_imported_project(project: ImportedProject, *, is_open: bool, now: str) -> Statement:
    """Give a project the name and worth of the other system, and open or close it."""
    origin = project.origin
    return statement(
        """
        UPDATE projects SET name = ?4, amount = CAST(?5 AS INTEGER), currency = ?6,
          closed_at = CASE WHEN ?7 = 1 THEN NULL ELSE COALESCE(closed_at, ?8) END
        WHERE account_id = ?1 AND source = ?2 AND external_id = ?3
        """,
        [
            origin.account_id,
            origin.source,
            origin.external_id,
            project.name,
            project.amount,
            project.currency,
            int(is_open),
            now,
        ],
    )
