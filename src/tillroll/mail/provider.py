"""What is asked of whoever sends mail: one mail under a key, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """A mail as it is sent. `message_id` is ours: the provider's events bring it back. `headers` stand beside
    those that the provider writes."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class MailRefused(Exception):
    """The provider does not take this mail; nothing was sent."""


class MailDenied(Exception):
    """The provider did not let us in, or does not know the sender's domain; nothing was sent."""


class MailPostponed(Exception):
    """The provider wants to be asked again later; nothing was sent now.

    Attributes:
        seconds: until then; None where it did not say.
    """

    def __init__(self, why: str, seconds: int | None) -> None:
        super().__init__(why)
        self.seconds = seconds


class MailUncertain(Exception):
    """Whether the mail was sent is unknown: no answer came, or it says neither."""


class SentOtherwise(Exception):
    """Another mail was sent under this key."""


class MailProvider(Protocol):
    async def send(self, mail: Mail, key: str) -> str:
        """Send a mail, and return the provider's id of it. The same mail under the same key is sent once within a day:
        asked for again, the answer is the same id.

        Raises:
            MailRefused, MailDenied, MailPostponed, MailUncertain, SentOtherwise: see there.
        """
        ...
