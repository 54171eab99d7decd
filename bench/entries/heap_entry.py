"""The product with one more route, which tells how large Pyodide's heap is: for bench/heap.py, never deployed."""

from typing import Any

import js
import pyodide_js

from entry import *  # noqa: F403 # pyright: ignore[reportAssignmentType] - the class of each kind; Default is our own
from entry import Default as Product


class Default(Product):
    async def fetch(self, request: Any) -> Any:
        if str(js.URL.new(request.js_object.url).pathname) == "/api/bench/heap":
            # The linear memory of WebAssembly: it grows and never shrinks.
            return js.Response.new(str(pyodide_js._module.HEAP8.length))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return await super().fetch(request)
