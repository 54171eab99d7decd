"""The one thing of Exif that is handed out: how the picture stands (Exif 2.32, tag 0x0112 of a TIFF 6.0 directory)."""

import struct
from typing import Final

_ORIENTATION: Final = 0x0112
UPRIGHT: Final = 1


def orientation_of(tiff: bytes) -> int:
    """From the first directory behind a TIFF header, 1 to 8; UPRIGHT where it says nothing that can be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return UPRIGHT
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return UPRIGHT
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    for place in range(at + 2, min(at + 2 + entries * 12, len(tiff) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", tiff, place)
        (value,) = struct.unpack_from(f"{order}H", tiff, place + 8)
        if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
            return value
    return UPRIGHT


def only_orientation(orientation: int) -> bytes:
    """A TIFF header whose only directory has that one tag."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
