"""What the tax adds to an export for DATEV: invoices to clients, in a batch beside the expenses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tillroll.exports.batches import BATCHES, BatchFile
from tillroll.exports.lines import Choice
from tillroll.tax.datev import UNBOOKED, booked_sales
from tillroll_durable.platform.services import Platform


@BATCHES.fill
async def add_batches(
    platform: Platform, choice: Choice, first: date, last: date
) -> Sequence[BatchFile]:
    """The batch of a month, by the profile of the export, and the list of what it has not."""
    files = await booked_sales(
        platform,
        choice.account_id,
        first=first,
        last=last,
        made_at=choice.asked_at,
        options=choice.options,
    )
    return [_of_month(file) for file in files]


def _of_month(file: BatchFile) -> BatchFile:
    """The list is named by its month."""
    if file.name == f"{UNBOOKED}.csv":
        return replace(file, name=UNBOOKED)
    return file
