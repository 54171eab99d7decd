"""What the genuine client sends, for tests."""

from __future__ import annotations

import base64
from typing import Any

VISION_MODEL = "@cf/google/gemma-4-26b-a4b-it"
MODEL_HEADER = "cf-consn-model-id"


def data_url(image: bytes, media_type: str = "image/jpeg") -> str:
    return f"data:{media_type};base64,{base64.b64encode(image).decode()}"


def image_inputs(url: str, **settings: object) -> dict[str, Any]:
    content = [
        {"type": "text", "text": "Transcribe."},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    return {"messages": [{"role": "user", "content": content}], **settings}


def text_inputs(text: str, **settings: object) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], **settings}
