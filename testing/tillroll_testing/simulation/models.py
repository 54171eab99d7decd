"""Models, images and an index of vectors that can fail, as other adapters of a simulated process
can.
"""

from collections.abc import Sequence

from tillroll_durable.platform.bindings.models import ImagesUnavailable, ModelError, PictureSize
from tillroll_durable.platform.bindings.vectors import Match, Vector, VectorsUnavailable
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.memory import ManualClock, MemoryObjects
from tillroll_testing.host.reading import MemoryImages, ScriptedModels
from tillroll_testing.host.vectors import MemoryVectors
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


class FaultyVectors(MemoryVectors):
    """Behind a write the vectors are there, and nobody may have heard of it."""

    def __init__(self, clock: ManualClock, faults: Faults) -> None:
        super().__init__(clock)
        self._faults = faults

    async def upsert(self, vectors: Sequence[Vector]) -> str:
        self._faults.may_err("vectors: upsert", VectorsUnavailable("Network connection lost."))
        await self._faults.point("vectors: before the upsert")
        mutation = await super().upsert(vectors)
        await self._faults.point("vectors: after the upsert")
        self._faults.may_err("vectors: answer", VectorsUnavailable("Network connection lost."))
        return mutation

    async def present(self, ids: Sequence[str]) -> set[str]:
        self._faults.may_err("vectors: present", VectorsUnavailable("Network connection lost."))
        return await super().present(ids)

    async def query(self, values: Sequence[float], most: int = 5) -> list[Match]:
        self._faults.may_err("vectors: query", VectorsUnavailable("Network connection lost."))
        return await super().query(values, most)
