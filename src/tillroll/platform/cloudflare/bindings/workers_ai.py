"""Workers AI."""

from typing import Any

from pyodide.ffi import JsException

from tillroll.platform.bindings.models import ModelError, error_of
from tillroll.platform.cloudflare.values import from_object, to_object
from tillroll.platform.json import JsonObject


class WorkersAi:
    """`Models` on the AI binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        if self._binding is None:
            raise ModelError(None, "this deployment has no AI binding: wrangler.jsonc names none")
        try:
            answer = from_object(await self._binding.run(model, to_object(inputs)))
        except JsException as error:
            raise error_of(error.message) from error
        if not isinstance(answer, dict):
            raise ModelError(None, f"the model answered {type(answer).__name__}, expected an object")
        return answer
