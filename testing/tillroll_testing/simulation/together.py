"""Several things at once in one process."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def together(*acts: Coroutine[Any, Any, Result]) -> list[Result]:
    """Do them at once and return what each returned. Where one raises, it takes the others with it,
    as the death of their process would.
    """
    if len(acts) == 1:
        return [await acts[0]]
    tasks = [asyncio.ensure_future(act) for act in acts]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
