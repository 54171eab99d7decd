"""What a report shows beside the lines of an export: the filter in words, and who asked for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from tillroll.durable import statement
from tillroll.expenses.papers import begin_pages
from tillroll.exports.expense import ExportedExpense
from tillroll.exports.report.report_file import ReportWriter
from tillroll.exports.writer import About
from tillroll.platform.bindings.database import text
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.workflows.export.rows.exports import Export

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
}


async def begin_report(
    platform: Platform, export: Export, about: About
) -> tuple[ReportWriter, Callable[[ExportedExpense], Awaitable[bytes]]]:
    """A report's writer, and what writes an expense with its document, one in memory at a time.

    Raises:
        AssetMissing: a font was not deployed, or did not come; the second as well.
        ObjectsUnavailable: the second alone: the store did not answer.
    """
    return await begin_pages(platform, export.account_id, await _about_for_people(platform, export, about))


async def _about_for_people(platform: Platform, export: Export, about: About) -> About:
    """With the filter in words and who asked for it; what was closed names nobody, since it is the same for all."""
    rows = await platform.database.all(
        statement(
            """
            SELECT id, name FROM users WHERE account_id = ?1
            UNION ALL
            SELECT 'token:' || tokens.id, users.name FROM tokens JOIN users ON users.id = tokens.user_id
            WHERE users.account_id = ?1
            """,
            export.account_id,
        )
    )
    people = {text(row, "id"): text(row, "name") for row in rows}
    asked = export.choice.chosen.found.as_asked()
    choice = [(label, _said(name, asked[name], people)) for name, label in _LABELS.items() if name in asked]
    if export.choice.only_new:
        choice.append(("Holds", "what is new since the last report, and what it takes back"))
    is_closed = export.choice.as_closed_in is not None
    if is_closed:
        choice.append(("Holds", "closed days, as they were closed"))
    asked_by = None if is_closed else people.get(export.requested_by.removeprefix("user:"))
    return replace(about, choice=choice, asked_by=asked_by)


def _said(name: str, value: Json, people: Mapping[str, str]) -> str:
    values = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    return ", ".join(people.get(each, each) for each in values) if name == "person" else ", ".join(values)
