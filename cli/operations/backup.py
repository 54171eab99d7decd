"""Backup and restore: the databases first and then the objects, and back in the other order.

All databases are exported before the objects are listed: every row's object is there, and what came
later is merely more. A restore puts the objects back first, so that no run is taken up before its
receipt is there.
"""

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from cli.operations.backup_folder import BackupFolder, KeptObject, file_sha256
from cli.operations.bucket import Bucket, ObjectFile
from local.config import databases_in
from local.d1 import (
    create_locally,
    execute_remotely,
    export_locally,
    export_remotely,
    query_locally,
    query_remotely,
    tables_locally,
    tables_remotely,
)
from tillroll_command.counting import counted
from tillroll_command.sql import literal
from tillroll_durable.platform.shards import binding_of, numbers_of
from tillroll_durable.sealing.files import number_of_key

# Nothing runs in the new place. Taken back, these say "go on" to the reconciler: instances are to
# be made anew, and what a consumer had under its lease is due again. And nobody has said yet which
# files the bank was given since then. Nor has anybody said what else left:
# nothing new is paid until then. The payment provider's list is read at once: it may have
# payments that are lost here. A link that was used since the backup would sign in once
# more, so all unused ones end. Which keys the new place has is seen by its first tick.
TAKE_UP = """
UPDATE runs SET instance_confirmed_at = NULL;
UPDATE outbox SET lease_until = NULL WHERE state = 'pending';
INSERT OR REPLACE INTO reconciler_cursors (name, position, updated_at)
SELECT 'payments: restored', at, at FROM (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS at);
INSERT OR REPLACE INTO reconciler_cursors (name, position, updated_at)
SELECT 'restored: what left', at, at FROM (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS at);
INSERT OR REPLACE INTO reconciler_cursors (name, position, updated_at)
SELECT 'payments: list', 'restored|', strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
UPDATE sign_in_codes SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE used_at IS NULL;
DELETE FROM encryption_keys;
DELETE FROM unreadable_secrets;
"""
# A restore that broke off between two databases goes on: the first one says what it was made of.
_MADE_OF = "backup: restored"
_CURSORS = "reconciler_cursors"
_NOTE_MADE_OF = """
INSERT OR REPLACE INTO reconciler_cursors (name, position, updated_at)
SELECT {name}, {sha256}, strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
"""
_QUERY_MADE_OF = f"SELECT position FROM reconciler_cursors WHERE name = {literal(_MADE_OF)}"

Say = Callable[[str], None]


class BrokenExport(Exception):
    """The database's export cannot be loaded; the message says why. The folder then holds no whole
    backup.
    """


class NotEmpty(Exception):
    """A restore wants an empty place; the message says what is there."""


class NoSuchDatabase(Exception):
    """The place lacks a database that the backup has; the message says which."""


class Place:
    """A deployment's data: of this machine's state folder, or deployed where `state` is None.
    `configuration` names the bindings. A database is named by its number.
    """

    def __init__(self, bucket: Bucket, configuration: Path, state: Path | None) -> None:
        self.bucket = bucket
        self._configuration = configuration
        self._state = state

    def databases(self) -> list[int]:
        """The numbers of all databases, in order."""
        return [*numbers_of(databases_in(self._configuration))]

    def export_database(self, number: int, file: Path) -> None:
        binding = binding_of(number)
        if self._state is None:
            export_remotely(file, self._configuration, binding)
        else:
            export_locally(file, self._state, self._configuration, binding)

    def tables(self, number: int) -> list[str]:
        binding = binding_of(number)
        if self._state is None:
            return tables_remotely(self._configuration, binding)
        return tables_locally(self._state, self._configuration, binding)

    def import_database(self, number: int, sql: str) -> None:
        binding = binding_of(number)
        if self._state is None:
            execute_remotely(sql, self._configuration, binding)
        else:
            create_locally(sql, self._state, self._configuration, binding)

    def made_of(self, number: int) -> str | None:
        """The SHA-256 of the file that a database with tables was restored from."""
        binding = binding_of(number)
        if self._state is None:
            rows = query_remotely(_QUERY_MADE_OF, self._configuration, binding)
        else:
            rows = query_locally(_QUERY_MADE_OF, self._state, self._configuration, binding)
        return next((str(row["position"]) for row in rows), None)


def _is_later(key: str, last_seals: Mapping[int, int]) -> bool:
    """Whether it is the copy of a seal that was made after the last one of its database."""
    for shard, last in last_seals.items():
        number = number_of_key(key, shard)
        if number is not None:
            return number > last
    return False


