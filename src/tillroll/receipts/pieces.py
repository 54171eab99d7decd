"""What a document seems to consist of, by its text: a proposal for a person."""

from pydantic import Field

from tillroll.platform.models import Model
from tillroll.platform.services import Platform
from tillroll.receipts.repository import PDF, Receipt, transcript_key_of


class Pieces(Model):
    """`begins_at`: the pages of a PDF, from 1, on which another receipt or invoice seems to begin; empty where it seems
    to be one."""

    begins_at: list[int] = Field(description="Pages, from 1, on which another document seems to begin")


async def pieces_of(platform: Platform, receipt: Receipt) -> Pieces:
    """Of a document whose text was read. Raises ArchiveLost; ObjectsUnavailable."""
    # What reads is imported where it is asked for.
    from tillroll.receipts.transcription import load_transcript  # noqa: PLC0415
    from tillroll.receipts.understanding import begins_at  # noqa: PLC0415

    if receipt.media_type != PDF:
        return Pieces(begins_at=[])
    key = await transcript_key_of(platform, receipt.run_id)
    found = None if key is None else await load_transcript(platform, key)
    return Pieces(begins_at=[] if found is None else begins_at(platform, receipt, found))
