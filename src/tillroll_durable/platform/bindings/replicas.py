"""Databases that have copies near people. What is read in a session is never older than the
bookmark that the session began with.

Source: https://developers.cloudflare.com/d1/best-practices/read-replication/
"""

import re
from dataclasses import dataclass
from typing import Final, Protocol, Self, runtime_checkable

from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.settings import InvalidSetting, Variable

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


@dataclass(frozen=True)
class NearSettings:
    """Whether lists may be read from copies of the database."""

    reads_near: bool

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: it is neither `on` nor `off`."""
        text = variable("READS_NEAR") or "off"
        if text not in {"on", "off"}:
            raise InvalidSetting(f"READS_NEAR must be on or off; it is {text!r}")
        return cls(text == "on")
