"""The report in PDF, read back: what a bookkeeper looks for is on its pages."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pdf_reading import (
    attached_to,
    links_of,
    marks_of,
    pictures_of,
    read_strictly,
    texts_of,
)
from tests.support.reports import report_of
from tests.unit.exports.expenses import MARCH, an_expense
from tests.unit.tillroll_documents.pdf_writer.test_jpeg import jpeg
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.formats import About, DateForm, ProfileOptions
from tillroll.exports.writers.report import ReportWriter
from tillroll.exports.writers.report_layout import Attachment
from tillroll_documents.pdf_writer.objects import read_jpeg

PHOTO = Attachment("image/jpeg", "Ann", picture=read_jpeg(jpeg()))
MILEAGE = Attachment(
    "application/vnd.tillroll.mileage+json",
    "Ann",
    content=(
        '{"origin": "mileage", "by": "usr_1", "merchant": "Own car", "date": "2026-03-07", '
        '"total": "30.00",'
        ' "currency": "EUR", "reason": "Nobody gives a receipt for kilometres", "facts": [["To", '
        '"Київ"]],'
        ' "bases": ["0.30 EUR a kilometre"]}'
    ).encode(),
)


def read(
    *shown: tuple[ExportedExpense, Attachment | None], about: About = MARCH
) -> tuple[bytes, list[str], ReportWriter]:
    """The file, the text of its pages, and what wrote it."""
    content, writer = report_of(about, *shown)
    return content, texts_of(content), writer


def test_cover_table_and_a_page_for_each() -> None:
    shown = [
        (an_expense(id=f"exp_{number}", merchant=f"Shop {number}"), PHOTO) for number in (1, 2)
    ]
    about = replace(MARCH, asked_by="Ann Müller", choice=[("Category", "Meals")])
    content, [cover, table, first, second], writer = read(*shown, about=about)
    for said in (
        "Books",
        "2026-03-01 to 2026-03-31",
        "Category Meals",
        "2026-04-01 08:00 UTC, asked for by Ann Müller",
    ):
        assert said in cover
    assert "MYR 2 1.46 25.80" in cover
    assert "Meals MYR 2 1.46 25.80" in cover
    assert "1 2026-03-05 Shop 1 Meals A-17 Ann 0.73 12.90 MYR" in table
    assert "Shop 1" in first
    assert "Handed in by Ann" in first
    assert "2 Shop 2" in second
    assert all(
        f"Page {number} of 4" in text
        for number, text in enumerate((cover, table, first, second), start=1)
    )
    assert links_of(content, 1) == [2, 3]
    assert (links_of(content, 2), links_of(content, 3)) == ([1], [1])
    assert [len(pictures) for pictures in pictures_of(content)] == [0, 0, 1, 1]
    assert marks_of(content)[2:] == [("1  Shop 1, 12.90 MYR", 2), ("2  Shop 2, 12.90 MYR", 3)]
    assert writer.remarks() == []


def test_the_table_goes_on_under_its_head() -> None:
    shown = [
        (an_expense(id=f"exp_{number}", merchant=f"Shop {number}"), PHOTO) for number in range(60)
    ]
    content, texts, _ = read(*shown)
    tables = [text for text in texts if "Receipt no. Who" in text]
    assert len(tables) == 2
    assert all("Date Merchant Category" in text for text in tables)
    assert len(texts) == 1 + 2 + 60
    assert links_of(content, 1) + links_of(content, 2) == list(range(3, 63))


def test_amounts_and_days_are_as_the_profile_has_them() -> None:
    about = replace(MARCH, profile=ProfileOptions(decimal_mark=",", date_form=DateForm.GERMAN))
    _, [cover, table, page], _ = read((an_expense(total="-1234567.50"), PHOTO), about=about)
    assert "01.03.2026 to 31.03.2026" in cover
    assert "05.03.2026 Green Garden Cafe Meals A-17 Ann 0,73 -1.234.567,50 MYR" in table
    assert "-1.234.567,50 MYR" in page


def test_base_currency_and_what_has_no_rate() -> None:
    known = an_expense(
        base_currency="EUR", base_total="2.58", base_tax="0.15", rate="5.0", rate_date="2026-03-04"
    )
    about = replace(MARCH, base_currency="EUR")
    _, [cover, table, page, *_], _ = read(
        (known, PHOTO), (an_expense(id="exp_2"), PHOTO), about=about
    )
    assert "All, in base currency EUR 1 0.15 2.58" in cover
    assert "1 of them is not in it" in cover
    assert "2.58 EUR" in table
    assert "In base currency 2.58 EUR, rate 5.0 of 2026-03-04" in page


def test_parts_and_lines_that_take_back() -> None:
    parts = [
        {"category": "Meals", "total": "10.00", "tax": None},
        {"category": "Office", "total": "2.90", "tax": None},
    ]
    split = an_expense(category=None, parts=parts)
    content, [cover, table, page], _ = read(
        (split, PHOTO), (an_expense().taken_back("xpt_1"), None)
    )
    assert "Office MYR 1 0.00 2.90" in cover
    assert "1, and 1 line that takes back an earlier one" in cover
    assert "of which Meals 10.00 MYR" in table
    assert "Takes back what the export xpt_1 said" in table
    assert "-12.90 MYR" in table
    assert "Of which Meals: 10.00 MYR" in page
    assert links_of(content, 1) == [2]


def test_what_is_no_picture() -> None:
    content, texts, writer = read(
        (
            an_expense(file_name="../März.pdf"),
            Attachment("application/pdf", "Ann", content=b"%PDF-1.4"),
        ),
        (
            an_expense(id="exp_2", file_name="invoice.xml"),
            Attachment("application/xml", "Ann", content=b"<Invoice/>"),
        ),
        (an_expense(id="exp_3", file_name=None), MILEAGE),
        (
            an_expense(id="exp_4", file_name="a.heic"),
            Attachment("image/heic", "Ann", content=b"heic"),
        ),
        (an_expense(id="exp_5"), Attachment("image/jpeg", None)),
    )
    assert "The document is a PDF, and is attached to this report (1 KB):\n001 März.pdf" in texts[2]
    assert "an e-invoice in XML" in texts[3]
    for said in (
        "own vehicle",
        "No receipt because Nobody gives",
        "To Київ",
        "Rate 0.30 EUR",
        "Stated by Ann",
    ):
        assert said in texts[4]
    assert "a picture that could not be shown" in texts[5]
    assert "not in the store any more" in texts[6]
    assert attached_to(content) == {
        "001 März.pdf": [b"%PDF-1.4"],
        "002 invoice.xml": [b"<Invoice/>"],
        "004 a.heic": [b"heic"],
    }
    assert writer.remarks() == [
        "1 original is not in the store any more; its page says so.",
        "1 picture could not be shown; it is attached as it is.",
    ]


def test_scanned_pages_of_a_pdf_are_shown_and_attached() -> None:
    tall, flat = (
        replace(read_jpeg(jpeg()), width=width, height=height)
        for width, height in ((600, 800), (800, 100))
    )
    scanned = Attachment(
        "application/pdf", "Ann", content=b"%PDF-1.4", scans={1: flat, 2: tall, 3: tall}
    )
    content, texts, _ = read(
        (an_expense(file_name="scan.pdf"), scanned), (an_expense(id="exp_2"), PHOTO)
    )
    assert [len(pictures) for pictures in pictures_of(content)] == [0, 0, 1, 1, 1, 1]
    assert "Page 1, as it was scanned" in texts[2]
    assert "Page 3, as it was scanned" in texts[4]
    assert links_of(content, 1) == [2, 5]
    assert attached_to(content) == {"001 scan.pdf": [b"%PDF-1.4"]}


@pytest.mark.parametrize(
    ("size", "columns"),
    [((600, 800), 1), ((800, 600), 1), ((400, 1_600), 2), ((200, 9_000), 4), ((40, 30), 1)],
)
def test_a_long_receipt_stands_in_columns(size: tuple[int, int], columns: int) -> None:
    photo = replace(read_jpeg(jpeg()), width=size[0], height=size[1])
    content, _, _ = read((an_expense(), Attachment("image/jpeg", "Ann", picture=photo)))
    assert read_strictly(content).pages[2].get_contents().get_data().count(b" Do ") == columns


def test_a_name_that_the_fonts_lack_is_remarked() -> None:
    _, [_, table, _], writer = read((an_expense(merchant="茶餐廳"), PHOTO))
    assert "茶餐廳" in table
    assert "no form for 3 letters (廳茶餐)" in writer.remarks()[0]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_of_a_receipt_breaks_the_file(text: str, other: str) -> None:
    expense = an_expense(
        merchant=text,
        receipt_number=other,
        note=other,
        category=text or None,
        file_name=f"{other}.pdf",
    )
    content, texts, _ = read((expense, Attachment("application/pdf", text, content=b"%PDF-1.4")))
    assert len(texts) == 3
    assert [*attached_to(content).values()] == [[b"%PDF-1.4"]]
    assert len(marks_of(content)) == 3


def test_nothing_is_a_report_too() -> None:
    _, texts, _ = read()
    assert len(texts) == 2
    assert "Expenses 0" in texts[0]


def test_the_same_gives_the_same_bytes() -> None:
    shown = [(an_expense(merchant="Żabka"), PHOTO), (an_expense(id="exp_2"), MILEAGE)]
    assert report_of(MARCH, *shown)[0] == report_of(MARCH, *shown)[0]
