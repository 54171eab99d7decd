"""The photo reader, with a process that obeys orders in place of OCR."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from local.ai.ocr_process import OcrProcess, OcrProcessLostError
from local.ai.reader import PhotoReader, ReaderBusyError, UnreadableImageError
from tests.unit.ai.ocr_stand_ins import BROKEN, DIE, GROW, LARGE, SMALL, fail, obey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

DEADLINE_SECONDS = 20.0


@pytest.fixture
async def reader() -> AsyncIterator[PhotoReader]:
    reader = PhotoReader(lambda: OcrProcess(obey), resident_bytes_at_most=SMALL)
    await reader.start()
    yield reader
    await reader.stop()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not condition():  # noqa: ASYNC110 - processes tell nobody when they end
            # looks at every turn of the loop: a state that lasts one turn is seen
            await asyncio.sleep(0)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def process_of(reader: PhotoReader) -> int:
    return int((await reader.read(b"who")).text.split()[1])


async def test_it_is_ready_once_the_models_are_loaded() -> None:
    reader = PhotoReader(lambda: OcrProcess(obey))
    assert not reader.state.ready
    await reader.start()
    assert reader.state.ready
    assert reader.state.ocr_resident_bytes == SMALL
    await reader.stop()


async def test_the_models_may_wait_for_the_first_photo() -> None:
    reader = PhotoReader(lambda: OcrProcess(obey))
    reader.load_when_asked()
    assert reader.state.ready
    assert reader.state.ocr_processes_started == 0
    assert (await reader.read(b"photo")).text.startswith("photo ")
    assert reader.state.ocr_processes_started == 1
    await reader.stop()


async def test_everyone_receives_the_transcript_of_their_own_photo(reader: PhotoReader) -> None:
    read = await asyncio.gather(*(reader.read(f"photo{number}".encode()) for number in range(20)))
    assert [each.text.split()[0] for each in read] == [f"photo{number}" for number in range(20)]
    assert reader.state.photos_read == 20
    assert reader.state.waiting == 0


async def test_a_caller_who_leaves_does_not_shift_the_answers(reader: PhotoReader) -> None:
    left = asyncio.create_task(reader.read(b"left"))
    await until(lambda: reader.state.waiting == 1)
    left.cancel()
    assert (await reader.read(b"stayed")).text.startswith("stayed ")


async def test_what_cannot_be_decoded_is_refused_for_good(reader: PhotoReader) -> None:
    with pytest.raises(UnreadableImageError):
        await reader.read(BROKEN)
    assert (await reader.read(b"next")).text.startswith("next ")


async def test_a_process_that_dies_fails_one_photo_and_is_replaced(reader: PhotoReader) -> None:
    before = await process_of(reader)
    with pytest.raises(ReaderBusyError):
        await reader.read(DIE)
    assert await process_of(reader) != before
    assert reader.state.ocr_processes_started == 2


async def test_a_process_that_grew_is_replaced_without_a_failure(reader: PhotoReader) -> None:
    before = await process_of(reader)
    await reader.read(GROW)
    assert reader.state.ocr_resident_bytes in {SMALL, LARGE}
    await until(lambda: not is_alive(before))
    assert await process_of(reader) != before
    assert reader.state.ocr_processes_started == 2
    assert reader.state.ocr_resident_bytes == SMALL


async def test_stopping_leaves_no_process(reader: PhotoReader) -> None:
    pid = await process_of(reader)
    await reader.stop()
    assert not is_alive(pid)
    with pytest.raises(ReaderBusyError):
        await reader.read(b"too late")


async def test_models_that_cannot_be_loaded_are_told_at_the_start() -> None:
    reader = PhotoReader(lambda: OcrProcess(fail))
    with pytest.raises(OcrProcessLostError):
        await reader.start()
    await reader.stop()
