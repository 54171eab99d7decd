"""The stories of a kind, where its author has put them."""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.places import ROOT
from tests.simulation.stories.story import Story
from tillroll.workflows.registry import REGISTRY

_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STORIES: Final = ROOT / "tests/simulation/kinds"
_SOURCES: Final = ROOT / "src"
# Where `tillroll new workflow` writes them.
_WRITTEN: Final = _SOURCES / "tillroll/workflows"


class NoStory(LookupError):
    """There is nothing to play; the message says how to come by it."""


def stories_of(kind: str) -> Sequence[Story]:
    """The stories of a kind, which need not be registered yet.

    Raises:
        NoStory: there is no such kind, or it has no story.
    """
    package = kind.replace("-", "_")
    if folder_of(kind) is None:
        written = (path.parent.name.replace("_", "-") for path in _WRITTEN.glob("*/workflow.py"))
        raise NoStory(
            f"There is no workflow {kind!r}. There are: "
            f"{', '.join(sorted({*REGISTRY.newest, *written}))}."
        )
    where = f"tests/simulation/kinds/{package}.py"
    if not (_STORIES / f"{package}.py").exists():
        raise NoStory(
            f"The workflow {kind!r} has no story to play. Write {where} with `STORIES`, a tuple of "
            "`tests.simulation.author.Story`: docs/testing-workflows.md shows one. What `tillroll "
            "new workflow` writes "
            f"has one; so have: {', '.join(kinds_with_stories())}."
        )
    stories = getattr(importlib.import_module(f"tests.simulation.kinds.{package}"), "STORIES", ())
    if not stories:
        raise NoStory(
            f"{where} has no story: give it `STORIES`, a tuple of `tests.simulation.author.Story`."
        )
    return tuple(stories)


def folder_of(kind: str) -> Path | None:
    """Where the `workflow.py` of a kind stands, if there is one. One that is registered stands
    beside its body.
    """
    if not _KIND.fullmatch(kind):
        return None
    folder = _WRITTEN / kind.replace("-", "_")
    if not (folder / "workflow.py").exists() and kind in REGISTRY.newest:
        folder = (_SOURCES / REGISTRY.newest[kind].body.__module__.replace(".", "/")).parent
    return folder if (folder / "workflow.py").exists() else None


def kinds_with_stories() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in _STORIES.glob("[a-z]*.py"))
