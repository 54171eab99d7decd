"""What an author declares is of the types that it is to be, or is refused by a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, cast

# What to write, by the type that is expected.
_NAMED: Final[Mapping[type, str]] = {
    bool: "True or False",
    int: "a whole number",
    str: "a text",
    tuple: "a tuple, such as `(one,)`",
}


# What cannot be None.
_NEEDED: Final = frozenset({"name", "kind", "contract"})


class WrongDeclaration(ValueError):
    """A member of a declaration is of another type than it is to be."""


def check_members(what: str, declared: object, types: Mapping[str, type[Any]]) -> None:
    """Hold members of a declaration to their types; None passes. Raises WrongDeclaration."""
    for name, expected in types.items():
        value = getattr(declared, name)
        if value is None and name not in _NEEDED:
            continue
        is_no_number = expected is int and isinstance(value, bool)
        if is_no_number or not isinstance(value, expected):
            _refuse(what, name, value=value, instead=_name_of(expected))


def check_all(what: str, declared: object, types: Mapping[str, type[Any]]) -> None:
    """Hold tuples or lists of a declaration to the type of what is in them. Raises
    WrongDeclaration.
    """
    for name, expected in types.items():
        values: object = getattr(declared, name)
        if not isinstance(values, tuple | list):
            _refuse(what, name, value=values, instead=_NAMED[tuple])
        for value in cast("Sequence[object]", values):
            if not isinstance(value, expected):
                _refuse(what, name, value=value, instead=f"{_name_of(expected)} in it")


def _name_of(expected: type[Any]) -> str:
    return _NAMED.get(expected, f"`{expected.__name__}(…)`")


def _refuse(what: str, name: str, *, value: object, instead: str) -> NoReturn:
    kind = type(value).__name__
    raise WrongDeclaration(f"{what}: `{name}` has a `{kind}`: give {instead}")
