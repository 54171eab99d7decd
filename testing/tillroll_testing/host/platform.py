"""A whole platform on the host, put together from pieces that a test can look into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tillroll_durable.account_tables import TABLES_OF_ACCOUNTS
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.engine import Instances
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import Settings
from tillroll_testing.host.assets import FolderAssets
from tillroll_testing.host.cipher import HostCipher
from tillroll_testing.host.memory import (
    ManualClock,
    MemoryAttempts,
    MemoryDownloads,
    MemoryObjects,
    MemoryQueue,
    MemoryResolver,
    WebhookReceiver,
)
from tillroll_testing.host.reading import MemoryImages, ScriptedModels
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.host.vectors import MemoryVectors
from tillroll_testing.host.verifying import HostVerifier

ACCOUNT: Final = "acc_first"
"""The account in which a test acts."""
USER: Final = "usr_first"
"""The owner of that account, who is an operator too."""


@dataclass
class Pieces:
    """What a platform is put together from; a simulation brings its own."""

    objects: MemoryObjects = field(default_factory=MemoryObjects)
    models: ScriptedModels = field(default_factory=lambda: ScriptedModels(""))
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    receiver: WebhookReceiver = field(default_factory=WebhookReceiver)
    clock: ManualClock = field(default_factory=ManualClock)
    attempts: MemoryAttempts = field(default_factory=MemoryAttempts)
    signer: HostSigner = field(default_factory=HostSigner)
    images: MemoryImages = field(init=False)
    vectors: MemoryVectors = field(init=False)

    def __post_init__(self) -> None:
        self.images = MemoryImages(self.objects)
        self.vectors = MemoryVectors(self.clock)


@dataclass
class HostPlatform:
    """The platform and the pieces behind it, for tests to look into."""

    platform: Platform
    database: SqliteDatabase
    pieces: Pieces


def host_platform(
    database: SqliteDatabase,
    instances: Mapping[str, Instances],
    *,
    pieces: Pieces,
    settings: Settings,
    assets: Path,
    seen_as: Database | None = None,
) -> HostPlatform:
    """A platform over `database`, whose static files lie in `assets`. `seen_as` stands in front of
    the database, where given.
    """
    platform = Platform(
        database=seen_as or database,
        objects=pieces.objects,
        assets=FolderAssets(assets),
        images=pieces.images,
        models=pieces.models,
        vectors=pieces.vectors,
        queue=pieces.queue,
        deliveries=pieces.queue,
        slow_deliveries=pieces.queue,
        ticks=pieces.queue,
        http=pieces.receiver,
        downloads=MemoryDownloads(pieces.objects),
        attempts=pieces.attempts,
        signer=pieces.signer,
        verifier=HostVerifier(),
        cipher=HostCipher(),
        resolver=MemoryResolver({}),
        clock=pieces.clock,
        instances=instances,
        settings=settings,
        tables_of_accounts=TABLES_OF_ACCOUNTS,
    )
    return HostPlatform(platform, database, pieces)
