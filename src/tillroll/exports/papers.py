"""Expenses as pages of a report: with its fonts, and the document of each."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from tillroll.durable import statement
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.report import ReportWriter
from tillroll.exports.writers.report_layout import Paper, file_of
from tillroll.exports.writers.writer import About
from tillroll.pdf.document import Weight
from tillroll.pdf.objects import Jpeg, NotEmbeddable, read_jpeg
from tillroll.pictures.bare import bare
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.platform.bindings.models import PictureSize, UnreadableImage
from tillroll.platform.services import Platform

# A page at 150 dots an inch: what is small can be read, and a hundred of them can be mailed.
_MOST_PIXELS: Final = 2_000_000
# A JPEG of so many bytes is embedded as it was uploaded.
_SMALL_BYTES: Final = 600 * 1024
# Of a scanned PDF, so many pages are shown; all are attached.
_MOST_PAGES: Final = 20
_PAGE: Final = re.compile(r"[0-9]{1,4}")


async def begin_pages(
    platform: Platform, account_id: str, about: About
) -> tuple[ReportWriter, Callable[[ExportedExpense], Awaitable[bytes]]]:
    """A report's writer, and what writes an expense with its document, one in memory at a time.

    Raises:
        AssetMissing: a font was not deployed, or did not come; the second as well.
        ObjectsUnavailable: the second alone: the store did not answer.
    """
    writer = ReportWriter(about)
    await _add_fonts(platform, writer)

    async def add(expense: ExportedExpense) -> bytes:
        paper = await _paper_of(platform, account_id, expense)
        await _add_fonts(platform, writer, expense, paper)
        return writer.add_with(expense, paper)

    return writer, add


async def _add_fonts(
    platform: Platform, writer: ReportWriter, expense: ExportedExpense | None = None, paper: Paper | None = None
) -> None:
    """Give a report the parts of the fonts that it lacks for an expense, or for its cover."""
    for script in writer.lacking(expense, paper):
        files = {weight: await platform.assets.read(f"/fonts/{file_of(script, weight)}") for weight in Weight}
        writer.use_fonts(script, files)


async def _paper_of(platform: Platform, account_id: str, expense: ExportedExpense) -> Paper | None:
    """The document of an expense; None for a line that takes back."""
    if expense.corrects is not None:
        return None
    row = await platform.database.first(
        statement(
            """
            SELECT receipts.object_key, receipts.media_type, receipts.size, receipts.width, receipts.height, users.name
            FROM receipts LEFT JOIN users ON users.id = receipts.uploaded_by
            WHERE receipts.id = ? AND receipts.account_id = ?
            """,
            expense.receipt_id,
            account_id,
        )
    )
    if row is None:
        return Paper("")
    key, paper = text(row, "object_key"), Paper(text(row, "media_type"), optional_text(row, "name"))
    if paper.media_type == "application/pdf":
        paper = replace(paper, scans=await _scans(platform, key))
    if not paper.media_type.startswith("image/"):
        return replace(paper, content=await platform.objects.get_bytes(key))
    width, height = optional_integer(row, "width"), optional_integer(row, "height")
    size = PictureSize(width, height) if width and height else None
    picture = await _small_jpeg(platform, paper.media_type, row) or await _scaled(platform, key, size)
    if picture is not None:
        return replace(paper, picture=picture)
    content = await platform.objects.get_bytes(key)
    try:
        # As it is rather than not at all.
        return replace(paper, picture=read_jpeg(content or b""))
    except NotEmbeddable:
        return replace(paper, content=None if content is None else bare(paper.media_type, content))


async def _small_jpeg(platform: Platform, media_type: str, row: Row) -> Jpeg | None:
    """The picture as it was uploaded, without what it tells of its place; None where it is large, or none that can be
    embedded so."""
    if media_type != "image/jpeg" or integer(row, "size") > _SMALL_BYTES:
        return None
    content = await platform.objects.get_bytes(text(row, "object_key"))
    try:
        return read_jpeg(content or b"")
    except NotEmbeddable:
        return None


async def _scans(platform: Platform, key: str) -> Mapping[int, Jpeg]:
    """The pictures of a scanned PDF's pages, by their numbers, as they were read: they lie beside the PDF."""
    prefix = f"{key.rpartition('/')[0]}/page-"
    found = [stored.key for stored in await platform.objects.page(prefix, _MOST_PAGES)]
    numbered = {int(each.removeprefix(prefix)): each for each in found if _PAGE.fullmatch(each.removeprefix(prefix))}
    scans = {number: await _scaled(platform, numbered[number]) for number in sorted(numbered)}
    return {number: scan for number, scan in scans.items() if scan is not None}


async def _scaled(platform: Platform, key: str, size: PictureSize | None = None) -> Jpeg | None:
    """The picture as the Images binding scales it down; None where it cannot."""
    try:
        return read_jpeg(await platform.images.as_jpeg(key, _MOST_PIXELS, size=size))
    except (UnreadableImage, NotEmbeddable) as error:
        log.warning("export.picture_not_scaled", error=error)
        return None
