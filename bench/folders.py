"""Folders of receipts: img/ID.jpg (or .png, .webp, .pdf), and truth.json."""

from pathlib import Path
from typing import NamedTuple

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".pdf"})


class Photo(NamedTuple):
    """A file to upload; `id` is its name in truth.json."""

    id: str
    name: str
    content: bytes


def photos_in(folder: Path) -> list[Photo]:
    """The receipts in the order of their names.

    Raises:
        FileNotFoundError: there are none.
    """
    found = sorted(path for path in (folder / "img").iterdir() if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise FileNotFoundError(f"{folder / 'img'} holds no receipts")
    return [Photo(path.stem, path.name, path.read_bytes()) for path in found]
