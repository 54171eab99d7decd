"""The committed results of `make prove`, and which of them still count."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from local.places import ROOT
from tests.prove.parts import Part

FILE: Final = Path(__file__).with_name("results.json")
PASSED: Final = "passed"


@dataclass(frozen=True)
class Result:
    """What became of a part.

    Attributes:
        commit: the commit that was proven; with "+" behind it where its sources had changes that
            were not committed.
        digest: of everything that the part covers, and of how it is run. Empty where there were
            such changes.
        sizes: the length that it was run at.
        seed: the one that repeats it; None where it takes none.
        count: how much was proven, in the part's own words, such as "152 passed".
        seconds: how long it took.
        result: PASSED, "failed", "hung" or "stopped".
    """

    commit: str
    digest: str
    sizes: dict[str, int]
    seed: int | None
    count: str
    seconds: int
    result: str


def load(file: Path = FILE) -> dict[str, Result]:
    """The results by part. Without a file there are none."""
    if not file.exists():
        return {}
    kept: dict[str, dict[str, object]] = json.loads(file.read_text(encoding="utf-8"))
    # As written below.
    return {name: Result(**values) for name, values in kept.items()}  # pyright: ignore[reportArgumentType]


def store(results: Mapping[str, Result], file: Path = FILE) -> None:
    """Write them, in a file that is whole at every moment."""
    fresh = file.with_suffix(".new")
    fresh.write_text(
        json.dumps({name: asdict(each) for name, each in results.items()}, indent=1) + "\n",
        encoding="utf-8",
    )
    fresh.replace(file)


def counts(result: Result | None, part: Part, digest: str) -> bool:
    """Whether a result still says that the part holds: it passed, at the default length or more, on
    these sources.
    """
    return (
        result is not None
        and result.result == PASSED
        and digest == result.digest != ""
        and all(result.sizes.get(name, 0) >= size for name, size in part.sizes.items())
    )


def digest_of(part: Part, root: Path = ROOT) -> str:
    """A digest of what the part covers as it is committed. Empty without git, or if changes in it
    are not committed.
    """
    if _git(root, "status", "--porcelain", "--", *part.covers) != "":
        return ""
    listed = _git(root, "ls-files", "--stage", "--", *part.covers)
    return hashlib.sha256(listed.encode()).hexdigest()[:16] if listed else ""


def commit_of(root: Path = ROOT) -> str:
    """The commit that is checked out, in short; empty without git."""
    return (_git(root, "rev-parse", "--short=10", "HEAD") or "").strip()


def _git(root: Path, *words: str) -> str | None:
    """What git says; None where it fails, as outside of a checkout."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None
