"""What the engine keeps of what is erased: the instances of its runs, with all that their steps returned."""

import contextlib
from datetime import timedelta
from typing import Final

from tillroll.jobs.cursors import keep_position, position_of
from tillroll.platform import log
from tillroll.platform.bindings.database import Statement, integer, statement, text
from tillroll.platform.bindings.engine import InstanceNotFound, NotDeployed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.privacy.data import What
from tillroll.workflows.erasure.rows import Erasure

_PAGE: Final = 50
# The engine forgets an instance thirty days after its end at the latest.
_FORGOTTEN_AFTER: Final = timedelta(days=35)
_LIVE: Final = "status IN ('processing', 'needs_review')"
# Which runs are of it. A person's go on: they are the account's; what has ended is only told to somebody.
_OF: Final = {
    What.ACCOUNT: "account_id = ?1 AND ?2 IS NOT NULL",
    What.RECEIPT: "account_id = ?1 AND subject = ?2",
    What.PERSON: f"account_id = ?1 AND subject = 'user:' || ?2 AND NOT {_LIVE}",
}


async def forget_runs(platform: Platform, erasure: Erasure) -> None:
    """End and delete the instances of its runs, of every generation. After an interruption the next attempt goes on
    where this one stopped.

    Raises:
        EngineUnavailable, DatabaseError: some are left.
    """
    since = to_text(platform.clock.now() - _FORGOTTEN_AFTER)
    while True:
        rows = await platform.database.all(
            statement(
                f"SELECT id, kind, generation FROM runs WHERE {_OF[erasure.what]} AND id > ?3 AND id <> ?4 "  # noqa: S608 - constants
                f"AND ({_LIVE} OR updated_at > ?5) ORDER BY id LIMIT {_PAGE}",
                *(erasure.account_id, erasure.target, await position_of(platform.database, _cursor(erasure))),
                *(erasure.run_id, since),
            )
        )
        for row in rows:
            for generation in range(1, integer(row, "generation") + 1):
                await _forget(platform, text(row, "kind"), f"{text(row, 'id')}-{generation}")
        if len(rows) < _PAGE:
            return
        now = to_text(platform.clock.now())
        await keep_position(platform.database, _cursor(erasure), text(rows[-1], "id"), now)


def all_forgotten(erasure: Erasure) -> Statement:
    """Where to go on is over: what begins from here on is looked for from the first run."""
    return statement("DELETE FROM reconciler_cursors WHERE name = ?", _cursor(erasure))


async def _forget(platform: Platform, kind: str, instance_id: str) -> None:
    try:
        with contextlib.suppress(InstanceNotFound):
            await platform.instances_of(kind).delete(instance_id)
    except NotDeployed as error:
        # A workflow that is removed takes its instances along.
        log.warning("erasure.kind_not_deployed", kind=kind, error=error)


def _cursor(erasure: Erasure) -> str:
    return f"erasure {erasure.id}"
