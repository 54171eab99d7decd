"""What is known of models of Workers AI: how to keep one from thinking long, and which take pictures. Pure."""

from typing import Final

from tillroll.platform.json import JsonObject

# As their pages say (https://developers.cloudflare.com/workers-ai/models/). To read values off a page needs no long
# thoughts, which are paid for and may take longer than a step has; by default both think as much as they can.
_LITTLE_THOUGHT: Final[dict[str, JsonObject]] = {
    # It cannot do without; its thoughts are counted with its answer.
    "@cf/zai-org/glm-5.3-flash": {"reasoning_effort": "low", "max_tokens": 3_000},
    "@cf/qwen/qwen3.8-27b": {"chat_template_kwargs": {"enable_thinking": False}},
}


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


def takes_pictures(model: str) -> bool:
    """Whether its page says that it takes pictures beside what it is asked."""
    return model in _SEEING


def with_little_thought(model: str, request: JsonObject) -> JsonObject:
    """The question about a transcript, with what keeps the model from thinking long."""
    return request | _LITTLE_THOUGHT.get(model, {})


def without_bound(model: str, request: JsonObject) -> JsonObject:
    """The same for a transcript itself, which may be long."""
    return {key: value for key, value in with_little_thought(model, request).items() if key != "max_tokens"}
