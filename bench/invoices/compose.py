"""Puts the parts of an invoice on its pages, as its layout's frame has them."""

import random

from bench.invoices.blocks import Block, Box, Document, Gap, Sheet, Split, Text
from bench.invoices.contents import draw_facts
from bench.invoices.facts import Facts
from bench.invoices.layout import Layout, draw_layout
from bench.invoices.notes import facts_outside_foot, foot, greeting, notes, page_number, pay_slip
from bench.invoices.parts import Parts
from bench.invoices.sums import Sums, currency_note
from bench.invoices.words import COUNTRIES, country

_PAY_SLIP_ROWS = 5


def draw(seed: int, number: int) -> tuple[Facts, Layout, Document]:
    """The seed's invoice of that number, the same each time. Countries take turns."""
    chance = random.Random(f"{seed}/{number}")
    place = COUNTRIES[(number // 2) % len(COUNTRIES)]  # both halves have all of them
    languages = country(place)["languages"]
    spoken = chance.choices([*languages], [*languages.values()])[0]
    facts = draw_facts(chance, place, spoken)
    layout = draw_layout(
        chance,
        has_skus=any(line.sku for line in facts.lines),
        has_discounts=any(line.discount for line in facts.lines),
        can_be_pictured=not facts.seller.is_sole and facts.agent is None,
        seconds=["en", "en", *(code for code in languages if code != spoken)]
        if spoken != "en"
        else (),
    )
    return facts, layout, compose(chance, facts, layout)


def compose(chance: random.Random, facts: Facts, layout: Layout) -> Document:
    parts = Parts(chance, facts, layout)
    sums = Sums(chance, facts, layout, parts.write)
    first, side = _head(chance, parts)
    tables = sums.tables()
    tail: list[Block] = [*sums.totals(), *currency_note(parts.write, facts), *notes(chance, parts)]
    tail += facts_outside_foot(parts) if not side else []
    slip = pay_slip(chance, parts)
    bodies: list[list[Block]] = [[table] for table in tables]
    bodies[0] = [*first, *greeting(parts, facts), *bodies[0]]
    bodies[-1] += tail
    if slip and len(facts.lines) <= _PAY_SLIP_ROWS:
        bodies[-1] += slip
    elif slip:
        bodies.append(slip)
    ends = foot(chance, parts)
    is_numbered = len(bodies) > 1 or chance.random() < 0.2
    sheets = [
        Sheet(
            tuple(body),
            (*ends, *(page_number(parts, page, len(bodies)) if is_numbered else [])),
            tuple(side) if page == 1 else (),
            layout.side_width,
            layout.is_side_right,
        )
        for page, body in enumerate(bodies, start=1)
    ]
    return Document(
        tuple(sheets),
        paper="Letter" if facts.country == "US" else "A4",
        font=layout.font,
        size=layout.size,
        colour=layout.colour,
        language=facts.language,
        writer=layout.writer,
    )


def _head(chance: random.Random, parts: Parts) -> tuple[list[Block], list[Block]]:
    """Everything above the greeting, and what stands at the side of the page."""
    blocks: list[Block] = []
    side: list[Block] = []
    match parts.layout.frame:
        case "letter":
            blocks = _letter(chance, parts)
        case "modern":
            blocks = _modern(chance, parts)
        case "centred":
            lines = parts.seller_lines()
            blocks = [
                *parts.logo(align="center"),
                Text(tuple(lines), size=0.9, align="center"),
                Gap(),
            ]
            blocks += _window(parts, parts.meta())
        case "sidebar":
            side = [*parts.logo(), Gap(), Text(tuple(parts.seller_lines()), size=0.9), Gap()]
            side += [Text((*parts.people_lines(), *parts.id_lines()), size=0.85), Gap()]
            side += [Text(tuple(parts.bank_lines()), size=0.85)]
            blocks = _window(parts, parts.meta())
        case "form":
            blocks = _form(parts)
        case "minimal":
            logo = parts.logo() if parts.layout.logo == "pictured" else []
            blocks = [
                *logo,
                *parts.title(),
                Gap(),
                *parts.meta(),
                Gap(),
                _from_and_to(parts),
                Gap(),
            ]
    return [*blocks, *parts.agent(), Gap(0.5)], side


def _letter(chance: random.Random, parts: Parts) -> list[Block]:
    """As DIN 5008 and its like: an address window at the left, often with the sender in a line
    above it.
    """
    layout = parts.layout
    top: list[Block] = []
    if layout.seller_place == "head":
        lines = Text(tuple(parts.seller_lines()), size=0.9, align="right")
        logo = tuple(parts.logo())
        top = [Split(((5, logo), (5, (lines,))))] if chance.random() < 0.6 else [*logo, lines]
    else:
        top = parts.logo(align=chance.choice(["left", "right", "center"]))
    window = list[Block]()
    if layout.seller_place == "sender" or (layout.seller_place == "head" and chance.random() < 0.4):
        window.append(parts.sender_line())
    window += [*parts.buyer(), *_after(parts.delivery())]
    return [*top, Gap(1.5), *_beside(parts, window, parts.meta()), Gap(), *_titled(parts)]


def _modern(chance: random.Random, parts: Parts) -> list[Block]:
    """The logo at one side, the title at the other; seller, buyer and numbers below, in columns."""
    layout = parts.layout
    left = parts.logo() or [Gap()]
    if layout.seller_place == "head":
        left = [*left, Text(tuple(parts.seller_lines()), size=0.9)]
    title = parts.title()
    meta = parts.meta()
    if layout.seller_place == "block" and layout.meta_form in {"beside", "above", "box"}:
        if chance.random() < 0.5:
            return [
                Split(((5, tuple(left)), (4, (*title, *meta)))),
                Gap(),
                _from_and_to(parts),
                Gap(),
            ]
        both = _from_and_to(parts)
        return [
            Split(((5, tuple(left)), (4, tuple(title)))),
            Gap(),
            Split((*both.columns, (1.0, tuple(meta)))),
            Gap(),
        ]
    if layout.seller_place == "block":
        return [
            Split(((5, tuple(left)), (4, tuple(title)))),
            Gap(),
            *meta,
            Gap(),
            _from_and_to(parts),
            Gap(),
        ]
    return [
        Split(((5, tuple(left)), (4, tuple(title)))),
        Gap(),
        *_beside(parts, [*parts.buyer(), *_after(parts.delivery())], meta),
        Gap(),
    ]


def _form(parts: Parts) -> list[Block]:
    """Boxes, as programs for accounts print them."""
    seller = (*parts.logo(), Text((*parts.seller_lines(), *parts.id_lines()), size=0.9))
    buyer = tuple(parts.buyer(labelled=True))
    columns: list[tuple[float, tuple[Block, ...]]] = [(5.0, (Box(seller),)), (5.0, (Box(buyer),))]
    if parts.layout.buyer_place == "left":
        columns.reverse()
    delivery = [Box(tuple(parts.delivery()))] if parts.facts.delivery else []
    return [Split(tuple(columns)), *delivery, Gap(0.5), *parts.title(), *parts.meta(), Gap(0.5)]


def _window(parts: Parts, meta: list[Block]) -> list[Block]:
    buyer = [*parts.buyer(), *_after(parts.delivery())]
    title = _titled(parts)
    if parts.layout.title_place == "top":
        return [*title, Gap(0.5), *_beside(parts, buyer, meta), Gap()]
    return [*_beside(parts, buyer, meta), Gap(), *title]


def _titled(parts: Parts) -> list[Block]:
    """The title; none where a sentence says it already."""
    is_said = parts.layout.meta_form == "sentence" and parts.layout.title_place == "after"
    return [] if is_said else parts.title()


def _beside(parts: Parts, buyer: list[Block], meta: list[Block]) -> list[Block]:
    layout = parts.layout
    if layout.meta_form in {"across", "line", "sentence"}:
        return [*buyer, Gap(), *meta]
    match layout.buyer_place:
        case "left":
            return [Split(((6, tuple(buyer)), (4, tuple(meta))))]
        case "right":
            return [Split(((5, tuple(meta)), (5, tuple(buyer))))]
        case "below":
            return [*meta, Gap(), *buyer]


def _from_and_to(parts: Parts) -> Split:
    label = parts.write.word("labels", "seller") + (":" if parts.layout.has_colons else "")
    lines = [*parts.names(), *parts.address_lines(), *parts.contact_lines()]
    sender: tuple[Block, ...] = (Text((label,), bold=True, size=0.9), Text(tuple(lines)))
    if parts.layout.seller_place != "block":
        sender = (Text(tuple(lines)),)
    buyer = (*parts.buyer(labelled=True), *_after(parts.delivery()))
    return Split(((1.0, sender), (1.0, buyer)))


def _after(blocks: list[Block]) -> list[Block]:
    return [Gap(0.5), *blocks] if blocks else []
