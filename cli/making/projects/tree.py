"""What is in a project of some modules: each of its files, by path."""

import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from cli.making.listing import LIST, left
from cli.making.plan import Refused
from cli.making.projects.import_rules import import_rules
from cli.making.projects.locks import shortened
from cli.making.projects.modules import Module, left_out, load_modules
from cli.making.projects.pruning.cutting import cut, kinds_of
from cli.making.projects.references import without_dead_references
from cli.making.projects.schema import baseline
from cli.making.projects.texts import (
    FRESH_CHANGELOG,
    checked_types,
    configuration,
    hooks,
    makefile,
    of_folders,
    without_packages,
)

_PAGE_OF: Final = "receipts"
"""The module whose page is the whole app; without it, a project has the page of its operators."""
_PARTS_OF_PAGE: Final = {"audit": ("public/js/runs/run/audit.js", "public/js/runs/run/run.js", "Audit")}
"""What of that page asks a module: its file, and the view whose lines name it."""
# Files in which people read: what they refer to is there, or is not referred to.
_READ: Final = frozenset({".css", ".html", ".js", ".jsonc", ".md", ".mjs", ".py", ".toml", ".ts", ".txt", ".yml"})
_INSTALLED: Final = (".venv", "node_modules", "python_modules")
_PLACED: Final = {
    "cli/making/templates/page.md.txt": "docs/workflows/kind.md",
    "modules/durable/project.md": "README.md",
}
"""Where the page that a template makes lies: its links begin there."""
_SNAPSHOT: Final = re.compile(r"tests/unit/durable/contracts/([a-z-]+)-v\d+\.json")
_ABOUT_MODULES: Final = """\
A project of one's own is made of these: `tillroll new project PATH --modules NAMES`. What a module needs comes with
it. It is made of what is committed. A later version is merged by `tillroll upgrade PATH`, which a newer clone of
Tillroll has; what the project's owner changed is kept, and git asks where both changed the same lines. This
page is made from the README of each module."""
_IGNORES: Final = "[tool.ruff.lint.per-file-ignores]\n"
# The host's platform takes what any module may be set to.
_MORE_IGNORES: Final = f'{_IGNORES}"tests/{{simulation/world,support/host_platform}}.py" = ["ARG001"]\n'


def tree_of(root: Path, name: str, chosen: Sequence[Module]) -> dict[str, bytes]:
    """The files of a project that is called `name`, made of a folder that `committed` gives.

    Raises:
        Refused: a file outside of the seams would have to be cut: the modules are not what they say.
    """
    modules = load_modules(root / "modules")
    names = {module.name for module in chosen}
    listed = files_of(root)
    gone = left_out(listed, names, modules)
    kinds = kinds_of((root / LIST).read_text(encoding="utf-8"), gone=gone)
    gone |= {path for path in listed if (found := _SNAPSHOT.match(path)) and found[1] in kinds}
    gone |= {path for path in listed if path.startswith("migrations/")}  # the baseline is what they make
    kept = [path for path in listed if path not in gone]
    python = {path: (root / path).read_text(encoding="utf-8") for path in kept if path.endswith(".py")}
    result = cut(python, gone)
    strange = sorted((set(result.changed) | result.emptied) - _seams(modules))
    if strange:
        raise Refused(
            f"These files name parts of modules that were not chosen, and are no seams: {', '.join(strange)}."
        )
    tree = {path: (root / path).read_bytes() for path in kept if path not in result.emptied}
    tree |= {path: source.encode() for path, source in result.changed.items()}
    tree |= _added(root, names, modules)
    tree[str(LIST)] = _formatted(root, left(tree[str(LIST)].decode(), _exists_in(tree)))
    tree |= {path: text.encode() for path, text in _texts(root, name, chosen, modules, tree).items()}
    tree |= {path: _referring(path, tree) for path in tree if PurePosixPath(path).suffix in _READ}
    return dict(sorted(tree.items()))


def _formatted(root: Path, source: str) -> bytes:
    command = [root / ".venv/bin/ruff", "format", "--quiet", "--config", root / "pyproject.toml", "-"]
    return subprocess.run(command, input=source.encode(), capture_output=True, check=True).stdout


def _seams(modules: Mapping[str, Module]) -> set[str]:
    return {path for module in modules.values() for path in module.seams}


@contextmanager
def committed(root: Path) -> Generator[Path]:
    """A folder with what is committed in a clone, beside the clone's packages. What is only written is left out: no
    later version could tell it from what the project's owner wrote.

    Raises:
        Refused: packages are missing, by which a project's own are chosen.
    """
    missing = [name for name in _INSTALLED if not any((root / name).glob("*"))]
    if missing:
        raise Refused(f"{root} has no packages in {', '.join(missing)}. Run `make setup` there, then this again.")
    head = subprocess.run(["git", "archive", "--format=tar", "HEAD"], cwd=root, capture_output=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder)
        with tarfile.open(fileobj=io.BytesIO(head.stdout)) as archive:
            archive.extractall(sources, filter="data")
        for name in _INSTALLED:
            (sources / name).symlink_to(root / name)
        yield sources


