"""The body of an event, as Standard Webhooks has it: type, timestamp, data; under 20 kB."""

from dataclasses import dataclass
from typing import Final

from tillroll.platform.json import JsonObject, dump
from tillroll.platform.shape import Shape

# The specification asks for "less than 20kb".
LARGEST_BODY_BYTES: Final = 20_000
_LONGEST_ID: Final = 100


class ThinData(Shape):
    """What stands in place of the data of an event that is larger than 20 kB: its ids, and where the whole is."""

    is_thin: bool
    link: str


@dataclass(frozen=True)
class Body:
    """A body as it is sent. `whole` is what it stands for, where that is larger than may be sent."""

    sent: str
    whole: str | None = None


def body_of(event_id: str, body: JsonObject) -> Body:
    """The body of an event: itself, or where it is too large, its ids with a link (a path of the API) to the whole."""
    whole = dump(body)
    if len(whole.encode()) <= LARGEST_BODY_BYTES:
        return Body(whole)
    data = body["data"] if isinstance(body["data"], dict) else {}
    ids: JsonObject = {
        name: value
        for name, value in data.items()
        if name.endswith("Id") and isinstance(value, str) and len(value) <= _LONGEST_ID
    }
    thin: JsonObject = {**ids, "isThin": True, "link": f"/api/events/{event_id}"}
    return Body(dump({**body, "data": thin}), whole)
