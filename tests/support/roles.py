"""The roles of a test's people."""

from typing import Final

from tillroll_durable.platform.bindings.database import Statement, statement

MEMBER: Final = ("submitter", "operator")
"""Of a person who decides on nothing, and administers nothing."""


def roles_given(user_id: str, *roles: str) -> list[Statement]:
    """Give a person these roles in place of those they had."""
    insert = "INSERT INTO user_roles (user_id, role) VALUES (?, ?)"
    return [
        statement("DELETE FROM user_roles WHERE user_id = ?", [user_id]),
        *(statement(insert, [user_id, role]) for role in roles),
    ]
