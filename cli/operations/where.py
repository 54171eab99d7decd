"""Statements on the deployed database, or on this machine's."""

from collections.abc import Sequence

from cli.operations.place import Where
from local import config
from local.d1 import (
    Answer,
    execute_locally,
    execute_remotely,
    query_all_locally,
    query_all_remotely,
    query_locally,
    query_remotely,
)


def execute(sql: str, where: Where) -> None:
    """Run the statements as one transaction. Raises D1Error."""
    if where.state is None:
        execute_remotely(sql)
        return
    with config.for_one_command() as configuration:
        execute_locally(sql, where.state, configuration)


def query(sql: str, where: Where) -> list[Answer]:
    """The rows of one statement, which changes nothing and holds no secret. Raises D1Error."""
    if where.state is None:
        return query_remotely(sql)
    with config.for_one_command() as configuration:
        return query_locally(sql, where.state, configuration)


def query_all(statements: Sequence[str], where: Where) -> list[list[Answer]]:
    """The rows of each statement, asked for at once. Raises D1Error."""
    if where.state is None:
        return query_all_remotely(statements)
    with config.for_one_command() as configuration:
        return query_all_locally(statements, where.state, configuration)
