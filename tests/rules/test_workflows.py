"""What GitHub runs for this repository: with the least rights, by pinned actions, and never with a
stranger's code beside a secret.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from local.places import ROOT
from tests.rules.sources import files, text

FOLDER: Final = ".github/workflows"
# What begins a workflow without a stranger's text in it, or with no right to write.
_TRIGGERS: Final = {"push", "pull_request", "schedule", "workflow_dispatch"}
_USES: Final = re.compile(r"uses: *(\S+)(.*)$", re.MULTILINE)
_PINNED: Final = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
_VERSION: Final = re.compile(r" # v\d+\.\d+\.\d+")
_CHECKOUT, _NODE = "actions/checkout@", "actions/setup-node@"
_CACHES: Final = ("cache", "cache-dependency-path")


def faults(source: str) -> list[str]:
    """What a workflow must not have."""
    workflow = yaml.safe_load(source)
    found = [*_faults_of_pins(source), *_faults_of_triggers(workflow)]
    if workflow.get("permissions") not in ({}, {"contents": "read"}):
        found.append("begin with permissions: contents: read, and give a job what it needs beside")
    for name, job in workflow["jobs"].items():
        found += [f"{name}: {fault}" for fault in _faults_of_job(job)]
    return found


def _faults_of_pins(source: str) -> Iterator[str]:
    for action, behind in _USES.findall(source):
        if not _PINNED.fullmatch(action):
            yield f"{action}: pin it by its commit"
        elif not _VERSION.fullmatch(behind):
            yield f"{action}: say which version that commit is, as # v1.2.3"


def _faults_of_triggers(workflow: dict[Any, Any]) -> Iterator[str]:
    # YAML 1.1 reads the word `on` as true.
    begun_by = workflow[True]
    for name in {*begun_by} - _TRIGGERS:
        yield f"{name}: it runs with rights where a stranger may have written what it reads"


def _faults_of_job(job: dict[str, Any]) -> Iterator[str]:
    steps: list[dict[str, Any]] = job["steps"]
    if "timeout-minutes" not in job:
        yield "say timeout-minutes"
    if "write" in job.get("permissions", {}).values() and _runs_project(steps):
        yield "it may write, and runs the project's code: give each a job of its own"
    for step in steps:
        yield from _faults_of_step(step)


def _runs_project(steps: list[dict[str, Any]]) -> bool:
    return any(step.get("uses", "").startswith(_CHECKOUT) for step in steps)


def _faults_of_step(step: dict[str, Any]) -> Iterator[str]:
    action: str = step.get("uses", "")
    given: dict[str, Any] = step.get("with", {})
    if "${{" in step.get("run", ""):
        yield "what GitHub fills in becomes a part of the command: hand it over by env"
    if action.startswith(_CHECKOUT) and given.get("persist-credentials") is not False:
        yield "say persist-credentials: false, or the token lies in .git"
    if action.startswith(_NODE) and given.get("package-manager-cache") is not False:
        yield "say package-manager-cache: false"
    if action.startswith("actions/cache") or any(name in given for name in _CACHES):
        yield "no cache: what one run leaves there another one would execute"


@pytest.mark.parametrize("path", files(FOLDER, ".yml", ".yaml"), ids=lambda each: each.name)
def test_a_workflow_has_the_least_rights(path: Any) -> None:
    assert faults(text(path)) == []


def test_there_are_workflows() -> None:
    names = {path.stem for path in files(FOLDER, ".yml", ".yaml")}
    assert names == {"ci", "prove", "release"}
    tags = yaml.safe_load(text(ROOT / FOLDER / "release.yml"))[True]
    assert tags == {"push": {"tags": ["v*"]}}


_SHA: Final = "0" * 40
_RIGHT: Final = f"""
on: [push]
permissions:
  contents: read
jobs:
  test:
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@{_SHA} # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@{_SHA} # v7.0.0
        with:
          package-manager-cache: false
      - run: make test
"""


def test_a_right_one_passes() -> None:
    assert faults(_RIGHT) == []


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("on: [push]", "on: [pull_request_target]", "pull_request_target"),
        ("on: [push]", "on:\n  workflow_run:\n    workflows: [CI]", "workflow_run"),
        ("permissions:\n  contents: read\n", "", "contents: read"),
        ("contents: read", "contents: write", "contents: read"),
        (f"checkout@{_SHA} # v7.0.1", "checkout@v7 # v7.0.1", "pin it"),
        (f"checkout@{_SHA} # v7.0.1", f"checkout@{_SHA}", "which version"),
        ("    timeout-minutes: 5\n", "", "timeout-minutes"),
        ("persist-credentials: false", "persist-credentials: true", "persist-credentials"),
        ("package-manager-cache: false", "cache: npm", "no cache"),
        ("package-manager-cache: false", "node-version: 24", "package-manager-cache"),
        (f"actions/setup-node@{_SHA}", f"actions/cache@{_SHA}", "no cache"),
        ("make test", "echo ${{ github.head_ref }}", "by env"),
        ("  test:\n", "  test:\n    permissions:\n      contents: write\n", "it may write"),
    ],
)
def test_a_wrong_one_is_found(right: str, wrong: str, says: str) -> None:
    assert right in _RIGHT
    found = faults(_RIGHT.replace(right, wrong))
    assert any(says in fault for fault in found), found
