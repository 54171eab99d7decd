"""Bringing a later version of the modules into a project: a merge of git.

What the project was made of is a commit of its own history. The same modules of this version are
committed on top of that, beside the owner's work, and git merges the two: three ways, by the lines
that each changed.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

from cli.making.listing import LIST, needs_of
from cli.making.plan import Refused
from cli.making.projects.modules import chosen_of
from cli.making.projects.tree import committed
from cli.making.projects.writing import RECORD, TRAILER, author, commit_all, fill, git, origin_of


@dataclass(frozen=True)
class Upgraded:
    """`conflicts` are the files that both sides changed in the same lines; git has marked them."""

    conflicts: list[str]
    is_unchanged: bool = False


def upgrade_project(root: Path, project: Path) -> Upgraded:
    """Merge the project's modules as this version has them.

    Raises:
        Refused: the folder is no such project, has changes that are not committed, or was made of a
            version that this clone does not know, or of which tables were changed in place. Nothing
            was changed.
    """
    record = project / RECORD
    if not record.is_file():
        raise Refused(f"{project} has no {RECORD}: it was not made by `tillroll new project`.")
    if git(project, "status", "--porcelain"):
        raise Refused(
            f"{project} has changes that are not committed: commit them, so that none is lost."
        )
    found = json.loads(record.read_text(encoding="utf-8"))
    base = git(project, "log", "-1", "--format=%H", f"--grep=^{TRAILER}: ")
    if not base:
        raise Refused(
            f"No commit of {project} says what it was made of ({TRAILER}): its history was cut off."
        )
    made_of, origin = str(found["tillroll"]), origin_of(root)
    if made_of == origin:
        return Upgraded([], is_unchanged=True)
    _check_migrations(made_of, root)
    with committed(root) as sources:
        chosen = chosen_of(found["modules"], needs_of((sources / LIST).read_text(encoding="utf-8")))
        python = root / ".venv/bin/python"
        upgraded = _commit_on(base, sources, project, str(found["name"]), chosen, origin, python)
    merged = run(
        ["git", *author(project), "merge", "--no-ff", "--no-edit", upgraded],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    conflicts = git(project, "diff", "--name-only", "--diff-filter=U").splitlines()
    if merged.returncode and not conflicts:
        raise Refused(f"git could not merge: {merged.stderr.strip()}")
    return Upgraded(conflicts)


def _commit_on(
    base: str, sources: Path, project: Path, name: str, chosen: list[str], origin: str, python: Path
) -> str:
    """Commit the tree of this version on top of what the project was made of; the commit."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / name
        git(project, "worktree", "add", "--detach", str(tree), base)
        try:
            git(tree, "rm", "-r", "--quiet", ".")
            fill(tree, sources, name, chosen, origin, python)
            return commit_all(tree, f"Take over Tillroll {origin[:12]}", origin)
        finally:
            git(project, "worktree", "remove", "--force", str(tree))


def _check_migrations(made_of: str, root: Path) -> None:
    """Look at what was applied.

    Raises:
        Refused: this clone does not know the version that the project was made of, or tables were
            changed in place.
    """
    known = run(
        ["git", "ls-tree", "--name-only", made_of, "migrations/"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if known.returncode:
        raise Refused(
            f"This clone of Tillroll does not know {made_of[:12]}: fetch its whole history, then "
            "again."
        )
    compared = ("--name-only", "--diff-filter=a", "--no-renames", made_of, "HEAD")
    changed = git(root, "diff", *compared, "--", "migrations/").split()
    if changed:
        raise Refused(
            f"{changed[0]} has changed since {made_of[:12]}: until the first tag tables are "
            "changed in place. Make the "
            "project anew, and bring over what is yours."
        )
