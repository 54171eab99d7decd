"""The views that show a firm's figures, each read by its own route, file or counterpart.

A view is a function from a firm and its months to the figures that it shows. Their names are those
of `arithmetic.py`; a view shows some of them.
"""

import csv
import io
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from tests.views.arithmetic import HOME, Figures
from tests.views.playing import Play
from tests.views.story import MonthOfFirm
from tillroll_durable.platform.bindings.database import text

View: TypeAlias = Callable[[Play, Sequence[MonthOfFirm]], Awaitable[Figures]]
_HUNDRED: Final = 100
_EXPENSES_FILE: Final = "EXTF_expenses_"
_INVOICES_FILE: Final = "EXTF_invoices_"
_BANK_FILE: Final = "EXTF_bank_"
_DISCOUNTS: Final = frozenset({"3731", "3736"})
"""Discounts from sellers at 7 and 19 % in SKR03."""
_CREDIT: Final = "H"
_HEADER_LINES: Final = 1


def minor(amount: str, point: str = ".") -> int:
    """Minor units of an amount as text, such as -1250 of `-12.50`. Raises ValueError."""
    whole, _, fraction = amount.removeprefix("-").partition(point)
    value = int(whole) * _HUNDRED + int(fraction.ljust(2, "0"))
    if amount.startswith("-"):
        return -value
    return value


def _days(month: MonthOfFirm) -> dict[str, str]:
    return {"from": month.first.isoformat(), "to": month.last.isoformat()}


