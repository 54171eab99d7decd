"""Transcripts as they lie in the object store."""

from dataclasses import dataclass

from tillroll.ai.calls import AiCall, calls_from_json
from tillroll.platform.json import Json, JsonObject, dump, load_object
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.reading.boxes import PageBoxes, boxes_as_json, boxes_from_json
from tillroll.workflows.receipt.reading.stored_xml import StoredXml, stored_xml


@dataclass(frozen=True)
class Transcription:
    """A stored transcript: its key, its text, the calls it took, also those of an earlier attempt, and why a person
    must see the document, whatever its text says. `xml` is what is known of an e-invoice's XML; the text then ends with
    a listing of it. `boxes` say where its words stand in the pictures, where the reader knew."""

    key: str
    text: str
    calls: tuple[AiCall, ...] = ()
    doubt: str | None = None
    xml: StoredXml | None = None
    boxes: tuple[PageBoxes, ...] = ()


async def store(platform: Platform, found: Transcription) -> Transcription:
    """Keep it under its key."""
    calls: Json = [call.as_json() for call in found.calls]
    xml = found.xml.as_json() if found.xml else None
    boxes = boxes_as_json(found.boxes)
    body: JsonObject = {"text": found.text, "calls": calls, "doubt": found.doubt, "xml": xml, "boxes": boxes}
    await platform.objects.put_text(found.key, dump(body), "application/json")
    return found


async def load_transcript(platform: Platform, key: str) -> Transcription | None:
    """The stored transcript, or None where there is none."""
    stored = await platform.objects.get_text(key)
    match {} if stored is None else load_object(stored):
        case {"text": str(text), "calls": [*calls], "doubt": doubt, "xml": xml, "boxes": boxes}:
            told = None if doubt is None else str(doubt)
            return Transcription(key, text, calls_from_json(calls), told, stored_xml(xml), boxes_from_json(boxes, text))
        case _:
            return None
