"""The import rules of pyproject.toml, for the rooms that a project has."""

import re
from collections.abc import Collection

_CONTRACT = re.compile(r"(?ms)^\[\[tool\.importlinter\.contracts\]\]\n.*?(?=^\[|\Z)")
_LIST = re.compile(r"(?m)^(layers|source_modules|forbidden_modules) = \[([^\]]*)\]")


def import_rules(project: str, files: Collection[str]) -> str:
    """Each contract without the rooms that are not there; one that is about nothing any more goes."""

    def shortened(contract: re.Match[str]) -> str:
        text = _LIST.sub(lambda found: f"{found[1]} = [{_kept(found[1], found[2], contract[0], files)}]", contract[0])
        return "" if re.search(r"(?m)^(?:source|forbidden)_modules = \[\]", text) else text

    return _CONTRACT.sub(shortened, project)


def _kept(key: str, listed: str, contract: str, files: Collection[str]) -> str:
    container = re.search(r'containers = \["([\w.]+)"\]', contract) if key == "layers" else None
    under = "" if container is None else f"{container[1]}."
    kept: list[str] = []
    for entry in re.findall(r'"([^"]+)"', listed):
        rooms = [room for room in entry.split(" | ") if _is_there(f"{under}{room}", files)]
        if rooms:
            kept.append(f'"{" | ".join(rooms)}"')
    return ", ".join(kept)


def _is_there(module: str, files: Collection[str]) -> bool:
    if not module.startswith("tillroll"):
        return True
    path = f"src/{module.replace('.', '/')}"
    return f"{path}.py" in files or any(each.startswith(f"{path}/") for each in files)
