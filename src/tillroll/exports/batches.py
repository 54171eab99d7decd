"""Files of whole months that other modules add beside DATEV's batch, such as that of invoices.

A month is in an export once it is over: what invoices it has does not change any more. With
`onlyNew` it is in one export of the series, since DATEV books a batch again that it gets again.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from tillroll.calendar_months import end_of_month
from tillroll.exports.lines import Choice
from tillroll.exports.monthly import AddedFile, add_file
from tillroll.exports.repository import batches_of_series
from tillroll.exports.writers.formats import FormatName
from tillroll.module import Hook
from tillroll_durable import Statement
from tillroll_durable.platform.services import Platform


@dataclass(frozen=True)
class BatchFile:
    """A file by its whole name, its bytes, and how many lines it has below its head."""

    name: str
    content: bytes
    lines: int


class AddBatches(Protocol):
    """What a module adds for the days of a month, by the options of the export's profile."""

    async def __call__(
        self, platform: Platform, choice: Choice, first: date, last: date
    ) -> Sequence[BatchFile]: ...


BATCHES: Final = Hook[AddBatches]("exports.batches")
"""What adds files beside DATEV's batch."""


async def has_batches(platform: Platform, choice: Choice) -> bool:
    """Whether anything would be added to an export."""
    earlier = await _earlier(platform, choice)
    async for month, file in _files(platform, choice):
        if (file.name, month) not in earlier:
            return True
    return False


async def add_batches(platform: Platform, choice: Choice, number: int) -> list[Statement]:
    """Write the files of an export's months; what notes them behind the file of that number. Their
    keys are made of what they hold.
    """
    earlier = await _earlier(platform, choice)
    statements: list[Statement] = []
    async for month, file in _files(platform, choice):
        if (file.name, month) in earlier:
            continue
        number += 1
        added = AddedFile(file.name, month, content=file.content, lines=file.lines)
        statements.append(await add_file(platform, choice, number, added, kind="batch"))
    return statements


async def _earlier(platform: Platform, choice: Choice) -> set[tuple[str, str]]:
    """The files that the series has already, each by its name and month."""
    if not choice.only_new:
        return set()
    return await batches_of_series(platform.database, choice)


async def _files(platform: Platform, choice: Choice) -> AsyncIterator[tuple[str, BatchFile]]:
    """What other modules add, each with its month such as 2026-03."""
    for first, last in _months(choice):
        for add in BATCHES.answers():
            for file in await add(platform, choice, first=first, last=last):
                yield f"{first:%Y-%m}", file
        await platform.pause()


def _months(choice: Choice) -> Iterator[tuple[date, date]]:
    """The first and the last day of each whole month that was over when it was asked for. A choice
    by currency has none: a batch of invoices is whole.
    """
    if choice.file_format != FormatName.DATEV or choice.chosen.found.currencies:
        return
    span = choice.chosen.months
    if span is None:
        return
    today = date.fromisoformat(choice.asked_at[:10])
    first = date.fromisoformat(f"{span[0]}-01")
    while f"{first:%Y-%m}" <= span[1]:
        last = end_of_month(first)
        if last >= today:
            return
        yield first, last
        first = last + timedelta(days=1)
