# workerd's global scope as Pyodide offers it: its values have no types.
from typing import Any

def __getattr__(name: str) -> Any: ...
