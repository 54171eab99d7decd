"""The project that a command works in: the nearest folder whose pyproject.toml names it."""

import importlib
import importlib.util
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from tillroll_command.endings import Code, Stopped

if TYPE_CHECKING:
    from tillroll_durable.registry import Registry
    from tillroll_testing.stories.story import Story

_NO_PROJECT: Final = (
    "There is no project here: no pyproject.toml with a table [tool.tillroll], in this folder or "
    "above it. `tillroll init NAME` makes one."
)
_NO_PACKAGE: Final = (
    "[tool.tillroll] has no `package`: write the name of the folder below src that has the "
    'workflows, such as package = "shop".'
)
_NEEDS_DEV: Final = (
    "This needs what the extra `dev` brings: install tillroll-durable[dev], as README.md says."
)


@dataclass(frozen=True)
class AuthorsProject:
    """A project as `tillroll init` writes it.

    Attributes:
        root: its folder.
        package: the package of its workflows, below src.
    """

    root: Path
    package: str

    @property
    def sources(self) -> Path:
        return self.root / "src"

    @property
    def entry(self) -> Path:
        return self.sources / "entry.py"

    @property
    def tests(self) -> Path:
        return self.root / "tests"

    @property
    def migrations(self) -> Path:
        return self.root / "migrations"

    @cached_property
    def registry(self) -> "Registry":
        """The workflows that entry.py lists."""
        from tillroll_testing.host.entry import registry_of  # noqa: PLC0415 - it needs the extra

        return registry_of(self.entry)

    def code_of(self, kind: str) -> Path | None:
        """The file with the body of a kind; None where there is none."""
        workflow = self.registry.newest.get(kind)
        if workflow is None:
            return None
        path = self.sources / f"{workflow.body.__module__.replace('.', '/')}.py"
        return path if path.exists() else None

    def test_of(self, kind: str) -> Path:
        """The file with the stories of a kind."""
        code = self.code_of(kind)
        name = code.stem if code else kind.replace("-", "_")
        return self.tests / f"test_{name}.py"

    def stories_of(self, kind: str) -> Sequence["Story"]:
        """The stories of a kind. Raises NoStory."""
        from tillroll_testing.play.finding import NoStory  # noqa: PLC0415 - it needs the extra

        if kind not in self.registry.newest:
            kinds = ", ".join(sorted(self.registry.newest))
            raise NoStory(f"There is no workflow {kind!r}. src/entry.py lists: {kinds}.")
        path = self.test_of(kind)
        where = path.relative_to(self.root).as_posix()
        if not path.exists():
            raise NoStory(f"{kind!r} has no story: write {where} with `STORIES`.")
        stories: Sequence[Story] = getattr(_imported(path), "STORIES", ())
        if not stories:
            raise NoStory(f"{where} has no story: give it `STORIES`, a tuple of `Story`.")
        return tuple(stories)


def nearest_project(folder: Path | None = None) -> AuthorsProject:
    """The project of a folder, or of the one that this process runs in.

    Raises Stopped: there is none, or its pyproject.toml cannot be read.
    """
    start = (folder or Path.cwd()).resolve()
    for each in (start, *start.parents):
        file = each / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Stopped(Code.FAILED, f"{file} is no TOML: {error}.") from error
        own = settings.get("tool", {}).get("tillroll")
        if own is None:
            continue
        if not isinstance(own, dict) or "package" not in own:
            raise Stopped(Code.FAILED, f"{file}: {_NO_PACKAGE}")
        return AuthorsProject(each, str(cast("dict[str, object]", own)["package"]))
    raise Stopped(Code.NOT_FOUND, _NO_PROJECT)


def authors_project() -> AuthorsProject:
    """The nearest project, ready to be imported from.

    Raises Stopped: there is none, or what tests it is not installed.
    """
    project = nearest_project()
    if importlib.util.find_spec("apsw") is None:
        raise Stopped(Code.FAILED, _NEEDS_DEV)
    for folder in (project.tests, project.sources):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    return project


def _imported(path: Path) -> object:
    """The module of a test file, which is found by its folder."""
    return importlib.import_module(path.stem)
