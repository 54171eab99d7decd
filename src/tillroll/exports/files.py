"""Files of an export, from its parts to the object store; one document is in memory at a time."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Final, Protocol

from tillroll.company.places import zone_here
from tillroll.expenses.exported import ExportedExpense, from_dict
from tillroll.exports.repository import ExportWork, insert_file
from tillroll.exports.writers.datev_documents import TEXT, VIEWABLE, DatevDocumentsWriter
from tillroll.exports.writers.formats import About, FormatName, Writer, for_readers
from tillroll.exports.writers.report import ReportWriter
from tillroll.exports.writers.report_layout import Attachment
from tillroll.exports.writers.tables import ArchiveWriter, Original, PackageWriter
from tillroll.module import Hook
from tillroll_documents.pdf_writer.document import Weight
from tillroll_documents.pdf_writer.fonts import file_of
from tillroll_documents.pdf_writer.objects import Jpeg, NotEmbeddable, read_jpeg
from tillroll_documents.pictures.bare import bare
from tillroll_documents.pictures.pieces import PictureSize
from tillroll_durable import Statement, statement
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Row,
    integer,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.models import (
    ImagesQuotaSpent,
    MissingImage,
    UnreadableImage,
)
from tillroll_durable.platform.bindings.objects import ObjectWriter, Stored
from tillroll_durable.platform.json import Json, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import words_in


async def original_of(
    platform: Platform, account_id: str, expense: ExportedExpense
) -> Original | None:
    """The bytes that were uploaded, of a picture without its metadata; None for a line that takes
    back, or where they are gone.
    """
    if expense.corrects is not None:
        return None
    query = "SELECT object_key, media_type FROM receipts WHERE id = ? AND account_id = ?"
    row = await platform.database.first(statement(query, [expense.receipt_id, account_id]))
    if row is None:
        return None
    content = await platform.objects.get_bytes(text(row, "object_key"))
    media_type = text(row, "media_type")
    if content is None:
        return None
    return Original(bare(media_type, content), media_type)


# After so many expenses, others have their turn.
_PAUSE_AFTER = 500

Adding = Callable[[ExportedExpense], Awaitable[bytes]]


async def write(
    platform: Platform,
    work: ExportWork,
    parts: Sequence[str],
    number: int,
    more: Sequence[str],
    *,
    is_last: bool = True,
) -> tuple[Stored, Statement]:
    """Write the file of that number of an export, whose parts lie under these keys; and what notes
    it, with `more` remarks. The last one of a package has what other modules add.
    """
    choice = work.choice
    digest = hashlib.sha256("\n".join([choice.file.name, str(number), *parts]).encode()).hexdigest()
    key = f"{choice.account_id}/exports/{choice.export_id}/{digest}.{choice.file.extension}"
    sink = ObjectWriter(platform.objects, key, choice.file.media_type)
    writer, add = await _first_piece(platform, work, replace(work.about, number=number))
    lines = 0
    with closing(writer):
        await sink.add(writer.begin())
        for part in parts:
            content = await platform.objects.get_text(part)
            if content is None:
                raise NonRetryable(
                    f"the part {part} is gone from the object store: ask for the export again"
                )
            for place, line in enumerate(content.removesuffix("\n").split("\n"), start=1):
                await sink.add(await add(from_dict(load_object(line))))
                lines += 1
                if place % _PAUSE_AFTER == 0:
                    await platform.pause()
        if isinstance(writer, PackageWriter) and is_last:
            for name, content in await _packaged(platform, work):
                await sink.add(writer.add_file(name, content))
        await sink.add(writer.end())
    stored = await sink.close()
    return stored, insert_file(
        choice.export_id, number, stored=stored, lines=lines, remarks=[*writer.remarks(), *more]
    )


class Packaged(Protocol):
    """What a module adds to a package of days: files by their names."""

    async def __call__(
        self, platform: Platform, account_id: str, first: date, last: date, made_at: str
    ) -> Sequence[tuple[str, bytes]]: ...


PACKAGED: Final = Hook[Packaged]("exports.packaged")
"""What adds files to a package of days."""


async def _packaged(platform: Platform, work: ExportWork) -> list[tuple[str, bytes]]:
    conditions = work.choice.chosen.found
    account_id = work.choice.account_id
    first = conditions.first_day
    last = conditions.last_day
    if first is None or last is None:
        return []
    return [
        file
        for add in PACKAGED.answers()
        for file in await add(platform, account_id, first, last, work.about.asked_at)
    ]


async def _first_piece(platform: Platform, work: ExportWork, about: About) -> tuple[Writer, Adding]:
    """A file's writer, and what writes an expense with its document, where the file has these."""
    account_id = work.choice.account_id
    if work.choice.file_format == FormatName.PDF:
        return await begin_pages(
            platform, account_id, await _about_for_people(platform, work, about)
        )
    writer = work.choice.file.writer(about)

    async def add(expense: ExportedExpense) -> bytes:
        if isinstance(writer, DatevDocumentsWriter):
            document = await _document_for_datev(platform, account_id, expense)
            return writer.add_with(expense, document)
        if isinstance(writer, ArchiveWriter):
            return writer.add_with(expense, await original_of(platform, account_id, expense))
        return writer.add(expense)

    return writer, add


