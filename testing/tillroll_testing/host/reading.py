"""Images and models on the host: what reading a picture asks."""

import hashlib
import io
from collections.abc import Callable, Sequence

from PIL import Image

from tillroll_durable.platform.bindings.models import (
    MissingImage,
    ModelError,
    PictureSize,
    UnreadableImage,
)
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_testing.host.memory import MemoryObjects


class MemoryImages:
    """Every stored object is a picture, but those that begin with the word broken. `failures` are
    raised first, one a call."""

    def __init__(self, objects: MemoryObjects) -> None:
        self._objects = objects
        self.failures: list[Exception] = []

    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        _ = size
        if self.failures:
            raise self.failures.pop(0)
        content = self._objects.content.get(key)
        if content is None:
            raise MissingImage(f"the object {key} is missing")
        if content.startswith(b"broken"):
            raise UnreadableImage(f"{key} cannot be scaled to {max_pixels} pixels")
        return f"data:image/jpeg;hash,{hashlib.sha256(content).hexdigest()};{rotation}"

    async def as_jpeg(self, key: str, max_pixels: int, *, size: PictureSize | None = None) -> bytes:
        """One colour, which is the object's."""
        await self.as_data_url(key, max_pixels, size=size)
        colour = hashlib.sha256(self._objects.content[key]).digest()[:3]
        content = io.BytesIO()
        Image.new("RGB", (3, 4), tuple(colour)).save(content, "JPEG")
        return content.getvalue()


class ScriptedModels:
    """Answers pictures with the given transcript, and with `boxes` beside it where there are any;
    `failures` come first, one a call: an error to raise, or another answer. Counts what would have
    been paid. Text is answered from `replies`, one a call, the last one for ever: an answer, or an
    error to raise; `asked` has what was asked, and `shown` the requests with a picture. Where
    `says` is given, it makes the answer of a model to a request, whatever was asked before.
    """

    def __init__(self, transcript: str, failures: Sequence[ModelError | JsonObject] = ()) -> None:
        self.transcript = transcript
        self.boxes: JsonObject | None = None
        self.failures: list[ModelError | JsonObject] = [*failures]
        self.shown: list[JsonObject] = []
        self.answered = 0
        self.replies: list[JsonObject | ModelError] = []
        self.asked: list[tuple[str, JsonObject]] = []
        self.before_call: Callable[[], None] = lambda: None
        self.says: Callable[[str, JsonObject], JsonObject] | None = None

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        self.before_call()
        if not _is_transcription(inputs):
            return self._reply(model, inputs)
        self.shown.append({name: value for name, value in inputs.items() if name != "messages"})
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, ModelError):
                raise failure
            self.answered += 1
            return failure
        self.answered += 1
        answer: JsonObject = {
            "choices": [{"message": {"content": self.transcript}}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 200},
        }
        if self.boxes:
            answer["boxes"] = self.boxes
        return answer

    def _reply(self, model: str, inputs: JsonObject) -> JsonObject:
        self.asked.append((model, inputs))
        if self.says is not None:
            self.answered += 1
            return self.says(model, inputs)
        if not self.replies:
            raise ModelError(5007, "no model answers here: give `world.models.says`")
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, ModelError):
            raise reply
        self.answered += 1
        return reply


def _is_transcription(inputs: JsonObject) -> bool:
    """A picture without orders; a question about one may show it too."""
    said = dump(inputs)
    return '"image_url"' in said and '"system"' not in said
