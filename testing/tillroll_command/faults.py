"""An error that comes out of the author's own files, as one sentence with its file and line.

What comes out of this command alone is a fault of its own, and its traceback is what helps then.
"""

import traceback
from pathlib import Path
from typing import Final

_WRITTEN: Final = ("src", "tests")


def sentence_of(error: Exception, root: Path) -> str | None:
    """What is wrong, and where in the project of a folder; None where it is not there."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        path = below(root, Path(error.filename))
        if path is not None:
            return f"{path}:{error.lineno}: this is no Python: {error.msg}."
    if isinstance(error, OSError) and isinstance(error.filename, str):
        path = below(root, Path(error.filename))
        if path is not None:
            return f"{path}: {error.strerror}."
    place = _place(error, root)
    if place is None:
        return None
    # A command that goes well need not wait for the import.
    from tillroll_durable.errors import one_line  # noqa: PLC0415

    says = one_line(str(error))
    name = type(error).__name__
    return f"{place}: {name}: {says}" if says else f"{place}: {name}"


def _place(error: Exception, root: Path) -> str | None:
    """The last line of the author's that the error came by."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = below(root, Path(frame.filename))
        if path is not None and path.parts[0] in _WRITTEN:
            return f"{path}:{frame.lineno}"
    return None


def below(root: Path, file: Path) -> Path | None:
    """A file as the author has it; None where it is none of the project's."""
    path = file if file.is_absolute() else root / file
    return path.relative_to(root) if path.is_relative_to(root) else None
