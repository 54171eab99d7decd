"""A further kind in the copied sources of a test's own stack, as a developer adds one, and constants changed there."""

import shutil
from pathlib import Path

from local.places import ROOT

# Behind the deployed list, whatever stands in it.
_ANOTHER_KIND = """
from {module} import {name}

WORKFLOWS = (*WORKFLOWS, {name})
REGISTRY = Registry(WORKFLOWS)
"""


def add_kind(source: Path, package: Path, name: str) -> None:
    """Copy a package of tests whose `workflow.py` has the kind, but for its entry file, and register it."""
    place = package.relative_to(ROOT)
    ignored = shutil.ignore_patterns("__pycache__", "worker.py")
    shutil.copytree(package, source / place, ignore=ignored, dirs_exist_ok=True)
    module = ".".join((*place.parts, "workflow"))
    with (source / "tillroll" / "workflows" / "registry.py").open("a", encoding="utf-8") as registry:
        registry.write(_ANOTHER_KIND.format(module=module, name=name))


def replace_in(file: Path, what: str, by: str) -> None:
    """Change a file of the copied sources.

    Raises:
        AssertionError: it does not say that (any more).
    """
    text = file.read_text(encoding="utf-8")
    assert what in text, f"{file.name} has changed: say here how {what!r} is said now"
    file.write_text(text.replace(what, by), encoding="utf-8")
