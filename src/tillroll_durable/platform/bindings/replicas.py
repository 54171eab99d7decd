"""Databases that have copies near people. What is read in a session is never older than the
bookmark that the session began with.

Source: https://developers.cloudflare.com/d1/best-practices/read-replication/
"""

import re
from typing import Final, Protocol, runtime_checkable

from tillroll_durable.platform.bindings.database import Database

PRIMARY: Final = "first-primary"
"""Begins a session whose first query asks the primary: it sees all that was written before."""
BOOKMARK: Final = re.compile(r"[0-9A-Za-z-]{1,160}")


class DatabaseSession(Database, Protocol):
    """A database as one reader sees it."""

    def bookmark(self) -> str | None:
        """What a later session begins with, so as to see no less; None before the first query."""
        ...


@runtime_checkable
class Replicated(Protocol):
    """A database that may have copies."""

    def session(self, begin: str) -> DatabaseSession:
        """Begin a session with PRIMARY, or with the bookmark of another one."""
        ...
