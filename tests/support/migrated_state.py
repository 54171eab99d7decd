"""State folders whose database is migrated: by the genuine wrangler, once, and copied from then
on.
"""

import hashlib
import shutil
from pathlib import Path

from local.places import BUILD, MIGRATIONS
from local.stack import Options, Stack
from local.wrangler import data_folder
from tillroll_local.locks import take_turn


def begin_migrated(state: Path) -> None:
    """Give a new state folder what wrangler has after all migrations; one that has data is left as
    it is.

    Applying the migrations takes as long as many a test, and every stack of the tests begins with
    it.
    """
    if data_folder(state).exists():
        return
    shutil.copytree(_template(), data_folder(state))


def _template() -> Path:
    """wrangler's data after these very migrations; another set of them has another folder."""
    digest = hashlib.sha256()
    for path in sorted(MIGRATIONS.glob("*.sql")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    folder = BUILD / f"migrated-{digest.hexdigest()[:16]}"
    BUILD.mkdir(exist_ok=True)
    with take_turn(folder.with_suffix(".lock"), "Waiting for another test's migrations …"):
        if not folder.exists():
            making = folder.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)  # of one that was killed
            stack = Stack(Options(state=making))
            try:
                stack.prepare()
            finally:
                stack.stop()
            data_folder(making).rename(folder)
            shutil.rmtree(making)
    return folder
