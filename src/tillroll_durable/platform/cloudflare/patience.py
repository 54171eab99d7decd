"""How long the Worker waits for the bucket. R2's own calls have no end of their own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from pyodide.ffi import JsException

from tillroll_durable.platform.bindings.objects import ObjectsUnavailable

# R2 answers in some tenths of a second.
STORE_SECONDS: Final = 20
# A copy within R2 of the largest body.
COPY_SECONDS: Final = 60


@dataclass(frozen=True)
class BodyPatience:
    """How long a body may take on its way into the bucket: `base_seconds`, and more with its size;
    then `end_seconds`, where only one of its two sides has ended. A client may send as slowly as
    `bytes_a_second`.
    """

    base_seconds: float = COPY_SECONDS
    bytes_a_second: int = 50_000
    end_seconds: float = STORE_SECONDS

    def seconds_for(self, size: int) -> float:
        return self.base_seconds + size / self.bytes_a_second


PATIENT: Final = BodyPatience()


@asynccontextmanager
async def asked_of_bucket(seconds: float = STORE_SECONDS) -> AsyncGenerator[None]:
    """Wait so long for what is asked of the bucket within.

    Raises:
        ObjectsUnavailable: it failed, or gave no answer. Whether it acted is unknown.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except JsException as error:
        raise ObjectsUnavailable(error.message) from error
    except TimeoutError as error:
        raise ObjectsUnavailable(f"the bucket gave no answer within {seconds} s") from error
