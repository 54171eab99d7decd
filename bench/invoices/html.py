"""Invoices as HTML, and as PDFs that a browser prints of it."""

from collections.abc import Iterable
from html import escape

from playwright.sync_api import Page

from bench.invoices.blocks import (
    Block,
    Box,
    Document,
    Drawing,
    Gap,
    Pairs,
    Picture,
    Row,
    Sheet,
    Split,
    Table,
    Text,
)
from bench.invoices.outlines import outline

_SHAPES = {
    "disc": '<circle cx="20" cy="20" r="18"/><circle cx="42" cy="20" r="10" opacity=".5"/>',
    "bars": '<path d="M0 0h12v40H0zM18 12h12v28H18zM36 4h12v36H36z"/>',
    "wave": '<path d="M0 30 Q 15 0 30 22 T 60 12 L60 40 L0 40 Z"/>',
}
_LONG = 22
"""Signs of a value that may go on in another line."""
_STYLE = """
@page {{ size: {paper}; margin: 0 }}
* {{ box-sizing: border-box }}
body {{ margin: 0; font: {size}pt "{font}", sans-serif; line-height: 1.35 }}
.sheet {{ min-height: {height}; padding: 14mm 16mm 10mm 18mm; display: flex; gap: 8mm;
  break-after: page }}
.sheet:last-child {{ break-after: auto }}
.main {{ flex: 1; display: flex; flex-direction: column; min-width: 0 }}
.side {{ border-right: 1px solid {colour}; padding-right: 4mm; overflow-wrap: break-word }}
.turned {{ flex-direction: row-reverse }}
  .turned > .side {{ border-right: 0; border-left: 1px solid {colour} }}
.foot {{ margin-top: auto; padding-top: 6mm; border-top: 0.5pt solid #999 }}
.split {{ display: flex; gap: 6mm }}
.split > div {{ min-width: 0; overflow-wrap: break-word }}
.right {{ text-align: right }} .center {{ text-align: center }}
.bold {{ font-weight: bold }} .line {{ text-decoration: underline }}
.box {{ border: 0.6pt solid #777; padding: 2mm 3mm; margin: 1mm 0 }}
  .filled {{ background: #eee; border: 0 }}
table {{ border-collapse: collapse }}
.pairs td {{ padding: 0.3mm 3mm 0.3mm 0; vertical-align: top }}
  .pairs td + td {{ white-space: nowrap }}
.pairs td + td.long {{ white-space: normal }}
.full {{ width: 100% }}
.items td, .items th {{ padding: 1mm 1.5mm; vertical-align: top; text-align: left;
  font-size: 0.95em }}
.items td.right, .items th.right {{ text-align: right }} .items td.right {{ white-space: nowrap }}
.all td, .all th {{ border: 0.5pt solid #555 }}
.rows tr {{ border-bottom: 0.5pt solid #aaa }}
.head thead tr, .zebra thead tr {{ border-bottom: 1pt solid {colour} }}
.zebra tbody tr:nth-child(even) {{ background: #f0f0f0 }}
.ruled td {{ border: 0.5pt solid #888; padding: 1mm 2mm }}
.sum {{ font-weight: bold }}
.small {{ font-size: 0.8em; color: #666 }}
"""


def print_pdf(page: Page, document: Document) -> bytes:
    page.set_content(as_html(document))
    return page.pdf(prefer_css_page_size=True, print_background=True)


def as_html(document: Document) -> str:
    style = _STYLE.format(
        paper=document.paper,
        height="296mm" if document.paper == "A4" else "278mm",
        size=document.size,
        font=document.font,
        colour=document.colour,
    )
    sheets = "".join(_sheet(sheet) for sheet in document.sheets)
    return (
        f'<!doctype html><html lang="{document.language}"><meta charset="utf-8"><style>{style}'
        f"</style>{sheets}"
    )


