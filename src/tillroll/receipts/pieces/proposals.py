"""What a document seems to consist of, or to be a piece of, by its text: proposals for a person."""

from datetime import timedelta
from typing import Final

from pydantic import Field

from tillroll.receipts import repository
from tillroll.receipts.pieces.joining import MOST_PHOTOS
from tillroll.receipts.repository import PDF, Receipt
from tillroll.receipts.transcripts import transcript_key_of
from tillroll_documents.reading.pieces.continuing import Photo, parts_of_one
from tillroll_durable.platform.bindings.database import Row, integer, of_row, optional_text, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

# Photos of one receipt are handed in one right after the other.
_CLOSE: Final = timedelta(minutes=10)


class Piece(Model):
    """A photo that waits for a person."""

    run_id: str
    receipt_id: str
    file_name: str | None
    image_url: str


class Pieces(Model):
    """`begins_at`: the pages of a PDF, from 1, on which another receipt or invoice seems to begin.
    `photos`: those that seem to be one receipt together with this one, in the order of the paper.
    Each is empty where nothing seems so.
    """

    begins_at: list[int] = Field(
        description="Pages, from 1, on which another document seems to begin"
    )
    photos: list[Piece] = Field(
        description="Photos of one receipt, this one among them, in the order of the paper"
    )


async def pieces_of(platform: Platform, receipt: Receipt) -> Pieces:
    """The pieces of a document whose text was read. Raises ArchiveLost; ObjectsUnavailable."""
    if receipt.media_type == PDF:
        return Pieces(begins_at=await _begins_at(platform, receipt), photos=[])
    if receipt.media_type.startswith("image/"):
        return Pieces(begins_at=[], photos=await _photos(platform, receipt))
    return Pieces(begins_at=[], photos=[])


async def _begins_at(platform: Platform, receipt: Receipt) -> list[int]:
    # What reads is imported where it is asked for.
    from tillroll.receipts.transcription import load_transcript  # noqa: PLC0415
    from tillroll.receipts.understanding import begins_at  # noqa: PLC0415 - not loaded at the start

    key = await transcript_key_of(platform, receipt.run_id)
    transcript = None if key is None else await load_transcript(platform, key)
    if transcript is None:
        return []
    return await begins_at(platform, receipt, transcript)


async def _photos(platform: Platform, receipt: Receipt) -> list[Piece]:
    rows = await repository.photos_beside(platform.database, receipt, _CLOSE)
    if len(rows) < 2 or receipt.id not in {text(row, "receipt_id") for row in rows}:
        return []
    photos = parts_of_one([await _photo(platform, row) for row in rows], receipt.id)
    if len(photos) > MOST_PHOTOS:
        return []
    by_id = {text(row, "receipt_id"): row for row in rows}
    return [of_row(Piece, by_id[each], image_url=f"/api/receipts/{each}/image") for each in photos]


async def _photo(platform: Platform, row: Row) -> Photo:
    key = optional_text(row, "transcript")
    if key is None:
        stored = None
    else:
        stored = await platform.objects.get_text(key)
    text_of_photo = "" if stored is None else str(load_object(stored).get("text", ""))
    return Photo(
        text(row, "receipt_id"),
        text_of_photo,
        has_head=bool(integer(row, "has_head")),
        has_total=bool(integer(row, "has_total")),
    )