def files_of(root: Path) -> list[str]:
    """The files of a folder that `committed` made, without its packages."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def _added(root: Path, names: set[str], modules: Mapping[str, Module]) -> dict[str, bytes]:
    """What a module brings that Tillroll itself has no use for."""
    added: dict[str, bytes] = {}
    for name in sorted(names & set(modules)):
        folder = root / "modules" / name / "files"
        added |= {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if _PAGE_OF not in names:
        page = root / "modules/durable/page"
        added |= {f"public/{path.relative_to(page)}": path.read_bytes() for path in page.rglob("*") if path.is_file()}
        shared = (root / "modules/durable/page.txt").read_text(encoding="utf-8").split()
        for path in shared:
            source = root / "public" / path
            files = [source] if source.is_file() else [each for each in source.rglob("*") if each.is_file()]
            added |= {str(each.relative_to(root)): each.read_bytes() for each in files}
        for module, (part, view, name) in _PARTS_OF_PAGE.items():
            if module not in names:
                del added[part]
                lines = added[view].decode().splitlines(keepends=True)
                added[view] = "".join(line for line in lines if name not in line).encode()
    return added


def _texts(
    root: Path, name: str, chosen: Sequence[Module], modules: Mapping[str, Module], tree: Mapping[str, bytes]
) -> dict[str, str]:
    names = {module.name for module in chosen}
    is_whole = names == set(modules)
    absent = {package for module in modules.values() if module.name not in names for package in module.packages}
    sources = [content.decode() for path, content in tree.items() if path.endswith(".py") and path.startswith("src/")]

    def read(path: str) -> str:
        return (root / path).read_text(encoding="utf-8")

    def is_read(variable: str) -> bool:
        return any(f'"{variable}"' in source or f"raw.{variable}" in source for source in sources)

    def is_there(path: str) -> bool:
        return any(each.startswith(path) for each in tree)

    tables = {table for module in chosen for table in module.tables}
    texts = {
        "migrations/0001_baseline.sql": baseline(sorted((root / "migrations").glob("*.sql")), tables),
        "wrangler.jsonc": configuration(read("wrangler.jsonc"), name, tree["src/entry.py"].decode(), is_read),
        "Makefile": makefile(read("Makefile"), is_there),
        ".pre-commit-config.yaml": hooks(read(".pre-commit-config.yaml"), tree.__contains__),
        "package.json": _named(read("package.json"), name),
        "package-lock.json": _named(read("package-lock.json"), name),
        "CHANGELOG.md": FRESH_CHANGELOG,
        "README.md": _readme(root, name, chosen),
        "docs/modules.md": modules_page(root, chosen),
    }
    if _PAGE_OF not in names:
        texts["tsconfig.json"] = checked_types(read("tsconfig.json"))
    project = of_folders(without_packages(read("pyproject.toml"), absent), is_there)
    project = re.sub(r'(?m)^name = "tillroll"$', f'name = "{name}"', project)
    project = re.sub(r"(?m)^description = .*$", f'description = "{name}: durable, audited workflows."', project)
    texts["pyproject.toml"] = project if is_whole else import_rules(project, set(tree)).replace(_IGNORES, _MORE_IGNORES)
    for listed, installed in (
        ("host", next((root / ".venv/lib").glob("*/site-packages"))),
        ("worker", root / "python_modules"),
    ):
        files = f"requirements/{listed}.in", f"requirements/{listed}.txt"
        shorter = shortened(read(files[0]), read(files[1]), absent, installed) if absent else tuple(map(read, files))
        texts |= dict(zip(files, shorter, strict=True))
    return texts


def _named(package: str, name: str) -> str:
    found = json.loads(package)
    found["name"] = name
    if "packages" in found:
        found["packages"][""]["name"] = name
    return f"{json.dumps(found, indent=2, ensure_ascii=False)}\n"


def _readme(root: Path, name: str, chosen: Sequence[Module]) -> str:
    page = (root / "modules/durable/project.md").read_text(encoding="utf-8")
    rows = "\n".join(f"| `{module.name}` | {module.title} |" for module in chosen)
    return page.replace("{name}", name).replace("{modules}", rows)


def modules_page(root: Path, modules: Sequence[Module]) -> str:
    """The page of modules: what each needs and gives, from its README."""
    parts = ["# Modules", _ABOUT_MODULES]
    for module in modules:
        text = (root / "modules" / module.name / "README.md").read_text(encoding="utf-8")
        title, _, rest = text.partition("\n")
        needs = ", ".join(f"`{need}`" for need in module.needs) or "nothing"
        parts += [f"## `{module.name}`: {title.removeprefix('# ')}", rest.strip(), f"Needs {needs}."]
        if module.tables:
            parts.append(f"Tables: {', '.join(f'`{table}`' for table in sorted(module.tables))}.")
    return "\n\n".join(parts) + "\n"


def _referring(path: str, tree: Mapping[str, bytes]) -> bytes:
    return without_dead_references(_PLACED.get(path, path), tree[path].decode(), _exists_in(tree)).encode()


def _exists_in(tree: Mapping[str, bytes]) -> Callable[[str], bool]:
    """Whether a tree has a file or folder."""

    def exists(whole: str) -> bool:
        return whole in tree or any(each.startswith(f"{whole}/") for each in tree)

    return exists