def _sheet(sheet: Sheet) -> str:
    side = (
        f'<div class="side" style="flex: 0 0 {sheet.side_width}mm">{_all(sheet.side)}</div>'
        if sheet.side
        else ""
    )
    foot = f'<div class="foot">{_all(sheet.foot)}</div>' if sheet.foot else ""
    turned = " turned" if sheet.is_side_right else ""
    return (
        f'<div class="sheet{turned}">{side}<div class="main">{_all(sheet.body)}{foot}</div></div>'
    )


def _all(blocks: Iterable[Block]) -> str:
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case Text():
            made = _text(block)
        case Pairs():
            made = _pairs(block)
        case Table():
            made = _table(block)
        case Drawing():
            shape = _SHAPES[block.shape]
            made = (
                f'<svg width="60" height="40" fill="{block.colour}" style="display:block">{shape}'
                "</svg>"
            )
        case Picture():
            made = _picture(block)
        case Split():
            inner = "".join(
                f'<div style="flex:{weight} 1 0">{_all(blocks)}</div>'
                for weight, blocks in block.columns
            )
            made = f'<div class="split">{inner}</div>'
        case Box():
            made = f'<div class="box{" filled" if block.filled else ""}">{_all(block.blocks)}</div>'
        case Gap():
            made = f'<div style="height:{block.lines * 1.35}em"></div>'
    return made


def _picture(block: Picture) -> str:
    shape = outline(block.text)
    path = "".join(f"M{x} {y}h{wide}v{high}h-{wide}z" for x, y, wide, high in shape.boxes)
    style = f"height:{block.high}em;max-width:100%;display:block"
    return (
        f'<svg viewBox="0 0 {shape.wide} {shape.high}" style="{style}" fill="{block.colour}">'
        f'<path d="{path}"/></svg>'
    )


def _text(block: Text) -> str:
    names = [
        block.align,
        *(["bold"] if block.bold else []),
        *(["line"] if block.underlined else []),
    ]
    colour = f";color:{block.colour}" if block.colour else ""
    lines = "".join(f"<div>{escape(line)}</div>" for line in block.lines)
    return f'<div class="{" ".join(names)}" style="font-size:{block.size}em{colour}">{lines}</div>'


def _pairs(block: Pairs) -> str:
    ruled = " ruled" if block.ruled else ""
    colon = ":" if block.colon else ""
    pairs = [(f"{escape(label)}{colon}", escape(value)) for label, value in block.pairs]
    match block.form:
        case "line":
            return f"<div>{' &nbsp; '.join(f'{label} {value}' for label, value in pairs)}</div>"
        case "above":
            inner = "".join(
                f'<div class="small">{label}</div><div>{value}</div>' for label, value in pairs
            )
            return f"<div>{inner}</div>"
        case "across":
            heads = "".join(f'<td class="small">{label}</td>' for label, _ in pairs)
            values = "".join(f"<td>{value}</td>" for _, value in pairs)
            return f'<table class="pairs full{ruled}"><tr>{heads}</tr><tr>{values}</tr></table>'
        case "beside":
            rows = [
                f'<tr class="{"sum" if block.bold == block.pairs[at][0] else ""}"><td>{label}</td>'
                f'<td class="{block.align}{" long" if len(value) > _LONG else ""}">{value}</td>'
                "</tr>"
                for at, (label, value) in enumerate(pairs)
            ]
            full = " full" if block.align == "right" else ""
            return f'<table class="pairs{full}{ruled}">{"".join(rows)}</table>'


def _table(table: Table) -> str:
    total = sum(column.weight for column in table.columns)
    heads = "".join(
        (
            f'<th class="{column.align}" style="width:{column.weight / total:.1%}">'
            f"{escape(column.title)}</th>"
        )
        for column in table.columns
    )
    rows = "".join(_row(table, row) for row in table.rows)
    return (
        f'<table class="items full {table.rules}"><thead><tr>{heads}</tr></thead><tbody>{rows}'
        "</tbody></table>"
    )


def _row(table: Table, row: Row) -> str:
    cells = "".join(
        f'<td class="{column.align}">{"<br>".join(escape(line) for line in cell)}</td>'
        for column, cell in zip(table.columns, row.cells, strict=True)
    )
    return f'<tr class="{row.kind}">{cells}</tr>'
