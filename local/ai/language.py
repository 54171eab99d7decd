"""Text models: requests are passed on to an OpenAI-compatible server, where one is configured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from local.ai.errors import invalid_data, out_of_capacity, timed_out

if TYPE_CHECKING:
    from local.ai.chat import ChatInputs, ResponseFormat

# Workers AI itself gives up after minutes; a small machine's model may need them.
ANSWER_SECONDS = 240.0
# Statuses that the same request would meet again: bad request, unauthorized, forbidden, not found,
# unprocessable.
FINAL_STATUSES = frozenset({400, 401, 403, 404, 422})


@dataclass(frozen=True)
class LanguageModel:
    """A model behind `{url}/v1/chat/completions`."""

    client: httpx.AsyncClient
    url: str
    name: str

    async def complete(self, inputs: ChatInputs) -> dict[str, Any]:
        """Return the server's answer as it stands. Raises ModelError."""
        request = inputs.model_dump(exclude_none=True) | {"model": self.name, "stream": False}
        if inputs.response_format:
            request["response_format"] = _openai_format(inputs.response_format)
        try:
            answer = await self.client.post(
                f"{self.url.rstrip('/')}/v1/chat/completions", json=request, timeout=ANSWER_SECONDS
            )
            answer.raise_for_status()
            return answer.json()
        except httpx.TimeoutException as error:
            raise timed_out() from error
        except httpx.HTTPStatusError as error:
            if error.response.status_code in FINAL_STATUSES:
                raise invalid_data(error.response.text) from error
            raise out_of_capacity() from error
        except (httpx.TransportError, ValueError) as error:
            raise out_of_capacity() from error


def _openai_format(wanted: ResponseFormat) -> dict[str, Any]:
    """Return Workers AI's JSON mode, whose `json_schema` is the schema itself, in OpenAI's words,
    which wrap it.
    """
    schema = wanted.json_schema
    if schema is None or "schema" in schema:
        return wanted.model_dump(exclude_none=True)
    return {"type": wanted.type, "json_schema": {"name": "answer", "schema": schema}}
