"""The whole local stack with real OCR, as `make dev` runs it, in a folder of its own."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.api import Api
from local.first_account import token_of
from local.stack import Options, Stack


class RealStack(NamedTuple):
    """A running stack, and a client of its only account."""

    stack: Stack
    api: Api

    @property
    def groups(self) -> list[int]:
        """The process groups of all parts."""
        return [part.pid for part in self.stack.parts]

    @property
    def ai_group(self) -> int:
        """The process group of the AI server, which is started first."""
        return self.stack.parts[0].pid


@contextmanager
def real_stack() -> Generator[RealStack]:
    with tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder:
        stack = Stack(Options(state=Path(folder), requests_a_minute=1_000_000))
        stack.start()
        try:
            api = Api(stack.url, token_of(stack.state, stack.config, lambda _: None))
            yield RealStack(stack, api)
            api.close()
        finally:
            stack.stop()
