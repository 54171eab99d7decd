"""Failures of Workers AI and Images, as Cloudflare's pages and public bug reports describe them.

This list was written before our own rules were read. Each failure says what a careful reader of its
source expects of a caller, so that the rules are judged by it and not by themselves.

Sources:
- Workers AI: developers.cloudflare.com/workers-ai/platform/errors and public reports of 2025 and
  2026
- Images: developers.cloudflare.com/images/reference/errors and .../images/pricing
- the forms of the texts: `ai-api.ts` and `images-api.ts` of cloudflare/workerd
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tillroll_durable.platform.json import JsonObject

Expectation: TypeAlias = Literal["retry", "input", "picture", "quota", "denied", "no_model"]
"""What a caller has to do: try again, refuse the input, refuse the picture, or ask an operator."""


@dataclass(frozen=True, slots=True)
class PublishedFailure:
    """`text` is the message that the client's exception has; `code` is None where the source shows
    none."""

    code: int | None
    text: str
    expectation: Expectation
    status: int = 500


AI_FAILURES = (
    # the page of errors
    PublishedFailure(3007, "3007: the request timed out", "retry", status=408),
    PublishedFailure(3008, "3008: the request was aborted", "retry", status=408),
    PublishedFailure(
        3040, "3040: no more data centers to forward the request to", "retry", status=429
    ),
    PublishedFailure(5004, "5004: invalid data type for base64 input", "input", status=400),
    PublishedFailure(3006, "3006: the request is too large", "input", status=413),
    PublishedFailure(
        3036, "3036: the daily free allocation of 10,000 neurons is used up", "quota", status=429
    ),
    PublishedFailure(5016, "5016: the model's terms are not agreed to", "denied", status=403),
    PublishedFailure(5018, "5018: the account may not use this model", "denied", status=403),
    PublishedFailure(3041, "3041: the account may not use this model", "denied", status=403),
    PublishedFailure(
        3023, "3023: the service is unavailable for this account", "denied", status=403
    ),
    PublishedFailure(5007, "5007: no such model or task", "no_model", status=400),
    PublishedFailure(3042, "3042: the model name is invalid", "no_model", status=404),
    # public reports
    PublishedFailure(3010, "3010: Invalid or incomplete input for the model", "input", status=400),
    PublishedFailure(8006, "8006: the image cannot be decoded", "input", status=400),
    PublishedFailure(3043, "3043: Internal server error", "retry"),
    PublishedFailure(3046, "AiError: 3046: Request timeout", "retry", status=408),
    PublishedFailure(3001, "3001: Internal server error", "retry"),
    PublishedFailure(8004, "8004: Internal server error", "retry"),
    PublishedFailure(8007, "AiError: 8007: the upstream failed", "retry"),
    PublishedFailure(
        4006, "4006: the daily free allocation of 10,000 neurons is used up", "quota", status=429
    ),
    PublishedFailure(4006, "8007: 4006: the daily free allocation is used up", "quota", status=502),
    PublishedFailure(
        3040,
        "AiError: AiError: 3040: Capacity temporarily exceeded, try again",
        "retry",
        status=429,
    ),
    PublishedFailure(3043, "8007: 3036 requests waited: 3043: Internal server error", "retry"),
    PublishedFailure(
        5035, "AiError: 5035: the model needs the Workers Paid plan", "denied", status=403
    ),
    PublishedFailure(10000, "10000: Authentication error", "denied", status=401),
    PublishedFailure(
        None, "AiError: AiError: Request timeout (a613c7db-647c-4c07-ba94-a5702bc99d52)", "retry"
    ),
    PublishedFailure(
        None, "you have used up your daily free allocation of 10,000 neurons", "quota"
    ),
    PublishedFailure(None, "error code: 1031", "retry"),
    PublishedFailure(None, "internal error", "retry"),
    PublishedFailure(None, "Network connection lost", "retry"),
    PublishedFailure(9999, "9999: a code that no page names", "retry"),
)

IMAGES_FAILURES = (
    # these speak of the picture: another attempt reads the same picture
    PublishedFailure(
        9412, "IMAGES_TRANSFORM_ERROR 9412: the file is not an image", "picture", status=415
    ),
    PublishedFailure(
        9413, "IMAGES_TRANSFORM_ERROR 9413: the image is too large", "picture", status=403
    ),
    PublishedFailure(
        9420, "IMAGES_TRANSFORM_ERROR 9420: unsupported format", "picture", status=415
    ),
    PublishedFailure(9520, "IMAGES_INFO_ERROR 9520: unsupported format", "picture", status=415),
    PublishedFailure(
        9402, "IMAGES_TRANSFORM_ERROR 9402: the file is too large", "picture", status=413
    ),
    PublishedFailure(
        9516,
        "IMAGES_TRANSFORM_ERROR 9516: error during decoding: decode error",
        "picture",
        status=422,
    ),
    # the same codes, with a text that speaks of the service
    PublishedFailure(
        9516, "IMAGES_TRANSFORM_ERROR 9516: error during encoding: encode error", "retry"
    ),
    PublishedFailure(
        9402, "IMAGES_TRANSFORM_ERROR 9402: Could not fetch the image", "retry", status=502
    ),
    # the service
    PublishedFailure(9408, "IMAGES_TRANSFORM_ERROR 9408: Request Timeout", "retry", status=408),
    PublishedFailure(
        9416, "IMAGES_TRANSFORM_ERROR 9416: error while downloading the image", "retry", status=422
    ),
    PublishedFailure(9504, "IMAGES_TRANSFORM_ERROR 9504: request timed out", "retry", status=522),
    PublishedFailure(
        9509, "IMAGES_TRANSFORM_ERROR 9509: HTTP error 502 Bad Gateway", "retry", status=502
    ),
    PublishedFailure(
        9518, "IMAGES_TRANSFORM_ERROR 9518: Internal connection error", "retry", status=502
    ),
    PublishedFailure(
        9522, "IMAGES_TRANSFORM_ERROR 9522: the service is too busy", "retry", status=503
    ),
    PublishedFailure(9523, "IMAGES_INFO_ERROR 9523: internal error", "retry"),
    PublishedFailure(9523, "Unexpected error response 503: upstream", "retry", status=503),
    PublishedFailure(
        9527, "IMAGES_TRANSFORM_ERROR 9527: busy, no large images now", "retry", status=503
    ),
    PublishedFailure(9528, "IMAGES_TRANSFORM_ERROR 9528: Request aborted", "retry", status=502),
    PublishedFailure(
        9529, "IMAGES_TRANSFORM_ERROR 9529: too large or the service too busy", "retry", status=504
    ),
    PublishedFailure(9599, "IMAGES_TRANSFORM_ERROR 9599: a code that no page names", "retry"),
    PublishedFailure(None, "Network connection lost.", "retry"),
    PublishedFailure(None, "internal error", "retry"),
    # the month's allowance
    PublishedFailure(
        9422,
        "IMAGES_TRANSFORM_ERROR 9422: free unique transformations exhausted",
        "quota",
        status=429,
    ),
    PublishedFailure(
        9423, "IMAGES_TRANSFORM_ERROR 9423: Free transformation is rejected", "quota", status=403
    ),
)


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """An answer of a model with HTTP 200 that is no complete transcript: `choice` as OpenAI's form
    has it."""

    name: str
    message: JsonObject
    finish_reason: str | None


CUT_ANSWERS = (
    PublishedAnswer("cut after some lines", {"content": "SHOP\nTOTAL 12.90"}, "length"),
    PublishedAnswer(
        "empty, all spent on thinking", {"content": "", "reasoning_content": "First"}, "length"
    ),
    PublishedAnswer(
        "null, all spent on thinking", {"content": None, "reasoning": "First"}, "length"
    ),
    PublishedAnswer("a refusal", {"content": None, "refusal": "I cannot help"}, "stop"),
    PublishedAnswer("null, no reason", {"content": None}, None),
    PublishedAnswer(
        "null, at a natural end", {"content": None, "reasoning_content": "First"}, "stop"
    ),
)
