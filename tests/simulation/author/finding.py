"""The stories of a kind, where its author has put them."""

import importlib
import re
from collections.abc import Sequence
from typing import Final

from local.places import ROOT
from tests.simulation.stories.story import Story

_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STORIES: Final = ROOT / "tests/simulation/kinds"
_WORKFLOWS: Final = ROOT / "src/tillroll/workflows"


class NoStory(LookupError):
    """There is nothing to play; the message says how to come by it."""


def stories_of(kind: str) -> Sequence[Story]:
    """The stories of a kind, which need not be registered yet.

    Raises:
        NoStory: there is no such kind, or it has no story.
    """
    package = kind.replace("-", "_")
    if not _KIND.fullmatch(kind) or not (_WORKFLOWS / package / "workflow.py").exists():
        kinds = sorted(path.parent.name.replace("_", "-") for path in _WORKFLOWS.glob("*/workflow.py"))
        raise NoStory(f"There is no workflow {kind!r}. There are: {', '.join(kinds)}.")
    where = f"tests/simulation/kinds/{package}.py"
    if not (_STORIES / f"{package}.py").exists():
        raise NoStory(
            f"The workflow {kind!r} has no story to play. Write {where} with `STORIES`, a tuple of "
            "`tests.simulation.author.Story`: docs/testing-workflows.md shows one. What `tillroll new workflow` writes "
            f"has one; so have: {', '.join(kinds_with_stories())}."
        )
    stories = getattr(importlib.import_module(f"tests.simulation.kinds.{package}"), "STORIES", ())
    if not stories:
        raise NoStory(f"{where} has no story: give it `STORIES`, a tuple of `tests.simulation.author.Story`.")
    return tuple(stories)


def kinds_with_stories() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in _STORIES.glob("[a-z]*.py"))
