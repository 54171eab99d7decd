"""JSON Pointers (RFC 6901): where a value stands in a document."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from tillroll.platform.json import Json

_LONGEST: Final = 200
_POINTER: Final = re.compile(r"(?:/(?:[^/~]|~[01])*)*")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")


class Absent(LookupError):
    """Nothing stands where the pointer leads."""


def check_pointer(given: str) -> str:
    """Raises ValueError: it is no JSON Pointer, or too long."""
    if len(given) > _LONGEST or not _POINTER.fullmatch(given):
        raise ValueError(
            f"Write a JSON Pointer (RFC 6901) of at most {_LONGEST} characters, such as /data/object/id: "
            "it begins with /, and ~ and / within a name are ~0 and ~1"
        )
    return given


Pointer = Annotated[str, AfterValidator(check_pointer), Field(examples=["/data/object/id"])]


def find(document: Json, pointer: str) -> Json:
    """The value that a pointer names; the empty pointer names the whole document.

    Raises:
        Absent: there is none. `-`, the element behind the last one of a list, is never there (RFC 6901, section 4).
    """
    found = document
    for escaped in pointer.split("/")[1:]:
        name = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and _INDEX.fullmatch(name) and int(name) < len(found):
            found = found[int(name)]
        else:
            raise Absent(pointer)
    return found
