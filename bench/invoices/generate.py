"""Writes invented invoices as PDFs, with what must be read of them: NUMBER.pdf and NUMBER.json.

Usage: python -m bench.invoices.generate OUT [--seed 1] [--count 500]

A seed gives the same invoices each time; of fewer, the first ones. Files that are there already are
kept where they would be the same.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench.invoices.blocks import Document
from bench.invoices.compose import draw
from bench.invoices.facts import Facts
from bench.invoices.html import as_html, print_pdf
from bench.invoices.layout import Layout
from bench.invoices.pdf import write_pdf
from local.places import BUILD
from tests.support.browser import launch


@dataclass(frozen=True)
class Invoice:
    """A layout's number, its PDF, what must be read of it, and its features: values by kind."""

    number: int
    pdf: Path
    truth: dict[str, Any]
    features: dict[str, str]

    @property
    def is_pictured(self) -> bool:
        """Whether no text says who sells."""
        return "with pictured name" in self.features


def kept(seed: int, count: int) -> Iterator[Invoice]:
    """The invoices of a seed, kept under `.build`."""
    return write(BUILD / "invoices" / str(seed), seed, count)


def write(folder: Path, seed: int, count: int) -> Iterator[Invoice]:
    """Make those that the folder lacks, then yield all."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [draw(seed, number) for number in range(count)]
    described = [_described(*one) for one in drawn]
    truths = [folder / f"{number:04}.json" for number in range(count)]
    missing = [
        number
        for number, path in enumerate(truths)
        if not path.exists() or _read(path) != described[number]
    ]
    if missing:
        with launch() as browser:
            pdfs = _pdfs(browser, (drawn[number][2] for number in missing))
            for number, content in zip(missing, pdfs, strict=True):
                truths[number].with_suffix(".pdf").write_bytes(content)
                text = json.dumps(described[number], ensure_ascii=False, indent=1)
                truths[number].write_text(text, encoding="utf-8")
    for number, path in enumerate(truths):
        yield Invoice(
            number,
            path.with_suffix(".pdf"),
            described[number]["truth"],
            described[number]["features"],
        )


def _pdfs(browser: Browser, documents: Iterable[Document]) -> Iterator[bytes]:
    """By a browser, or without one."""
    page = browser.new_page()
    for document in documents:
        yield write_pdf(document, document.writer) if document.writer else print_pdf(page, document)
    page.close()


def features(facts: Facts, layout: Layout, document: Document) -> dict[str, str]:
    """What sets this invoice apart from others, for counts by it."""
    found = {
        "country": facts.country,
        "language": facts.language,
        "frame": layout.frame,
        "printed by": f"writer of {layout.writer.grain}" if layout.writer else "browser",
        "order of texts": _order(layout),
        "logo": layout.logo,
        "seller": layout.seller_place,
        "buyer": layout.buyer_place,
        "meta": layout.meta_form,
        "totals": layout.totals,
        "side": f"{layout.side_width} mm" if layout.frame == "sidebar" else "none",
        "foot": str(layout.foot_columns),
        "pages": str(len(document.sheets)),
        "tax": facts.no_tax
        or ("several rates" if len(facts.taxes) > 1 else "in prices" if facts.is_gross else "one"),
    }
    marks = {
        "credit note": facts.is_credit,
        "prepaid": bool(facts.prepaid),
        **{part.kind: True for part in facts.deductions},
        "rounding": bool(facts.rounding),
        "letterhead of an agency": facts.is_by_agent,
        "earlier invoice": facts.earlier is not None
        or any(part.number for part in facts.deductions),
        "branch": facts.branch is not None,
        "buyer acted for": bool(facts.buyer_by),
        "pictured name": layout.logo == "pictured",
        "side at the right": layout.frame == "sidebar" and layout.is_side_right,
        "bold struck twice": bool(layout.writer and layout.writer.is_struck_twice),
        "ligatures": bool(layout.writer and layout.writer.has_ligatures),
        "labels in two languages": bool(layout.second),
        "buyer a bank": facts.buyer.name == facts.buyer.bank,
        "brand": bool(facts.seller.brand),
        "sole trader": facts.seller.is_sole,
        "private buyer": facts.buyer.is_sole,
        "delivery address": facts.delivery is not None,
        "sold by another": facts.agent is not None,
        "buyer abroad": facts.buyer.country != facts.country,
        "charges": bool(facts.charges),
        "discounts": any(line.discount for line in facts.lines),
        "tax table": layout.has_tax_table,
    }
    return found | {f"with {name}": "yes" for name, is_so in marks.items() if is_so}


def _order(layout: Layout) -> str:
    if layout.writer is None:
        return "browser"
    return "page" if layout.writer.grain == "rows" else layout.writer.order


def _described(facts: Facts, layout: Layout, document: Document) -> dict[str, Any]:
    made = write_pdf(document, document.writer) if document.writer else as_html(document).encode()
    page = hashlib.sha256(made).hexdigest()
    return {"truth": facts.truth(), "features": features(facts, layout, document), "page": page}


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    asked = parser.parse_args()
    made = [*write(asked.out, asked.seed, asked.count)]
    print(f"{len(made)} invoices in {asked.out}")


if __name__ == "__main__":
    main()
