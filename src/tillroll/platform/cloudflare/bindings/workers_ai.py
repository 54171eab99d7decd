"""Workers AI."""

import re
from typing import Any

from pyodide.ffi import JsException

from tillroll.platform.bindings.models import ModelError
from tillroll.platform.cloudflare.values import from_object, to_object
from tillroll.platform.json import JsonObject

# A refusal arrives as "3040: Capacity temporarily exceeded", sometimes with a prefix of the client's.
_CODE = re.compile(r"\b(\d{4}): ")


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
            message = " ".join(error.message.split())
            found = _CODE.search(message)
            if found is None:
                raise ModelError(None, message) from error
            raise ModelError(int(found[1]), message[found.end() :]) from error
        if not isinstance(answer, dict):
            raise ModelError(None, f"the model answered {type(answer).__name__}, expected an object")
        return answer
