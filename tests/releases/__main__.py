"""Keeps the schema of a release: `make record-release VERSION=0.1.0`, just before its tag.

Writes tests/releases/VERSION: which migrations there are, and a small database of a company whose
people ask for money at once, as `make at-once` plays it. Commit the folder. It never changes again.
"""

import asyncio
import logging
import sqlite3
import sys
from contextlib import closing

from local.places import MIGRATIONS, ROOT
from tests.at_once.host import host_company
from tests.at_once.playing import play
from tests.releases.recorded import record

_SEED, _ROUNDS = 1, 4


def main(version: str) -> int:
    if not version:
        sys.stderr.write("Say which release: make record-release VERSION=0.1.0\n")
        return 2
    logging.disable(logging.ERROR)
    try:
        folder = record(version, MIGRATIONS, asyncio.run(small_database(_ROUNDS)))
    except FileExistsError:
        sys.stderr.write(f"tests/releases/{version} is there already, and never changes again.\n")
        return 1
    print(f"{folder.relative_to(ROOT)}: commit it, then make release VERSION={version} TAG=1")
    return 0


async def small_database(rounds: int) -> str:
    """Statements that make the database of a company after so many rounds of requests."""
    async with host_company() as company:
        await play(company, _SEED, rounds=rounds)
        image: bytes = company.world.host.database.connection.serialize("main")
    with closing(sqlite3.connect(":memory:")) as copied:
        copied.deserialize(image)
        return "\n".join(copied.iterdump()) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
