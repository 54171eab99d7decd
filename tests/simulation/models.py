"""Models that can fail, as the other adapters of a simulated process can."""

from local.host.reading import ScriptedModels
from tests.simulation.faults import Faults
from tillroll.platform.bindings.models import ModelError
from tillroll.platform.json import JsonObject


class FaultyModels(ScriptedModels):
    """Behind the call the answer is paid for, and not kept yet."""

    def __init__(self, transcript: str, faults: Faults) -> None:
        super().__init__(transcript)
        self._faults = faults

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        self._faults.may_err("model: call", ModelError(3040, "no capacity"))
        await self._faults.point("model: before the call")
        answer = await super().run(model, inputs)
        await self._faults.point("model: after the answer")
        self._faults.may_err("model: answer", ModelError(None, "the connection was lost"))
        return answer
