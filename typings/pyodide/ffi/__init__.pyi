# What the Worker uses of Pyodide's foreign-function interface.
from collections.abc import Callable
from typing import Any

jsnull: Any

class JsException(Exception):
    name: str
    message: str

def to_js(obj: Any, /, *, dict_converter: Callable[..., Any] | None = None) -> Any: ...
def create_proxy(obj: Any, /) -> Any: ...
def can_run_sync() -> bool: ...
def run_sync(awaitable: Any) -> Any: ...
