"""A project's tree without the modules that were not chosen: whole files, and in the seams the lines that name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cli.making.listing import LIST, workflows_of
from cli.making.plan import Plan
from cli.making.projects.pruning.gone_imports import GoneImports
from cli.making.projects.pruning.one_file import Pruned, prune


@dataclass
class Cut:
    """`changed` are the files of Python that lost lines, by path; `emptied` those of which nothing was left."""

    changed: dict[str, str] = field(default_factory=dict[str, str])
    emptied: set[str] = field(default_factory=set[str])


def cut(kept: Mapping[str, str], gone: set[str]) -> Cut:
    """What becomes of the Python files `kept` (their sources, by path) when the files `gone` are not there."""
    sources, result = dict(kept), Cut()
    modules = {module_of(path) for path in gone if path.endswith(".py")}
    # wrangler.jsonc names these classes, and no import does.
    classes = frozenset(_class_of(kind) for kind in kinds_of(kept.get(str(LIST), ""), gone=gone))
    names = {"entry": classes} if classes else {}
    again = True
    while again:
        imports = GoneImports(modules, names)
        again = False
        for path in sorted(sources):
            module = module_of(path)
            pruned = prune(sources[path], imports, names.get(module, frozenset()), package_of(path))
            if pruned.source == sources[path] and pruned.gone == names.get(module, frozenset()):
                continue
            again = True
            _take(path, pruned, sources, result)
            if path in result.emptied:
                modules.add(module)
            else:
                names[module] = pruned.gone
    return result


def _take(path: str, pruned: Pruned, sources: dict[str, str], result: Cut) -> None:
    if pruned.is_empty and PurePosixPath(path).name != "__init__.py":
        result.emptied.add(path)
        result.changed.pop(path, None)
        del sources[path]
    else:
        sources[path] = result.changed[path] = pruned.source


def kinds_of(modules: str, gone: set[str]) -> set[str]:
    """The kinds that the list of modules has in files that are `gone`."""
    return {name.lower().replace("_", "-") for name, path in workflows_of(modules).items() if path in gone}


def _class_of(kind: str) -> str:
    """The class of src/entry.py that runs a kind."""
    return f"{Plan(kind, ()).class_name}Workflow"


def module_of(path: str) -> str:
    """The dotted name by which a file is imported: src/ is where imports begin, as the project's folder is."""
    parts = PurePosixPath(path).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(path: str) -> str:
    """What relative imports of a file begin at."""
    return module_of(str(PurePosixPath(path).with_name("__init__.py")))
