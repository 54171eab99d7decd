"""PDFs that lie elsewhere: a file that waits for its turn is not in memory, and pictures leave it
page by page.
"""

import asyncio
from contextlib import nullcontext

import pytest

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.scans import jpeg_scan, scanned_pdf
from tillroll_documents.pdf_reader.pages import read_pdf, read_stored
from tillroll_documents.pdf_reader.pictures import PagePicture
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import no_pause

PHOTO = draw_receipt(clear_receipt("GREEN GARDEN CAFE SDN BHD", "12.90"))


async def test_pages_come_back_without_bytes_which_were_kept() -> None:
    content = scanned_pdf([jpeg_scan(PHOTO)], "TOTAL 12.90", [jpeg_scan(PHOTO, rotate=90)])
    whole = await read_pdf(content)
    kept: dict[int, PagePicture] = {}

    async def load() -> bytes:
        return content

    async def keep(number: int, picture: PagePicture) -> None:
        kept[number] = picture

    pdf = await read_stored(load, keep, no_pause, nullcontext())
    assert kept == {
        number: page.picture for number, page in enumerate(whole.pages, start=1) if page.picture
    }
    assert [page.text for page in pdf.pages] == [page.text for page in whole.pages]
    pictures = [page.picture for page in pdf.pages if page.picture]
    assert [picture.content for picture in pictures] == [b"", b""]
    assert [picture.rotation for picture in pictures] == [
        picture.rotation for picture in kept.values()
    ]


async def test_a_file_is_loaded_when_the_one_before_has_left() -> None:
    content = scanned_pdf([jpeg_scan(PHOTO)])
    order: list[str] = []

    async def read(name: str) -> None:
        async def load() -> bytes:
            order.append(f"{name} loaded")
            return content

        async def keep(number: int, picture: PagePicture) -> None:
            assert picture.content
            order.append(f"{name} kept {number}")

        await read_stored(load, keep, no_pause, nullcontext())

    await asyncio.gather(read("first"), read("second"))
    assert order == ["first loaded", "first kept 1", "second loaded", "second kept 1"]


async def test_what_keeping_raises_is_not_the_files_fault() -> None:
    content = scanned_pdf([jpeg_scan(PHOTO)])

    async def load() -> bytes:
        return content

    async def keep(number: int, picture: PagePicture) -> None:
        raise ObjectsUnavailable(f"page {number}, {picture.media_type}")

    with pytest.raises(ObjectsUnavailable, match="page 1, image/jpeg"):
        await read_stored(load, keep, no_pause, nullcontext())
    assert (await read_pdf(content)).pages[0].picture
