"""The quotas of every account that has none of its own."""

from dataclasses import dataclass
from typing import Final, Self

from tillroll.platform.bindings.database import LARGEST_INTEGER
from tillroll.platform.settings import InvalidSetting, Variable

UPLOADS: Final = 20_000
STORAGE_MB: Final = 100_000
AI_CALLS: Final = 50_000
MB: Final = 1_000_000
_NONE: Final = "none"


@dataclass(frozen=True)
class QuotaSettings:
    """
    Attributes:
        uploads: documents that an account may hand in within a month (UTC); None for any number.
        storage_bytes: how large all its documents may be together; None for any size.
        ai_calls: calls to models within a month (UTC); None for any number.
    """

    uploads: int | None = UPLOADS
    storage_bytes: int | None = STORAGE_MB * MB
    ai_calls: int | None = AI_CALLS

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        megabytes = _limit("QUOTA_STORAGE_MB", variable, STORAGE_MB, LARGEST_INTEGER // MB)
        return cls(
            uploads=_limit("QUOTA_UPLOADS", variable, UPLOADS, LARGEST_INTEGER),
            storage_bytes=None if megabytes is None else megabytes * MB,
            ai_calls=_limit("QUOTA_AI_CALLS", variable, AI_CALLS, LARGEST_INTEGER),
        )


def _limit(name: str, variable: Variable, default: int, most: int) -> int | None:
    text = variable(name) or str(default)
    if text == _NONE:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most):
        raise InvalidSetting(f"{name} must be a whole number up to {most}, or `{_NONE}` for no limit; it is {text!r}")
    return int(text)
