"""What was asked, for tests: which model, on which image, when, and how it ended."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

REMEMBERED = 10_000


@dataclass(slots=True)
class Call:
    """One call of a model. `outcome` is `pending`, `answered` or the internal code of the error."""

    model: str
    at: datetime
    image_sha256: str | None = None
    outcome: str = "pending"

    def images(self, images: Sequence[bytes]) -> None:
        """Note the SHA-256 of the images' bytes, where there are any."""
        if images:
            self.image_sha256 = hashlib.sha256(b"".join(images)).hexdigest()


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=REMEMBERED)

    def begin(self, model: str) -> Call:
        """Remember a call that begins now, and return it to be completed."""
        call = Call(model, datetime.now(UTC))
        self._calls.append(call)
        return call

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()

    def as_json(self) -> list[dict[str, str | None]]:
        """Return the calls as `{"model", "at", "imageSha256", "outcome"}`."""
        return [
            {
                "model": call.model,
                "at": call.at.isoformat(timespec="milliseconds"),
                "imageSha256": call.image_sha256,
                "outcome": call.outcome,
            }
            for call in self._calls
        ]
