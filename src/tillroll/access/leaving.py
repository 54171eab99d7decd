"""Somebody who leaves an account, or loses rights in it."""

from dataclasses import dataclass

from tillroll.access.permissions import Permission
from tillroll.platform.json import dump


@dataclass(frozen=True)
class Leaver:
    """A person after a change. `keeps` is all that they still may; None: they are not in the account any more."""

    account_id: str
    user_id: str
    keeps: frozenset[Permission] | None

    @property
    def keeps_as_json(self) -> str | None:
        """For a statement: a JSON array of permissions, or None."""
        return None if self.keeps is None else dump([*map(str, sorted(self.keeps))])

    def loses(self, permission: Permission) -> bool:
        return self.keeps is None or permission not in self.keeps
