"""The local Workers AI server: `python -m local.ai.server --port P`, on the loopback address only.

It ends on SIGTERM and SIGINT, and when the process that started it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

import httpx
import uvicorn

from local.ai.app import create_app
from local.ai.language import LanguageModel
from local.ai.models import Models
from local.ai.ocr_process import OcrProcessLostError
from local.ai.reader import PhotoReader

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.applications import Starlette

LOOPBACK = "127.0.0.1"
# When the server is asked to end, requests under way may take this long, seconds.
GRACE_SECONDS = 1
PARENT_POLL_SECONDS = 0.5


class AiServer:
    """The HTTP server and what lives as long as it does: the photo reader, the watch over the
    parent process.
    """

    def __init__(self, port: int, language_model: LanguageModel | None) -> None:
        self._parent = os.getppid()
        self._reader = PhotoReader()
        self._failure: OcrProcessLostError | None = None
        app = create_app(Models(self._reader, language_model), self._load, self._lifespan)
        self._http = uvicorn.Server(
            uvicorn.Config(
                app, LOOPBACK, port, log_level="warning", timeout_graceful_shutdown=GRACE_SECONDS
            )
        )

    async def serve(self) -> None:
        """Serve until told to end. Raises OcrProcessLostError where the OCR models cannot be
        loaded.
        """
        await self._http.serve()
        if self._failure:
            raise self._failure

    # uvicorn raises a signal again once it has shut down, so what must be ended in order is ended
    # in here.
    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncGenerator[None]:
        watching = asyncio.create_task(self._end_with_parent())
        self._reader.load_when_asked()
        yield
        watching.cancel()
        await self._reader.stop()

    async def _load(self) -> None:
        try:
            await self._reader.start()
        except OcrProcessLostError as error:
            self._failure = error
            self._http.should_exit = True

    async def _end_with_parent(self) -> None:
        # Nothing tells of a parent's end but this number.
        while os.getppid() == self._parent:  # noqa: ASYNC110
            await asyncio.sleep(PARENT_POLL_SECONDS)
        self._http.should_exit = True


async def serve(port: int, language_model_url: str, language_model_name: str) -> None:
    """Serve until told to end. Raises OcrProcessLostError where the OCR models cannot be loaded."""
    async with httpx.AsyncClient() as client:
        language_model = (
            LanguageModel(client, language_model_url, language_model_name)
            if language_model_url
            else None
        )
        await AiServer(port, language_model).serve()


def main() -> None:
    """Run the server as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m local.ai.server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--language-model-url", default="", help="an OpenAI-compatible server, without /v1"
    )
    parser.add_argument("--language-model-name", default="", help="the model to ask there")
    arguments = parser.parse_args()
    if arguments.language_model_url and not arguments.language_model_name:
        parser.error("--language-model-url needs --language-model-name")
    try:
        asyncio.run(
            serve(arguments.port, arguments.language_model_url, arguments.language_model_name)
        )
    except KeyboardInterrupt:
        pass  # Ctrl-C: everything has been ended in order by now
    except OcrProcessLostError as error:
        sys.exit(f"Text recognition could not be loaded: {error}. What it said stands above.")


if __name__ == "__main__":
    main()
