"""A Worker's upload: a form of its metadata and its files."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

from tests.deploying.fake.routing import Call


@dataclass(frozen=True)
class Upload:
    """`modules` are the sizes of its files, by name; `packed_bytes` is the size of all of them by
    gzip.
    """

    metadata: dict[str, Any]
    modules: dict[str, int]
    packed_bytes: int


def read_upload(call: Call) -> Upload:
    """The form in a call's body."""
    modules: dict[str, int] = {}
    metadata: dict[str, Any] = {}
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    packed_bytes = 0
    for part in parts_of(call):
        content = part.split(b"\r\n\r\n", 1)[1][:-2]
        name = name_of(part)
        if name == "metadata":
            metadata = json.loads(content)
            continue
        modules[name] = len(content)
        packed_bytes += len(packer.compress(content))
    packed_bytes += len(packer.flush())
    return Upload(metadata, modules, packed_bytes)


def parts_of(call: Call) -> list[bytes]:
    """The parts of a form, each with its headers."""
    boundary = call.headers["content-type"].split("boundary=")[1].encode()
    return call.content.split(b"--" + boundary)[1:-1]


def name_of(part: bytes) -> str:
    """The field that a part of a form is in."""
    return part.split(b'name="', 1)[1].split(b'"', 1)[0].decode()
