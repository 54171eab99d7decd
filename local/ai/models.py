"""Which model answers what: images are read by OCR, text goes to the language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from local.ai.chat import completion
from local.ai.errors import invalid_data, no_such_model, out_of_capacity
from local.ai.reader import ReaderBusyError, ReaderState, UnreadableImageError

if TYPE_CHECKING:
    from local.ai.chat import ChatInputs
    from local.ai.language import LanguageModel

# The models of developers.cloudflare.com/workers-ai/models that take images in chat messages.
MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B"
VISION_MODELS = frozenset(
    {
        "@cf/google/gemma-4-26b-a4b-it",
        "@cf/qwen/qwen3.8-27b",
        MOONDREAM,
        "@cf/mistralai/mistral-small-3.1-24b-instruct",
        "@cf/meta/llama-4-scout-17b-16e-instruct",
    }
)


class TextReader(Protocol):
    """Reads the text of images, as PhotoReader does."""

    state: ReaderState

    async def read(self, image: bytes) -> str:
        """Return the transcript. Raises UnreadableImageError or ReaderBusyError."""
        ...


@dataclass(frozen=True)
class Models:
    """All models this machine can stand in for."""

    reader: TextReader
    language_model: LanguageModel | None = None

    async def run(self, model: str, inputs: ChatInputs) -> dict[str, Any]:
        """Return a chat completion. Raises ModelError."""
        # Where nothing is said, Moondream streams; an answer in one piece would hide that until production.
        if inputs.stream or (inputs.stream is None and model == MOONDREAM):
            raise invalid_data("answers are not streamed here: pass stream: false")
        images = inputs.images()
        if not images:
            return await self._complete(model, inputs)
        if model not in VISION_MODELS:
            raise no_such_model(model)
        try:
            transcripts = [await self.reader.read(image) for image in images]
        except UnreadableImageError as error:
            raise invalid_data(f"cannot decode image: {error}") from error
        except ReaderBusyError as error:
            raise out_of_capacity() from error
        return completion(model, "\n".join(transcripts), inputs.prompt_tokens())

    async def _complete(self, model: str, inputs: ChatInputs) -> dict[str, Any]:
        if self.language_model is None:
            raise no_such_model(model)
        return await self.language_model.complete(inputs)
