"""What an author's project is tested on: its own migrations and variables, and no product.

pyproject.toml names this module as a plugin of pytest, so that tests have its fixtures.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import json5
import pytest

from tillroll_durable import Statement, statement
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.settings import Settings
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_durable.settings import RunSettings
from tillroll_testing.fixtures import (
    disturbed,
    no_pause_in_real_time,
    repeated,
    undisturbed,
    world_of,
)
from tillroll_testing.host.platform import ACCOUNT
from tillroll_testing.host.sqlite import Lender, SqliteDatabase
from tillroll_testing.simulation import opening
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.ground import Ground
from tillroll_testing.simulation.world import Deployed, World

__all__ = [
    "disturbed",
    "no_pause_in_real_time",
    "open_world",
    "repeated",
    "undisturbed",
    "world_of",
]
WEBHOOK_SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""What events are signed with in a world."""
_MADE: Final = "2026-01-01T00:00:00.000Z"


async def open_world(
    faults: Faults, deployed: Deployed, *, tables: Sequence[Statement] = ()
) -> World:
    """A world on the migrations of the project that this process runs in. `tables` are made, and
    filled, on top of them. All that is asked for by HTTP comes to `world.other_side`.
    """
    return await opening.open_world(ground_of(Path.cwd()), faults, deployed, tables=tables)


@pytest.fixture(scope="session")
def ground(pytestconfig: pytest.Config) -> Ground:
    """What the worlds of the project's tests stand on."""
    return ground_of(pytestconfig.rootpath)


@cache
def ground_of(root: Path) -> Ground:
    """What worlds stand on in the project of a folder."""
    lenders: dict[tuple[Statement, ...], Lender] = {}
    deployed = _deployed(root / "wrangler.jsonc")
    variables: dict[str, Any] = deployed.get("vars", {})
    buckets: list[dict[str, Any]] = deployed.get("r2_buckets", [])

    async def open_database(tables: Sequence[Statement]) -> SqliteDatabase:
        if () not in lenders:
            lenders[()] = Lender(await _migrated(root / "migrations"))
        key = tuple(tables)
        if key not in lenders:
            database = lenders[()].lend().copy()
            await database.batch(key)
            lenders[key] = Lender(database)
        return lenders[key].lend()

    def settings(webhook_url: str) -> Settings:
        return Settings(
            lambda name: str(variables.get(name, "")),
            (
                RunSettings(webhook_url=webhook_url, webhook_secret=WEBHOOK_SECRET),
                OutgoingSettings(allow_private=True),
                EncryptionSettings({1: bytes(range(32))}),
            ),
        )

    return Ground(
        open_database=open_database,
        settings=settings,
        assets=root,
        has_objects=any(bucket.get("binding") == "BUCKET" for bucket in buckets),
    )


async def _migrated(migrations: Path) -> SqliteDatabase:
    database = SqliteDatabase()
    database.migrate(migrations)
    insert = "INSERT INTO accounts (id, created_at) VALUES (?1, ?2)"
    await database.batch([statement(insert, [ACCOUNT, _MADE])])
    return database


def _deployed(configuration: Path) -> dict[str, Any]:
    """What wrangler.jsonc says of the Worker."""
    if not configuration.exists():
        return {}
    try:
        parsed: dict[str, Any] = json5.loads(configuration.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{configuration.name} cannot be read: {error}") from error
    return parsed
