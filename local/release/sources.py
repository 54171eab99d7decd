"""The sources of a release: which version they say they are, and which commit."""

import json
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.places import ROOT

_SECTION: Final = re.compile(r"^## \[(?P<version>[^\]]+)\] - (?P<day>.+)$", re.MULTILINE)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class NotReleasable(Exception):
    """The sources are not what a release is made of; the message says what to do."""


@dataclass(frozen=True)
class Commit:
    """What is checked out.

    Attributes:
        name: its SHA-1.
        time: when it was committed, in seconds since 1970. The files of archives have it.
        is_clean: whether nothing differs from it.
    """

    name: str
    time: int
    is_clean: bool


def check_version(version: str, *, is_final: bool, root: Path = ROOT) -> None:
    """Hold the sources to a version. A final one has a day in the changelog, and a record of its
    migrations.

    Raises NotReleasable.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    for name, told in (("pyproject.toml", project), ("package.json", package)):
        if told["version"] != version:
            raise NotReleasable(f"{name} says version {told['version']}, and not {version}.")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    section = _SECTION.search(changelog)
    if section is None or section["version"] != version:
        raise NotReleasable(f"CHANGELOG.md has to begin with a section [{version}].")
    if is_final and not _DAY.fullmatch(section["day"]):
        raise NotReleasable(f"CHANGELOG.md has to give [{version}] its day, such as 2026-12-01.")
    if is_final and not (root / "tests" / "releases" / version).is_dir():
        raise NotReleasable(
            f"tests/releases/{version} has to keep the schema: make record-release "
            f"VERSION={version}, and commit it."
        )


def commit(root: Path = ROOT) -> Commit:
    """What is checked out in a folder.

    Raises NotReleasable: it is no checkout.
    """
    name, time = _git(root, "log", "-1", "--format=%H %ct").split()
    return Commit(name, int(time), _git(root, "status", "--porcelain") == "")


def tag(version: str, source: Commit, root: Path = ROOT) -> None:
    """Make the release's tag, which carries a message and is pushed by a person.

    Raises NotReleasable: there are changes, or there is such a tag.
    """
    if not source.is_clean:
        raise NotReleasable("Commit or remove what has changed: a tag is of what is committed.")
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"Tillroll {version}", source.name)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotReleasable(done.stderr.strip())
    return done.stdout.strip()
