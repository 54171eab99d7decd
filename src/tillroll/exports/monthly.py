"""Files of whole months that other modules add to an export of days, such as the bank's."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tillroll.exports.lines import Choice
from tillroll.exports.repository import copy_month_files, insert_file, month_digests
from tillroll.exports.writers.formats import month_media_type
from tillroll.module import Hook
from tillroll_durable import Statement
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.objects import Stored
from tillroll_durable.platform.services import Platform


@dataclass(frozen=True)
class MonthFile:
    """A month as CSV, and how many lines it has below its head."""

    content: str
    lines: int


@dataclass(frozen=True)
class AddedFile:
    """A file by its name and its month, such as 2026-03, and how many lines it has below its
    head.
    """

    name: str
    month: str
    content: bytes
    lines: int


class MonthFiles(Protocol):
    """What a module adds: for each month such as 2026-03 that has something, a file
    `{name}-{month}.csv`.
    """

    @property
    def name(self) -> str: ...

    async def months(
        self, database: Database, account_id: str, first: str, last: str
    ) -> Sequence[str]:
        """The months from `first` to `last` that have something, the oldest first; of many, the
        newest.
        """
        ...

    async def file(self, platform: Platform, account_id: str, month: str) -> MonthFile | None:
        """Make the file of a month; None where the month is too long for a file."""
        ...


MONTHLY: Final = Hook[MonthFiles]("exports.monthly")
"""What adds files of months to an export of days."""


async def has_months(platform: Platform, choice: Choice) -> bool:
    """Whether any month of an export has something of another module; with `only_new`, something
    that its series does not have as it is.
    """
    span = choice.chosen.months
    if span is None:
        return False
    digests = await month_digests(platform.database, choice) if choice.only_new else set[str]()
    for files in MONTHLY.answers():
        for month in await files.months(platform.database, choice.account_id, *span):
            if not digests:
                return True
            file = await files.file(platform, choice.account_id, month)
            if file is not None and _digest_of(file.content.encode()) not in digests:
                return True
    return False


async def add_months(
    platform: Platform, choice: Choice, number: int
) -> tuple[list[Statement], list[str]]:
    """Write the files of an export's months; what notes them behind the file of that number, and
    remarks. Their keys are made of what they hold, so that each attempt notes what it has read.
    What was closed is noted again.
    """
    span = choice.chosen.months
    if span is None:
        return [], []
    if choice.as_closed_in is not None:
        return [
            copy_month_files(choice.export_id, number, closing_id=choice.as_closed_in, months=span)
        ], []
    statements: list[Statement] = []
    remarks: list[str] = []
    adding: Mapping[str, MonthFiles] = {each.name: each for each in MONTHLY.answers()}
    for name, files in adding.items():
        for month in await files.months(platform.database, choice.account_id, *span):
            file = await files.file(platform, choice.account_id, month)
            if file is None:
                remarks.append(
                    f"{name}-{month}.csv is left out: the month has too many lines for a file."
                )
                continue
            number += 1
            added = AddedFile(name, month, content=file.content.encode(), lines=file.lines)
            statements.append(await add_file(platform, choice, number, added, kind="month"))
            await platform.pause()
    return statements, remarks


async def add_file(
    platform: Platform, choice: Choice, number: int, file: AddedFile, *, kind: str
) -> Statement:
    """Store a file that stands beside the export's own; what notes it under its number. Its key
    says its kind, and what it holds.
    """
    digest = _digest_of(file.content)
    key = f"{choice.account_id}/exports/{choice.export_id}/{kind}-{digest}.csv"
    await platform.objects.put_bytes(key, file.content, month_media_type(file.name))
    return insert_file(
        choice.export_id,
        number,
        stored=Stored(key, len(file.content), digest),
        lines=file.lines,
        remarks=(),
        of_month=(file.name, file.month),
    )


def _digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