def back_up(place: Place, folder: Path, at: datetime, say: Say) -> None:
    """Write a backup, or renew the one in the folder: objects that have not changed are not fetched
    again.

    Raises:
        D1Error, BucketError, BrokenExport: a part could not be read; the folder then holds no whole
            backup.
    """
    target = BackupFolder(folder)
    kept = target.begin()
    databases = place.databases()
    last_seals: dict[int, int] = {}
    for number in databases:
        say(f"Exporting the database {binding_of(number)} …")
        partial = target.database(number).with_suffix(".partial")
        place.export_database(number, partial)
        partial.chmod(0o600)
        last_seals[number] = _try_out(partial)
        partial.replace(target.database(number))
    listed = [each for each in place.bucket.listed() if not _is_later(each.key, last_seals)]
    changed = [
        each
        for each in listed
        if each.key not in kept
        or kept[each.key].etag != each.etag
        or not target.file_of(each.key).exists()
    ]
    say(f"Fetching {len(changed)} of {counted(len(listed), 'object')} …")
    for each in changed:
        target.file_of(each.key).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.bucket.fetch(ObjectFile(each.key, target.file_of(each.key)) for each in changed)
    fetched = {each.key for each in changed}
    target.finish(
        databases,
        [
            KeptObject(
                each.key,
                each.size,
                each.etag,
                each.content_type,
                file_sha256(target.file_of(each.key)),
            )
            if each.key in fetched
            else kept[each.key]
            for each in listed
        ],
        at,
    )


def _try_out(export: Path) -> int:
    """Load the export into a database of its own; return the number of the last seal in it.

    Copies of later seals do not belong into the backup: a place restored from it will seal other
    events under their numbers.
    """
    with tempfile.TemporaryDirectory() as folder:
        connection: Any = apsw.Connection(f"{folder}/database")
        try:
            connection.execute(export.read_text(encoding="utf-8"))
            found = connection.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                raise BrokenExport(f"{export} does not hold together: {found[0][0]}")
            return int(
                connection.execute("SELECT COALESCE(MAX(number), 0) FROM seals").fetchone()[0]
            )
        except apsw.Error as error:
            raise BrokenExport(f"{export} cannot be loaded: {error}") from error
        finally:
            connection.close()


def restore(place: Place, folder: Path, say: Say) -> str:
    """Put a backup into an empty place; return when it was made. What breaks off before the end may
    be repeated.

    Raises:
        BrokenBackup: the folder is no whole backup. Nothing was written.
        NoSuchDatabase: the place has fewer databases than the backup. Nothing was written.
        NotEmpty: there is a database already, or other objects. Nothing was written.
        D1Error, BucketError: a part could not be written; each database is written whole or not at
            all, and last.
    """
    source = BackupFolder(folder)
    say("Checking the backup …")
    made_at = source.check()
    empty = _empty_databases(place, source)
    objects = source.objects()
    foreign = {each.key: each.etag for each in place.bucket.listed()}.items() - {
        (each.key, each.etag) for each in objects
    }
    if foreign:
        raise NotEmpty(
            f"The bucket holds {len(foreign)} objects that are not in the backup: restore into an "
            "empty one."
        )
    say(f"Storing {counted(len(objects), 'object')} …")
    place.bucket.store(
        ObjectFile(each.key, source.file_of(each.key), each.content_type) for each in objects
    )
    for number, sha256 in empty.items():
        say(f"Importing the database {binding_of(number)} …")
        note = _NOTE_MADE_OF.format(name=literal(_MADE_OF), sha256=literal(sha256))
        content = source.database(number).read_text(encoding="utf-8")
        place.import_database(number, content + TAKE_UP + note)
    return made_at


def _empty_databases(place: Place, source: BackupFolder) -> Mapping[int, str]:
    """The databases that are still to be restored, with the SHA-256 of their files. Raises
    NoSuchDatabase, NotEmpty.
    """
    wanted = source.databases()
    missing = [binding_of(number) for number in wanted if number not in place.databases()]
    if missing:
        raise NoSuchDatabase(
            f"The backup has {', '.join(missing)}, and this place binds none: add "
            f"{', '.join(missing)} to its configuration."
        )
    empty: dict[int, str] = {}
    for number, sha256 in wanted.items():
        tables = place.tables(number)
        if not tables:
            empty[number] = sha256
        elif _CURSORS not in tables or place.made_of(number) != sha256:
            raise NotEmpty(
                f"The database {binding_of(number)} has tables already "
                f"({', '.join(tables[:3])}, …): restore into an empty one."
            )
    if not empty:
        raise NotEmpty(
            "This place was restored from this backup before: restore into an empty one."
        )
    return empty
