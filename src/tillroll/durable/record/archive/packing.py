"""Text packed small, as gzip has it: what lies in the object store for years and is seldom read."""

import zlib

# A gzip wrapper, whose header has no time in it.
_GZIP = 31


class NotPacked(ValueError):
    """The bytes are no such text, or one that is too long."""


def pack(text: str) -> bytes:
    """The text, compressed. Put one behind the other, several are one file that gunzip reads."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(text.encode()) + packer.flush()


def unpack(packed: bytes, most_bytes: int) -> str:
    """The text of one packed piece.

    Raises:
        NotPacked: it is none, there is more behind it, or it is longer than `most_bytes`.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        content = unpacker.decompress(packed, most_bytes)
    except zlib.error as error:
        raise NotPacked(str(error)) from error
    if not unpacker.eof or unpacker.unused_data:
        raise NotPacked("it is cut off, too long, or has more behind its end")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotPacked(str(error)) from error
