"""Reference rates from a file: one that somebody has fetched, or one that is fetched here."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

import httpx

from tillroll.conversion.expenses import source_of, store_rates
from tillroll.conversion.rates import MAX_CHARACTERS, InvalidRates, read_rates
from tillroll_command.sql import as_text

WHOLE_HISTORY: Final = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
"""Every reference rate since 1999: some 600 KB, and 2 MB unpacked."""

_TIMEOUT_SECONDS: Final = 60
_PIECE_BYTES: Final = 64 * 1024
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class Import:
    """The rates of a file, stored once `sql` has run; those that were there before stay."""

    count: int
    first: date
    last: date
    sql: str


def import_rates(place: str, since: date | None, today: date) -> Import | None:
    """The import of a file, which `place` names by a path or by an address on the web: XML or CSV
    as the European Central Bank publishes them, or a ZIP archive of one such file. None where it
    has no rate of `since` or later.

    Raises:
        OSError: the file cannot be read.
        httpx.HTTPError: it cannot be fetched.
        UnicodeDecodeError: it is no text.
        InvalidRates: it is no file of rates.
    """
    is_address = place.startswith(("https://", "http://"))
    content = _fetched(place) if is_address else _from_file(Path(place))
    rates = read_rates(_unpacked(content).decode("utf-8"))
    taken = [rate for rate in rates if since is None or rate.day >= since]
    if not taken:
        return None
    days = [rate.day for rate in taken]
    source = source_of(place) if is_address else Path(place).name
    return Import(len(taken), min(days), max(days), as_text(store_rates(taken, source, today)))


def _fetched(address: str) -> bytes:
    with httpx.stream("GET", address, timeout=_TIMEOUT_SECONDS, follow_redirects=True) as answer:
        answer.raise_for_status()
        return _bounded(answer.iter_bytes(_PIECE_BYTES))


def _from_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return _bounded(_pieces(file))


def _unpacked(content: bytes) -> bytes:
    """The file itself, where it lies alone in an archive."""
    if not content.startswith(_ZIP):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) != 1:
                raise InvalidRates(f"the archive holds {len(archive.infolist())} files, not one")
            with archive.open(archive.infolist()[0]) as file:
                return _bounded(_pieces(file))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InvalidRates(f"the archive cannot be unpacked: {error}") from error


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece


def _bounded(pieces: Iterator[bytes]) -> bytes:
    """All pieces as one, read no further than what a file of rates can have."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > MAX_CHARACTERS:
            raise InvalidRates(f"the file has more than {MAX_CHARACTERS} bytes")
    return bytes(content)
