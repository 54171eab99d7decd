"""`tillroll tax` and `tillroll taxed`: what expenses come to for a VAT return, and how they are
taxed.
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..client.private_files import write_private
from ..counting import counted
from ..session import Session, session
from ..shared_options import taking
from .options import first_day, last_day

if TYPE_CHECKING:
    from ..client.api import JsonObject


class Each(StrEnum):
    """What a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_AMOUNTS = ("net", "tax", "gross", "deductible", "notDeductible", "owed")
_MOST = 10_000


@taking(session)
def tax(
    here: Session,
    first: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="DAY",
            parser=first_day,
            help="From this day, month or year on, such as 2026-03.",
        ),
    ],
    last: Annotated[
        str,
        typer.Option(
            "--to", metavar="DAY", parser=last_day, help="Up to this day, month or year, included."
        ),
    ],
    each: Annotated[Each, typer.Option(help="What a period is.")] = Each.MONTH,
    country: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Whose rates and return: DE or GB; else your tax number's."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to a file: .csv or .pdf."),
    ] = None,
    *,
    is_open: Annotated[
        bool, typer.Option("--open", help="List the expenses that are in no figure.")
    ] = False,
) -> None:
    """Add up the tax of expenses by how they are taxed and at which rate, with the lines of the VAT
    return.
    """
    asked = {"from": first, "to": last, "country": country}
    if output is not None:
        _fetch(here, {**asked, "each": each.value}, output)
    elif is_open:
        _list_open(here, asked)
    else:
        _show(here, here.api.get("/api/tax/report", {**asked, "each": each.value}))


def _fetch(here: Session, asked: dict[str, Any], output: Path) -> None:
    if output.suffix not in {".csv", ".pdf"}:
        raise typer.BadParameter("give a file that ends in .csv or .pdf")
    if output.exists():
        raise typer.BadParameter(f"{output} is there already: give another name")
    params = {name: value for name, value in asked.items() if value is not None} | {
        "format": output.suffix[1:]
    }
    write_private(output, here.api.answer("GET", "/api/tax/report/file", params=params).content)
    here.show.say(f"{output} is written.")


def _list_open(here: Session, asked: dict[str, Any]) -> None:
    page = here.api.items("/api/tax/expenses", {**asked, "open": "true"}, _MOST)
    if here.as_json:
        here.show.document(page)
        return
    columns = ("expenseId", "date", "merchant", "total", "currency", "open")
    rows = [[row[name] for name in columns] for row in page["items"]]
    here.show.table(("expense", *columns[1:]), rows, right=("total",))


def _show(here: Session, report: "JsonObject") -> None:
    if here.as_json:
        here.show.document(report)
        return
    rows = [
        [period["period"], row["treatment"], row["rate"], *_figures(row["figures"])]
        for period in report["periods"]
        for row in period["rows"]
    ]
    columns = ("period", "taxed as", "rate", "expenses", *_AMOUNTS)
    total = ["all", "", None, *_figures(report["total"])]
    here.show.table(columns, [*rows, total], right=("rate", "expenses", *_AMOUNTS))
    lines = [
        (period["period"], line["number"], line["says"], line["amount"])
        for period in report["periods"]
        if period["rows"] and period["taxReturn"]
        for line in period["taxReturn"]["lines"]
    ]
    if lines:
        here.show.table(("period", "line", "what", "amount"), lines, right=("amount",))
    here.show.note(*(f"{each['expenses']} in no figure: {each['says']}" for each in report["open"]))


def _figures(figures: "JsonObject") -> list[object]:
    return [figures[name] for name in ("expenses", *_AMOUNTS)]


class Treatment(StrEnum):
    """How an expense is taxed; `document`: as its document says."""

    DOCUMENT = "document"
    DOMESTIC = "domestic"
    EU_SERVICES = "eu_services"
    OTHER_SERVICES = "other_services"
    EU_GOODS = "eu_goods"
    IMPORT = "import"
    FOREIGN_TAX = "foreign_tax"
    NO_TAX = "no_tax"


@taking(session)
def taxed(
    here: Session,
    expenses: Annotated[list[str], typer.Argument(help="The ids of the expenses.")],
    treatment: Annotated[Treatment, typer.Option("--as", help="How they are taxed.")],
    rate: Annotated[
        str | None,
        typer.Option(metavar="PERCENT", help="What you owe the tax at, where you owe it."),
    ] = None,
    deductible: Annotated[
        int, typer.Option(metavar="PERCENT", help="How much of the tax is deducted.")
    ] = 100,
) -> None:
    """Say how expenses are taxed, for the tax report. It stands in the audit."""
    said = None if treatment is Treatment.DOCUMENT else treatment.value
    body = {"expenses": expenses, "treatment": said, "rate": rate, "deductible": deductible}
    done = here.api.send("POST", "/api/tax/decisions", body)
    if here.as_json:
        here.show.document(done)
    else:
        here.show.say(f"{counted(done['changed'], 'expense is', 'expenses are')} taxed so.")
