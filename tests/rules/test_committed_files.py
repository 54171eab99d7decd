"""What is committed works on every machine: no path and no registry of one of them, and locks that
are complete.
"""

import json
import re
import subprocess
from typing import Any

import pytest

from local.places import ROOT

# A route, such as GET /home/waiting, is no path of a machine.
_PATH = re.compile(
    r"(?<![\w.~$}/-])(?<!GET )(?<!POST )/(?:home|opt|private|root|tmp|Users|work)/[\w.-]+"
)
_REGISTRY = re.compile(
    r"https?://[^\s/\"']*(?:artifact|mirror|nexus|pypi|registry)|(?:index-url|registry) ?= ?\S*//"
)
# A requirement with its hashes, as uv writes it: name==version ; marker \, then a line a hash.
_LOCKED = re.compile(r"[a-z0-9-]+==[^\s;]+(?: ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+")
_DECISION = re.compile(r"\b[Dd]ecision (\d+)\b|\bdecisions/(\d{4})-|\]\((\d{4})-[a-z-]+\.md\)")
# Registries can lag behind with these; local/complete_lock.py adds them without a hash.
_UNHASHED = "node_modules/@cloudflare/workerd-"


@pytest.fixture(scope="module")
def committed() -> dict[str, str]:
    """Every text file that git knows, by its path."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so nothing says which files belong to it")
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    for name in filter(None, listed.split("\0")):
        # A file that is about to be deleted is still in the index.
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content:
            # Files of banks are in the letters of their countries.
            found[name] = content.decode("utf-8", errors="replace")
    return found


def lines_with(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in files.items()
        if pattern.search(text)  # most have none, and need not be split into lines
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine_is_committed(committed: dict[str, str]) -> None:
    assert lines_with(_PATH, committed) == []


def test_no_registry_is_committed(committed: dict[str, str]) -> None:
    assert lines_with(_REGISTRY, committed) == []


def test_every_decision_that_is_named_is_there_and_in_the_index(committed: dict[str, str]) -> None:
    there = {
        name.partition("decisions/")[2][:4]
        for name in committed
        if name.startswith("docs/decisions/0")
    }
    named = {name: numbers_in(text) for name, text in committed.items()}
    assert {name: numbers - there for name, numbers in named.items() if numbers - there} == {}
    assert named["docs/decisions/README.md"] == there


def numbers_in(text: str) -> set[str]:
    """The decisions that a text names, in four digits."""
    return {number.zfill(4) for found in _DECISION.findall(text) for number in found if number}


@pytest.mark.parametrize("lock", ["host.txt", "site.txt", "worker.txt"])
def test_every_python_package_is_pinned_and_hashed(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8").rstrip()
    requirements = re.split(r"\n(?! )", text)
    assert [requirement for requirement in requirements if not _LOCKED.fullmatch(requirement)] == []


def test_every_node_package_is_pinned_and_hashed() -> None:
    packages: dict[str, dict[str, Any]] = json.loads(
        (ROOT / "package-lock.json").read_text(encoding="utf-8")
    )["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert [name for name, package in installed.items() if "resolved" in package] == []
    unhashed = [name for name, package in installed.items() if "integrity" not in package]
    assert [
        name for name in unhashed if not (name.startswith(_UNHASHED) and packages[name]["optional"])
    ] == []
