"""How much memory a PDF takes, which in a Worker never shrinks."""

import gc
import sys
import tracemalloc
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext

import pytest

from tests.support.drawing import draw_receipt
from tests.support.scans import jpeg_scan, scanned_pdf
from tillroll_documents.pdf_reader.pages import cut_pdf, read_pdf, read_stored
from tillroll_documents.pdf_reader.pictures import PagePicture
from tillroll_documents.pdf_reader.reader import READER, import_reader
from tillroll_durable.platform.clock import no_pause

_MB = 1_000_000
# Behind the end of a picture decoders see nothing.
_PAGE = draw_receipt(["TOTAL 12.90"]) + bytes(_MB)


@pytest.fixture
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@contextmanager
def _counted() -> Generator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


async def test_the_table_of_glyphs_is_compiled_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == READER]:
        monkeypatch.delitem(sys.modules, name)

    async def rest() -> None:
        """Nobody else waits."""

    with _counted():
        await import_reader(rest)
        held, most = tracemalloc.get_traced_memory()
    assert most < held + 10 * _MB
    glyphs: dict[str, str] = sys.modules[f"{READER}._codecs.adobe_glyphs"].adobe_glyphs
    assert len(glyphs) > 17_000
    assert (glyphs["/A"], glyphs["/visualspace"], glyphs["/.notdef"]) == ("A", "\u2423", "□")


@pytest.mark.usefixtures("without_collector")
async def test_a_scan_is_held_once_beside_its_file_and_let_go() -> None:
    content = scanned_pdf(*[[jpeg_scan(_PAGE)]] * 8)
    await read_pdf(content)
    with _counted():
        pdf = await read_pdf(content)
        held, most = tracemalloc.get_traced_memory()
        assert len(pdf.pages) == 8
        assert held <= most < 1.25 * len(content)
        del pdf
        assert tracemalloc.get_traced_memory()[0] < 0.25 * len(content)


@pytest.mark.usefixtures("without_collector")
async def test_a_page_is_held_until_it_is_kept() -> None:
    pages = 8
    content = scanned_pdf(*[[jpeg_scan(_PAGE + bytes([number]))] for number in range(pages)])
    most_of_pages: list[int] = []

    async def load() -> bytes:
        return content

    async def keep(number: int, picture: PagePicture) -> None:  # noqa: ARG001 - as it is called
        most_of_pages.append(tracemalloc.get_traced_memory()[1])

    await read_stored(load, keep, no_pause, nullcontext())
    most_of_pages.clear()
    with _counted():
        await read_stored(load, keep, no_pause, nullcontext())
    assert len(most_of_pages) == pages
    assert max(most_of_pages) < 3 * _MB


@pytest.mark.usefixtures("without_collector")
async def test_a_file_that_was_cut_is_let_go() -> None:
    content = scanned_pdf(*[[jpeg_scan(_PAGE)]] * 8)
    with _counted():
        parts = await cut_pdf(content, [5])
        assert len(parts) == 2
        del parts
        assert tracemalloc.get_traced_memory()[0] < 0.25 * len(content)
