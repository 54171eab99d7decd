"""A new account with its first user and a token."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from cli.operations.operators import Audited
from tillroll.access.first_names import FIRST_TOKEN
from tillroll.access.roles import Role
from tillroll.expenses.beginning import first_categories, first_policy
from tillroll.identity.authentication import secret_hash
from tillroll.identity.repository import keep_roles
from tillroll_command.sql import as_text
from tillroll_durable.audit import AuditEvent, append
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.shards import marked

_TOKEN_BYTES = 32


@dataclass(frozen=True)
class NewAccount:
    """What was thought up for an account. It exists once `sql` has run; the token is in no other
    place than here.
    """

    account_id: str
    user_id: str
    token: str
    sql: str


def new_account(
    name: str, user_name: str, now: datetime, *, is_operator: bool = False
) -> NewAccount:
    """An account named `name`, owned by a user with a bearer token, of which the database gets the
    SHA-256 only. An operator may look after the whole deployment besides.
    """
    account_id, user_id, token_id = new_id("acc"), new_id("usr"), new_id("tok")
    token = marked(f"till_{secrets.token_urlsafe(_TOKEN_BYTES)}")
    at = to_text(now)
    event = AuditEvent(
        stream=f"account:{account_id}",
        event_key=f"account.created:{account_id}",
        account_id=account_id,
        actor="operator",
        action=Audited.ACCOUNT_CREATED,
        outcome="success",
        at=at,
        detail={"user": user_id, "token": token_id, "isOperator": is_operator},
    )
    statements = [
        statement(
            "INSERT INTO accounts (id, name, created_at) VALUES (?1, ?2, ?3)",
            [account_id, name, at],
        ),
        statement(
            """
            INSERT INTO users (id, account_id, name, is_operator, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """,
            [user_id, account_id, user_name, int(is_operator), at],
        ),
        keep_roles(user_id, [Role.OWNER], None, at),
        statement(
            "INSERT INTO tokens (id, user_id, hash, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            [token_id, user_id, secret_hash(token), FIRST_TOKEN, at],
        ),
        append(event),
        *_begins_with(account_id, at),
    ]
    return NewAccount(account_id, user_id, token, as_text(statements))


def _begins_with(account_id: str, at: str) -> list[Statement]:
    """Categories and a policy."""
    return [
        *first_categories(account_id, "operator", at),
        *first_policy(account_id, "operator", at),
    ]
