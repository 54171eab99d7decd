"""How many invented invoices (`generate`) are read right by their print, and how many wrong ones
nobody is asked about.

Usage: python -m bench.invoices.printed [--seed 1] [--count 500] [--half seen|held] [--by country
frame] [--misses]

Even layouts are the half `seen`, which rules may be made from; odd ones the half `held`, of which
only figures are printed, unless --misses asks for more. Those whose seller a picture names, and no
text, count apart. They are read as the product reads a PDF, for an account that has not said its
own names, or has with --own. PDFs are kept under `.build/invoices/SEED`.
"""

import asyncio
import math
import re
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bench.invoices.corpora import key
from bench.invoices.generate import Invoice, kept
from bench.report import parser, publishing, table
from tillroll_documents.pdf_reader.pages import read_pdf
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read
from tillroll_documents.reading.text.company_names import Own

UPLOADED_AFTER = timedelta(days=14)
"""How long behind its day an invoice is handed in: a year of two digits is doubted long after."""
FIELDS = ("seller", "number", "date", "total", "currency", "items found", "items sum")
COLUMNS = (*FIELDS, "accepted", "accepted wrongly")
_CAPITAL = re.compile(r" au capital de .*", re.IGNORECASE)
"""French firms print it behind their name; it is no part of the name in the register."""
_GRAVE = frozenset({"seller", "date", "total"})
_HALVES = {"seen": 0, "held": 1}


@dataclass(frozen=True)
class Outcome:
    """What was read otherwise than printed, each with the truth and what was read."""

    invoice: Invoice
    misses: dict[str, tuple[str, str]]
    reading: Reading

    @property
    def accepted(self) -> bool:
        return self.reading.accepted

    @property
    def grave(self) -> dict[str, tuple[str, str]]:
        """The misses that an accepted invoice must not have."""
        return {field: miss for field, miss in self.misses.items() if field in _GRAVE}

    @property
    def is_wrongly_accepted(self) -> bool:
        return self.accepted and bool(self.grave)

    def counted(self) -> set[str]:
        marks = {"accepted": self.accepted, "accepted wrongly": self.is_wrongly_accepted}
        return {field for field in FIELDS if field not in self.misses} | {
            mark for mark, is_so in marks.items() if is_so
        }


def interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's, of 95 %: where the share of all such invoices lies."""
    if not of:
        return (0.0, 1.0)
    z = 1.96
    share, spread = right / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return (max(0.0, middle - half), min(1.0, middle + half))


def outcome(invoice: Invoice, *, knows_own: bool) -> Outcome:
    pages = asyncio.run(read_pdf(invoice.pdf.read_bytes())).pages
    transcript = Transcript.from_text("\n\f\n".join(page.text for page in pages))
    own = Own(names=frozenset({invoice.truth["buyer"]})) if knows_own else None
    today = date.fromisoformat(invoice.truth["date"]) + UPLOADED_AFTER
    reading = read_printed(Page.of(transcript), today=today, own=own) or read(
        transcript, today=today
    )
    return Outcome(invoice, misses(invoice.truth, reading), reading)


