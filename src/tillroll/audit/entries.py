"""An audit event as a seal sees it: one line of canonical JSON with every column, also those the database assigns."""

from dataclasses import dataclass

from tillroll.durable.record.audit import NAMES, digest_of
from tillroll.platform.bindings.database import Row
from tillroll.platform.json import Json, JsonObject, dump, load, load_object

COLUMNS = ", ".join(NAMES)
# What the database assigns, or what is made of the rest: the digest does not cover these.
_NOT_DIGESTED = frozenset({"id", "seq", "digest"})


@dataclass(frozen=True)
class Entry:
    """
    Attributes:
        id: the event's id.
        line: what is hashed. `detail` stands in it as the text that is stored.
        event: the line, parsed.
    """

    id: int
    line: str
    event: JsonObject

    @property
    def stream(self) -> str:
        return str(self.event.get("stream"))

    def has_true_digest(self) -> bool:
        """True where the digest is that of the content."""
        content = {name: self.event.get(name) for name in NAMES.values() if name not in _NOT_DIGESTED}
        try:
            content["detail"] = load(str(content["detail"]))
            return digest_of(content) == self.event.get("digest")
        except ValueError:
            return False

    def with_id(self, other: int) -> str:
        """The line that this event would have under another id."""
        return dump({**self.event, "id": other})


def entry_of_row(row: Row) -> Entry:
    """The entry of a row of COLUMNS."""
    event: JsonObject = {name: row[column] for column, name in NAMES.items()}
    return Entry(_whole(event["id"]), dump(event), event)


def entry_of_line(line: str) -> Entry:
    """The entry of a line in an export.

    Raises:
        ValueError: it is no event.
    """
    event = load_object(line)
    return Entry(_whole(event.get("id")), line, event)


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"an event's id is a whole number, not {value!r}")  # noqa: TRY004 - the text is what is wrong
    return value
