"""A small server of this machine's own, in a thread of its own: started and stopped with the
stack.
"""

import threading
import time
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

LOOPBACK = "127.0.0.1"
_READY_SECONDS = 60.0


class LocalServer:
    """It listens on this machine only, and answers under this machine's own names: a page of
    another site must not read it through a name of its own.
    """

    def __init__(self, name: str, port: int, routes: Sequence[Route]) -> None:
        self._name = name
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])
        app = Starlette(routes=routes, middleware=[hosts])
        self._server = uvicorn.Server(
            uvicorn.Config(app, LOOPBACK, port, log_level="warning", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run, name=name, daemon=True)

    def start(self) -> None:
        """Serve, and return once it does. Raises TimeoutError."""
        self._thread.start()
        deadline = time.monotonic() + _READY_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise TimeoutError(f"the local {self._name} did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
