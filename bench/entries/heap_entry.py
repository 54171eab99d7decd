"""The product with one more route, which tells what Pyodide's memory holds: for bench/heap.py and
bench/soak, never deployed.
"""

import json
import sys
from typing import Any

import js
import pyodide_js

from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product

_pyodide: Any = pyodide_js._module  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
# mallinfo() writes ten integers; the eighth is the bytes that are in use.
_MALLINFO = _pyodide._malloc(40)  # noqa: SLF001
_IN_USE = 7


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        if str(js.URL.new(request.js_object.url).pathname) != "/api/bench/heap":
            return await super().fetch(request)
        _pyodide._mallinfo(_MALLINFO)  # noqa: SLF001 - Pyodide's own
        told = {
            # The linear memory of WebAssembly: it grows in strides and never shrinks.
            "heap": int(_pyodide.HEAP8.length),
            "inUse": int(_pyodide.HEAP32[_MALLINFO // 4 + _IN_USE]),
            "modules": sum(1 for name in list(sys.modules) if name.startswith("tillroll")),
            "others": sum(1 for name in list(sys.modules) if not name.startswith("tillroll")),
        }
        return js.Response.new(json.dumps(told))
