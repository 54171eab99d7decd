"""Which model answers what: images are read by OCR, text and questions go to the language model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

from local.ai.boxes import as_json, moved_down
from local.ai.chat import completion
from local.ai.errors import invalid_data, no_such_model, out_of_capacity
from local.ai.reader import ReaderBusyError, ReaderState, UnreadableImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.ai.chat import ChatInputs
    from local.ai.language import LanguageModel
    from local.ai.ocr_process import Transcript

# The models of developers.cloudflare.com/workers-ai/models that take images in chat messages.
MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B"
VISION_MODELS = frozenset(
    {
        "@cf/google/gemma-4-26b-a4b-it",
        "@cf/qwen/qwen3.8-27b",
        "@cf/zai-org/glm-5.3-flash",
        MOONDREAM,
        "@cf/mistralai/mistral-small-3.1-24b-instruct",
        "@cf/meta/llama-4-scout-17b-16e-instruct",
    }
)


class TextReader(Protocol):
    """Reads the text of images, as PhotoReader does."""

    state: ReaderState

    async def read(self, image: bytes) -> Transcript:
        """Return the transcript. Raises UnreadableImageError or ReaderBusyError."""
        ...


@dataclass(frozen=True)
class Models:
    """All models this machine can stand in for."""

    reader: TextReader
    language_model: LanguageModel | None = None

    async def run(self, model: str, inputs: ChatInputs) -> dict[str, Any]:
        """Return a chat completion. Raises ModelError."""
        # Where nothing is said, Moondream streams; an answer in one piece would hide that until
        # production.
        if inputs.stream or (inputs.stream is None and model == MOONDREAM):
            raise invalid_data("answers are not streamed here: pass stream: false")
        images = inputs.images()
        if not images or inputs.has_orders:
            return await self._complete(model, inputs)
        if model not in VISION_MODELS:
            raise no_such_model(model)
        try:
            transcripts = [await self.reader.read(image) for image in images]
        except UnreadableImageError as error:
            raise invalid_data(f"cannot decode image: {error}") from error
        except ReaderBusyError as error:
            raise out_of_capacity() from error
        answer = completion(model, "\n".join(read.text for read in transcripts), inputs)
        boxes = _boxes(transcripts)
        return answer | {"boxes": boxes} if boxes else answer

    async def _complete(self, model: str, inputs: ChatInputs) -> dict[str, Any]:
        if self.language_model is None:
            raise no_such_model(model)
        # What stands here may not see; the lines say what there is.
        return await self.language_model.complete(inputs.without_images())


def _boxes(transcripts: Sequence[Transcript]) -> dict[str, object] | None:
    """Return where the words of the joined transcript stand, None where that is not known of any.
    No model of Workers AI tells it, so it stands beside the completion.
    """
    if not any(read.words for read in transcripts):
        return None
    above = accumulate((read.text.count("\n") + 1 for read in transcripts), initial=0)
    return as_json(
        [moved_down(read.words, lines) for read, lines in zip(transcripts, above, strict=False)]
    )
