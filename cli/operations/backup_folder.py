"""What a backup is on disk: the database as SQL, the objects as files, and a manifest that is
written last.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.shards import FIRST
from tillroll_local.files import write_private

_FORMAT = 2
_CHUNK_BYTES = 2**20


class NoBackup(Exception):
    """There is no such folder."""


class BrokenBackup(Exception):
    """The folder is no whole backup; the message says what is missing or wrong, and what to do."""


@dataclass(frozen=True)
class KeptObject:
    """An object of the bucket; `sha256` is of the file that has its bytes."""

    key: str
    size: int
    etag: str
    content_type: str | None
    sha256: str


@dataclass(frozen=True)
class BackupFolder:
    """
    database.sql    the tables of the first database, as SQL
    database-2.sql  those of the second one, and so on
    objects/        a file an object, named like its key
    objects.jsonl   a `KeptObject` a line
    manifest.json   when it was made, and the SHA-256 of the other files
    """

    folder: Path

    def database(self, number: int) -> Path:
        """Where the tables of a database lie, by its number."""
        if number == FIRST:
            return self.folder / "database.sql"
        return self.folder / f"database-{number}.sql"

    @property
    def _objects(self) -> Path:
        return self.folder / "objects.jsonl"

    @property
    def _manifest(self) -> Path:
        return self.folder / "manifest.json"

    def file_of(self, key: str) -> Path:
        """Where an object's bytes lie. A key is no path: what means something to a file system is
        encoded.
        """
        names = [quote(name, safe="@") for name in key.split("/")]
        return self.folder.joinpath(
            "objects",
            *(name.replace(".", "%2E") if not name.strip(".") else name for name in names),
        )

    def begin(self) -> dict[str, KeptObject]:
        """Make the folder, or take up an earlier backup in it, which counts as broken from now on;
        return the objects that it has, by key.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._manifest.unlink(missing_ok=True)
        try:
            return {each.key: each for each in self.objects()}
        except (
            FileNotFoundError,
            ValueError,
            TypeError,
        ):  # none, or none that can be read: all is fetched anew
            return {}

    def finish(self, databases: Sequence[int], objects: Sequence[KeptObject], at: datetime) -> None:
        """Write what makes it whole."""
        write_private(self._objects, "".join(f"{json.dumps(asdict(each))}\n" for each in objects))
        manifest = {
            "format": _FORMAT,
            "madeAt": to_text(at),
            "databasesSha256": {
                str(number): file_sha256(self.database(number)) for number in databases
            },
            "objectsSha256": file_sha256(self._objects),
            "objects": len(objects),
        }
        write_private(self._manifest, json.dumps(manifest, indent=2) + "\n")

    def objects(self) -> list[KeptObject]:
        return [
            KeptObject(**json.loads(line))
            for line in self._objects.read_text(encoding="utf-8").splitlines()
        ]

    def databases(self) -> dict[int, str]:
        """The SHA-256 of each database's file, by its number. The backup must be whole."""
        manifest = json.loads(self._manifest.read_text(encoding="utf-8"))
        found = {int(number): str(kept) for number, kept in manifest["databasesSha256"].items()}
        return dict(sorted(found.items()))

    def check(self) -> str:
        """When the backup was made, as UTC text.

        Raises:
            NoBackup: there is no such folder.
            BrokenBackup: a part is missing or is not what was written.
        """
        if not self.folder.is_dir():
            raise NoBackup(f"There is no folder {self.folder}.")
        if not self._manifest.exists():
            raise BrokenBackup(
                f"{self.folder} has no manifest.json: the backup was not finished. Make it again."
            )
        manifest = json.loads(self._manifest.read_text(encoding="utf-8"))
        if manifest.get("format") != _FORMAT:
            raise BrokenBackup(
                f"{self._manifest} has the format {manifest.get('format')}; this is {_FORMAT}."
            )
        for number, expected in manifest["databasesSha256"].items():
            _check(self.database(int(number)), expected)
        _check(self._objects, manifest["objectsSha256"])
        for each in self.objects():
            _check(self.file_of(each.key), each.sha256)
        return str(manifest["madeAt"])


def _check(file: Path, sha256: str) -> None:
    if not file.exists():
        raise BrokenBackup(f"{file} is missing. Take an older backup, or bring the file back.")
    if file_sha256(file) != sha256:
        raise BrokenBackup(
            f"{file} is not what the backup wrote. Take an older backup, or bring the file back."
        )


def file_sha256(file: Path) -> str:
    """Of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
