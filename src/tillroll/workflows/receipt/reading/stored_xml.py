"""Where the XML of an e-invoice is stored, as it is noted beside a transcript."""

from dataclasses import dataclass

from tillroll.platform.json import Json, JsonObject
from tillroll.workflows.receipt.rows.records import Receipt


@dataclass(frozen=True)
class StoredXml:
    """XML that was read as an e-invoice: its key in the object store, its name in the PDF, None where it came by
    itself, and the number of the transcript's line from which it is listed."""

    key: str
    name: str | None
    first_line: int

    def as_json(self) -> JsonObject:
        return {"key": self.key, "name": self.name, "firstLine": self.first_line}


def stored_xml(body: Json) -> StoredXml | None:
    """What as_json gave."""
    match body:
        case {"key": str(key), "name": name, "firstLine": int(first_line)}:
            return StoredXml(key, None if name is None else str(name), first_line)
        case _:
            return None


def xml_key(receipt: Receipt) -> str:
    """Where the XML of an embedded e-invoice lies."""
    return f"{receipt.derived_prefix}/e-invoice.xml"
