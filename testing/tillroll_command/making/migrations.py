"""Copies of the library's schema among a project's migrations.

A copy is a file of its own under the next free number. It says of each piece which file of the
library it is, and the piece's SHA-256. A copy that is there is never changed or renumbered.
"""

import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from tillroll_command import VERSION

ACCOUNTS: Final = "accounts.sql"
"""The piece that a project with a table of accounts of its own does without."""
_MARK: Final = re.compile(
    r"^-- tillroll-durable (?P<version>\S+): (?P<name>\S+) sha256:(?P<digest>[0-9a-f]{64})$",
    re.MULTILINE,
)
_OWN_ACCOUNTS: Final = re.compile(r"^CREATE TABLE accounts\b", re.MULTILINE)
_NUMBER: Final = re.compile(r"^(\d{4})_")
_HIGHEST: Final = 9_999


class SchemaChanged(Exception):
    """A piece was copied from another library than this one, whose piece differs."""


def schema() -> Mapping[str, str]:
    """The library's schema: the text of each piece, in the order in which they are applied."""
    folder = files("tillroll_durable") / "schema"
    pieces = {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()}
    of_library = {name: pieces[name] for name in sorted(pieces) if name.endswith(".sql")}
    accounts = files("tillroll_command") / "making" / "templates" / ACCOUNTS
    return {ACCOUNTS: accounts.read_text(encoding="utf-8"), **of_library}


def missing(migrations: Path, pieces: Mapping[str, str]) -> list[str]:
    """The pieces that no migration of a folder has yet.

    Raises SchemaChanged: one was copied, and is another now.
    """
    texts = [path.read_text(encoding="utf-8") for path in sorted(migrations.glob("*.sql"))]
    copied = {mark["name"]: mark["digest"] for text in texts for mark in _MARK.finditer(text)}
    changed = [
        name for name, sql in pieces.items() if name in copied and copied[name] != _digest(sql)
    ]
    if changed:
        raise SchemaChanged(
            f"{', '.join(changed)} of this library differs from what was copied. A release never "
            "changes what it had: take the library that the copy names, or begin a new database."
        )
    has_accounts = any(_OWN_ACCOUNTS.search(text) for text in texts)
    return [
        name for name in pieces if name not in copied and not (name == ACCOUNTS and has_accounts)
    ]


def copy_new(migrations: Path, pieces: Mapping[str, str], version: str = VERSION) -> Path | None:
    """Copy what is new into a folder of migrations; the file, or None where nothing is new.

    Raises SchemaChanged: a piece that was copied is another now. Nothing was written.
    """
    new = missing(migrations, pieces)
    if not new:
        return None
    migrations.mkdir(parents=True, exist_ok=True)
    path = migrations / f"{next_number(migrations):04}_tillroll_durable_{version}.sql"
    copies = [_copy(name, pieces[name], version) for name in new]
    path.write_text("\n".join(copies), encoding="utf-8")
    return path


def next_number(migrations: Path) -> int:
    """The number behind the highest.

    Raises SchemaChanged: there is none.
    """
    found = (_NUMBER.match(path.name) for path in migrations.glob("*.sql"))
    numbers = [int(each[1]) for each in found if each is not None]
    number = max(numbers, default=0) + 1
    if number > _HIGHEST:
        raise SchemaChanged("The migrations have no number left.")
    return number


def _copy(name: str, sql: str, version: str) -> str:
    return f"-- tillroll-durable {version}: {name} sha256:{_digest(sql)}\n{sql.rstrip()}\n"


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()
