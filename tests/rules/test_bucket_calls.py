"""Each call of the bucket has an end: it stands within `asked_of_bucket`."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.rules.sources import files, text

_CALLS: Final = frozenset(
    {"get", "head", "put", "delete", "list", "createMultipartUpload", "uploadPart", "complete"}
)
_NAMES: Final = ("bucket", "_bucket", "_upload")


def is_asked(node: ast.AST) -> bool:
    """Whether something is awaited of a bucket, or of an upload into it."""
    if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call):
        return False
    called = node.value.func
    if not isinstance(called, ast.Attribute) or called.attr not in _CALLS:
        return False
    owner = called.value
    if isinstance(owner, ast.Attribute):
        return owner.attr in _NAMES
    return isinstance(owner, ast.Name) and owner.id in _NAMES


def has_end(node: ast.AST) -> bool:
    """Whether a block waits no longer than `asked_of_bucket` says."""
    if not isinstance(node, ast.AsyncWith):
        return False
    return any("asked_of_bucket(" in ast.unparse(item.context_expr) for item in node.items)


def endless_calls(node: ast.AST) -> Iterator[int]:
    """The lines of calls that have no end."""
    if has_end(node):
        return
    if is_asked(node):
        assert isinstance(node, ast.Await)
        yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from endless_calls(child)


def test_each_call_of_the_bucket_has_an_end() -> None:
    found: list[str] = []
    calls = 0
    for path in files("src", ".py"):
        source = text(path)
        if "bucket" not in source:
            continue
        tree = ast.parse(source)
        calls += sum(is_asked(node) for node in ast.walk(tree))
        found += [f"{path.name}:{line}" for line in endless_calls(tree)]
    assert calls > 5
    assert found == [], "put these within `async with asked_of_bucket()`"


def test_a_call_without_an_end_is_found() -> None:
    source = """
async def read(bucket, other):
    async with asked_of_bucket():
        await bucket.head("a")
    await bucket.get("a")
    await other.get("a")
"""
    assert list(endless_calls(ast.parse(source))) == [5]
