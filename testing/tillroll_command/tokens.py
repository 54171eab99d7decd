"""The first tokens of a deployment, as SQL: its HTTP makes none."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import insert_row
from tillroll_durable.platform.clock import to_text
from tillroll_durable.server.access import new_token

ACCOUNT: Final = "acc_own"
"""The account of a deployment that has one owner."""
OPERATOR: Final = "system:operator"


class MadeToken(NamedTuple):
    """`secret` is in no other place than this and what is sent by it."""

    id: str
    secret: str
    sql: str


def made_token(name: str, permissions: Sequence[str], account: str = ACCOUNT) -> MadeToken:
    """A token, with the SQL that stores it and makes its account where there is none.

    Raises ValueError: the name or a permission cannot be.
    """
    now = to_text(datetime.now(UTC))
    token = new_token(account, name, permissions=permissions, actor=OPERATOR, now=now)
    row = insert_row("accounts", {"id": account, "created_at": now})
    first = as_text([row]).replace("INSERT INTO", "INSERT OR IGNORE INTO", 1)
    return MadeToken(token.id, token.secret, first + as_text(token.statements))
