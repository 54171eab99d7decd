"""What a PDF may cost: hostile ones end in time, piece by piece, and honest ones are far from the
bounds.
"""

import ast
import asyncio
import logging
import sys
from pathlib import Path

import pytest

from tests.support.hostile_pdfs import HOSTILE_PDFS, far_startxref, jpeg_behind_flate, noisy_table
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tillroll_documents.pdf_reader import reader
from tillroll_documents.pdf_reader.pages import BrokenPdf, PdfTooLarge, read_pdf
from tillroll_documents.pdf_reader.reader import (
    LARGEST_PIECE,
    MOST_PICTURE_BYTES,
    READER,
    TooMuchWork,
    Work,
    import_reader,
    piece,
    turn,
)

SOURCE = Path("src")


class Pauses:
    """Counts the pauses, and says whether the reader was at work in one."""

    def __init__(self) -> None:
        self.count = 0
        self.readers: set[str] = set()

    async def __call__(self) -> None:
        self.count += 1
        frame = sys._getframe()  # pyright: ignore[reportPrivateUsage] - it has no other name
        while frame := frame.f_back:
            self.readers |= (
                {frame.f_code.co_filename} if READER in frame.f_code.co_filename else set()
            )
        await asyncio.sleep(0)


async def no_pause() -> None: ...


@pytest.mark.parametrize("name", ["20 pages of 100,000 operators", "10 MB of empty subsections"])
async def test_a_piece_of_too_much_work_ends_the_reading(name: str) -> None:
    with pytest.raises(PdfTooLarge, match="one part of it asks for more work"):
        await read_pdf(HOSTILE_PDFS[name])


async def test_nothing_pauses_while_the_reader_is_at_work() -> None:
    pauses = Pauses()
    await read_pdf(invoice_pdf(clear_receipt("PAPER SHOP SDN BHD", "12.90")), pauses)
    assert pauses.count >= 5
    assert not pauses.readers


def test_no_code_sets_a_stack_aside() -> None:
    names = {"run_sync", "can_run_sync"}
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in names):
            continue
        tree = ast.parse(text)
        imported = {
            each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & (imported | used), path


async def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(PdfTooLarge):
        await read_pdf(jpeg_behind_flate())


@pytest.mark.parametrize("offset", [2**31, 2**63, 2**64, 10**300])
async def test_whatever_the_parser_raises_the_file_is_broken(offset: int) -> None:
    with pytest.raises(BrokenPdf):
        await read_pdf(far_startxref(offset))


async def test_the_parser_writes_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(BrokenPdf):
        await read_pdf(noisy_table())
    assert not caplog.records


async def test_an_honest_file_is_far_from_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        reader.Work.__init__, "__defaults__", (reader.MOST_WORK // 10, LARGEST_PIECE // 3)
    )
    await read_pdf(invoice_pdf(clear_receipt("PAPER SHOP SDN BHD", "12.90") * 20))


async def test_the_reader_is_compiled_in_pieces_and_imported_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == READER]:
        monkeypatch.delitem(sys.modules, name)
    rests: list[bool] = []
    finders = list(sys.meta_path)

    async def rest() -> None:
        rests.append(READER in sys.modules)

    await import_reader(rest)
    assert len(rests) > 40
    assert rests.index(True) == len(rests) - 1, "no rest while it is imported"
    assert READER in sys.modules
    assert sys.meta_path == finders
    await import_reader(rest)
    assert len(rests) == rests.index(True) + 1


async def test_the_budgets_of_a_piece_and_of_the_file_are_exact() -> None:
    work = Work(no_pause, most=25_000, largest_piece=10_000)
    for _ in range(2):
        work.spend(10_000)
        with pytest.raises(TooMuchWork, match="one part"):
            work.spend()
        await work.rest()
    work.spend(4_998)
    with pytest.raises(TooMuchWork, match="it asks"):
        work.spend()


async def test_what_a_piece_raises_ends_the_counting() -> None:
    work = Work(no_pause)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await piece(work, lambda: 1 // 0)
    assert await piece(work, lambda: 1) == 1


async def test_one_file_is_read_at_a_time_and_who_is_gone_keeps_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "_LONGEST_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(reader, "_WAIT_SECONDS", 0.01)
    abandoned = turn(no_pause)
    work = await abandoned.__aenter__()
    with pytest.raises(TimeoutError):
        async with turn(no_pause):
            pass
    monkeypatch.setattr(reader, "_GONE_SECONDS", 0.0)
    async with turn(no_pause) as other:
        assert other is not work
    await abandoned.__aexit__(None, None, None)


def test_pictures_are_held_up_to_a_bound() -> None:
    work = Work(no_pause)
    work.unpack(MOST_PICTURE_BYTES)
    with pytest.raises(TooMuchWork):
        work.unpack(1)