async def _document_for_datev(
    platform: Platform, account_id: str, expense: ExportedExpense
) -> Original | None:
    """The document in a kind that DATEV shows: a statement as text, and a picture of another kind
    as the Images binding makes a JPEG of it. As it is where that cannot be made.
    """
    original = await original_of(platform, account_id, expense)
    if original is None or original.media_type in VIEWABLE:
        return original
    statement_text = Attachment(original.media_type, content=original.content).text
    if statement_text:
        return Original(statement_text.encode(), TEXT)
    query = "SELECT object_key FROM receipts WHERE id = ? AND account_id = ?"
    row = await platform.database.first(statement(query, [expense.receipt_id, account_id]))
    picture = None
    if row is not None and original.media_type.startswith("image/"):
        picture = await scaled(platform, text(row, "object_key"))
    if picture is None:
        return original
    return Original(picture.content, "image/jpeg")


_LABELS: Final[Mapping[str, str]] = {
    "q": "Words",
    "min": "From amount",
    "max": "To amount",
    "currency": "Currency",
    "category": "Category",
    "tag": "Tag",
    "person": "Handed in by",
    "status": "Status",
    "missing": "Missing",
    "is": "What became of it",
}


_COUNTRY: Final = "SELECT (SELECT country FROM company_profiles WHERE account_id = ?) AS country"


async def _about_for_people(platform: Platform, work: ExportWork, about: About) -> About:
    """With the filter in words and who asked for it; what was closed names nobody, since it is the
    same for all.
    """
    query = """
      SELECT id, name, language FROM users WHERE account_id = ?1
      UNION ALL
      SELECT 'token:' || tokens.id, users.name, users.language FROM tokens
      JOIN users ON users.id = tokens.user_id
      WHERE users.account_id = ?1
    """
    rows = await platform.database.all(statement(query, [work.choice.account_id]))
    people = {text(row, "id"): text(row, "name") for row in rows}
    conditions = work.choice.chosen.found.as_asked()
    is_closed = work.choice.as_closed_in is not None
    by = None if is_closed else work.requested_by.removeprefix("user:")
    language = next((optional_text(row, "language") for row in rows if row["id"] == by), None)
    say = await words_in(platform.assets, language)
    choice = [
        (say(label), _described(name, conditions[name], people))
        for name, label in _LABELS.items()
        if name in conditions
    ]
    if work.choice.only_new:
        choice.append(
            (say("Holds"), say("what is new since the last report, and what it takes back"))
        )
    if is_closed:
        choice.append((say("Holds"), say("closed days, as they were closed")))
    asked_by = None if by is None else people.get(by)
    [account] = await platform.database.all(statement(_COUNTRY, [work.choice.account_id]))
    return replace(
        about,
        choice=choice,
        asked_by=asked_by,
        say=say,
        profile=for_readers(about.profile, language),
        zone=zone_here(platform.zones, optional_text(account, "country")),
    )


def _described(name: str, value: Json, people: Mapping[str, str]) -> str:
    if isinstance(value, list):
        values = [str(each) for each in value]
    else:
        values = [str(value)]
    if name == "person":
        return ", ".join(people.get(each, each) for each in values)
    return ", ".join(values)


# A page at 150 dots an inch: what is small can be read, and a hundred of them can be mailed.
_MOST_PIXELS: Final = 2_000_000
# A JPEG of so many bytes is embedded as it was uploaded.
_SMALL_BYTES: Final = 600 * 1024
# Of a scanned PDF, so many pages are shown; all are attached.
_MOST_PAGES: Final = 20
_PAGE: Final = re.compile(r"[0-9]{1,4}")


