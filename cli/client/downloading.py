"""A file from the server, whole or not at all."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from tillroll_command.endings import Code, Stopped

from .api import Api
from .private_files import open_private

_TRIES: Final = 5
_PAUSE_SECONDS: Final = 1.0
_PARTIAL_CONTENT: Final = 206


def download(
    api: Api, path: str, file: Path, size: int, sha256: str, progress: Callable[[int, int], None]
) -> None:
    """Fetch a file of `size` bytes. It lies under its name only when it is whole; until then beside
    it, as `.part`, from which a later try goes on where the server lets it.

    Raises:
        Stopped: it is refused, breaks off again and again, cannot be written, or is not what it
            should be.
    """
    part = file.with_name(f"{file.name}.{sha256[:12]}.part")
    try:
        _fill(api, path, part, size, progress)
        if _digest(part) != sha256:
            part.unlink()
            raise Stopped(
                Code.FAILED,
                f"{file} came with another SHA-256 than {sha256}, and was thrown away. Fetch it "
                "again.",
            )
        part.replace(file)
    except OSError as error:
        raise Stopped(
            Code.FAILED, f"{file} cannot be written: {error.strerror or error}"
        ) from error


def _fill(api: Api, path: str, part: Path, size: int, progress: Callable[[int, int], None]) -> None:
    for attempt in range(_TRIES):
        had = part.stat().st_size if part.exists() else 0
        if had == size:
            return
        try:
            with api.stream(path, {"range": f"bytes={had}-"} if 0 < had < size else {}) as answer:
                goes_on = answer.status_code == _PARTIAL_CONTENT
                done = had if goes_on else 0
                with open_private(part, appends=goes_on) as content:
                    for piece in answer.iter_bytes():
                        content.write(piece)
                        done += len(piece)
                        progress(done, size)
            if done == size:
                return
            part.unlink()  # whole, and not what was announced
        except httpx.TransportError as error:
            if attempt == _TRIES - 1:
                raise api.silence(error) from error
        api.sleep(_PAUSE_SECONDS)
    raise Stopped(
        Code.FAILED, f"{path} gave other than {size} bytes each time. Fetch it again later."
    )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
