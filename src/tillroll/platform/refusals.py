"""What use cases refuse, with the problem that answers it: a route that has no more to say lets it pass."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from tillroll.platform.json import Json


def missing(what: str) -> str:
    """The same for what does not exist and for what belongs to another account."""
    return f"There is no {what} with this id in your account. Check the id."


class Refusal(Exception):
    """What is not done, and which problem says so.

    Attributes:
        code: the problem's, as api/problems.py declares it.
        thing: what is not found, where it is that.
        says: the problem's detail, where the message is none; {} in it stands for the message.
        extra: members of the problem beside the standard ones.
    """

    code: ClassVar[str] = "not-found"
    thing: ClassVar[str | None] = None
    says: ClassVar[str] = ""
    extra: Mapping[str, Json] = MappingProxyType({})

    @property
    def detail(self) -> str:
        """The sentences that tell whoever asked what to do."""
        if self.thing is not None:
            return missing(self.thing)
        if not self.says:
            return str(self)
        said = self.says.replace("{}", str(self))
        return f"{said[:1].upper()}{said[1:]}"
