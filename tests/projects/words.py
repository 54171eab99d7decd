"""What a project may not say: of Tillroll's own trade where it has none of it, and of files that it does not have."""

import re
from collections.abc import Collection, Iterator
from typing import Final

OF_RECEIPTS: Final = ("receipt", "expense", "invoice", "claim", "payout")
"""Of a project without receipts nothing may be called so."""

_LINK = re.compile(r"\[[^\]]+\]\((?!https?://|#)(?P<path>[^)#\s]+)(?:#[^)]*)?\)")
_WORD = re.compile(
    r"(?<![\w/.{}-])(?P<path>(?:bench|cli|docs|local|migrations|modules|public|requirements|src|tests)/[\w./-]*\w)"
    r"(?![\w./-]*[{$<])"
)
# What its owner writes, or its own code makes, or a page shows as written by somebody; and one in the repository of
# somebody else.
_NOT_OF_THE_PROJECT = re.compile(
    r"docs/workflows|public/api|src/pyodide|tests/simulation/kinds/NAME\.py"
    r"|src/tillroll/workflows/(?:nightly_close|planted|stocktake)(?:/.*)?"
)


def links_of(text: str) -> Iterator[str]:
    """Where the links of a page lead, within the project."""
    return (found["path"] for found in _LINK.finditer(text))


def paths_named_by(text: str) -> Iterator[str]:
    """The paths of the project that stand in a text as words."""
    for found in _WORD.finditer(text):
        if not _NOT_OF_THE_PROJECT.fullmatch(found["path"]):
            yield found["path"]


def is_there(path: str, files: Collection[str]) -> bool:
    """Whether it is one of the files, or a folder in which some are."""
    return path in files or any(each.startswith(f"{path}/") for each in files)
