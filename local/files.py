"""Files that other processes read: never half-written, and closed to other users where they hold a secret."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace the file's content in one step; only this user may read it."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
