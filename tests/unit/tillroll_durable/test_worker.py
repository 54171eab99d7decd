"""A Worker of an author's own does what the product's does for the core. Its module needs the
runtime, so its imports are read; tests/shop runs it.
"""

import ast
from collections.abc import Iterator

import pytest

from local.places import ROOT
from tillroll.app import MODULES

_WORKER = ROOT / "src" / "tillroll_durable" / "worker.py"
[_CORE] = [module for module in MODULES if module.name == "tillroll_durable"]


def imported() -> Iterator[str]:
    """What worker.py imports, each by its whole name."""
    for node in ast.walk(ast.parse(_WORKER.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("place", [*_CORE.jobs, *_CORE.settings, *_CORE.secrets, *_CORE.objects])
def test_what_the_core_has_is_in_an_authors_worker(place: str) -> None:
    module, _, name = place.partition(":")
    path = f"tillroll_durable.{module}"
    assert {path, f"{path}.{name}"} & {*imported()}, "name it in worker.py too"
