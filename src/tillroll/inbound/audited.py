"""What is written into the audit of events from other systems."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "source.created": "somebody let a system send events",
    "source.changed": "the name or the mapping of a source was changed",
    "source.secret_added": "a source got another secret; the one before holds until `endsAt`",
    "source.taken_over": "an owner stands behind a source in the place of those `from`, by a new secret",
    "source.ended": "a source takes no events any more",
    "event.replayed": "an event that could not be mapped, or failed, is worked off again",
}
