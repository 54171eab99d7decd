"""Parts of the deployment that take events themselves, by a name that a mapping says: bounces of mail, payments of a
provider. Each is registered where the workflows are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tillroll.platform.json import Json
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class InboundEvent:
    """An event that was verified and stored.

    Attributes:
        id: ours, unique for ever: the key of whatever is done by it.
        event_id, type: the sender's.
        body: what it says, as JSON.
        received_at: UTC text.
    """

    id: str
    account_id: str
    source_id: str
    event_id: str
    type: str | None
    body: Json
    received_at: str


class Consumer(Protocol):
    """Takes an event, by its id once: it is called again where the process died over it.

    Raises Unmapped: it cannot do anything with it; the event is kept with the message. Any other error is tried again.
    """

    async def __call__(self, platform: Platform, event: InboundEvent, /) -> None: ...


Consumers: TypeAlias = Mapping[str, Consumer]
