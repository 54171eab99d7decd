"""A further kind in the copied sources of a test's own stack, as a developer adds one, and
constants changed there.
"""

import shutil
from importlib import import_module
from pathlib import Path

from local.places import ROOT


def add_kind(source: Path, package: Path, name: str, *, begins_by_time: bool = False) -> None:
    """Copy a package of tests whose `workflow.py` has the kind, but for its entry file, and
    register it.
    """
    place = package.relative_to(ROOT)
    ignored = shutil.ignore_patterns("__pycache__", "worker.py")
    shutil.copytree(package, source / place, ignore=ignored, dirs_exist_ok=True)
    module = ".".join((*place.parts, "workflow"))
    kind = getattr(import_module(module), name).contract.kind
    constant = kind.upper().replace("-", "_")
    folder = source / "tillroll" / constant.lower()
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A kind of a test."""\n', encoding="utf-8")
    (folder / "workflow.py").write_text(
        f"from {module} import {name} as {constant}\n", encoding="utf-8"
    )
    by_time = f', by_time=("{kind}",)' if begins_by_time else ""
    line = f'    Module("{folder.name}", workflows=("workflow:{constant}",){by_time}),\n'
    listed = f"MODULES: Final = (\n{line}"
    replace_in(source / "tillroll" / "app.py", "MODULES: Final = (\n", listed)


def replace_in(file: Path, what: str, by: str) -> None:
    """Change a file of the copied sources.

    Raises:
        AssertionError: it does not say that (any more).
    """
    text = file.read_text(encoding="utf-8")
    assert what in text, f"{file.name} has changed: say here how {what!r} is said now"
    file.write_text(text.replace(what, by), encoding="utf-8")
