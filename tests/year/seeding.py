"""What else is drawn by chance in a year, or read off a real clock: all of it comes from the seed.

The program and the other sides draw keys, nonces and ids by `os.urandom`, `secrets` and `uuid`, the
database by functions of its own. A journal is the same each time only where none of it is left to
the machine.
"""

import contextlib
import os
import random
from collections.abc import Generator
from functools import partial
from typing import Any, Final
from unittest import mock

import apsw

from tillroll_durable.ai import calls
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing import jobs as sealing
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.host.sqlite import SqliteDatabase

_INTEGER_BITS: Final = 63
_MEASURING: Final = (calls, sealing)
"""The modules that measure how long something takes, and keep it, or go by it."""


class _SimulatedTime:
    """In place of the module `time`, for those that only measure."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock.now().timestamp()


@contextlib.contextmanager
def all_from_seed(seed: int, clock: ManualClock, database: SqliteDatabase) -> Generator[None]:
    """Draw all by the seed, and tell the simulated time, until this ends."""
    dice = random.Random(f"{seed} secrets")
    _seed_functions(database, random.Random(f"{seed} database"), clock)
    with contextlib.ExitStack() as around:
        around.enter_context(mock.patch.object(os, "urandom", dice.randbytes))
        # What `secrets` draws by: it has the function under a name of its own.
        around.enter_context(mock.patch.object(random, "_urandom", dice.randbytes))
        for module in _MEASURING:
            around.enter_context(mock.patch.object(module, "time", _SimulatedTime(clock)))
        yield


def _seed_functions(database: SqliteDatabase, dice: random.Random, clock: ManualClock) -> None:
    """Put functions in the place of those by which SQLite draws, and tells the time."""
    # Its own types are partly unknown to a strict checker.
    plain: Any = apsw.Connection(":memory:")

    def told(function: str, *arguments: Any) -> Any:
        """What SQLite's own function says, with the simulated time in place of now."""
        now = to_text(clock.now())
        if not {*arguments} - {"subsec"}:
            arguments = (now, *arguments)
        places = ", ".join("?" * len(arguments))
        values = [now if each == "now" else each for each in arguments]
        return plain.execute(f"SELECT {function}({places})", values).fetchone()[0]

    connection = database.connection
    connection.create_scalar_function("random", partial(dice.getrandbits, _INTEGER_BITS), 0)
    connection.create_scalar_function("randomblob", dice.randbytes, 1)
    for function in ("strftime", "unixepoch"):
        connection.create_scalar_function(function, partial(told, function), -1, deterministic=True)
