"""What a PDF may cost: hostile ones end in time, with pauses all the while, and honest ones are far from the bounds."""

import logging
import sys

import pytest

from tests.support.hostile_pdfs import HOSTILE_PDFS, far_startxref, jpeg_behind_flate, noisy_table
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tillroll.workflows.receipt.reading.pdf import work as pdf_work
from tillroll.workflows.receipt.reading.pdf.importing import READER, import_reader
from tillroll.workflows.receipt.reading.pdf.pages import BrokenPdf, PdfTooLarge, read_pdf
from tillroll.workflows.receipt.reading.pdf.work import MOST_PICTURE_BYTES, TooMuchWork, Work


@pytest.mark.parametrize("name", ["20 pages of 100,000 operators", "10 MB of empty subsections"])
def test_work_ends_at_its_budget_with_pauses_in_between(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_work.Work.__init__, "__defaults__", (300_000,))
    pauses: list[None] = []
    with pytest.raises(PdfTooLarge, match="more work"):
        read_pdf(HOSTILE_PDFS[name], lambda: pauses.append(None))
    assert len(pauses) >= 300_000 // pdf_work.SLICE - 1


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(PdfTooLarge):
        read_pdf(jpeg_behind_flate())


@pytest.mark.parametrize("offset", [2**31, 2**63, 2**64, 10**300])
def test_whatever_the_parser_raises_the_file_is_broken(offset: int) -> None:
    with pytest.raises(BrokenPdf):
        read_pdf(far_startxref(offset))


def test_the_parser_writes_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(BrokenPdf):
        read_pdf(noisy_table())
    assert not caplog.records


def test_an_honest_file_is_far_from_the_bound() -> None:
    pauses: list[None] = []
    read_pdf(invoice_pdf(clear_receipt("PAPER SHOP SDN BHD", "12.90") * 20), lambda: pauses.append(None))
    assert len(pauses) * pdf_work.SLICE < pdf_work.MOST_WORK / 10


def test_the_reader_is_imported_in_slices_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == READER]:
        monkeypatch.delitem(sys.modules, name)
    pauses: list[bool] = []
    finders = list(sys.meta_path)
    import_reader(lambda: pauses.append("pypdf._page" in sys.modules))
    assert len(pauses) > 40
    assert {False, True} == set(pauses), "in the midst of it"
    assert sys.meta_path == finders
    before = len(pauses)
    import_reader(lambda: pauses.append(True))
    assert len(pauses) == before


def test_a_pause_is_told_apart_and_the_budget_is_exact() -> None:
    def others() -> None:
        assert work.is_pausing

    work = Work(others, 20_000)
    assert not work.is_pausing
    for _ in range(20_000):
        work.count()
    with pytest.raises(TooMuchWork):
        work.count()


def test_pictures_are_held_up_to_a_bound() -> None:
    work = Work(lambda: None)
    work.unpack(MOST_PICTURE_BYTES)
    with pytest.raises(TooMuchWork):
        work.unpack(1)
