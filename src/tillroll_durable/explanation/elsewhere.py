"""What is known at another system of steps that have failed for good."""

from collections.abc import Collection, Sequence
from typing import Final

from tillroll_durable.platform.bindings.database import Row, optional_text, text

_MOST_NAMED: Final = 3


def what_became_of_failed(names: Collection[str], intents: Sequence[Row]) -> str:
    """Say of failed steps what the other side did all the same, and of which nobody knows; empty
    for nothing. `intents` are rows of `effect_intents`.
    """
    own = [intent for intent in intents if text(intent, "step") in names]
    done = [intent for intent in own if intent["outcome"] == "done"]
    is_open = [text(intent, "step") for intent in own if intent["outcome"] is None]
    sentences = [
        f"The other side did {text(intent, 'step')} after all{_as_id(intent)}."
        for intent in done[:_MOST_NAMED]
    ]
    if len(done) > _MOST_NAMED:
        sentences.append(f"It did {len(done) - _MOST_NAMED} more.")
    if is_open:
        sentences.append(f"Whether the other side did {_some(is_open)} is unknown.")
    return " ".join(sentences)


def done_after_all(step: str, intents: Sequence[Row]) -> str | None:
    """Say that the other side did what a failed step asked for; None where that is not known."""
    for intent in intents:
        if intent["step"] == step and intent["outcome"] == "done":
            return f"The other side did it after all{_as_id(intent)}."
    return None


def _as_id(intent: Row) -> str:
    external_id = optional_text(intent, "external_id")
    if external_id:
        return f", as {external_id}"
    return ""


def _some(names: Sequence[str]) -> str:
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"
    return ", ".join(names)
