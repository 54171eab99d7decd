"""A file of an export, from its parts to the object store, without ever being in memory as a whole."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from tillroll.durable import NonRetryable
from tillroll.exports.archive.zip_file import ArchiveWriter
from tillroll.exports.expense import ExportedExpense, from_dict
from tillroll.exports.formats import FormatName
from tillroll.exports.writer import About, Writer
from tillroll.platform.bindings.objects import ObjectWriter
from tillroll.platform.json import load_object
from tillroll.platform.services import Platform
from tillroll.workflows.export.rows.exports import Export
from tillroll.workflows.export.rows.originals import original_of

# After so many expenses, others have their turn.
_PAUSE_AFTER = 500

Adding = Callable[[ExportedExpense], Awaitable[bytes]]


@dataclass(frozen=True)
class Written:
    """`size` is in bytes, `sha256` hexadecimal; `remarks` say what could not be written as it is."""

    key: str
    size: int
    sha256: str
    lines: int = 0
    remarks: Sequence[str] = ()


async def write(platform: Platform, export: Export, parts: Sequence[str], file_number: int = 1) -> Written:
    """Write the file of that number of an export, whose parts lie under these keys.

    Raises:
        NonRetryable: a part is gone.
        ObjectsUnavailable: the store did not answer.
        AssetMissing: a font of a report was not deployed, or did not come.
    """
    digest = hashlib.sha256("\n".join([export.file.name, str(file_number), *parts]).encode()).hexdigest()
    key = f"{export.account_id}/exports/{export.id}/{digest}.{export.file.extension}"
    sink = ObjectWriter(platform.objects, key, export.file.media_type)
    writer, add = await _begun(platform, export, replace(export.about, number=file_number))
    lines = 0
    await sink.add(writer.begin())
    for part in parts:
        content = await platform.objects.get_text(part)
        if content is None:
            raise NonRetryable(f"the part {part} is gone from the object store: ask for the export again")
        for number, line in enumerate(content.removesuffix("\n").split("\n"), start=1):
            await sink.add(await add(from_dict(load_object(line))))
            lines += 1
            if number % _PAUSE_AFTER == 0:
                await platform.pause()
    await sink.add(writer.end())
    stored = await sink.close()
    return Written(stored.key, stored.size, stored.sha256, lines, writer.remarks())


async def _begun(platform: Platform, export: Export, about: About) -> tuple[Writer, Adding]:
    """A file's writer, and what writes an expense with its document, where the file has these: one is in memory at a
    time."""
    if export.file.name == FormatName.PDF:
        # Nothing but a report needs what draws pages.
        from tillroll.workflows.export.illustrating import begin_report  # noqa: PLC0415 - see above

        return await begin_report(platform, export, about)
    writer = export.file.writer(about)

    async def add(expense: ExportedExpense) -> bytes:
        if isinstance(writer, ArchiveWriter):
            return writer.add_with(expense, await original_of(platform, export.account_id, expense))
        return writer.add(expense)

    return writer, add