async def begin_pages(
    platform: Platform, account_id: str, about: About
) -> tuple[ReportWriter, Adding]:
    """A report's writer, and what writes an expense with its document, one in memory at a time."""
    writer = ReportWriter(about)
    await _add_fonts(platform, writer)

    async def add(expense: ExportedExpense) -> bytes:
        attachment = await _attachment_of(platform, account_id, expense)
        await _add_fonts(platform, writer, expense=expense, attachment=attachment)
        return writer.add_with(expense, attachment)

    return writer, add


async def _add_fonts(
    platform: Platform,
    writer: ReportWriter,
    expense: ExportedExpense | None = None,
    attachment: Attachment | None = None,
) -> None:
    """Give a report the parts of the fonts that it lacks for an expense, or for its cover."""
    for script in writer.lacking(expense, attachment):
        writer.use_fonts(script, await font_files(platform, script))


async def font_files(platform: Platform, script: str) -> dict[Weight, bytes]:
    """The files of a part of the fonts, by weight."""
    return {
        weight: await platform.assets.read(f"/fonts/{file_of(script, weight)}") for weight in Weight
    }


async def _attachment_of(
    platform: Platform, account_id: str, expense: ExportedExpense
) -> Attachment | None:
    """The document of an expense; None for a line that takes back."""
    if expense.corrects is not None:
        return None
    query = """
      SELECT receipts.object_key, receipts.media_type, receipts.size, receipts.width,
        receipts.height, users.name
      FROM receipts LEFT JOIN users ON users.id = receipts.uploaded_by
      WHERE receipts.id = ? AND receipts.account_id = ?
    """
    row = await platform.database.first(statement(query, [expense.receipt_id, account_id]))
    if row is None:
        return Attachment("")
    key = text(row, "object_key")
    attachment = Attachment(text(row, "media_type"), optional_text(row, "name"))
    if attachment.media_type == "application/pdf":
        attachment = replace(attachment, scans=await _scans(platform, key))
    if not attachment.media_type.startswith("image/"):
        return replace(attachment, content=await platform.objects.get_bytes(key))
    width = optional_integer(row, "width")
    height = optional_integer(row, "height")
    size = PictureSize(width, height) if width and height else None
    picture = await _small_jpeg(platform, attachment.media_type, row) or await scaled(
        platform, key, size
    )
    if picture is not None:
        return replace(attachment, picture=picture)
    content = await platform.objects.get_bytes(key)
    try:
        # As it is rather than not at all.
        return replace(attachment, picture=read_jpeg(content or b""))
    except NotEmbeddable:
        return replace(
            attachment, content=None if content is None else bare(attachment.media_type, content)
        )


async def _small_jpeg(platform: Platform, media_type: str, row: Row) -> Jpeg | None:
    """The picture as it was uploaded, without its metadata; None where it is large, or cannot be
    embedded so.
    """
    if media_type != "image/jpeg" or integer(row, "size") > _SMALL_BYTES:
        return None
    content = await platform.objects.get_bytes(text(row, "object_key"))
    try:
        return read_jpeg(content or b"")
    except NotEmbeddable:
        return None


async def _scans(platform: Platform, key: str) -> Mapping[int, Jpeg]:
    """The pictures of a scanned PDF's pages, by their numbers, as they were read: they lie beside
    the PDF.
    """
    prefix = f"{key.rpartition('/')[0]}/page-"
    keys = [stored.key for stored in await platform.objects.page(prefix, _MOST_PAGES)]
    numbered = {
        int(each.removeprefix(prefix)): each
        for each in keys
        if _PAGE.fullmatch(each.removeprefix(prefix))
    }
    scans = {number: await scaled(platform, numbered[number]) for number in sorted(numbered)}
    return {number: scan for number, scan in scans.items() if scan is not None}


async def scaled(platform: Platform, key: str, size: PictureSize | None = None) -> Jpeg | None:
    """The picture as the Images binding scales it down, without transparency; None where it cannot.
    Raises ImagesUnavailable: it may later."""
    try:
        return read_jpeg(await platform.images.as_jpeg(key, _MOST_PIXELS, size=size))
    except (UnreadableImage, MissingImage, ImagesQuotaSpent, NotEmbeddable) as error:
        log.warning("export.picture_not_scaled", error=error)
        return None
