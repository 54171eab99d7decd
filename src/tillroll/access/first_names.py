"""The names that a set-up gives where nobody chose any. Until somebody gives another, each reader
sees them in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tillroll_durable.platform.words import Say

FIRST_ACCOUNT: Final = "My company"
FIRST_OWNER: Final = "Owner"
FIRST_TOKEN: Final = "first token"  # noqa: S105 - its name
_ALL: Final = frozenset({FIRST_ACCOUNT, FIRST_OWNER, FIRST_TOKEN})


def is_named(account_name: str) -> bool:
    """Whether somebody has named the company. Outsiders do not know it by a set-up's name."""
    return account_name != FIRST_ACCOUNT


def name_for(name: str, say: Say) -> str:
    """The name as a document shows it: one of a set-up in the document's language, and what a
    person wrote as it is."""
    if name in _ALL:
        return say(name)
    return name
