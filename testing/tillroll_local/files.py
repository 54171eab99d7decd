"""Files that other processes read: never half-written, and closed to other users where they hold a
secret.
"""

import os
from pathlib import Path


def close_to_others(folder: Path) -> None:
    """Make a folder, and the files that lie in it, this user's only; also what was there before.
    Links are left alone.

    Raises:
        PermissionError: the folder is another user's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)


def write_private(path: Path, text: str) -> None:
    """Replace the file's content in one step; only this user may read it."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with os.fdopen(
        os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    partial.replace(path)
