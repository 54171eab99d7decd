"""Files with an account's data: only the user who fetched them can read them."""

import os
from pathlib import Path
from typing import BinaryIO

from tillroll_command.endings import Code, Stopped


def open_private(file: Path, *, appends: bool = False) -> BinaryIO:
    """Open a file for writing, with mode 0600 also where it existed with another.
    Raises OSError.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if appends else os.O_TRUNC)
    descriptor = os.open(file, flags, 0o600)
    if hasattr(os, "fchmod"):  # Windows has none
        os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab" if appends else "wb")


def write_private(file: Path, content: bytes, *, code: Code = Code.FAILED) -> None:
    """Write a file. Raises Stopped: it cannot be written."""
    try:
        with open_private(file) as target:
            target.write(content)
    except OSError as error:
        raise Stopped(code, f"{file} cannot be written: {error.strerror or error}") from error
