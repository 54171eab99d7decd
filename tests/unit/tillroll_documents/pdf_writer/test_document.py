"""Documents, read back by pypdf, which is strict here, and drawn by PDFium."""

import io
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from tests.support.pdf_reading import (
    attached_to,
    copied,
    darkest,
    drawn,
    links_of,
    marks_of,
    read_strictly,
    texts_of,
)
from tests.support.reports import fonts_of
from tests.unit.tillroll_documents.pdf_writer.test_jpeg import jpeg
from tillroll_documents.pdf_writer.document import Box, Document, Page, Weight
from tillroll_documents.pdf_writer.fonts import RANGES, scripts_of
from tillroll_documents.pdf_writer.lettering import TrueType, UnusableFont, plain
from tillroll_documents.pdf_writer.objects import read_jpeg

TITLE = "A title: Ąłß"
_SAMPLES = (
    "Green Café Straße œuvre €12.90 Żabka Gęś Łódź Şişli İğne Ğı Δελφοί Ἀθήνα Москва Київ Ђорђе "
    "Ҷавон Việt Nam ₺ ₽"
)


def a_document(*texts: str) -> Document:
    document = Document(TITLE, "2026-04-01T08:00:00.000Z", "tests")
    for script in scripts_of(" ".join(texts)):
        for weight, content in fonts_of(script).items():
            document.add_font(weight, f"{weight}-{script}", content)
    return document


def no_foot(_: Page, _number: int, _of: int) -> None:
    """Nothing stands at the foot of these pages."""


def with_text(*texts: str, weight: Weight = Weight.REGULAR) -> bytes:
    """A page for each text."""
    document = a_document(*texts)
    pages: list[Page] = []
    for text in texts:
        pages.append(document.page())
        pages[-1].text(40, 60, plain(text), 10, weight)
        document.close(pages[-1])
    return document.take() + document.end(pages, no_foot)


@cache
def letters() -> list[str]:
    """All that the fonts have a form for."""
    return sorted(
        chr(each)
        for script in RANGES
        for each in TrueType(fonts_of(script)[Weight.REGULAR]).glyphs
        if plain(chr(each)) == chr(each)
    )


@pytest.mark.parametrize("weight", Weight)
def test_text_is_drawn_and_found_again(weight: Weight) -> None:
    content = with_text(_SAMPLES, weight=weight)
    assert texts_of(content) == [_SAMPLES]
    assert copied(content) == _SAMPLES
    assert darkest(drawn(content)) < 64
    assert read_strictly(content).metadata["/Title"] == TITLE


@given(st.text(st.sampled_from(letters()), min_size=1, max_size=60))
def test_whatever_the_fonts_have_can_be_copied(text: str) -> None:
    said = plain(text)
    if said:
        assert "".join(texts_of(with_text(text))[0].split()) == "".join(said.split())


@given(st.text(max_size=80))
def test_any_text_gives_a_file_that_can_be_read(text: str) -> None:
    content = with_text(text, "x")
    assert len(read_strictly(content).pages) == 2
    assert content == with_text(text, "x"), "the same text gave other bytes"


def test_letters_that_no_font_has_are_boxes_that_can_be_copied() -> None:
    document = a_document("茶 Tea")
    page = document.page()
    page.text(40, 60, "茶 Tea", 10)
    document.close(page)
    content = document.take() + document.end([page], no_foot)
    assert document.missing == {"茶"}
    assert texts_of(content) == ["茶 Tea"]
    assert ImageChops.difference(drawn(content), drawn(with_text("  Tea"))).getbbox() is not None


def test_fonts_are_embedded_as_what_is_used_of_them() -> None:
    fonts = read_strictly(with_text("Green Café")).pages[0]["/Resources"]["/Font"]
    [font] = [each.get_object() for each in fonts.values()]
    descendant = font["/DescendantFonts"][0].get_object()
    part = descendant["/FontDescriptor"]["/FontFile2"].get_data()
    assert font["/BaseFont"][7:8] == "+"
    assert 500 < len(part) < 8_000 < len(fonts_of("latin")[Weight.REGULAR])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int) -> None:
    given_bytes = jpeg(orientation=orientation, quality=95)
    document = a_document()
    page, picture = document.page(), document.picture(read_jpeg(given_bytes))
    page.picture(picture, Box(100, 50, picture.width * 4, picture.height * 4))
    document.close(page)
    content = document.take() + document.end([page], no_foot)
    with Image.open(io.BytesIO(given_bytes)) as opened:
        expected = (
            ImageOps.exif_transpose(opened)
            .convert("L")
            .resize((picture.width * 4, picture.height * 4))
        )
    # Pillow and PDFium draw from the same corner; what lies at the edges is mixed with white.
    found = drawn(content).crop((100, 50, 100 + expected.width, 50 + expected.height))
    inner = (8, 8, expected.width - 8, expected.height - 8)
    assert max(ImageChops.difference(found.crop(inner), expected.crop(inner)).tobytes()) < 40


def test_pages_lead_to_each_other_and_hold_files() -> None:
    document = a_document("first", "second")
    first, second = document.page(), document.page()
    for page, said in ((second, "second"), (first, "first")):
        page.text(40, 60, said, 10)
        document.close(page)
    first.link(Box(40, 50, 100, 20), second)
    second.attachment(
        Box(40, 80, 10, 10),
        document.attach("005 Rechnung März.pdf", b"%PDF", "application/pdf"),
        "x",
    )
    content = document.take() + document.end([first, second], no_foot, [("To the second", second)])
    assert texts_of(content) == ["first", "second"]
    assert (links_of(content, 0), links_of(content, 1)) == ([1], [])
    assert attached_to(content) == {"005 Rechnung März.pdf": [b"%PDF"]}
    assert marks_of(content) == [("To the second", 1)]


def test_lines_are_broken_and_cut() -> None:
    document = a_document()
    regular = document.letters[Weight.REGULAR]
    text = (
        "Some words that are too long for a line of this width, "
        "andawordthatislongerthanalineandmore"
    )
    lines = regular.lines(text, 10, 100, 9)
    assert all(regular.width(line, 10) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert regular.lines(text, 10, 100, 2)[1].endswith("…")
    assert regular.width(regular.cut(text, 10, 100), 10) <= 100
    assert regular.lines("", 10, 100, 3) == [""]


@pytest.mark.parametrize("content", [b"", b"wOF2" + bytes(60), b"<!doctype html>" + bytes(60)])
def test_what_is_no_font_is_refused(content: bytes) -> None:
    with pytest.raises(UnusableFont):
        TrueType(content)
