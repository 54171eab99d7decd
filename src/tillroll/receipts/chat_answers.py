"""What models answer, in the forms that Workers AI has for it: a chat completion, the older
`response`, decisions."""

from dataclasses import dataclass
from typing import Final

from tillroll_durable.platform.bindings.models import ENDS, ModelError, finish_reason_of, tokens_of
from tillroll_durable.platform.json import Json, JsonObject, dump

# Characters of what a model says in place of an answer.
_LONGEST_REFUSAL: Final = 200


@dataclass(frozen=True)
class ChatAnswer:
    """A model's answer. `text` is empty, and `has_text` false, where there was none, as where a
    thinking model spent all tokens on its thoughts. `finish_reason` is why it ended, None where it
    does not say; `refusal` is why it refused; `boxes`, as they came, where the words stand."""

    text: str
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    boxes: Json = None
    has_text: bool = True
    refusal: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read in it."""
        return not self.text.strip()

    @property
    def is_cut_off(self) -> bool:
        """Whether the model says that it did not end by itself."""
        return self.finish_reason is not None and self.finish_reason not in ENDS

    def is_cut_at(self, limit: int) -> bool:
        """Whether it ended early. The older `response` gives no reason: there, that all tokens are
        spent says it."""
        if self.finish_reason is not None or self.output_tokens is None:
            return self.is_cut_off
        return self.output_tokens >= limit


def read_answer(answer: JsonObject) -> ChatAnswer:
    """Read a chat completion (`choices`) or the older `response`, whose JSON mode answers with the
    object itself. Raises ModelError: it has none of these forms; another attempt may help."""
    input_tokens, output_tokens = tokens_of(answer)
    text = _text_of(answer)
    return ChatAnswer(
        text="" if text is None else text,
        finish_reason=finish_reason_of(answer),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        boxes=answer.get("boxes"),
        has_text=text is not None,
        refusal=_refusal_of(answer),
    )


def read_decisions(answer: JsonObject) -> ChatAnswer:
    """Read the answer of a decision model; its text are the answers as JSON. Raises ModelError: it
    has none."""
    match answer:
        case {"answers": {**answers}, "usage": {"input_tokens": int(tokens)}}:
            # Only what it reads is paid for.
            return ChatAnswer(dump(answers), input_tokens=tokens, output_tokens=0)
        case _:
            raise ModelError(None, f"the answer has no decisions; its keys are {sorted(answer)}")


def _refusal_of(answer: JsonObject) -> str | None:
    match answer:
        case {"choices": [{"message": {"refusal": str(refusal)}}, *_]}:
            return refusal[:_LONGEST_REFUSAL]
        case _:
            return None


def _text_of(answer: JsonObject) -> str | None:
    """The text, or None where the model answered without one. Raises ModelError."""
    match answer:
        case {"choices": [{"message": {"content": str(text)}}, *_]} | {"response": str(text)}:
            return text
        case {"choices": [{"message": {"content": [*parts]}}, *_]}:
            return "".join(
                str(part["text"]) for part in parts if isinstance(part, dict) and "text" in part
            )
        case {"response": {**found}}:
            return dump(found)
        case {"choices": [{"message": {"refusal": str()}}, *_]}:
            return None
        case {"choices": [{"message": {"content": None}}, *_]} | {"response": None}:
            return None
        case _:
            raise ModelError(None, f"the answer has no text; its keys are {sorted(answer)}")
