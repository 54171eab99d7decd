"""The stories of a kind, where its author has put them."""

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tillroll_durable.registry import Registry
from tillroll_testing.stories.story import Story

_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class NoStory(LookupError):
    """There is nothing to play; the message says how to come by it."""


class Playable(Protocol):
    """What is played: kinds, with their stories and their code."""

    @property
    def root(self) -> Path:
        """The project's folder."""
        ...

    def stories_of(self, kind: str) -> Sequence[Story]:
        """The stories of a kind. Raises NoStory."""
        ...

    def code_of(self, kind: str) -> Path | None:
        """The folder with its `workflow.py`, or its one file; None where there is none."""
        ...


@dataclass(frozen=True)
class Project:
    """What is played: the workflows of a registry, and the stories of their kinds.

    Modules are imported from `sources`. A kind that is not registered yet has a folder in
    `written`. The folder `stories`, below `root`, has a module for each kind.
    """

    registry: Registry
    root: Path
    sources: Path
    written: Path
    stories: Path

    def stories_of(self, kind: str) -> Sequence[Story]:
        """The stories of a kind, which need not be registered yet.

        Raises:
            NoStory: there is no such kind, or it has no story.
        """
        if self.code_of(kind) is None:
            written = (
                path.parent.name.replace("_", "-") for path in self.written.glob("*/workflow.py")
            )
            kinds = ", ".join(sorted({*self.registry.newest, *written}))
            raise NoStory(f"There is no workflow {kind!r}. There are: {kinds}.")
        package = kind.replace("-", "_")
        folder = self.stories.relative_to(self.root)
        where = (folder / f"{package}.py").as_posix()
        if not (self.stories / f"{package}.py").exists():
            raise NoStory(
                f"The workflow {kind!r} has no story to play. Write {where} with `STORIES`, a "
                "tuple of `Story`: docs/testing-workflows.md shows one. What `tillroll new "
                f"workflow` writes has one; so have: {', '.join(self.kinds_with_stories())}."
            )
        module = importlib.import_module(".".join((*folder.parts, package)))
        stories: Sequence[Story] = getattr(module, "STORIES", ())
        if not stories:
            raise NoStory(f"{where} has no story: give it `STORIES`, a tuple of `Story`.")
        return tuple(stories)

    def code_of(self, kind: str) -> Path | None:
        """Where the `workflow.py` of a kind stands, if there is one. One that is registered stands
        beside its body.
        """
        if not _KIND.fullmatch(kind):
            return None
        folder = self.written / kind.replace("-", "_")
        if not (folder / "workflow.py").exists() and kind in self.registry.newest:
            module = self.registry.newest[kind].body.__module__
            folder = (self.sources / module.replace(".", "/")).parent
        return folder if (folder / "workflow.py").exists() else None

    def kinds_with_stories(self) -> list[str]:
        """The kinds that can be played."""
        return sorted(path.stem.replace("_", "-") for path in self.stories.glob("[a-z]*.py"))
