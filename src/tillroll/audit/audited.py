"""What archiving the audit writes into it: an action a line."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "archive.begun": "sealed events, from `fromSeal` to `toSeal`, are to be moved into a file with this `sha256`",
    "archive.verified": "that file was read back, and has what the range had",
    "archive.taken": "what may go of the range was deleted from the database",
    "archive.restored": "the events of the range were brought back",
}
