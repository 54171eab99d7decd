"""Transcripts as they lie in the object store, with where their words stand in the pictures and where an e-invoice's
XML lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, TypeGuard

from tillroll.ai.calls import AiCall, calls_from_json
from tillroll.platform.json import Json, JsonObject, dump, load_object
from tillroll.platform.services import Platform
from tillroll.reading.extraction import MAX_LINE_LENGTH, MAX_LINES
from tillroll.receipts.repository import Receipt

# The form of what is stored. What has another is no boxes to this code.
VERSION: Final = 1
# Coordinates are parts of this, of the picture's width and of its height.
UNIT: Final = 10_000
# Of all pages together: ten long receipts. What comes after has no boxes.
MOST_WORDS: Final = 2_500

_CORNERS = 8
_FORM = 3 + _CORNERS

Word: TypeAlias = tuple[int, ...]
"""The number of the line; its first character and the one behind its last, as Python counts them; x and y of the four
corners: top left, top right, bottom right, bottom left of the text as one reads it. All count from 0."""


@dataclass(frozen=True)
class PageBoxes:
    """The words of a page, numbered from 1; a picture is page 1. Coordinates hold for the picture upright, as its EXIF
    data says, at any size; of a PDF's page for the picture that it consists of."""

    page: int
    words: tuple[Word, ...]

    def as_json(self) -> JsonObject:
        return {"page": self.page, "words": [list(word) for word in self.words]}


def boxes_as_json(pages: Sequence[PageBoxes]) -> JsonObject | None:
    """What boxes_from_json reads; None where there are none."""
    if not any(page.words for page in pages):
        return None
    return {"version": VERSION, "pages": [page.as_json() for page in pages]}


def boxes_from_json(told: Json, transcript: str) -> tuple[PageBoxes, ...]:
    """Take what a reader told, or what was stored, of this transcript. What has another form, or names characters that
    the transcript does not have, is left out: boxes only show what was read."""
    match told:
        case {"version": 1, "pages": [*pages]}:
            lengths = [min(len(line), MAX_LINE_LENGTH) for line in transcript.split("\n")[:MAX_LINES]]
            return bounded([page for each in pages for page in _page(each, lengths)])
        case _:
            return ()


def on_page(boxes: Sequence[PageBoxes], page: int, lines_above: int) -> tuple[PageBoxes, ...]:
    """The boxes of a picture that is this page of a document, in whose transcript so many lines stand above its own."""
    words = [(line + lines_above, *rest) for each in boxes for line, *rest in each.words]
    return (PageBoxes(page, tuple(words)),) if words else ()


def bounded(pages: Sequence[PageBoxes]) -> tuple[PageBoxes, ...]:
    """The pages with MOST_WORDS at most, the first ones, and those without any left out."""
    kept: list[PageBoxes] = []
    left = MOST_WORDS
    for page in pages:
        words = page.words[:left]
        left -= len(words)
        if words:
            kept.append(replace(page, words=words))
    return tuple(kept)


def _page(told: Json, lengths: Sequence[int]) -> Iterator[PageBoxes]:
    match told:
        case {"page": int(page), "words": [*words]} if page >= 1:
            yield PageBoxes(page, tuple([tuple(word) for word in words if _is_word(word, lengths)]))
        case _:
            pass


def _is_word(word: Json, lengths: Sequence[int]) -> TypeGuard[list[int]]:
    if not isinstance(word, list) or len(word) != _FORM or any(type(part) is not int for part in word):
        return False
    line, start, end, *corners = [part for part in word if isinstance(part, int)]
    return 0 <= line < len(lengths) and 0 <= start < end <= lengths[line] and all(0 <= each <= UNIT for each in corners)


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
