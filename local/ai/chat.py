"""The chat models' request and answer: what stands in them, and how they are written."""

from __future__ import annotations

import base64
import binascii
import math
import time
import uuid
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from local.ai.errors import invalid_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.ai.failures import Answer

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")
# Token counts are estimates here: a tokenizer would be a model's own. Gemma spends 256 on an image.
CHARACTERS_A_TOKEN = 4
IMAGE_TOKENS = 256
# What a model takes where no limit is sent: the documented default of several.
DEFAULT_TOKENS = 256


class TextPart(BaseModel):
    """Words of the prompt."""

    type: Literal["text"]
    text: str


class ImageUrl(BaseModel):
    """Where the image is: a data URL."""

    url: str


class ImagePart(BaseModel):
    """An image of the prompt."""

    type: Literal["image_url"]
    image_url: ImageUrl


class Message(BaseModel):
    """One turn of the conversation."""

    role: str
    content: str | list[Annotated[TextPart | ImagePart, Field(discriminator="type")]]

    def in_words(self) -> Message:
        """Return the same without its images."""
        if isinstance(self.content, str):
            return self
        words = "\n".join(part.text for part in self.content if isinstance(part, TextPart))
        return Message(role=self.role, content=words)


class ResponseFormat(BaseModel):
    """JSON mode: `type` is `json_object`, or `json_schema` with the schema."""

    type: str
    json_schema: dict[str, Any] | None = None


class ChatInputs(BaseModel):
    """What `env.AI.run` was given as its second argument; further settings are kept for a language
    model.
    """

    model_config = ConfigDict(extra="allow")

    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    response_format: ResponseFormat | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None

    @property
    def limit(self) -> int:
        """The tokens that an answer may have."""
        return DEFAULT_TOKENS if self.max_tokens is None else self.max_tokens

    def parts(self) -> Iterator[TextPart | ImagePart]:
        """Return what all messages hold, in order."""
        for message in self.messages:
            if isinstance(message.content, str):
                yield TextPart(type="text", text=message.content)
            else:
                yield from message.content

    def images(self) -> list[bytes]:
        """Return the encoded images of all messages, in order. Raises ModelError (5004) for what is
        not one.
        """
        return [
            _image_bytes(part.image_url.url) for part in self.parts() if isinstance(part, ImagePart)
        ]

    @property
    def has_orders(self) -> bool:
        """Whether it is a question, to which images may be shown, and no transcription."""
        return any(message.role == "system" for message in self.messages)

    def without_images(self) -> ChatInputs:
        """Return the same, with nothing but the words."""
        return self.model_copy(
            update={"messages": [message.in_words() for message in self.messages]}
        )

    def prompt_tokens(self) -> int:
        """Return an estimate of what the model would count."""
        return sum(
            IMAGE_TOKENS if isinstance(part, ImagePart) else _estimated_tokens(part.text)
            for part in self.parts()
        )


def completion(model: str, text: str, inputs: ChatInputs) -> dict[str, Any]:
    """Return the answer of a chat model that writes `text`, cut off where the tokens for it are
    spent."""
    limit = inputs.limit * CHARACTERS_A_TOKEN
    is_cut = len(text) > limit
    message = {"role": "assistant", "content": text[:limit]}
    return _completion(model, message, "length" if is_cut else "stop", inputs)


def ordered_completion(model: str, answer: Answer, inputs: ChatInputs) -> dict[str, Any]:
    """Return an answer that a test has ordered."""
    message = {
        "role": "assistant",
        "content": answer.content,
        "reasoning_content": answer.reasoning_content,
    }
    return _completion(model, message, answer.finish_reason, inputs)


def _completion(
    model: str, message: Mapping[str, str | None], finish_reason: str | None, inputs: ChatInputs
) -> dict[str, Any]:
    prompt_tokens = inputs.prompt_tokens()
    written = (message["content"] or "") + (message.get("reasoning_content") or "")
    completion_tokens = _estimated_tokens(written)
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def _image_bytes(url: str) -> bytes:
    header, _, encoded = url.partition(",")
    media_type, _, encoding = header.removeprefix("data:").partition(";")
    if not header.startswith("data:") or media_type not in IMAGE_TYPES or encoding != "base64":
        raise invalid_data(f"an image must be a base64 data URL of type {', '.join(IMAGE_TYPES)}")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise invalid_data("an image's data URL is not base64") from error


def _estimated_tokens(text: str) -> int:
    return math.ceil(len(text) / CHARACTERS_A_TOKEN)
