"""The errors of Workers AI, as its client receives them.

Codes, names and HTTP statuses are those of developers.cloudflare.com/workers-ai/platform/errors.
"""

from __future__ import annotations

from typing import Any

# What the genuine service writes in `name`, whatever the code.
AI_ERROR = "AiError"


class ModelError(Exception):
    """A call that is answered with an error: `env.AI.run` raises
    `"{internal_code}: {description}"`.
    """

    def __init__(
        self, internal_code: int, description: str, http_status: int, name: str = AI_ERROR
    ) -> None:
        super().__init__(f"{internal_code}: {description}")
        self.internal_code = internal_code
        self.description = description
        self.http_status = http_status
        self.name = name

    def body(self) -> dict[str, Any]:
        """Return the JSON body that the client parses."""
        return {
            "internalCode": self.internal_code,
            "name": self.name,
            "description": self.description,
        }


class PlainError(Exception):
    """A call that is answered with text in place of JSON: `env.AI.run` raises the text, without a
    code."""

    def __init__(self, text: str, http_status: int) -> None:
        super().__init__(text)
        self.text = text
        self.http_status = http_status


class ConnectionLostError(Exception):
    """A call whose connection ends without an answer: `env.AI.run` raises "Network connection
    lost"."""


def no_such_model(model: str) -> ModelError:
    """Final: the model is unknown, or nothing here can stand in for it."""
    return ModelError(5007, f"No such model {model} or task", 400)


def invalid_data(reason: str) -> ModelError:
    """Final: what was sent can never be answered."""
    return ModelError(5004, f"Invalid data: {reason}", 400)


def incomplete_request(what: str) -> ModelError:
    """Final: the request is not what the client sends."""
    return ModelError(3003, f"Request is missing headers or body: {what}", 400)


def timed_out() -> ModelError:
    """Worth a retry: no answer in time."""
    return ModelError(3007, "Request timeout", 408)


def out_of_capacity() -> ModelError:
    """Worth a retry: nobody could take the request just now."""
    return ModelError(3040, "Capacity temporarily exceeded, please try again.", 429)
