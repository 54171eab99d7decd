"""A model's answer as a type: asked for by its JSON schema, and read from what it says.

Models put JSON into a fence, or words around it, also where they are asked not to.
"""

from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter

from tillroll_durable.ai.chat import ModelWords
from tillroll_durable.outputs import Output
from tillroll_durable.platform.bindings.http import AnswerUnfit
from tillroll_durable.platform.json import Json, JsonObject, load

Reply = TypeVar("Reply")
_FENCE: Final = "```"
_OPENINGS: Final = (_FENCE, f"{_FENCE}json")


class TypedAnswer(Generic[Reply]):
    """What the answers of a model are by `gives`, which `step` asks for.

    Raises ContractError: `gives` is no type of JSON.
    """

    def __init__(self, step: str, gives: type[Reply] | TypeAdapter[Reply]) -> None:
        self._output = Output(f"the model that {step} asks", gives)

    @property
    def response_format(self) -> JsonObject:
        """The part of a request that asks for it."""
        schema: Json = self._output.schema
        return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}

    def check(self, words: ModelWords) -> None:
        """Raises AnswerUnfit: what the model has said is no JSON, or not what it is to be."""
        self._output.fitted(_json_in(words))

    def read(self, text: str) -> Reply:
        """What was said, and fitted then. Raises ContractError: it does not fit any more."""
        return self._output.read(load(_inside(text)))


def _json_in(words: ModelWords) -> Json:
    """Raises AnswerUnfit: there is none."""
    try:
        return load(_inside(words.text))
    except ValueError as error:
        problem = "the answer is no JSON"
        if words.is_cut_off:
            problem += ", and may lack its end"
        raise AnswerUnfit(problem) from error


def _inside(text: str) -> str:
    """What stands in the first fence; the whole text where there is none, or no end of it. A model
    may say anything, so it is looked through once, by lines.
    """
    lines = text.split("\n")
    openings = (place for place, line in enumerate(lines) if line.rstrip().endswith(_OPENINGS))
    begin = next(openings, len(lines)) + 1
    for end in range(begin, len(lines)):
        if lines[end].lstrip().startswith(_FENCE):
            return "\n".join(lines[begin:end])
    return text
