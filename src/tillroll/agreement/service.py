"""Compares what several views say of each open month of an account, each night.

List, sums of the search, tax report and exports read expenses by queries of their own; invoices and
the ledger tell apart what clients still owe. The bank's own books are compared with what explains
its entries in `bank/agreement.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from tillroll.agreement.cron import AGREEMENT
from tillroll.agreement.repository import (
    due_accounts,
    keep,
    load_figures,
    load_listed,
    mark_changed,
    open_months,
    torn_claims,
)
from tillroll.agreement.rules import (
    NOTHING,
    Difference,
    Figure,
    Figures,
    Place,
    View,
    differences_of,
    in_words,
)
from tillroll.bank.months import days_of
from tillroll.exports.models import ExportFilter, ExportRequest
from tillroll.exports.repository import sums_chosen
from tillroll.exports.service import check_request
from tillroll.exports.writers.formats import FormatName
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.repository import Company, load_company, read_taxed
from tillroll.tax.rules import place
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, integer, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

# UTC. A night that was missed is made up for in the hours after it.
_FROM_HOUR: Final = 2
_CURSOR: Final = "audit of views"
_LIST: Final = "list"
_TAX: Final = "tax report"


async def compare_changed(platform: Platform) -> int:
    """Compare the next accounts in one tick of a night, and return how many they were. What
    differs is kept, and raises an alert until it is gone.
    """
    now = platform.clock.now()
    if now.hour < _FROM_HOUR:
        return 0
    moment = to_text(now)
    rows = await due_accounts(platform.database, AGREEMENT, moment)

    async def compare_one(row: Row) -> None:
        await compare_and_keep(platform, text(row, "account_id"))

    compared = await each_row(platform, AGREEMENT, rows, subject="account_id", do=compare_one)
    # At the end: what fails here keeps no account from its turn.
    await mark_changed(platform.database, _CURSOR, moment)
    return compared


async def compare_and_keep(platform: Platform, account_id: str) -> None:
    """Compare the views of an account, and keep in words what differs."""
    differences = await compare(platform, account_id)
    if differences:
        log.error(
            "views.disagree",
            account=account_id,
            differences={"views": len(differences)},
        )
    today = platform.clock.now().date().isoformat()
    await platform.database.batch([keep(account_id, today, in_words(differences))])


async def compare(platform: Platform, account_id: str) -> list[Difference]:
    """Where the views of an account's open months differ now; nothing is changed."""
    months = await open_months(platform.database, account_id)
    if not months:
        return []
    listed, sums, claims, ledger = await load_figures(platform.database, account_id, months)
    expenses = View(_LIST, listed)
    differences = [*differences_of(expenses, View("sums of the search", sums))]
    receivable = [*differences_of(View("list of invoices", claims), View("ledger", ledger))]
    if receivable:
        items = await torn_claims(platform.database, account_id)
        differences += [replace(difference, items=items) for difference in receivable]
    company = await load_company(platform.database, account_id)
    for month in months:
        differences += await _compare_taxed(
            platform, account_id, month, company=company, expenses=expenses
        )
        differences += await _compare_exported(platform, account_id, month, expenses=expenses)
    return differences


async def _compare_taxed(
    platform: Platform, account_id: str, month: str, company: Company, expenses: View
) -> Sequence[Difference]:
    """Hold the tax report of a month to the list, and the rows of each expense to its total."""
    first, last = days_of(month)
    figures: dict[Place, Figure] = {}
    amounts: dict[str, int] = {}
    torn: list[str] = []
    async for row in read_taxed(platform, account_id, first=first, last=last):
        spot = Place(month, row.currency)
        before = figures.get(spot, NOTHING)
        figures[spot] = Figure(before.items + 1, before.amount + row.taxed.total)
        amounts[row.taxed.id] = row.taxed.total
        placed = place(row.taxed, company.country)
        if isinstance(placed, OpenReason):
            continue
        if sum(part.figures.gross for part in placed) != row.taxed.base_total:
            torn.append(row.taxed.id)
    differences = [*differences_of(_of_month(expenses, month), View(_TAX, figures))]
    if differences:
        listed = await load_listed(platform.database, account_id, month)
        items = sorted(id_ for id_, _ in listed.items() ^ amounts.items())
        differences = [replace(difference, items=items) for difference in differences]
    if torn:
        spot = Place(month, company.base_currency or "")
        counts = (Figure(len(torn), 0), NOTHING)
        differences.append(Difference(spot, first=_LIST, second=_TAX, figures=counts, items=torn))
    return differences


async def _compare_exported(
    platform: Platform, account_id: str, month: str, expenses: View
) -> Sequence[Difference]:
    """Hold what an export of a month would take to the list."""
    first, last = days_of(month)
    request = ExportRequest(format=FormatName.CSV, filter=_filter(first, last))
    choice = await check_request(platform, account_id, request)
    rows = await sums_chosen(platform.database, choice)
    export = View(
        "exports",
        {
            Place(month, text(row, "currency")): Figure(
                integer(row, "items"), integer(row, "amount")
            )
            for row in rows
        },
    )
    return [*differences_of(_of_month(expenses, month), export)]


def _filter(first: date, last: date) -> ExportFilter:
    return ExportFilter.model_validate({"from": first.isoformat(), "to": last.isoformat()})


def _of_month(view: View, month: str) -> View:
    figures: Figures = {
        spot: figure for spot, figure in view.figures.items() if spot.month == month
    }
    return View(view.name, figures)
