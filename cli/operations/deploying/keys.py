"""The keys of secrets: that a release can read what its database keeps encrypted."""

from typing import Final

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.migrating import bindings_of, query
from cli.operations.deploying.record import Secrets
from cli.operations.deploying.wrangler import Wrangler
from tillroll.workflows.registry import KEPT_SECRETS
from tillroll_durable.platform.encryption import EncryptionSettings, check_of
from tillroll_durable.platform.kept_secrets import secrets_by_key
from tillroll_durable.platform.settings import InvalidSetting

KEYS: Final = "ENCRYPTION_KEYS"


def key_names(secrets: Secrets) -> list[str]:
    """The names of the keys that a release of these secrets has, the newest first.

    Raises:
        NotDeployed: the Worker could not use them.
    """
    content = secrets.worker.get(KEYS, "")
    try:
        return [*EncryptionSettings.read(lambda _: content).by_name]
    except InvalidSetting as error:
        raise NotDeployed(str(error)) from error


def check_keys(wrangler: Wrangler, secrets: Secrets) -> None:
    """A release brings all secrets along, so that it could take a key away that somebody gave the
    Worker otherwise.

    Raises:
        NotDeployed: the Worker reads secrets by a key that the release does not have.
    """
    checks = {check_of(name) for name in key_names(secrets)}
    if not KEPT_SECRETS:
        return
    lost: set[str] = set()
    for binding in bindings_of(wrangler):
        for row in query(wrangler, secrets_by_key(KEPT_SECRETS), binding):
            name = str(row["key"])
            if row["place"] is not None and check_of(name) not in checks:
                lost.add(name)
    if lost:
        raise NotDeployed(
            f"The Worker has the key {', '.join(sorted(lost))}, which encrypted secrets in the "
            f"database, and {secrets.path} does not have it: the release could not read them. Name "
            "a file with all keys by "
            f'--secrets, such as {{"{KEYS}": "2:NEW,1:OLD"}}.'
        )
