"""Names that a person gives, and those that follow from them."""

import keyword
import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST: Final = 40
_TAKEN: Final = frozenset({"entry", "src", "tests", "workers", "js", "pyodide"})


class NameRefused(ValueError):
    """The name cannot be taken; the message says what would do."""


@dataclass(frozen=True)
class Names:
    """What follows from a name such as `bank-transfer`."""

    name: str

    @property
    def module(self) -> str:
        return self.name.replace("-", "_")

    @property
    def constant(self) -> str:
        return self.module.upper()

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def title(self) -> str:
        return self.name.replace("-", " ").capitalize()


def names_of(name: str) -> Names:
    """Raises NameRefused."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise NameRefused(
            f"{name!r} is no name: give at most {_LONGEST} small letters, digits and hyphens, such "
            "as bank-transfer."
        )
    names = Names(name)
    is_word = keyword.iskeyword(names.module) or names.module.startswith("tillroll_")
    if is_word or names.module in _TAKEN:
        raise NameRefused(f"{name!r} means something else already: choose another.")
    return names
