"""Systems elsewhere by names that stay, at addresses that may move."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tillroll_durable.errors import AccessDenied
from tillroll_durable.outputs import ContractError

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Host:
    """Another system, by a name that stays.

    A run's record names it so, so its origin may move while runs are under way. What was sent
    before is looked up, and undone, where it was sent.

    Attributes:
        name: in small letters, such as "payments".
        origin: where it is now, such as a setting has it: "https://payments.example". A path that
            all of its addresses begin with may follow. Nothing is sent while it is empty.
        knows: origins whose effects it knows, since it has taken them over. What was sent there is
            looked up here.
    """

    name: str
    origin: str
    knows: Collection[str] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ContractError(
                f"{self.name!r} is no name of a host: take small letters, digits and hyphens"
            )
        if isinstance(self.knows, str):
            raise ContractError(f"what the host {self.name!r} knows is a list of origins")

    def at(self, path: str) -> "Address":
        """An address of it, such as `payments.at("/charges")`."""
        return Address(self, path)

    def asked_at(self, sent_to: str | None) -> str:
        """The origin that is asked for what was sent to one; None where nothing was sent yet."""
        taken_over = {each.rstrip("/") for each in self.knows}
        if sent_to is None or sent_to in taken_over:
            return self.origin.rstrip("/")
        return sent_to


@dataclass(frozen=True)
class Address:
    """A path of a host: its record has the host's name.

    Attributes:
        host: whose path it is.
        path: from the slash on, as it follows the origin.
    """

    host: Host
    path: str

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ContractError(f"the path {self.path!r} of {self.host.name!r} begins with no `/`")

    def url(self, origin: str) -> str:
        """Raises AccessDenied: nobody has said where the host is, so nothing is sent."""
        if not origin:
            raise AccessDenied(f"the host {self.host.name!r} has no origin: set it, and retry")
        return origin + self.path
