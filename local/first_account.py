"""The account that `make dev` works with: made at the first start, its token kept in the state
folder.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cli.operations.accounts import new_account
from local.d1 import execute_locally, query_locally
from local.wrangler import data_folder
from tillroll.access.first_names import FIRST_ACCOUNT, FIRST_OWNER
from tillroll_local.files import write_private


def token_of(state: Path, configuration: Path, say: Callable[[str], None]) -> str:
    """The owner's bearer token; makes the account where the database has none yet.

    Raises:
        D1Error: the account could not be made.
    """
    # Beside the data it opens: a person who removes the one removes the other.
    file = data_folder(state) / "token"
    if file.exists():
        return file.read_text(encoding="utf-8")
    say("Making a first account …")
    account = new_account(FIRST_ACCOUNT, FIRST_OWNER, datetime.now(UTC), is_operator=True)
    execute_locally(account.sql, state, configuration)
    write_private(file, account.token)
    write_private(data_folder(state) / "account", account.account_id)
    return account.token


def account_of(state: Path, configuration: Path) -> str:
    """The id of the account that `token_of` has made.

    Raises:
        D1Error: it could not be read.
    """
    file = data_folder(state) / "account"
    if not file.exists():
        query = "SELECT id FROM accounts ORDER BY created_at, id LIMIT 1"
        write_private(file, str(query_locally(query, state, configuration)[0]["id"]))
    return file.read_text(encoding="utf-8")
