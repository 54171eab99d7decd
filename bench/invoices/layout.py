"""How an invoice looks: the structure of its page, drawn apart from what it says."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.invoices.blocks import Writer

Frame = Literal["letter", "modern", "centred", "sidebar", "form", "minimal"]
_WRITTEN = 0.3
"""The share of layouts that no browser prints."""
_PICTURED = 0.06
_COLOURS = ("#1f3a5f", "#333333", "#8a1c1c", "#2e6b3c", "#5b3a8a", "#000000", "#c05a00")
_FONTS = (
    "Open Sans",
    "DejaVu Sans",
    "DejaVu Serif",
    "DejaVu Sans Condensed",
    "Open Sans",
    "DejaVu Sans Mono",
)
_FRAMES: tuple[Frame, ...] = (
    "letter",
    "letter",
    "modern",
    "modern",
    "centred",
    "sidebar",
    "form",
    "minimal",
)


@dataclass(frozen=True)
class Layout:
    """Fields are independent of each other, but that each page names its seller somewhere
    (`heading` and `foot`).
    """

    frame: Frame
    logo: Literal["text", "drawn", "both", "none", "pictured"]
    """`pictured`: a name as a shape, and as text nowhere on the page."""
    seller_place: Literal["head", "block", "sender", "foot"]
    buyer_place: Literal["left", "right", "below"]
    is_buyer_labelled: bool
    meta_form: Literal["beside", "above", "across", "line", "box", "sentence"]
    title_place: Literal["top", "head", "after", "numbered"]
    columns: tuple[str, ...]
    rules: Literal["all", "rows", "head", "none", "zebra"]
    totals: Literal["right", "rows", "box", "left", "wide"]
    has_tax_table: bool
    foot_columns: int
    """0: no foot; 1: lines in the middle."""
    has_colons: bool
    has_greeting: bool
    has_money_in_rows: bool
    rows_on_first: int
    has_carry: bool
    font: str
    size: float
    colour: str
    notes: int
    writer: Writer | None
    side_width: float
    is_side_right: bool
    second: str
    """The language that labels have too, or ""."""


def draw_layout(
    chance: random.Random,
    *,
    has_skus: bool,
    has_discounts: bool,
    seconds: Sequence[str] = (),
    can_be_pictured: bool = False,
) -> Layout:
    frame = chance.choice(_FRAMES)
    seller_place = chance.choice(_places(frame))
    foot_columns = chance.choice([0, 1, 2, 3, 3, 4])
    if seller_place == "foot" and not foot_columns:
        foot_columns = 3
    is_pictured = can_be_pictured and chance.random() < _PICTURED
    if is_pictured:
        foot_columns = max(2, foot_columns)  # where the tax id and the address of the web are
    return Layout(
        frame=frame,
        logo="pictured"
        if is_pictured
        else chance.choice(["text", "text", "drawn", "both", "none"]),
        seller_place=seller_place,
        buyer_place=chance.choice(["left", "left", "right", "below"]),
        is_buyer_labelled=chance.random() < (0.25 if frame == "letter" else 0.75),
        meta_form=chance.choice(
            ["beside", "beside", "beside", "above", "across", "line", "box", "sentence"]
        ),
        title_place=chance.choice(["top", "head", "after", "after", "numbered"]),
        columns=_columns(chance, has_skus=has_skus, has_discounts=has_discounts),
        rules=chance.choice(["all", "rows", "head", "none", "zebra"]),
        totals=chance.choice(["right", "right", "rows", "box", "left", "wide"]),
        has_tax_table=chance.random() < (0.5 if frame == "form" else 0.15),
        foot_columns=foot_columns,
        has_colons=chance.random() < 0.6,
        has_greeting=chance.random() < (0.6 if frame == "letter" else 0.15),
        has_money_in_rows=chance.random() < 0.4,
        rows_on_first=chance.randint(8, 14),
        has_carry=chance.random() < 0.5,
        font=chance.choice(_FONTS),
        size=chance.choice([8, 8.5, 9, 9.5, 10, 10.5]),
        colour=chance.choice(_COLOURS),
        notes=chance.choice([0, 1, 1, 2, 3]),
        writer=_writer(chance) if chance.random() < _WRITTEN else None,
        side_width=chance.choice([30, 36, 42, 48, 48]),
        is_side_right=chance.random() < 0.3,
        second=chance.choice(seconds) if seconds and chance.random() < 0.07 else "",
    )


def _writer(chance: random.Random) -> Writer:
    families: list[Literal["Helvetica", "Times", "Courier"]] = [
        "Helvetica",
        "Helvetica",
        "Helvetica",
        "Times",
        "Courier",
    ]
    family = chance.choice(families)
    return Writer(
        family=family,
        order=chance.choice(
            ["page", "foot first", "columns", "faces", "values last", "shuffled", "upward"]
        ),
        grain=chance.choice(["line", "line", "words", "words", "runs", "runs", "rows", "glyphs"]),
        has_widths=chance.random() < 0.5,
        has_spaces=chance.random() < 0.5,
        has_hex=chance.random() < 0.3,
        is_flipped=chance.random() < 0.25,
        is_struck_twice=chance.random() < 0.1,
        has_ligatures=family != "Courier" and chance.random() < 0.15,
        is_packed=chance.random() < 0.8,
        seed=chance.randint(0, 10**6),
    )


def _places(frame: Frame) -> list[Literal["head", "block", "sender", "foot"]]:
    match frame:
        case "letter":
            return ["head", "sender", "sender", "foot"]
        case "modern" | "minimal":
            return ["block", "block", "head", "foot"]
        case "centred" | "sidebar":
            return ["head"]
        case "form":
            return ["block", "head"]


def _columns(chance: random.Random, *, has_skus: bool, has_discounts: bool) -> tuple[str, ...]:
    """In the order of the page; every table has descriptions and amounts."""
    chosen = chance.choice(
        [
            ["description", "quantity", "price", "amount"],
            ["position", "description", "quantity", "unit", "price", "amount"],
            ["quantity", "description", "price", "amount"],
            ["position", "quantity", "unit", "description", "price", "amount"],
            ["description", "quantity", "unit", "price", "rate", "amount"],
            ["description", "rate", "quantity", "price", "amount"],
            ["description", "price", "quantity", "amount"],
            ["position", "description", "amount"],
            ["description", "amount"],
        ]
    )
    if has_skus:
        chosen.insert(chosen.index("description") + chance.choice([0, 0, 1]), "sku")
    if has_discounts:
        if "price" not in chosen:
            chosen[-1:-1] = ["quantity", "price"] if "quantity" not in chosen else ["price"]
        chosen.insert(chosen.index("price") + 1, "discount")
    return tuple(chosen)
