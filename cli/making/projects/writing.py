"""Writing a new project: the tree of the chosen modules, in a folder and a repository of its
own.
"""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cli.making.listing import LIST, needs_of
from cli.making.plan import Refused
from cli.making.projects.modules import chosen_of
from cli.making.projects.tree import committed, tree_of
from cli.making.writing import run_tool

RECORD: Final = "tillroll.json"
"""Says of which version and modules a project was made."""
TRAILER: Final = "Made-of-Tillroll"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_NAME: Final = 40


def write_project(root: Path, target: Path, names: Sequence[str]) -> list[str]:
    """Write a project of these modules, and what they need, into the folder `target`; the names of
    all.

    Raises:
        Refused: a module is unknown, or the folder is not empty or has a name that cannot be a
            Worker's. Nothing was written.
    """
    name = target.resolve().name
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise Refused(
            f"{name!r} cannot be a Worker's name: call the folder by small letters, digits and "
            "hyphens, at most "
            f"{_LONGEST_NAME}, such as "
            f"{'-'.join(re.findall('[a-z0-9]+', name.lower())) or 'my-workflows'}."
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(f"{target} is not empty: name a folder that is new.")
    origin = origin_of(root)
    with committed(root) as sources:
        chosen = chosen_of(names, needs_of((sources / LIST).read_text(encoding="utf-8")))
        _make(root, target, sources, chosen, origin)
    return chosen


def _make(root: Path, target: Path, sources: Path, chosen: Sequence[str], origin: str) -> None:
    name = target.resolve().name
    target.parent.mkdir(parents=True, exist_ok=True)
    # It is there whole or not at all, whatever ends this half-way.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{name}-") as folder:
        made = Path(folder) / name
        made.mkdir()
        fill(made, sources, name, chosen, origin, root / ".venv/bin/python")
        git(made, "init", "--quiet", "--initial-branch=main")
        commit_all(made, f"Make the project of {', '.join(chosen)}", origin)
        made.rename(target)


def fill(
    target: Path, sources: Path, name: str, chosen: Sequence[str], origin: str, python: Path
) -> None:
    """Write the tree of a project, with the pages that `python` makes of its code."""
    for path, content in tree_of(sources, name, chosen).items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        source = sources / path
        if source.exists():
            shutil.copymode(source, file)
    record = {"name": name, "modules": [*chosen], "tillroll": origin}
    (target / RECORD).write_text(f"{json.dumps(record, indent=2)}\n", encoding="utf-8")
    # What the project's pages are made of is its own code: its folder comes before this one's.
    run_tool(
        ["env", "PYTHONPATH=src", "PYTHONDONTWRITEBYTECODE=1", python, "-m", "cli.pages.docs"],
        target,
    )


def origin_of(root: Path) -> str:
    """The commit of Tillroll that a project is made of.

    Raises:
        Refused: the folder is no repository, so nobody could say later what it was made of.
    """
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise Refused(
            "A project is made of a clone of Tillroll, so that it can be upgraded later: clone it "
            "with git."
        )
    return found.stdout.strip()


def uncommitted(root: Path) -> list[str]:
    """What a project is made without, because it is in no commit."""
    return [line[2:].strip() for line in git(root, "status", "--porcelain").splitlines()]


def commit_all(folder: Path, subject: str, origin: str) -> str:
    """Commit everything in a folder; the commit. Where git knows nobody, the project's tool is the
    author.
    """
    git(folder, "add", "--all")
    git(
        folder,
        *author(folder),
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        f"{subject}\n\n{TRAILER}: {origin}",
    )
    return git(folder, "rev-parse", "HEAD")


def author(folder: Path) -> tuple[str, ...]:
    """Options of git that name an author, where it knows nobody."""
    known = subprocess.run(
        ["git", "config", "user.email"], cwd=folder, capture_output=True, text=True, check=False
    )
    return (
        ()
        if known.stdout.strip()
        else ("-c", "user.name=tillroll", "-c", "user.email=tillroll@localhost")
    )


def git(folder: Path, *words: str) -> str:
    """What git said.

    Raises:
        Refused: it failed.
    """
    return run_tool(["git", *words], folder).strip()
