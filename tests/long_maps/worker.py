"""The deployed Worker with the circular, and a route that tells how much memory Python has in use.

Copied beside entry.py and run in its place.
"""

import gc
import json
from typing import Any

import js
import pyodide_js
from workers import Response

import entry
from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own

_pyodide: Any = pyodide_js._module  # pyright: ignore[reportPrivateUsage]
# mallinfo() writes ten integers; the eighth is the bytes that are in use.
_MALLINFO = _pyodide._malloc(40)
_IN_USE = 7


class Default(entry.Default):
    async def fetch(self, request: Any) -> Any:
        if str(js.URL.new(request.js_object.url).pathname) != "/api/test/memory":
            return await super().fetch(request)
        gc.collect()
        _pyodide._mallinfo(_MALLINFO)
        in_use = int(_pyodide.HEAP32[_MALLINFO // 4 + _IN_USE])
        return Response(json.dumps({"inUse": in_use, "heap": int(_pyodide.HEAP8.length)}))
