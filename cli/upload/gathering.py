"""Which files are meant by paths, folders and patterns."""

import glob
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tillroll_command.endings import Code, Stopped

# What a server reads. A file that is named by itself is sent whatever its name is: the server looks
# at its bytes.
SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".pdf", ".xml"})
# What programs call a file that they are still writing.
_UNFINISHED: Final = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", "~")


STDIN: Final = "-"


def kept_from(stream: BinaryIO, folder: Path) -> Path:
    """What comes by a stream, as a file in a folder.

    Raises:
        Stopped: nothing came.
    """
    path = folder / "stdin"
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file)
    if not path.stat().st_size:
        raise Stopped(Code.USAGE, "Nothing came on stdin: pipe a receipt into `tillroll upload -`.")
    return path


def gather(paths: Iterable[str]) -> list[Path]:
    """The files, each once, in the order in which they are named; those of a folder, and below it,
    by their names.

    Raises:
        Stopped: a path leads nowhere, or nothing at all is meant.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for each in _meant(path):
            found.update(dict.fromkeys(in_folder(each) if each.is_dir() else [each]))
    if not found:
        raise Stopped(
            Code.NOT_FOUND,
            f"There is no receipt in these folders: files ending in {_endings()} are taken.",
        )
    return list(found)


def in_folder(folder: Path) -> list[Path]:
    """The receipts in a folder and below it; hidden files, and those that somebody is still
    writing, are left out.
    """
    return sorted(path for path in _below(folder) if path.suffix.lower() in SUFFIXES)


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file():
            yield path


def _meant(path: str) -> list[Path]:
    if Path(path).exists():
        return [Path(path)]
    # Also absolute ones.
    matches = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []  # noqa: PTH207
    if not matches:
        raise Stopped(Code.NOT_FOUND, f"There is no file {path}. Nothing was sent.")
    return [Path(match) for match in matches]


def _endings() -> str:
    return ", ".join(sorted(SUFFIXES))
