"""What commands have in common: on which database they work, and what a name is."""

import argparse
from pathlib import Path

from local import config
from local.d1 import Answer, execute_locally, execute_remotely, query_locally, query_remotely

_LONGEST_NAME = 200


def add_where(action: argparse.ArgumentParser) -> None:
    where = action.add_mutually_exclusive_group(required=True)
    where.add_argument("--remote", action="store_true", help="on the deployed database; wrangler must be logged in")
    where.add_argument("--local", action="store_true", help="on this machine's database, which `make dev` has made")
    action.add_argument("--state", type=Path, default=Path(".tillroll"), help="its folder (default: %(default)s)")


def name(text: str) -> str:
    """An argument that names something or somebody."""
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"a name has 1 to {_LONGEST_NAME} printable characters")
    return text.strip()


def execute(sql: str, options: argparse.Namespace) -> None:
    """Run the statements as one transaction where the options say. Raises D1Error."""
    if options.remote:
        execute_remotely(sql)
        return
    with config.for_one_command() as configuration:
        execute_locally(sql, options.state.resolve(), configuration)


def query(sql: str, options: argparse.Namespace) -> list[Answer]:
    """The rows of one statement, which changes nothing and holds no secret. Raises D1Error."""
    if options.remote:
        return query_remotely(sql)
    with config.for_one_command() as configuration:
        return query_locally(sql, options.state.resolve(), configuration)
