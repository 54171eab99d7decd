"""Models and images that can fail, as the other adapters of a simulated process can."""

from tillroll_durable.platform.bindings.models import ImagesUnavailable, ModelError, PictureSize
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.reading import MemoryImages, ScriptedModels
from tillroll_testing.simulation.faults import Faults


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


class FaultyImages(MemoryImages):
    """A picture that is prepared leaves nothing behind, so only the call can err."""

    def __init__(self, objects: MemoryObjects, faults: Faults) -> None:
        super().__init__(objects)
        self._faults = faults

    async def as_data_url(
        self, key: str, max_pixels: int, *, size: PictureSize | None = None, rotation: int = 0
    ) -> str:
        self._faults.may_err("images: call", ImagesUnavailable("Network connection lost."))
        return await super().as_data_url(key, max_pixels, size=size, rotation=rotation)
