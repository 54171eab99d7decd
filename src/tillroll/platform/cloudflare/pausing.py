"""Pauses in the Worker: the WebAssembly stack is set aside (JSPI) while JavaScript's event loop takes its turn."""

import js
from pyodide.ffi import can_run_sync, run_sync


def pause() -> None:
    """`Pause` by the runtime's scheduler; without stack switching it does nothing."""
    if can_run_sync():
        run_sync(js.scheduler.wait(0))
