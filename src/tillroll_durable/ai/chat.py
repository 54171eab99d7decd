"""A question to a model in the form that Workers AI and most others take: a chat, with tools.

Both forms of answers are read: a chat completion, and Workers AI's older `response`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_durable.ai.costs import Price
from tillroll_durable.platform.bindings.http import AnswerUnfit
from tillroll_durable.platform.bindings.models import ENDS, finish_reason_of, tokens_of
from tillroll_durable.platform.json import GivenObject, Json, JsonObject, as_json, as_object, dump

# A model that asks for tools has ended by itself, too.
_ENDS: Final = ENDS | {"tool_calls"}
# A record quotes so much of an answer without use.
_LONGEST_EXCERPT: Final = 120


@dataclass(frozen=True)
class Model:
    """A language model.

    Attributes:
        name: as its provider names it. One of Workers AI begins with "@cf/".
        price: what it costs. A price in the deployment's AI_PRICES goes before it.
        url: of another than Workers AI, the address that takes chat completions as OpenAI does.
        key_variable: the name of the secret that is sent to this address as a bearer token.
    """

    name: str
    price: Price | None = None
    url: str = ""
    key_variable: str = ""


@dataclass(frozen=True)
class Chat:
    """A question to a model.

    Attributes:
        model: who is asked.
        messages: what was said so far, each an object with `role` and `content`.
        tools: what the model may ask for, as `run.offer` gives it.
        most_tokens: how long the answer may be.
        timeout_seconds: how long it may take.
    """

    model: Model
    messages: Sequence[GivenObject]
    tools: Sequence[GivenObject] = ()
    most_tokens: int = 1_000
    timeout_seconds: int = 60

    @property
    def request(self) -> JsonObject:
        """What is sent, without the model's name."""
        messages = as_json(self.messages)
        request: JsonObject = {"messages": messages, "max_tokens": self.most_tokens}
        if self.tools:
            tools: Json = [{"type": "function", "function": as_object(each)} for each in self.tools]
            request["tools"] = tools
        return request


@dataclass(frozen=True)
class AskedCall:
    """A call of a tool as a model asks for it; nothing of it is checked."""

    name: str
    arguments: Json
    id: str


@dataclass(frozen=True)
class ModelWords:
    """What a model has answered. Where it does not say how many tokens that took, they are None."""

    text: str
    calls: Sequence[AskedCall] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None
    is_cut_off: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it has neither text nor calls, as where all tokens were spent on its thoughts."""
        return not self.text.strip() and not self.calls


def read_answer(answer: JsonObject) -> ModelWords:
    """Read an answer. Raises AnswerUnfit: it has none of the forms."""
    match answer:
        case {"choices": [{"message": {**message}}, *_]}:
            text = _text_of(message.get("content"))
            calls = _calls_of(message.get("tool_calls"))
        case {"response": response}:
            text = _text_of(response)
            calls = _calls_of(answer.get("tool_calls"))
        case _:
            raise AnswerUnfit(f"an answer of another form: {dump(answer)[:_LONGEST_EXCERPT]}")
    reason = finish_reason_of(answer)
    input_tokens, output_tokens = tokens_of(answer)
    return ModelWords(
        text,
        calls,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        is_cut_off=reason is not None and reason not in _ENDS,
    )


def _text_of(content: Json) -> str:
    match content:
        case str(text):
            return text
        case [*parts]:
            texts = [part.get("text") for part in parts if isinstance(part, dict)]
            return "".join(text for text in texts if isinstance(text, str))
        case {}:
            return dump(content)
        case _:
            return ""


def _calls_of(value: Json) -> list[AskedCall]:
    if not isinstance(value, list):
        return []
    calls: list[AskedCall] = []
    for each in value:
        match each:
            case {"function": {"name": str(name), **function}, **call}:
                calls.append(_call_of(name, function.get("arguments"), call.get("id")))
            case {"name": str(name), **call}:
                calls.append(_call_of(name, call.get("arguments"), call.get("id")))
            case _:
                # What has no name is refused where it is called, as any other that was not offered.
                calls.append(_call_of("", each, None))
    return calls


def _call_of(name: str, arguments: Json, call_id: Json) -> AskedCall:
    if arguments is None:
        arguments = {}
    if not isinstance(call_id, str):
        call_id = ""
    return AskedCall(name, arguments, call_id)
