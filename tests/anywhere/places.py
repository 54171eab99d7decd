"""Where the runs take place: a clone in a folder with a blank, another user, a later clock, a newer
Python.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.places import BUILD, ROOT

FOLDER: Final = Path("a folder") / "tillroll"
PRIVATE: Final = 0o077
NEWER_PYTHONS: Final = ("python3.15", "python3.14", "python3.13", "python3.12")
_LIBRARY: Final = "libfaketimeMT.so.1"
_PACKAGE: Final = "libfaketime"


class NotPossible(Exception):
    """Something of a run that this machine cannot do; the message says what."""


@dataclass(frozen=True)
class Person:
    """Somebody of this machine, with a folder of their own."""

    name: str
    user: int
    group: int
    home: Path


@contextmanager
def other_person() -> Generator[Person]:
    """A person who is made for the run, and removed after it.

    Raises:
        NotPossible: only root can make one, by `useradd`.
    """
    if os.geteuid() != 0:
        raise NotPossible("another user: only root can make one")
    if shutil.which("useradd") is None:
        raise NotPossible("another user: this machine has no useradd")
    name = f"tillroll-{secrets.token_hex(4)}"
    subprocess.run(["useradd", "--create-home", name], check=True)
    try:
        entry = pwd.getpwnam(name)
        yield Person(name, user=entry.pw_uid, group=entry.pw_gid, home=Path(entry.pw_dir))
    finally:
        subprocess.run(["userdel", "--force", "--remove", name], check=False, capture_output=True)


@contextmanager
def clone(person: Person | None = None) -> Generator[Path]:
    """What is committed here, in a folder with a blank, which only its owner can read."""
    with tempfile.TemporaryDirectory(prefix="tillroll-") as base:
        project = Path(base) / FOLDER
        subprocess.run(
            ["git", "clone", "--quiet", ROOT, project],
            check=True,
            umask=PRIVATE,
        )
        if person is not None:
            for path in [Path(base), *Path(base).rglob("*")]:
                os.chown(path, person.user, person.group, follow_symlinks=False)
        yield project


@contextmanager
def later_clock() -> Generator[Mapping[str, str]]:
    """What the environment of a program has, so that its calendar is a year ahead.

    Raises:
        NotPossible: there is no faketime, nor can it be fetched; or there is no compiler.
    """
    library = next(iter(_libraries()), None)
    if library is None:
        raise NotPossible(
            f"a clock a year ahead: there is no {_LIBRARY} (Debian: apt-get install faketime)"
        )
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotPossible(
            "a clock a year ahead: there is no C compiler, for tests/anywhere/sleep.c"
        )
    # The loader cuts its list at a blank, which .build may have in its path.
    with tempfile.TemporaryDirectory(prefix="tillroll-") as folder:
        sleep = Path(folder) / "sleep.so"
        source = Path(__file__).with_name("sleep.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", sleep, source], check=True)
        copied = shutil.copy(library, folder)
        yield {
            "LD_PRELOAD": f"{sleep}:{copied}",
            "FAKETIME": "+1y",
            # Deadlines go by this clock, and need no other year.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _libraries() -> Generator[Path]:
    """The library of this machine; else the one of Debian's package, which is unpacked into
    .build.
    """
    yield from Path("/usr/lib").glob(f"*/faketime/{_LIBRARY}")
    folder = BUILD / "faketime"
    if not folder.exists() and shutil.which("apt-get") is not None:
        folder.mkdir(parents=True)
        if os.geteuid() == 0:
            _quiet("apt-get", "update", at=folder)
        _quiet("apt-get", "download", _PACKAGE, at=folder)
        for package in folder.glob("*.deb"):
            _quiet("dpkg-deb", "--extract", str(package), str(folder), at=folder)
    yield from folder.rglob(_LIBRARY)


def _quiet(*words: str, at: Path) -> None:
    """Run a command of Debian. Where it fails, nothing is there to be found."""
    subprocess.run(words, cwd=at, check=False, capture_output=True)


def newer_python() -> str:
    """The newest Python above 3.11 that this machine has.

    Raises:
        NotPossible: it has none.
    """
    for name in NEWER_PYTHONS:
        pyenv = Path.home() / ".pyenv" / "versions"
        for python in [shutil.which(name), *sorted(pyenv.glob(f"*/bin/{name}"))]:
            if python is not None and _makes_environments(python):
                return str(python)
    raise NotPossible(f"a newer Python: this machine has none of {', '.join(NEWER_PYTHONS)}")


def _makes_environments(python: str | Path) -> bool:
    """Whether a Python starts, and has what the set-up needs of it."""
    done = subprocess.run(
        [python, "-c", "import ensurepip, venv"], capture_output=True, check=False
    )
    return done.returncode == 0
