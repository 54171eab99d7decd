"""Backup and restore: the database first and then the objects, and back in the other order.

The database is exported before the objects are listed: every row's object is there, and what came
later is merely more. A restore puts the objects back first, so that no run is taken up before its
receipt is there.
"""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from cli.operations.backup_folder import BackupFolder, KeptObject, file_sha256
from cli.operations.bucket import Bucket, ObjectFile
from local.d1 import (
    create_locally,
    execute_remotely,
    export_locally,
    export_remotely,
    tables_locally,
    tables_remotely,
)
from tillroll_command.counting import counted
from tillroll_durable.sealing.files import number_of_key

# Nothing runs in the new place. Taken back, these say "go on" to the reconciler: instances are to
# be made anew, and what a consumer had under its lease is due again. And nobody has said yet which
# files the bank was given since then. A link that was used since the backup would sign in once
# more, so all unused ones end. Which keys the new place has is seen by its first tick.
TAKE_UP = """
UPDATE runs SET instance_confirmed_at = NULL;
UPDATE outbox SET lease_until = NULL WHERE state = 'pending';
INSERT OR REPLACE INTO reconciler_cursors (name, position, updated_at)
SELECT 'payments: restored', at, at FROM (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS at);
UPDATE sign_in_codes SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE used_at IS NULL;
DELETE FROM encryption_keys;
DELETE FROM unreadable_secrets;
"""

Say = Callable[[str], None]


class BrokenExport(Exception):
    """The database's export cannot be loaded; the message says why. The folder then holds no whole
    backup.
    """


class NotEmpty(Exception):
    """A restore wants an empty place; the message says what is there."""


class Place:
    """A deployment's data: of this machine's state folder, or deployed where `state` is None.
    `configuration` names the bindings.
    """

    def __init__(self, bucket: Bucket, configuration: Path, state: Path | None) -> None:
        self.bucket = bucket
        self._configuration = configuration
        self._state = state

    def export_database(self, file: Path) -> None:
        export_remotely(file, self._configuration) if self._state is None else export_locally(
            file, self._state
        )

    def tables(self) -> list[str]:
        if self._state is None:
            return tables_remotely(self._configuration)
        return tables_locally(self._state, self._configuration)

    def import_database(self, sql: str) -> None:
        if self._state is None:
            execute_remotely(sql, self._configuration)
        else:
            create_locally(sql, self._state, self._configuration)


def _is_later(key: str, seal: int) -> bool:
    """Whether it is the copy of a seal that was made after this one."""
    number = number_of_key(key)
    return number is not None and number > seal


def back_up(place: Place, folder: Path, at: datetime, say: Say) -> None:
    """Write a backup, or renew the one in the folder: objects that have not changed are not fetched
    again.

    Raises:
        D1Error, BucketError, BrokenExport: a part could not be read; the folder then holds no whole
            backup.
    """
    target = BackupFolder(folder)
    kept = target.begin()
    say("Exporting the database …")
    partial = target.database.with_suffix(".partial")
    place.export_database(partial)
    partial.chmod(0o600)
    last_seal = _try_out(partial)
    partial.replace(target.database)
    listed = [each for each in place.bucket.listed() if not _is_later(each.key, last_seal)]
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
        NotEmpty: there is a database already, or other objects. Nothing was written.
        D1Error, BucketError: a part could not be written; the database is written whole or not at
            all, and last.
    """
    source = BackupFolder(folder)
    say("Checking the backup …")
    made_at = source.check()
    if tables := place.tables():
        raise NotEmpty(
            f"The database has tables already ({', '.join(tables[:3])}, …): restore into an empty "
            "one."
        )
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
    say("Importing the database …")
    place.import_database(source.database.read_text(encoding="utf-8") + TAKE_UP)
    return made_at
