"""Tables of what is one person's, and how people are named."""

from typing import Final, LiteralString

from tillroll_durable.platform.tables import Gone, Table

USERS: Final = "SELECT id FROM users WHERE account_id = ?1"
THEIR_NAMES: Final = (
    "SELECT 'user:' || ?2 UNION ALL SELECT 'token:' || id FROM tokens WHERE user_id = ?2"
)
"""How the audit, and what was done, name a person: signed in, or by a token of theirs."""


def of_person(
    name: LiteralString,
    key: LiteralString = "rowid",
    *,
    without: frozenset[str] = frozenset(),
    withheld: str | None = None,
) -> Table:
    """A table of what is one person's."""
    return Table(
        name,
        Gone(f"user_id IN ({USERS})"),
        person=Gone("user_id = ?2"),
        key=key,
        without=without,
        withheld=withheld,
    )
