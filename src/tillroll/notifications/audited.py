"""What is written into the audit of how people are told, and where mail to them goes."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "notices.chosen": "a person chose how they are told of a `topic`",
    "mail_address.asked": "a person gave an address, and a link to confirm it was mailed there",
    "mail_address.confirmed": "a person used the link that was mailed to their address",
    "mail_address.removed": "a person's address was taken away",
    "mail_address.stopped": "mail to a person's address came back, or was reported as spam: no more is sent there",
}
