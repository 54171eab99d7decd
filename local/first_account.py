"""The account that `make dev` works with: made at the first start, its token kept in the state folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cli.operating.accounts import new_account
from local.d1 import execute_locally
from local.files import write_private
from local.wrangler import data_folder


def token_of(state: Path, configuration: Path, say: Callable[[str], None]) -> str:
    """The owner's bearer token; makes the account where the database has none yet.

    Raises:
        D1Error: the account could not be made.
    """
    # Beside the data it opens: whoever removes the one removes the other.
    file = data_folder(state) / "token"
    if file.exists():
        return file.read_text(encoding="utf-8")
    say("Making a first account …")
    account = new_account("My company", "Owner", datetime.now(UTC), is_operator=True)
    execute_locally(account.sql, state, configuration)
    write_private(file, account.token)
    return account.token
