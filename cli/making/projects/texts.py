"""The files of a new project that are neither copied nor cut as Python: its configuration, its Makefile, its pages."""

import re
import zlib
from collections.abc import Callable, Collection
from typing import Final

_WORKFLOW = re.compile(r'"class_name": "(\w+)"')
_BINDING = re.compile(r'^  "\w+": \{ "binding": "(\w+)" \},$')
_SAID_OF_A_VARIABLE = re.compile(r'(?:    //.*\n)+(?=    "([A-Z][A-Z0-9_]+)": )')
_SECRETS = re.compile(r"(?s)(?<=Secrets \(`wrangler secret put`\): )[A-Z_,\s/]+(?=\.)")
_VARIABLE = re.compile(r'^    "([A-Z][A-Z0-9_]+)": ')


def configuration(text: str, name: str, entry: str, is_read: Callable[[str], bool]) -> str:
    """wrangler.jsonc under the project's name, with the workflows that src/entry.py has and the bindings, variables
    and secrets that are read. Everything of Cloudflare's is named after the project, so that it shares nothing with
    another."""
    text = _SAID_OF_A_VARIABLE.sub(lambda found: found[0] if is_read(found[1]) else "", text)
    text = _SECRETS.sub(lambda found: ", ".join(name for name in re.findall(r"\w+", found[0]) if is_read(name)), text)
    lines = text.splitlines(keepends=True)
    kept = "".join(line for line in lines if _stays(line, entry, is_read))
    kept = kept.replace('"tillroll-receipts"', f'"{name}-objects"').replace('"tillroll-events"', f'"{name}-events"')
    kept = kept.replace('"name": "tillroll"', f'"name": "{name}"').replace(
        '"database_name": "tillroll"', f'"database_name": "{name}"'
    )
    own = zlib.crc32(name.encode()) % 900_000 + 100_000
    kept = re.sub(r'"namespace_id": "83(\d\d)"', lambda found: f'"namespace_id": "{own}{found[1]}"', kept)
    return re.sub(r",(\s*[\]}])", r"\1", kept)


def _stays(line: str, entry: str, is_read: Callable[[str], bool]) -> bool:
    workflow, variable = _WORKFLOW.search(line), _VARIABLE.match(line) or _BINDING.match(line)
    if workflow is not None:
        return f"class {workflow[1]}(" in entry
    return variable is None or is_read(variable[1])


def makefile(text: str, exists: Callable[[str], bool]) -> str:
    """A Makefile without targets that run what is not there. `make test` runs all tests of a project: they are few."""
    parts = text.split("\n\n")  # a target with what is said of it
    kept = [part for part in parts if all(exists(path) for path in _tests_in(part))]
    gone = {_name_of(part) for part in parts if part not in kept}
    whole = "\n\n".join(kept).replace("$(ON_STACKS) -m essential", "$(ON_STACKS)")
    return re.sub(
        r"(?m)^\.PHONY:.*$", lambda line: " ".join(word for word in line[0].split() if word not in gone), whole
    )


def _name_of(part: str) -> str:
    found = re.search(r"(?m)^([a-z-]+):", part)
    return "" if found is None else found[1]


def _tests_in(part: str) -> list[str]:
    commands = re.sub(r"(?m)^#.*$", "", part)
    modules = [found.replace(".", "/") for found in re.findall(r"-m ((?:tests|bench)\b(?:\.\w+)*)", commands)]
    return [*modules, *re.findall(r"(tests/\w[\w/]*\w(?:\.py)?)", commands)]


def hooks(text: str, exists: Callable[[str], bool]) -> str:
    """The hooks of pre-commit without those that run tests which are not there."""
    parts = re.split(r"(?m)^(?= {6}- id: )", text)
    return "".join(part for part in parts if all(exists(path) for path in re.findall(r"tests/[\w/]+\.py", part)))


def checked_types(text: str) -> str:
    """tsconfig.json for a page that is all in public/."""
    text = re.sub(r',\n *//[^\n]*\n *"rootDirs": [^\n]*', "", text)
    return re.sub(r', "modules/[\w/]+"', "", text)


def without_packages(project: str, packages: Collection[str]) -> str:
    """pyproject.toml without these dependencies."""
    lines = project.splitlines(keepends=True)
    return "".join(line for line in lines if not any(line.startswith(f'  "{name}>') for name in packages))


def of_folders(project: str, is_there: Callable[[str], bool]) -> str:
    """pyproject.toml, of which pyright reads the folders that are there."""

    def kept(listed: re.Match[str]) -> str:
        return ", ".join(each for each in listed[0].split(", ") if is_there(each.strip('"')))

    return re.sub(r'(?m)(?<=^include = \[)"[^\]]*', kept, project)


FRESH_CHANGELOG: Final = """\
# Changelog

## Unreleased

- The project was made.
"""