async def show_list(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The list of expenses."""
    figures: Figures = Counter()
    for month in months:
        for item in await play.owner.items("/api/expenses", **_days(month)):
            if item["status"] == "voided":
                continue
            figures[f"{month.name} papers {item['currency']}"] += 1
            figures[f"{month.name} spent {item['currency']}"] += minor(item["total"])
            figures[f"{month.name} spent base"] += minor(item["base"]["total"])
    return figures


def _of_totals(month: MonthOfFirm, totals: Mapping[str, Any]) -> Figures:
    figures: Figures = Counter()
    for sum_ in totals["currencies"]:
        figures[f"{month.name} papers {sum_['currency']}"] = sum_["count"]
        figures[f"{month.name} spent {sum_['currency']}"] = minor(sum_["total"])
    figures[f"{month.name} spent base"] = minor(totals["base"]["total"])
    return figures


async def show_sums(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The sums of a search."""
    figures: Figures = Counter()
    for month in months:
        totals = await play.owner.get("/api/expenses/totals", **_days(month))
        figures += _of_totals(month, totals)
    return figures


async def show_report(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The rows of the report by category, added up."""
    figures: Figures = Counter()
    for month in months:
        report = await play.owner.get("/api/reports/category", **_days(month))
        for row in report["rows"]:
            figures += _of_totals(month, row["totals"])
    return figures


async def show_tax(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The tax report."""
    figures: Figures = Counter()
    for month in months:
        report = await play.owner.get("/api/tax/report", **_days(month))
        discounts = minor(report["discounts"]["gross"])
        figures[f"{month.name} spent base"] = minor(report["total"]["gross"]) - discounts
        figures[f"{month.name} discounts base"] = discounts
        figures[f"{month.name} input tax"] = minor(report["due"]["deducted"])
        figures[f"{month.name} owed tax"] = minor(report["due"]["owed"])
        figures[f"{month.name} sales net"] = minor(report["salesTotal"]["net"])
        figures[f"{month.name} sales tax"] = minor(report["due"]["charged"])
    return figures


async def show_taxed(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The lists behind the tax report, added up."""
    figures: Figures = Counter()
    for month in months:
        for item in await play.owner.items("/api/tax/expenses", **_days(month)):
            name = "spent base"
            if item["discount"] is not None:
                name = "discounts base"
            figures[f"{month.name} {name}"] += minor(item["figures"]["gross"])
            figures[f"{month.name} input tax"] += minor(item["figures"]["inputTax"])
            figures[f"{month.name} owed tax"] += minor(item["figures"]["owed"])
        for item in await play.owner.items("/api/tax/sales", **_days(month)):
            figures[f"{month.name} sales net"] += minor(item["net"])
            figures[f"{month.name} sales tax"] += minor(item["tax"])
    return figures


async def show_csv(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The CSV of each month, and what came behind a closing, as the closing lists it."""
    figures: Figures = Counter()
    for month in months:
        files = await _files(play, month, "csv", None)
        content = files["expenses"].decode("utf-8-sig")
        # A company in Germany gets the separator of its spreadsheets.
        rows = [*csv.DictReader(io.StringIO(content), delimiter=";")]
        for row in rows:
            figures[f"{month.name} papers {row['Currency']}"] += 1
            figures[f"{month.name} spent {row['Currency']}"] += minor(row["Total"])
            figures[f"{month.name} spent base"] += minor(row["Base total"])
        for item in await _late(play, month):
            figures[f"{month.name} papers {item['currency']}"] += 1
            figures[f"{month.name} spent {item['currency']}"] += minor(item["total"])
            figures[f"{month.name} spent base"] += minor(item["total"])
    return figures


async def show_datev(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """DATEV's batches of expenses and invoices, and what came behind a closing."""
    figures: Figures = Counter()
    for month in months:
        files = await _files(play, month, "datev", play.profile)
        figures[f"{month.name} spent base"] = _booked(files["expenses"])
        for item in await _late(play, month):
            figures[f"{month.name} spent base"] += minor(item["total"])
        figures[f"{month.name} sales gross"] = _booked(files["invoices"])
        figures[f"{month.name} discounts base"] = _booked(files["bank"], _DISCOUNTS)
    return figures


def _booked(content: bytes, accounts: frozenset[str] | None = None) -> int:
    """The rows of a batch in cents of the account's currency: debits less credits.

    With `accounts`, those of these accounts alone.
    """
    lines = content.decode("cp1252").splitlines()
    total = 0
    for row in csv.DictReader(lines[_HEADER_LINES:], delimiter=";"):
        if accounts is not None and row["Konto"] not in accounts:
            continue
        amount = row["Umsatz (ohne Soll/Haben-Kz)"]
        if row["WKZ Umsatz"] != HOME:
            amount = row["Basis-Umsatz"]
        sign = 1
        if row["Soll/Haben-Kennzeichen"] == _CREDIT:
            sign = -1
        total += sign * minor(amount, ",")
    return total


async def _files(
    play: Play, month: MonthOfFirm, name: str, profile: str | None
) -> dict[str, bytes]:
    """The files of an export: of expenses, and of invoices where the format has such a batch."""
    body = {"format": name, "profile": profile, "filter": _days(month)}
    export = await play.owner.post("/api/exports", body)
    await play.settle()
    world = play.deployment.world
    rows = await world.rows("SELECT * FROM export_files WHERE export_id = ?", export["id"])
    files: dict[str, bytes] = {}
    for row in rows:
        content = await world.host.platform.objects.get_bytes(text(row, "object_key"))
        assert content is not None, f"the export lacks {row['object_key']}"
        if row["number"] == 1:
            files["expenses"] = content
        elif str(row["name"]).startswith(_INVOICES_FILE):
            files["invoices"] = content
        elif str(row["name"]).startswith(_BANK_FILE):
            files["bank"] = content
    return files


async def _late(play: Play, month: MonthOfFirm) -> list[dict[str, Any]]:
    """What came behind the closing of a month; nothing where it is open."""
    closed = await play.owner.get("/api/closed-periods")
    late: list[dict[str, Any]] = []
    for period in closed["items"]:
        is_of_month = period["firstDay"] == month.first.isoformat()
        if is_of_month and period["reopenedAt"] is None:
            late += await play.owner.items(f"/api/closed-periods/{period['id']}/late")
    return late


async def show_ledger(play: Play, _months: Sequence[MonthOfFirm]) -> Figures:
    """The trial balance."""
    balance = await play.owner.get("/api/ledger/trial-balance")
    assert balance["isBalanced"], "the ledger does not balance"
    names = {
        "claims:receivable:EUR": "receivable",
        "claims:output-tax:EUR": "output tax",
        "claims:claimed:EUR": "billed",
    }
    figures: Figures = Counter()
    for item in balance["items"]:
        if item["id"] in names:
            figures[names[item["id"]]] = item["posted"]
    return figures


async def show_claims(play: Play, _months: Sequence[MonthOfFirm]) -> Figures:
    """The list of invoices."""
    figures: Figures = Counter()
    for item in await play.owner.items("/api/claims"):
        figures["receivable"] += minor(item["open"])
    return figures


async def show_bank(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The months of the bank, with each of their entries."""
    figures: Figures = Counter()
    for month in months:
        overview = await play.owner.get(f"/api/bank/months/{month.name}")
        figures[f"{month.name} entries"] = overview["entries"]
        figures[f"{month.name} open"] = overview["open"]
        for item in await play.owner.items(f"/api/bank/months/{month.name}/entries"):
            figures[f"{month.name} in bank"] += item["amount"]
    return figures


async def show_owed(play: Play, _months: Sequence[MonthOfFirm]) -> Figures:
    """What people are owed."""
    figures: Figures = Counter()
    for item in (await play.owner.get("/api/owed"))["items"]:
        for sum_ in item["sums"]:
            figures["owed"] += sum_["owed"] + sum_["onItsWay"]
    return figures


async def show_books(play: Play, months: Sequence[MonthOfFirm]) -> Figures:
    """The documents that the books have, by their numbers. Lines add up to each total."""
    figures: Figures = Counter()
    sales = {number: name for name, number in play.invoices.items()}
    await _check_set_aside(play)
    for document in play.documents():
        number = document["number"]
        sign = 1
        if number in sales:
            number = f"{sales[number]} sale 0"
        elif document["kind"] == "invoice_credit":
            number = f"{months[0].name} sale 1"
            sign = -1
        lines = document["lines"]
        amount = sum(line["net"] + line["tax"] for line in lines)
        assert amount == document["total"], f"the lines of {document['number']} do not add up"
        figures[f"{number} total"] = sign * document["total"]
        figures[f"{number} tax"] = sign * sum(line["tax"] for line in lines)
    return figures


async def _check_set_aside(play: Play) -> None:
    """What the books lack is what came behind a closing, and the product says so of each."""
    items = await play.owner.items("/api/books/items", state="set_aside")
    by_id = {item["id"]: number for number, item in (await play.expenses()).items()}
    numbers = {by_id[item["subject"]] for item in items}
    late = {play.story.late.number}.intersection(by_id.values())
    assert numbers == late, f"set aside: {numbers}, and late: {late}"


BOOKS: Final = "books"
VIEWS: Final[Mapping[str, View]] = {
    "list": show_list,
    "sums of the search": show_sums,
    "report by category": show_report,
    "tax report": show_tax,
    "lists of tax": show_taxed,
    "CSV": show_csv,
    "DATEV": show_datev,
    "ledger": show_ledger,
    "invoices": show_claims,
    "months of the bank": show_bank,
    "owed": show_owed,
    BOOKS: show_books,
}
