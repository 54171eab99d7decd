"""The pins of requirements/worker.txt in pyproject.toml, where workers-py finds them, and those of
the library alone in its wheel: `python -m local.pins`.

`pywrangler` resolves the project's ranges by `uv pip compile pyproject.toml`, which keeps to the
constraints that stand there. So it installs the same versions as `make setup`.
"""

import re
from pathlib import Path

from local.places import ROOT, TESTING

PROJECT = ROOT / "pyproject.toml"
PINNED = ROOT / "requirements" / "worker.txt"
OF_LIBRARY = TESTING / "tillroll_local" / "worker.txt"
# What a Worker of the library needs, with what that needs.
_NEEDED = frozenset(
    {
        "annotated-types",
        "cronsim",
        "microdot",
        "pydantic",
        "pydantic-core",
        "pyodide-http",
        "standardwebhooks",
        "typing-extensions",
        "typing-inspection",
        "workers-runtime-sdk",
    }
)
_PIN = re.compile(r"^([a-zA-Z0-9._-]+==[^ \\;]+)", re.MULTILINE)
_BLOCK = re.compile(r"^constraint-dependencies = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL)


def pins(requirements: str) -> list[str]:
    """`name==version` of each package of a requirements file, in its order."""
    return _PIN.findall(requirements)


def of_library(requirements: str) -> str:
    """The part of a requirements file, with its hashes, that the library's Worker needs."""
    blocks = re.split(r"^(?=[a-zA-Z0-9])", requirements, flags=re.MULTILINE)
    return "".join(each for each in blocks if each.partition("==")[0] in _NEEDED)


def with_pins(project: str, pinned: list[str]) -> str:
    """pyproject.toml with these constraints. Raises ValueError: it has no place for them."""
    lines = "".join(f'  "{each}",\n' for each in pinned)
    written, count = _BLOCK.subn(f"constraint-dependencies = [\n{lines}]\n", project)
    if count != 1:
        raise ValueError("pyproject.toml has to have constraint-dependencies once")
    return written


def renew(project: Path = PROJECT, pinned: Path = PINNED) -> None:
    """Write the pins."""
    requirements = pinned.read_text(encoding="utf-8")
    text = with_pins(project.read_text(encoding="utf-8"), pins(requirements))
    project.write_text(text, encoding="utf-8")
    OF_LIBRARY.write_text(of_library(requirements), encoding="utf-8")


if __name__ == "__main__":
    renew()
