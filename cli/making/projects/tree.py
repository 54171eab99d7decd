"""What is in a project of some modules: whole files of this one, by path, and the few that name its
parts.
"""

import io
import json
import re
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cli.making.listing import LIST, left, needs_of, workflows_of
from cli.making.projects.imports import without_importers

PAGE_OF: Final = "receipts"
"""The module whose page is the whole app. Without it, a project has the page of its operators."""
_FOLDERS: Final = (
    "cli",
    "docs",
    "local",
    "migrations",
    "public",
    "requirements",
    "src",
    "typings",
    "tests",
)
_FILES: Final = (
    ".editorconfig", ".gitignore", ".npmrc", "LICENSE", "package-lock.json", "package.json",
    "pyproject.toml",
    "tsconfig.json", "wrangler.jsonc",
)  # fmt: skip
_MAKERS: Final = ("cli/making/projects/", "cli/commands/operations/projects.py")
"""What makes projects: a project makes none."""
_TESTS: Final = re.compile(
    r"tests/(?:support/.*|simulation/(?!(?:.*/)?test_\w+\.py$).*|(?:(?:integration|unit)/)?(?:__init__|conftest)\.py)"
)
"""What all tests stand on. The tests of a module come with it."""


def tree_of(root: Path, name: str, chosen: Collection[str]) -> dict[str, bytes]:
    """The files of a project that is called `name`, made of a folder that `committed` gives."""
    listed = (root / LIST).read_text(encoding="utf-8")
    gone = {*needs_of(listed)} - {*chosen}
    every = files_of(root)
    kept = [path for path in every if _is_of_a_project(path, chosen) and not (_owners(path) & gone)]
    tree = {path: (root / path).read_bytes() for path in without_importers(root, kept, every)}
    if PAGE_OF in gone:
        shared = _shared_page(root)
        fonts = (
            () if "exports" in gone else ("public/fonts/",)
        )  # a report's, which the Worker reads
        tree = {
            path: content
            for path, content in tree.items()
            if not path.startswith("public/") or path in shared or path.startswith(fonts)
        }
    tree |= dict(_added(root, gone))
    texts = {
        str(LIST): left(listed, chosen),
        "src/entry.py": _entry(
            (root / "src/entry.py").read_text(encoding="utf-8"), _classes(listed, gone)
        ),
        "wrangler.jsonc": _configuration(
            tree["wrangler.jsonc"].decode(), name, _classes(listed, gone)
        ),
        "package.json": _named(tree["package.json"].decode(), name),
        "package-lock.json": _named(tree["package-lock.json"].decode(), name),
        "pyproject.toml": _python_project(tree["pyproject.toml"].decode(), name),
        "README.md": _readme(root, name, chosen),
    }
    return dict(sorted((tree | {path: text.encode() for path, text in texts.items()}).items()))


def _is_of_a_project(path: str, chosen: Collection[str]) -> bool:
    if path.startswith("tests/"):
        return bool(_TESTS.fullmatch(path) or _owners(path) & {*chosen})
    return path in _FILES or (
        path.partition("/")[0] in _FOLDERS and "/" in path and not path.startswith(_MAKERS)
    )


def _owners(path: str) -> set[str]:
    """The module that a file belongs to by its place; empty for what is shared."""
    found = re.match(
        r"(?:src/(?=tillroll_)|(?:src/tillroll|tests/unit|docs)/)(\w+)(?:/|\.(?:py|md)$)", path
    )
    return {found[1]} if found else set()


def _added(root: Path, gone: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """What a project has that Tillroll itself has no use for."""
    folder = root / "modules/durable"
    for path in files_of(folder / "files"):
        yield path, (folder / "files" / path).read_bytes()
    if PAGE_OF in gone:
        for path in files_of(folder / "page"):
            yield f"public/{path}", (folder / "page" / path).read_bytes()


def _shared_page(root: Path) -> set[str]:
    """The files of public/ that the operators' page shares with the app."""
    return {
        f"public/{path}"
        for path in (root / "modules/durable/page.txt").read_text(encoding="utf-8").split()
    }


def _classes(listed: str, gone: Collection[str]) -> set[str]:
    """The Worker's classes of the workflows of these modules."""
    return {
        f"{constant.title().replace('_', '')}Workflow"
        for constant, file in workflows_of(listed).items()
        if _owners(file) & {*gone}
    }


def _entry(text: str, absent: Collection[str]) -> str:
    for name in absent:
        text = text.replace(f"\n\n\nclass {name}(_Run): ...", "")
    return text


def _configuration(text: str, name: str, absent: Collection[str]) -> str:
    """Everything of Cloudflare's is named after the project, so that it shares nothing with
    another.
    """
    lines = text.splitlines(keepends=True)
    kept = "".join(
        line for line in lines if not any(f'"class_name": "{each}"' in line for each in absent)
    )
    for ours, theirs in (("receipts", "objects"), ("events", "events"), ("ticks", "ticks")):
        kept = kept.replace(f'"tillroll-{ours}"', f'"{name}-{theirs}"')
    kept = re.sub(r'"(name|database_name)": "tillroll"', f'"\\1": "{name}"', kept)
    own = zlib.crc32(name.encode()) % 900_000 + 100_000
    kept = re.sub(
        r'"namespace_id": "83(\d\d)"', lambda found: f'"namespace_id": "{own}{found[1]}"', kept
    )
    return re.sub(r",(\s*[\]}])", r"\1", kept)


def _named(package: str, name: str) -> str:
    found = json.loads(package)
    found["name"] = name
    if "packages" in found:
        found["packages"][""]["name"] = name
    return f"{json.dumps(found, indent=2, ensure_ascii=False)}\n"


def _python_project(text: str, name: str) -> str:
    text = re.sub(r'(?m)^name = "tillroll"$', f'name = "{name}"', text)
    text = re.sub(
        r"(?m)^description = .*$", f'description = "{name}: durable, audited workflows."', text
    )
    # Its rules of imports are about the insides of modules, of which a project has some and changes
    # none.
    text = re.sub(r"(?ms)^\[tool\.importlinter\]$.*?^(?=\[tool\.(?!importlinter))", "", text)
    # Commands of what is not there are not imported, and so not checked.
    return re.sub(r'(?m)^include = \["src".*$', 'include = ["src"]', text)


def _readme(root: Path, name: str, chosen: Collection[str]) -> str:
    page = (root / "modules/durable/project.md").read_text(encoding="utf-8")
    return page.replace("{name}", name).replace(
        "{modules}", ", ".join(f"`{each}`" for each in chosen)
    )


@contextmanager
def committed(root: Path) -> Generator[Path]:
    """A folder with what is committed in a clone. What is only written is left out: no later
    version could tell it from what the project's owner wrote.
    """
    head = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD"], cwd=root, capture_output=True, check=True
    )
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder)
        with tarfile.open(fileobj=io.BytesIO(head.stdout)) as archive:
            if hasattr(tarfile, "data_filter"):
                archive.extractall(sources, filter="data")
            else:  # Python before 3.11.4, as Debian 12 has it; what git wrote needs no filter
                archive.extractall(sources)  # noqa: S202
        yield sources


def files_of(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
