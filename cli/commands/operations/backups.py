"""`tillroll backup` and `tillroll restore`: the whole of a place, in a folder."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.commands.operations.options import where
from cli.operations.place import Where
from tillroll_command.replies import reply, say_beside
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from cli.operations.backup import Place


@taking(where)
def backup(place: Where, folder: Path) -> None:
    """Write all databases and all objects into a folder, or renew it."""
    from cli.operations.backup import back_up
    from cli.operations.failures import or_else

    with or_else("There is no whole backup."), data_of(place) as deployment:
        back_up(deployment, folder, datetime.now(UTC), say_beside(as_json=place.as_json))
    lines = [
        (
            f"{folder} holds a whole backup of all databases and objects. It is as secret as "
            "what is in them."
        ),
        (
            "It has none of the Worker's secrets: keep ENCRYPTION_KEYS and AUDIT_SIGNING_KEY "
            "where you keep passwords."
        ),
    ]
    reply({"folder": str(folder)}, *lines, as_json=place.as_json)


@taking(where)
def restore(place: Where, folder: Path) -> None:
    """Put a backup into empty databases and an empty bucket."""
    from cli.operations.backup import restore as put_back
    from cli.operations.failures import or_else

    with or_else("The backup was not restored."), data_of(place) as deployment:
        made_at = put_back(deployment, folder, say_beside(as_json=place.as_json))
    lines = [
        f"Restored as of {made_at}. The place does not run yet. Before it does:",
        (
            "1. `tillroll endings repeat FILE`: people, tokens and receipts that went since then "
            "are here again."
        ),
        "   The file is what `endings list` wrote in the old place.",
        "2. Give it the ENCRYPTION_KEYS and the AUDIT_SIGNING_KEY that the old place had.",
        "Once it runs, what was under way is taken up within two minutes.",
    ]
    reply({"madeAt": made_at}, *lines, as_json=place.as_json)


@contextmanager
def data_of(where: Where) -> Generator["Place"]:
    """The databases and the bucket that are meant."""
    from cli.operations.backup import Place
    from cli.operations.bucket import Bucket
    from cli.operations.where import deployed
    from local import config
    from local.d1 import DEPLOYED

    if where.state is None:
        with (
            deployed(where) as configuration,
            config.for_the_bucket(configuration, is_remote=True) as bucket,
        ):
            yield Place(Bucket(bucket, None), configuration, None)
        return
    with (
        config.for_one_command() as configuration,
        config.for_the_bucket(DEPLOYED, is_remote=False) as bucket,
    ):
        yield Place(Bucket(bucket, where.state), configuration, where.state)
