"""Photos are read in order of arrival, one at a time, by an OCR process that is replaced when it
grew or died.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.ai.ocr_process import OcrProcess, OcrProcessLostError, Transcript, Undecodable

if TYPE_CHECKING:
    from collections.abc import Callable

# The models' runtime never gives memory back, so above this the process gives way to a fresh one,
# which is some hundred photos later and takes some three seconds. Side by side the two would hold
# 1.8 GB.
RESIDENT_BYTES_AT_MOST = 1_100_000_000


class UnreadableImageError(Exception):
    """The bytes are not an image that can be decoded: reading them again is of no use."""


class ReaderBusyError(Exception):
    """The photo was not read this time: reading it again may work."""


@dataclass
class ReaderState:
    """What the health route tells. `waiting` counts the photo being read too; memory is that of the
    OCR process.
    """

    ready: bool = False
    photos_read: int = 0
    waiting: int = 0
    ocr_processes_started: int = 0
    ocr_resident_bytes: int = 0


class PhotoReader:
    """Reads photos in another process. Begin with `start` or `load_when_asked`, end with `stop`."""

    def __init__(
        self,
        start_process: Callable[[], OcrProcess] = OcrProcess,
        resident_bytes_at_most: int = RESIDENT_BYTES_AT_MOST,
    ) -> None:
        self.state = ReaderState()
        self._start_process = start_process
        self._resident_bytes_at_most = resident_bytes_at_most
        self._turn = asyncio.Lock()
        self._processes: set[OcrProcess] = set()
        self._current: asyncio.Task[OcrProcess] | None = None
        self._stopped = False

    async def start(self) -> None:
        """Load the models. Raises OcrProcessLostError if that cannot be done; photos that came
        meanwhile wait.
        """
        await asyncio.shield(self._loading())

    def load_when_asked(self) -> None:
        """Instead of `start`: the models are loaded when a photo comes, which waits for them."""
        self.state.ready = True

    async def stop(self) -> None:
        """End the processes; photos not yet read are answered with ReaderBusyError."""
        self._stopped = True
        for process in list(self._processes):
            await self._end(process)
        if self._current:
            # one that was still loading says so
            await asyncio.gather(self._current, return_exceptions=True)

    async def read(self, image: bytes) -> Transcript:
        """Return the transcript of an encoded image, without text where it shows none.

        Raises UnreadableImageError (final) or ReaderBusyError (worth a retry).
        """
        # Shielded: a caller who leaves must not leave the answer in the pipe, for the next photo to
        # receive.
        return await asyncio.shield(asyncio.create_task(self._read_in_turn(image)))

    async def _read_in_turn(self, image: bytes) -> Transcript:
        self.state.waiting += 1
        try:
            async with self._turn:
                reading = await self._ask(image)
                if (
                    isinstance(reading, Transcript)
                    and reading.resident_bytes > self._resident_bytes_at_most
                ):
                    await self._replace()
        finally:
            self.state.waiting -= 1
        if isinstance(reading, Undecodable):
            raise UnreadableImageError(reading.reason)
        self.state.photos_read += 1
        return reading

    async def _ask(self, image: bytes) -> Transcript | Undecodable:
        try:
            process = await asyncio.shield(self._loading())
        except OcrProcessLostError as error:
            self._current = None
            raise ReaderBusyError(str(error)) from error
        try:
            reading = await asyncio.to_thread(process.read, image)
        except OcrProcessLostError as error:
            await self._replace()  # now, not with the next photo: that one should find it loaded
            raise ReaderBusyError(str(error)) from error
        if isinstance(reading, Transcript):
            self.state.ocr_resident_bytes = reading.resident_bytes
        return reading

    def _loading(self) -> asyncio.Task[OcrProcess]:
        """Return the task that gives the process in charge; it is started where there is none."""
        if self._current is None:
            self.state.ready = False
            self._current = asyncio.create_task(self._load())
        return self._current

    async def _load(self) -> OcrProcess:
        if self._stopped:
            raise OcrProcessLostError("the reader was stopped")
        process = self._start_process()
        self._processes.add(process)
        self.state.ocr_processes_started += 1
        try:
            ready = await asyncio.to_thread(process.wait_until_ready)
        except OcrProcessLostError:
            await self._end(process)
            raise
        self.state.ready = True
        self.state.ocr_resident_bytes = ready.resident_bytes
        return process

    async def _replace(self) -> None:
        """End the process in charge and begin to load another; the next photo waits for it."""
        former, self._current = self._current, None
        if former:
            await self._end(await former)
        self._loading()

    async def _end(self, process: OcrProcess) -> None:
        await asyncio.to_thread(process.stop)
        self._processes.discard(process)
