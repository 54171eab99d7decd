"""A new project: eleven files, and what was asked for beside."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

from tillroll_command import pins
from tillroll_command.making.library import requirement
from tillroll_command.making.migrations import copy_new, schema
from tillroll_command.making.names import Names, names_of

IN_THE_CORE: Final = {
    "jobs-workflows": "runs are durable, and schedules and the reconciler are jobs of the cron",
    "audit-log": "each change of a run is an event of the audit, in the same transaction",
    "idempotency": "a run is begun once by its key, and each effect has a key of its own",
    "webhook-delivery": "events are signed, delivered at least once, and repeated with backoff",
}
"""Parts that a project has from the start, each with what it does."""
_FILES: Final = {
    "pyproject.toml": "pyproject.toml.txt",
    "wrangler.jsonc": "wrangler.jsonc.txt",
    "package.json": "package.json.txt",
    "README.md": "readme.md.txt",
    "AGENTS.md": "agents.md.txt",
    ".gitignore": "gitignore.txt",
}
_WORKFLOW: Final = re.compile(
    r"^([A-Z][A-Z0-9_]*)(?:: [^=]+)? = (?:\w+\.)?Workflow\(", re.MULTILINE
)

_CONTRACT: Final = re.compile(r"\bContract\(\s*\"([\w-]+)\"")
_HOST: Final = re.compile(r"https://([\w.-]+\.example)\b")


@dataclass(frozen=True)
class _Begun:
    """What the project begins with: a module of `src`, and how a run of it is begun."""

    module: str
    kind: str
    params: str
    variables: str
    addresses: str = ""


_ORDER: Final = _Begun(
    "order",
    "order",
    params='{"article": "tea"}',
    variables='{ "PAYMENTS_URL": "https://payments.example/charges" }',
)


class ProjectRefused(Exception):
    """No project was made; the message says why. Nothing was written."""


def templates() -> Traversable:
    """The folder of the templates."""
    return files("tillroll_command") / "making" / "templates"


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with its places filled."""
    return Template((templates() / template).read_text(encoding="utf-8")).substitute(values)


def examples() -> Mapping[str, Traversable]:
    """The examples that a project may begin as, by their names."""
    for folder in (files("tillroll_command") / "examples", _examples_of_checkout()):
        if folder.is_dir():
            return {each.name: each for each in _sorted(folder) if (each / "workflow.py").is_file()}
    return {}


def _examples_of_checkout() -> Path:
    return Path(__file__).resolve().parents[3] / "examples"


def start_project(
    folder: Path,
    name: str,
    *,
    wheel: Path | None = None,
    modules: Sequence[str] = (),
    like: str | None = None,
) -> list[str]:
    """Write a project into a folder that is new or empty; its files, in the order of writing.

    Raises:
        NameRefused: the name cannot be taken.
        ProjectRefused: the folder has files, or there is no such module or example.
    """
    names = names_of(name)
    unknown = sorted({*modules} - IN_THE_CORE.keys())
    if unknown:
        raise ProjectRefused(
            f"There is no module {', '.join(unknown)}. There are: {', '.join(IN_THE_CORE)}."
        )
    if folder.exists() and any(folder.iterdir()):
        raise ProjectRefused(f"{folder} is not empty: choose another name, or empty it.")
    written = _workflow_of_example(names, like) if like else _first_workflow(names)
    written |= {
        f"tests/test_{each.replace('-', '_')}.py": filled(f"{each}.py.txt", _values(names, wheel))
        for each in modules
    }
    begun = _begun_like(names, like) if like else _ORDER
    values = {**_values(names, wheel), **asdict(begun)}
    common = {path: filled(template, values) for path, template in _FILES.items()}
    whole = common | written
    for path, text in whole.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    copied = copy_new(folder / "migrations", schema())
    assert copied is not None
    tables = _tables(like)
    (folder / "migrations" / "0002_tables.sql").write_text(tables, encoding="utf-8")
    return [*whole, f"migrations/{copied.name}", "migrations/0002_tables.sql"]


def workflows_in(source: str) -> list[str]:
    """The names of the workflows that a module makes."""
    return _WORKFLOW.findall(source)


def _first_workflow(names: Names) -> dict[str, str]:
    values = {"package": names.module, "modules": "order", "workflows": "order.ORDER"}
    return {
        "src/entry.py": filled("entry.py.txt", values),
        f"src/{names.module}/order.py": filled("order.py.txt", values),
        "tests/test_order.py": filled("test_order.py.txt", values),
    }


def _workflow_of_example(names: Names, example: str) -> dict[str, str]:
    """An example's workflow, story and page in place of the first workflow.

    Raises ProjectRefused: there is no such example.
    """
    folder = _example(example)
    module = example.replace("-", "_")
    source = (folder / "workflow.py").read_text(encoding="utf-8")
    found = [f"{module}.{each}" for each in workflows_in(source)]
    values = {"package": names.module, "modules": module, "workflows": ", ".join(found)}
    own = {
        "src/entry.py": filled("entry.py.txt", values),
        f"src/{names.module}/{module}.py": source,
        f"docs/{example}.md": (folder / "README.md").read_text(encoding="utf-8"),
    }
    for story in ("story.py", f"test_{module}.py"):
        if (folder / story).is_file():
            text = (folder / story).read_text(encoding="utf-8")
            own[f"tests/test_{module}.py"] = text.replace(
                f"examples.{module}.workflow", f"{names.module}.{module}"
            )
    return own


def _begun_like(names: Names, example: str) -> _Begun:
    """How the files that every project has speak of an example."""
    module = example.replace("-", "_")
    source = (_example(example) / "workflow.py").read_text(encoding="utf-8")
    kind = next(iter(_CONTRACT.findall(source)), example)
    hosts = ", ".join(sorted({*_HOST.findall(source)}))
    file = f"`src/{names.module}/{module}.py`"
    addresses = (
        f"It asks {hosts}, which nobody has. Before `tillroll dev`, put your own addresses at the "
        f"top of {file}; [docs/{example}.md](docs/{example}.md) says more.\n\n"
    )
    return _Begun(module, kind, params="{…}", variables="{}", addresses=addresses)


def _example(name: str) -> Traversable:
    known = examples()
    if name not in known:
        raise ProjectRefused(
            f"There is no example {name!r}. There are: {', '.join(known) or 'none in this wheel'}."
        )
    return known[name]


def _tables(like: str | None) -> str:
    """The tables of the project's own: those of its first workflow."""
    if like is None:
        return (templates() / "orders.sql").read_text(encoding="utf-8")
    scripts = [each for each in _sorted(_example(like)) if each.name.endswith(".sql")]
    texts = [each.read_text(encoding="utf-8") for each in scripts]
    return "\n".join(texts) or "-- Tables of your own.\n"


def _values(names: Names, wheel: Path | None) -> dict[str, str]:
    return {
        "name": names.name,
        "package": names.module,
        "library": requirement(wheel),
        "library_dev": requirement(wheel, "dev"),
        "node": pins.NODE,
        "pyodide": pins.PYODIDE,
        "wrangler": pins.WRANGLER,
        "compatibility_date": pins.COMPATIBILITY_DATE,
    }


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda each: each.name)
