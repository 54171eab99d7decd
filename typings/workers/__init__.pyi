# What the Worker uses of workers-runtime-sdk, which is installed for Pyodide only.
from typing import Any

class WorkerEntrypoint:
    env: Any
    ctx: Any

class WorkflowEntrypoint:
    env: Any
    ctx: Any

class Response:
    def __init__(self, body: str) -> None: ...

def wait_until(task: object) -> None: ...
def import_from_javascript(module_name: str) -> Any: ...
