"""`make anywhere`: what is green here is green in another folder, for another user, and next year.

1. The whole of `make test` in a clone in `a folder/tillroll`, as a user who is made for it, in
  India's time zone and
   the locale C, with files that only their owner can read, and with another seed of hashes.
2. Unit tests and simulation in another clone, with the clock a year ahead and the newest Python
  that there is.

What this machine cannot do is left out of a run, and said at the end. Words that are given choose
tests, for both runs, as they do for `make test ARGS=…`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.anywhere.places import (
    PRIVATE,
    NotPossible,
    Person,
    clone,
    later_clock,
    newer_python,
    other_person,
)

_ODD: Final = {"TZ": "Asia/Kolkata", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "4711"}
# What belongs to whoever started this, or to the make that did.
_OWN: Final = re.compile(
    r"(XDG_|MAKE|MFLAGS|GNUMAKE|PYENV_|VIRTUAL_ENV|HOME$|USER$|LOGNAME$|MAIL$|TMPDIR$|LC_)"
)
_UNITS: Final = "-n auto --dist worksteal tests/unit tests/simulation"
_SUMMARY: Final = re.compile(r"^=* ?(\d+ (?:failed|passed).*?) in [\d.]+s.*$", re.MULTILINE)


class Failed(Exception):
    """A command of a run ended with an error."""


def main(words: list[str]) -> int:
    """Both runs, the second also where the first one fails."""
    chosen = " ".join(words)
    omissions: list[str] = []
    results: list[str] = []
    failures = 0
    for run in (elsewhere, next_year):
        try:
            results.append(run(chosen, omissions))
        except Failed as failure:
            _say(str(failure))
            failures += 1
    for omission in omissions:
        _say(f"Not done: {omission}.")
    if failures:
        return 1
    _say(f"Proved: {'; '.join([*results, *(f'not {omission}' for omission in omissions)])}")
    return 0


def elsewhere(chosen: str, omissions: list[str]) -> str:
    """`make test` on what looks like another machine. Raises Failed."""
    with ExitStack() as stack:
        person: Person | None = None
        try:
            person = stack.enter_context(other_person())
        except NotPossible as reason:
            omissions.append(str(reason))
        project = stack.enter_context(clone(person))
        output = _make("test", f"ARGS={chosen}", at=project, person=person, environment=_ODD)
    return f"make test elsewhere: {_counts(output)}"


def next_year(chosen: str, omissions: list[str]) -> str:
    """Unit tests and simulation, a year later. Raises Failed."""
    clock: Mapping[str, str] = {}
    python = "python3"
    with ExitStack() as stack:
        try:
            clock = stack.enter_context(later_clock())
        except NotPossible as reason:
            omissions.append(str(reason))
        try:
            python = newer_python()
        except NotPossible as reason:
            omissions.append(str(reason))
        project = stack.enter_context(clone())
        # What is downloaded has certificates, which a year from now are none.
        _make("setup", f"PYTHON={python}", at=project)
        output = _make(
            "test", f"ARGS={chosen or _UNITS}", f"PYTHON={python}", at=project, environment=clock
        )
    version = Path(python).name
    when = "a year later" if clock else "today"
    return f"units {when} with {version}: {_counts(output)}"


def _make(
    target: str,
    *variables: str,
    at: Path,
    person: Person | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a target in a clone, show what it prints, and return that. Raises Failed."""
    own = {name: value for name, value in os.environ.items() if not _OWN.match(name)}
    user: int | None = None
    group: int | None = None
    groups: list[int] | None = None
    if person is None:
        own["HOME"] = str(Path.home())
    else:
        own.update(HOME=str(person.home), USER=person.name, LOGNAME=person.name)
        user = person.user
        group = person.group
        groups = []
    command = ["make", "--no-print-directory", target, *variables]
    _say(f"{' '.join(command)}, in {at}, as user {user}, with {dict(environment or {})}")
    with subprocess.Popen(
        command,
        cwd=at,
        env={**own, **(environment or {})},
        user=user,
        group=group,
        extra_groups=groups,
        umask=PRIVATE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
    if process.returncode != 0:
        raise Failed(f"make {target} failed in {at}.")
    return "".join(lines)


def _counts(output: str) -> str:
    """What each pytest of a run counted."""
    return ", ".join(_SUMMARY.findall(output)) or "no count"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
