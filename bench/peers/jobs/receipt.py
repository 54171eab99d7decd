"""What all peers in Python do with a receipt, without what makes it durable: keep, transcribe,
read.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import TypedDict

import httpx

FOLDER = Path(os.environ.get("PEER_FOLDER", "."))
"""Where a peer keeps photos, and its database where it has one of its own."""

_PHOTOS = FOLDER / "photos"
_MODEL = os.environ.get("PEER_AI", "")
_TOTAL = re.compile(r"^TOTAL\s+RM\s+(\d+)\.(\d\d)$", re.MULTILINE)
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_CLIENT = httpx.Client(timeout=30)  # one for all: each new one reads the machine's certificates


class Reading(TypedDict):
    """Merchant, day as YYYY-MM-DD, and total in the currency's smallest unit."""

    merchant: str
    day: str
    total: int


class Unreadable(Exception):
    """The transcript has no total or no day."""


def keep(photo: bytes) -> str:
    """Store a photo under the hash of its bytes; return the run's id, which is the same for the
    same bytes.
    """
    digest = hashlib.sha256(photo).hexdigest()
    _PHOTOS.mkdir(parents=True, exist_ok=True)
    (_PHOTOS / digest).write_bytes(photo)
    return f"run_{digest}"


def transcribe(run_id: str) -> str:
    """Ask the model for what the photo says.

    Raises:
        httpx.HTTPError: it did not answer.
    """
    photo = (_PHOTOS / run_id.removeprefix("run_")).read_bytes()
    answer = _CLIENT.post(f"http://{_MODEL}/", content=photo).raise_for_status()
    return str(answer.json()["choices"][0]["message"]["content"])


def read(text: str) -> Reading:
    """The fields of a transcript.

    Raises:
        Unreadable: it has no total or no day.
    """
    total, day = _TOTAL.search(text), _DAY.search(text)
    if total is None or day is None:
        raise Unreadable(text[:200])
    merchant = text.partition("\n")[0]
    return {
        "merchant": merchant,
        "day": "-".join(reversed(day.groups())),
        "total": int(total[1] + total[2]),
    }
