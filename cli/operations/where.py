"""Statements on the deployed database, or on this machine's."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cli.operations.deploying.configuration import written
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Record
from cli.operations.place import Where
from local import config
from local.config import read_deployed
from local.d1 import (
    DEPLOYED,
    Answer,
    execute_locally,
    execute_remotely,
    query_all_locally,
    query_all_remotely,
    query_locally,
    query_remotely,
)
from tillroll_command.endings import Code, Stopped


@contextmanager
def deployed(where: Where) -> Generator[Path]:
    """The configuration of the deployment that is meant. Raises Stopped: this machine does not know
    it.
    """
    if not where.deployment:
        yield DEPLOYED
        return
    try:
        record = Record.of(where.deployment)
    except NotDeployed as error:
        raise Stopped(Code.FAILED, f"{error}") from error
    if record is None:
        raise Stopped(Code.NOT_FOUND, f"This machine knows no deployment {where.deployment}.")
    with written(record, read_deployed()) as configuration:
        yield configuration


@contextmanager
def configured(where: Where) -> Generator[Path]:
    """The configuration of the place that is meant, for as long as the block lasts. Raises
    Stopped: this machine does not know it.
    """
    if where.state is None:
        with deployed(where) as configuration:
            yield configuration
        return
    with config.for_one_command() as configuration:
        yield configuration


def execute(sql: str, where: Where) -> None:
    """Run the statements as one transaction. Raises D1Error."""
    if where.state is None:
        with deployed(where) as configuration:
            execute_remotely(sql, configuration, where.database)
        return
    with config.for_one_command() as configuration:
        execute_locally(sql, where.state, configuration, where.database)


def query(sql: str, where: Where) -> list[Answer]:
    """The rows of one statement, which changes nothing and holds no secret. Raises D1Error."""
    if where.state is None:
        with deployed(where) as configuration:
            return query_remotely(sql, configuration, where.database)
    with config.for_one_command() as configuration:
        return query_locally(sql, where.state, configuration, where.database)


def query_all(statements: Sequence[str], where: Where) -> list[list[Answer]]:
    """The rows of each statement, asked for at once. Raises D1Error."""
    if where.state is None:
        with deployed(where) as configuration:
            return query_all_remotely(statements, configuration, where.database)
    with config.for_one_command() as configuration:
        return query_all_locally(statements, where.state, configuration, where.database)
