"""JavaScript that is given values of Python: one process of the pinned Node answers all tests. What
needs no Python is tested in tests/page.
"""

import atexit
import json
import subprocess
from functools import cache
from typing import Any

from local.places import NODE, ROOT


def run_in_node(body: str, given: Any) -> Any:
    """What a function's body returns. It has `given`, and loads a module of the project by
    `await load("public/js/…")`.

    Raises:
        ValueError: it threw; the message is the error's.
    """
    node = _process()
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write(json.dumps({"body": body, "given": given}) + "\n")
    node.stdin.flush()
    line = node.stdout.readline()
    assert line, "Node ended"
    answer = json.loads(line)
    if "problem" in answer:
        raise ValueError(answer["problem"])
    return answer.get("value")


@cache
def _process() -> "subprocess.Popen[str]":
    answering = ROOT / "tests" / "support" / "answering.mjs"
    hooks = ROOT / "local" / "page_hooks.mjs"
    quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
    command = [NODE, "--import", hooks.as_uri(), quiet, answering]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(_end, process)
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=10)  # closing its input ends it