def misses(truth: dict[str, Any], reading: Reading) -> dict[str, tuple[str, str]]:
    """The fields that were read otherwise. The sum of items is right with charges or without, or as
    net or total.
    """
    got = reading.extraction
    name = got.registered_name.value or got.merchant.value or ""
    items = sum((Decimal(item.amount) for item in got.line_items), Decimal(0))
    lines = sum((Decimal(line["amount"]) for line in truth["lines"]), Decimal(0))
    charged = lines + sum(map(Decimal, truth["charges"]))
    sums = {abs(lines), abs(charged), abs(Decimal(truth["net"])), abs(Decimal(truth["total"]))}
    pairs = {
        "seller": (truth["seller"], name, key(name) == key(_CAPITAL.sub("", truth["seller"]))),
        "number": (
            truth["number"],
            got.receipt_number.value,
            got.receipt_number.value == truth["number"],
        ),
        "date": (truth["date"], got.date.value, str(got.date.value) == truth["date"]),
        "total": (
            truth["total"],
            got.total.value,
            _decimal(got.total.value) == Decimal(truth["total"]),
        ),
        "currency": (
            truth["currency"],
            got.currency.value,
            got.currency.value == truth["currency"],
        ),
        "items found": (len(truth["lines"]), 0, bool(got.line_items)),
        "items sum": (lines, items, bool(got.line_items) and abs(items) in sums),
    }
    return {
        field: (str(right), str(found))
        for field, (right, found, is_right) in pairs.items()
        if not is_right
    }


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--count", type=int, default=500, help="of both halves together")
    asked.add_argument("--half", choices=[*_HALVES], help="both, where it is left out")
    asked.add_argument(
        "--by",
        nargs="*",
        default=[],
        metavar="FEATURE",
        help="of `seen`; all of them where none is named",
    )
    asked.add_argument("--own", action="store_true", help="the account's own name is the buyer's")
    asked.add_argument("--misses", action="store_true", help="each value that was read otherwise")
    arguments = asked.parse_args()
    outcomes = _outcomes(arguments)
    if arguments.misses:
        for half in outcomes if arguments.half else ["seen"]:
            for one in outcomes[half]:
                _print_misses(one)
    if seen := outcomes.get("seen"):
        print(_by_feature(seen, arguments.by) + "\n")
    with publishing("invoices.printed", write=arguments.write):
        rows = [
            [half, str(len(found)), *_shares(found, with_interval=True)]
            for half, found in outcomes.items()
        ]
        print(table(["half", "files", *COLUMNS], rows))


def _outcomes(asked: Namespace) -> Mapping[str, list[Outcome]]:
    """Of the halves that are asked for. Invoices whose seller is named by a picture only stand
    apart, as their text does not say it.
    """
    halves = [asked.half] if asked.half else [*_HALVES]
    wanted = {_HALVES[half]: half for half in halves}
    outcomes: defaultdict[str, list[Outcome]] = defaultdict(list)
    for invoice in kept(asked.seed, asked.count):
        if half := wanted.get(invoice.number % 2):
            apart = f"{half}, pictured" if invoice.is_pictured else half
            outcomes[apart].append(outcome(invoice, knows_own=asked.own))
    return dict(
        sorted(
            outcomes.items(), key=lambda item: ("pictured" in item[0], item[0].startswith("held"))
        )
    )


def _print_misses(one: Outcome) -> None:
    if one.misses or not one.accepted:
        mark = "WRONG " if one.is_wrongly_accepted else "accepted " if one.accepted else ""
        print(f"{one.invoice.pdf.name}  {mark}{one.misses}  {list(one.reading.reasons)}")


def _by_feature(outcomes: Sequence[Outcome], kinds: Sequence[str]) -> str:
    groups: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        for kind, value in one.invoice.features.items():
            if not kinds or kind in kinds:
                groups[kind, value].append(one)
    order = list(dict.fromkeys(kind for one in outcomes for kind in one.invoice.features))
    rows = [
        [f"{kind}: {value}", str(len(found)), *_shares(found, with_interval=False)]
        for (kind, value), found in sorted(
            groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]
    return table(["seen, by", "files", *COLUMNS], rows)


def _shares(outcomes: Sequence[Outcome], *, with_interval: bool) -> list[str]:
    counts: Counter[str] = Counter()
    for one in outcomes:
        counts.update(one.counted())
    if not with_interval:
        return [
            f"{counts[name]}" if name == COLUMNS[-1] else f"{counts[name] / len(outcomes):.0%}"
            for name in COLUMNS
        ]
    return [
        _share(counts[name], counts["accepted"] if name == COLUMNS[-1] else len(outcomes))
        for name in COLUMNS
    ]


def _share(right: int, of: int) -> str:
    low, high = interval(right, of)
    return f"{right} = {right / max(1, of):.1%} ({100 * low:.0f} to {100 * high:.0f})"


if __name__ == "__main__":
    main()
