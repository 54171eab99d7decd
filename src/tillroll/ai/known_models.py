"""What is known of models of Workers AI: how to keep one from thinking long, how much it can write,
and which take pictures. Pure."""

from typing import Final

from tillroll_durable.platform.json import JsonObject

# As their pages say (https://developers.cloudflare.com/workers-ai/models/). To read values off a
# page needs no long thoughts, which are paid for and may take longer than a step has; by default
# both think as much as they can.
_LITTLE_THOUGHT: Final[dict[str, JsonObject]] = {
    # It cannot do without; its thoughts are counted with its answer.
    "@cf/zai-org/glm-5.3-flash": {"reasoning_effort": "low", "max_tokens": 3_000},
    "@cf/qwen/qwen3.8-27b": {"chat_template_kwargs": {"enable_thinking": False}},
}
_NO_THOUGHT: Final[JsonObject] = {"chat_template_kwargs": {"enable_thinking": False}}


DECIDING: Final = frozenset({"@cf/cloudflare/clef", "@cf/cloudflare/clef-flash"})
"""Those that answer typed questions with probabilities, and no text."""
_SEEING: Final = frozenset(
    {
        *_LITTLE_THOUGHT,
        *DECIDING,
        "@cf/google/gemma-4-26b-a4b-it",
        "@cf/meta/llama-4-scout-17b-16e-instruct",
        "@cf/mistralai/mistral-small-3.1-24b-instruct",
    }
)

TRANSCRIPT_TOKENS: Final = 8_000
"""Tokens that a transcript may have. A model that gets no limit takes its own default, which may be
256."""
# The longest answer of a model, in tokens: `maximum` of `max_tokens`, or half of the
# `context_window`, on its page.
_LONGEST_ANSWERS: Final = {
    "@cf/zai-org/glm-5.3-flash": 655_360,
    "@cf/qwen/qwen3.8-27b": 131_072,
    "@cf/google/gemma-4-26b-a4b-it": 128_000,
    "@cf/meta/llama-4-scout-17b-16e-instruct": 65_500,
    "@cf/mistralai/mistral-small-3.1-24b-instruct": 64_000,
    "@cf/google/gemma-3-12b-it": 40_000,
    "@cf/moondream/moondream3.1-9B-A2B": 2_048,
}
# A model that nobody listed is taken for one with a window of 32,768 tokens.
_LONGEST_ANSWER_OF_OTHERS: Final = 16_384


def takes_pictures(model: str) -> bool:
    """Whether its page says that it takes pictures beside what it is asked."""
    return model in _SEEING


def with_little_thought(model: str, request: JsonObject) -> JsonObject:
    """The question about a transcript, with what keeps the model from thinking long."""
    return request | _LITTLE_THOUGHT.get(model, {})


def without_thought(model: str, request: JsonObject) -> JsonObject:
    """The request for a model whose first answer had no text: it may have spent all tokens on its
    thoughts. One that cannot do without thoughts is asked to think little."""
    return request | _LITTLE_THOUGHT.get(model, _NO_THOUGHT) | _limit_of(request)


def with_limit(model: str, request: JsonObject, tokens: int) -> JsonObject:
    """The request with room for so many tokens in the answer, or for as many as the model can
    write."""
    most = _LONGEST_ANSWERS.get(model, _LONGEST_ANSWER_OF_OTHERS)
    return request | {"max_tokens": min(tokens, most)}


def with_twice_the_limit(model: str, request: JsonObject) -> JsonObject:
    """The request for a second answer, since the first one may have been cut off."""
    match request.get("max_tokens"):
        case int(tokens):
            return with_limit(model, request, 2 * tokens)
        case _:
            return request


def _limit_of(request: JsonObject) -> JsonObject:
    if "max_tokens" not in request:
        return {}
    return {"max_tokens": request["max_tokens"]}
