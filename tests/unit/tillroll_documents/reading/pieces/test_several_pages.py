"""Pages of a PDF are told apart into documents, and one long document is left whole."""

from collections.abc import Sequence

import pytest

from tests.support.campaigns import of_campaign
from tests.support.invoice_layouts import LAYOUTS, draw
from tests.support.receipts import clear_receipt
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.pieces.several import beginnings, sheet_of
from tillroll_documents.reading.receipt import Reading, read_page

SHOPS = ("OAK BOOKS SDN BHD", "PINE TEA SDN BHD", "ELM CAFE SDN BHD", "FIR TOOLS SDN BHD")
TILLS = ["\n".join(clear_receipt(shop, f"{at}4.20")) for at, shop in enumerate(SHOPS, start=1)]
BACK = "Goods are exchanged within 14 days. Keep this receipt."
LONG = [
    (
        "OAK BOOKS SDN BHD\n12 Jalan Bunga, 50000 Kuala Lumpur\nDate: 14/02/2026  09:31\n\n"
        "Atlas      40.00\nPen    2.00"
    ),
    (
        "Ink         3.00\nTOTAL  RM   45.00\nCASH        50.00\nCHANGE       5.00\n"
        "Thank you, come again"
    ),
]


def read(text: str) -> Reading:
    page = Page.of(Transcript.from_text(text))
    return read_printed(page) or read_page(page)


def begun(pages: Sequence[str]) -> list[int]:
    return beginnings([sheet_of(text, read(text)) for text in pages])


def invoice(layout: str, seed: int) -> list[str]:
    """The pages of an invoice."""
    return "\n".join(draw(layout, seed).lines).split("\n\f\n")


def _slip(layout: str, seed: int) -> str:
    """What is paid by, behind the invoice."""
    drawn = draw(layout, seed)
    lines = (
        "Seite 1",
        "Empfangsschein   Zahlteil",
        drawn.seller,
        "Datum 01.02.2026",
        f"Total EUR   {drawn.total}",
    )
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        pytest.param(TILLS, [2, 3, 4], id="a receipt on each page"),
        pytest.param([TILLS[0], "", TILLS[1], BACK], [3], id="backs between them"),
        pytest.param([*LONG, TILLS[1]], [3], id="a long receipt, and another"),
        pytest.param(
            [TILLS[0], TILLS[0].replace("14.20", "17.30")], [2], id="twice at the same shop"
        ),
        pytest.param(
            [*invoice("two pages", 1), *invoice("letter", 2)],
            [3],
            id="two pages, and another invoice",
        ),
        pytest.param(
            [*invoice("letter", 2), *invoice("two pages", 1)],
            [2],
            id="an invoice, and one of two pages",
        ),
        pytest.param(
            [*invoice("letter", 1), *invoice("letter", 2)], [2], id="two of the same layout"
        ),
        pytest.param([*invoice("software", 1), TILLS[0]], [2], id="an invoice and a receipt"),
    ],
)
def test_another_document_is_told(pages: Sequence[str], found: list[int]) -> None:
    assert begun(pages) == found


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(LONG, id="a long receipt"),
        pytest.param([TILLS[0], BACK], id="a receipt with its back"),
        pytest.param([TILLS[0], TILLS[0]], id="twice the same receipt"),
        pytest.param(TILLS[:1], id="one page"),
        pytest.param([], id="no page"),
        pytest.param(
            [*invoice("letter", 1), "Zeitnachweis\n\nMontag   8,00\nDienstag 7,50\nSumme   15,50"],
            id="hours",
        ),
        pytest.param(
            [*invoice("letter", 1), "Allgemeine Geschäftsbedingungen\nSeite 1 von 1\n§ 1 Alles"],
            id="terms",
        ),
        pytest.param([*invoice("letter", 1), _slip("letter", 1)], id="a payment slip"),
        pytest.param(
            ["Sehr geehrte Damen und Herren,\nSeite 1 von 1", *invoice("letter", 1)],
            id="a letter before it",
        ),
    ],
)
def test_one_document_is_left_whole(pages: Sequence[str]) -> None:
    assert begun(pages) == []


@pytest.mark.campaign
@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_invoice_is_never_several(layout: str) -> None:
    for seed in range(of_campaign(20)):
        pages = invoice(layout, seed)
        assert begun(pages) == []
        half = len(pages[0].splitlines()) // 2
        lines = pages[0].splitlines()
        assert begun(["\n".join(lines[:half]), "\n".join(lines[half:])]) == []


@pytest.mark.campaign
@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_invoices_are_two(layout: str) -> None:
    missed = [
        seed
        for seed in range(0, of_campaign(20), 2)
        if begun([*(one := invoice(layout, seed)), *invoice(layout, seed + 1)]) != [len(one) + 1]
    ]
    assert not missed
