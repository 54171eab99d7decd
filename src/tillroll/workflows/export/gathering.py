"""The first step of an export: the next lines, left in the object store and written down as items."""

import hashlib
from collections.abc import Sequence
from typing import Literal

from tillroll.durable import NonRetryable, Outcome, StepContext, statement
from tillroll.platform.bindings.database import Row, integer
from tillroll.platform.json import Json, dump
from tillroll.workflows.export.rows.expenses import (
    Line,
    Place,
    closed_line_of,
    closed_page,
    line_of,
    page,
    sums,
)
from tillroll.workflows.export.rows.exports import Export, insert_part, load_export
from tillroll.workflows.export.rows.items import changed_page, correction_of, insert_items

# A page is one query; a part of five of them is some 3 MB of text.
PAGE_EXPENSES = 1_000
PART_PAGES = 5

Reads = Literal["corrections", "expenses"]


async def gather(context: StepContext, number: int, reads: Reads, after_day: str, after_id: str) -> Outcome:
    """Leave the next lines in the object store, under a key made of what they are: a repeated attempt that finds one of
    them changed writes an object of its own.

    The output says where the next part begins, None behind the last, and whether this part becomes a file of its own.
    """
    export = await export_of(context)
    reading = _Reading(context, export, reads, Place(after_day, after_id))
    most = min(export.file.most or PAGE_EXPENSES * PART_PAGES, PAGE_EXPENSES * PART_PAGES)
    lines = await reading.lines(most)
    output: dict[str, Json] = {"next": reading.next, "isFile": export.file.most is not None}
    chain = statement("UPDATE exports SET run_id = ? WHERE id = ?", context.run.id, export.id)
    if not lines:
        return Outcome(output=output, statements=[chain])
    content = "".join(f"{dump(_json(line))}\n" for line in lines)
    key = f"{export.account_id}/exports/{export.id}/part-{number}-{hashlib.sha256(content.encode()).hexdigest()}"
    await context.platform.objects.put_text(key, content, "application/jsonl")
    days = [line.expense.date for line in lines]
    return Outcome(
        output=output,
        statements=[
            insert_part(export.id, number, key, (min(days), max(days)), sums(lines), len(lines)),
            *insert_items(export.choice, number, lines),
            chain,
        ],
    )


async def export_of(context: StepContext) -> Export:
    """Raises NonRetryable: it is missing, or its format is not deployed any more."""
    export = await load_export(context.platform.database, context.run.subject)
    if export is None:
        raise NonRetryable(f"export {context.run.subject} is missing, or its format is not deployed any more")
    return export


def _json(line: Line) -> Json:
    members: dict[str, Json] = {**line.expense.as_dict()}  # type: ignore[dict-item]
    return members


class _Reading:
    """Reads on from a place, corrections before expenses. `next` is where the next part begins."""

    def __init__(self, context: StepContext, export: Export, reads: Reads, after: Place) -> None:
        self._context = context
        self._choice = export.choice
        self._bytes_left = export.file.most_bytes
        self._reads: Reads = reads
        self._after = after
        self._is_over = False
        self._is_full = False

    @property
    def next(self) -> Json:
        if self._is_over:
            return None
        return {"day": self._after.day, "id": self._after.id, "reads": self._reads}

    async def lines(self, most: int) -> Sequence[Line]:
        """Up to `most` lines. Corrections and expenses share no part: what is taken back comes anew, which is found
        by what was written down of the parts before."""
        found: list[Line] = []
        while len(found) < most and not self._is_over and not self._is_full:
            limit = min(PAGE_EXPENSES, most - len(found))
            if self._reads == "corrections":
                found += await self._corrections(limit)
                if found and self._reads != "corrections":
                    break
            else:
                found += await self._expenses(limit)
            await self._context.platform.pause()
        return found

    async def _corrections(self, limit: int) -> list[Line]:
        rows = await self._context.platform.database.all(changed_page(self._choice, self._after.id, limit))
        if len(rows) < limit:
            self._reads, self._after = "expenses", Place()
        else:
            self._after = Place("", str(rows[-1]["id"]))
        return [line for line in map(correction_of, rows) if line is not None]

    async def _expenses(self, limit: int) -> list[Line]:
        # One more than are taken: it says whether there is another part.
        pages = page if self._choice.as_closed_in is None else closed_page
        rows = await self._context.platform.database.all(pages(self._choice, self._after, limit + 1))
        as_line = line_of if self._choice.as_closed_in is None else closed_line_of
        lines = self._that_fit([as_line(row) for row in rows[:limit]])
        self._is_over = len(rows) == len(lines)
        if lines:
            self._after = self._place_of(rows[len(lines) - 1], lines[-1])
        return lines

    def _place_of(self, row: Row, line: Line) -> Place:
        if self._choice.as_closed_in is None:
            return Place(line.expense.date, line.expense.id)
        return Place(str(integer(row, "part")), str(integer(row, "place")))

    def _that_fit(self, lines: list[Line]) -> list[Line]:
        """As many as fit into a file with their originals, and one where not even that fits."""
        if self._bytes_left is None:
            return lines
        for place, line in enumerate(lines):
            self._bytes_left -= line.size
            if self._bytes_left < 0 and place > 0:
                self._is_full = True
                return lines[:place]
        return lines
