"""Lock files without the packages that only absent modules need."""

import re
from collections.abc import Collection, Mapping
from importlib.metadata import distributions
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def shortened(listed: str, lock: str, without: Collection[str], installed: Path) -> tuple[str, str]:
    """A list of packages (`.in`) and its lock (`.txt`), without some of them and what nothing else needs. What needs
    what is read of the folder that the whole lock is installed in."""
    kept = [line for line in listed.splitlines() if _name_of(line) not in without]
    needed = _closure({name for line in kept if (name := _name_of(line))}, _requirements(installed))
    entries = [entry for entry in re.split(r"(?m)^(?=\S)", lock) if entry.strip()]
    names = {_name_of(entry) for entry in entries}
    left = [entry for entry in entries if _name_of(entry) in needed & names]
    return "\n".join(kept) + "\n", "".join(left)


def _name_of(line: str) -> str:
    found = _NAME.match(line)
    return "" if found is None else found[0].lower().replace("_", "-").replace(".", "-")


def _requirements(installed: Path) -> Mapping[str, set[str]]:
    """By each package those that it may need, whatever the machine: more than it does need on any one."""
    return {
        _name_of(each.name): {_name_of(line) for line in each.requires or ()}
        for each in distributions(path=[str(installed)])
    }


def _closure(roots: Collection[str], requirements: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += requirements.get(name, ())
    return found
