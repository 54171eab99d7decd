"""The steps of a deployment, in their order. What is done is in its record, so that the command may
end anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cli.operations.deploying.address import attach, find_address
from cli.operations.deploying.checking import check
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.keys import KEYS, check_keys
from cli.operations.deploying.migrating import migrate
from cli.operations.deploying.parts import check_worker, make_parts
from cli.operations.deploying.people import make_people
from cli.operations.deploying.record import Record, Secrets
from cli.operations.deploying.releasing import Watch, release_first, update
from cli.operations.deploying.secrets import complete
from cli.operations.deploying.wrangler import Wrangler
from local.places import MIGRATIONS


@dataclass(frozen=True)
class Wishes:
    """What a call of the command asks for, beside the answers that the record keeps. `places_only`
    ends before the tables: a backup brings its own.
    """

    company: str
    owner: str
    now: datetime
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    ask: Callable[[str, str], str] | None = None
    adopts: bool = False
    at_once: bool = False
    places_only: bool = False
    migrations: Path = MIGRATIONS


def deploy(wrangler: Wrangler, wishes: Wishes, watch: Watch, say: Callable[[str], None]) -> Secrets:
    """Make a deployment, or update it; the secrets that it has, with the owner's link.

    Raises:
        NotDeployed: a step was not done. The same call goes on there.
    """
    record = wrangler.record
    record.save()
    secrets = Secrets.of(record.name)
    complete(wrangler, secrets, wishes.secrets, wishes.ask)
    make_parts(wrangler, say, adopts=wishes.adopts)
    if wishes.places_only:
        return secrets
    find_address(wrangler)
    is_update = bool(record.checked_run)
    if not is_update:
        check_worker(wrangler, adopts=wishes.adopts)
    migrate(wrangler, say, wishes.migrations)
    _check_given(record, secrets)
    check_keys(wrangler, secrets)
    if is_update:
        update(wrangler, secrets, watch, say, at_once=wishes.at_once)
        return secrets
    release_first(wrangler, secrets, say, again=wishes.at_once)
    attach(wrangler, say)
    if not record.is_restored:
        make_people(wrangler, secrets, wishes.company, wishes.owner, wishes.now)
    check(record, secrets, say, watch.transport, watch.sleep)
    return secrets


def _check_given(record: Record, secrets: Secrets) -> None:
    """Raises NotDeployed: the database is a backup's, and what is encrypted in it could not be
    read.
    """
    if record.is_restored and KEYS not in secrets.given:
        raise NotDeployed(
            f"The database is a backup's: what is encrypted in it needs {KEYS} of the place that "
            "it comes from. Give them by --secrets-of, or by --secrets."
        )
