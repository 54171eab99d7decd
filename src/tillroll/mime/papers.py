"""The values that reading a mail gives: what may be a receipt, and what is not, with why."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tillroll.mime.reasons import IS_REFUSED, SAYS, Reason


class Found(StrEnum):
    """Where in the mail it was."""

    ATTACHED = "attached"
    INLINE = "inline"
    ARCHIVED = "archived"
    TEXT = "text"


@dataclass(frozen=True)
class TextPaper:
    """A mail's text that is a receipt by itself. `sender` and `sent_on` are those of the mail that says it, the
    forwarded one where it was forwarded."""

    text: str
    subject: str | None
    sender: str | None
    sent_on: date | None


@dataclass(frozen=True)
class Paper:
    """Something in a mail. One of the three is set: `content` are the bytes of a file that may be a receipt, `printed`
    a text that is one, `reason` why it is neither.

    Attributes:
        name: what the sender calls it, for people.
        size: bytes, as they were unpacked; of a text, its bytes in UTF-8.
    """

    found: Found
    name: str | None
    size: int
    content: bytes | None = None
    printed: TextPaper | None = None
    reason: Reason | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it is to be taken in as a receipt."""
        return self.reason is None

    @property
    def is_refused(self) -> bool:
        """Whether its sender may have meant it as a receipt, and is told that it is none."""
        return self.reason in IS_REFUSED

    @property
    def why(self) -> str | None:
        return None if self.reason is None else SAYS[self.reason]
