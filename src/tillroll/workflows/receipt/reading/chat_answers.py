"""The answers of Workers AI's chat models, in the shapes they come in."""

from dataclasses import dataclass

from tillroll.platform.bindings.models import ModelError
from tillroll.platform.json import Json, JsonObject, dump


@dataclass(frozen=True)
class ChatAnswer:
    """What a model said. `is_cut_off` where it ran out of tokens; tokens as it counted them, None where it did not;
    `boxes`, as they came, where the words stand in the picture, which OCR in a model's place tells beside its text."""

    text: str
    is_cut_off: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None
    boxes: Json = None


def read_answer(answer: JsonObject) -> ChatAnswer:
    """Read a chat completion (`choices`) or the older `response`, whose JSON mode answers with the object itself.

    Raises:
        ModelError: there is no text in it: a stream, a refusal, nothing. Models differ from day to day, so it may be
            worth another attempt.
    """
    usage = answer.get("usage")
    tokens = usage if isinstance(usage, dict) else {}
    return ChatAnswer(
        text=_text_of(answer),
        is_cut_off=_finish_reason(answer) == "length",
        input_tokens=_count(tokens.get("prompt_tokens")),
        output_tokens=_count(tokens.get("completion_tokens")),
        boxes=answer.get("boxes"),
    )


def _text_of(answer: JsonObject) -> str:
    match answer:
        case {"choices": [{"message": {"content": str(text)}}, *_]} | {"response": str(text)}:
            return text
        case {"choices": [{"message": {"content": [*parts]}}, *_]}:
            return "".join(str(part["text"]) for part in parts if isinstance(part, dict) and "text" in part)
        case {"response": {**found}}:
            return dump(found)
        case {"choices": [{"message": {"refusal": str(refusal)}}, *_]}:
            raise ModelError(None, f"the model refused: {refusal[:200]}")
        case _:
            raise ModelError(None, f"the answer has no text; its keys are {sorted(answer)}")


def _finish_reason(answer: JsonObject) -> Json:
    match answer:
        case {"choices": [{"finish_reason": reason}, *_]}:
            return reason
        case _:
            return None


def _count(value: Json) -> int | None:
    return int(value) if isinstance(value, int | float) else None
