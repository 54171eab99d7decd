"""What a workflow keeps and asks for otherwise than it should, as reading its code tells.

Money that rounds, secrets in the record, requests that nothing sees, and loops that never end.
"""

import ast
import re
from collections.abc import Collection, Iterator
from typing import Final, TypeAlias

from tillroll_testing.checking.project import Function, Module

# Where, what is wrong, and what to write instead.
Told: TypeAlias = tuple[ast.expr | ast.stmt, str, str]

_MONEY: Final = re.compile(
    r"(?:^|_)(?:amount|balance|charge|cost|fee|price|refund|subtotal|total|money)(?:$|_)"
)
_SECRET: Final = re.compile(
    r"(?:^|_)(?:password|secret|access_token|refresh_token|api_key|private_key)$"
)
_MODELS: Final = {"BaseModel", "Params"}
_CONTEXTS: Final = re.compile("StepContext|RollbackContext|CallContext")
_UNSEEN: Final = ("aiohttp.", "httpx.", "requests.", "smtplib.", "urllib.request.", "urllib3.")
_VERBS: Final = {"step", "call", "map", "sleep", "sleep_until", "wait", "child", "tool", "model"}


def of_values(module: Module) -> Iterator[Told]:
    """The mistakes in what a module's models have, what its steps use, and how its bodies loop."""
    withheld = {
        each.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.keyword) and node.arg == "withheld"
        for each in ast.walk(node.value)
        if isinstance(each, ast.Constant)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and _is_model(node):
            yield from _of_model(node, withheld)
        elif isinstance(node, Function) and _CONTEXTS.search(ast.unparse(node.args)):
            yield from _of_step(module, node)
        elif isinstance(node, ast.While):
            yield from _of_loop(node)


def _is_model(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id in _MODELS for base in node.bases)


def _of_model(node: ast.ClassDef, withheld: Collection[object]) -> Iterator[Told]:
    for each in node.body:
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        name = each.target.id
        is_float = any(
            isinstance(part, ast.Name) and part.id == "float" for part in ast.walk(each.annotation)
        )
        if is_float and _MONEY.search(name):
            what = f"`{name}` is money as a float, which rounds"
            yield each, what, "keep it as an `int` of the smallest unit, or as text of a `Decimal`"
        if _SECRET.search(name) and name not in withheld:
            what = f"`{name}` is a secret, and the record keeps what runs are given and steps give"
            yield each, what, "name it in its step's `withheld`, or send it in `headers` alone"


def _of_step(module: Module, function: Function) -> Iterator[Told]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        dotted = module.dotted(node.func) or ""
        if dotted.startswith(_UNSEEN):
            what = f"`{ast.unparse(node.func)}` asks past the platform, where no play sees it"
            yield node, what, "use `context.platform.http`, or `run.call` with `http.post`"
        if dotted == "time.sleep":
            what = "`time.sleep` holds up every run of the isolate"
            yield node, what, "let the step fail, so that it is tried again, or use `run.sleep`"


def _of_loop(node: ast.While) -> Iterator[Told]:
    """A loop for ever that asks for verbs of the run: its history grows with each turn."""
    if not (isinstance(node.test, ast.Constant) and node.test.value):
        return
    inside = [part for each in node.body for part in ast.walk(each)]
    ends = any(isinstance(part, ast.Break | ast.Return | ast.Raise) for part in inside)
    called = {
        part.func.attr
        for part in inside
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)
    }
    if not ends and called & _VERBS and "continue_as" not in called:
        what = "loops without an end, and each turn makes every replay longer"
        yield node, what, "let it end, or go on as a new run by `run.continue_as`"
