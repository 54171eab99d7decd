"""The Worker's secrets: generated where they can be, else given, and known before anything is
deployed under them.
"""

import base64
import os
from collections.abc import Callable, Mapping
from typing import Final

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Secrets
from cli.operations.deploying.wrangler import Wrangler
from local.config import SECRETS
from tillroll_testing.host.signing import new_push_key, new_signing_key

_KEY_BYTES: Final = 32


def _encryption_keys() -> str:
    return f"1:{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}"


def _webhook_secret() -> str:
    return f"whsec_{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}"


# What every deployment has.
_GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "AUDIT_SIGNING_KEY": new_signing_key,
    "ENCRYPTION_KEYS": _encryption_keys,
    "PUSH_SIGNING_KEY": new_push_key,
}
# What is generated where a variable is set; the operator gives it to the other side.
_GENERATED_FOR: Final = {
    "WEBHOOK_URL": "WEBHOOK_SECRET",
    "ALERT_WEBHOOK_URL": "ALERT_WEBHOOK_SECRET",
}
# What somebody else has made, needed where a variable is set.
_ASKED_FOR: Final = {
    "MAIL_FROM": "MAIL_API_KEY",
    "PAYMENTS_ACCOUNT": "PAYMENTS_API_KEY",
    "BILLING_PRICE_TEAM": "BILLING_API_KEY",
    "BILLING_PRICE_BUSINESS": "BILLING_API_KEY",
    "XERO_CLIENT_ID": "XERO_CLIENT_SECRET",
    "QUICKBOOKS_CLIENT_ID": "QUICKBOOKS_CLIENT_SECRET",
    "HUBSPOT_CLIENT_ID": "HUBSPOT_CLIENT_SECRET",
}


def complete(
    wrangler: Wrangler,
    secrets: Secrets,
    given: Mapping[str, str],
    ask: Callable[[str, str], str] | None,
) -> None:
    """Fill the secrets up, and keep them. `given` replaces what was known; `ask` asks a person for
    a secret, and gets its name and the variable that needs it.

    Raises:
        NotDeployed: one is unknown, or missing where nobody can be asked.
    """
    unknown = sorted(set(given) - set(SECRETS))
    if unknown:
        raise NotDeployed(
            f"{unknown[0]} is no secret of the Worker. Those are {', '.join(sorted(SECRETS))}."
        )
    worker = secrets.worker
    worker.update(given)
    secrets.given = sorted({*secrets.given, *given})
    for name, generate in _GENERATED.items():
        if name in SECRETS and name not in worker:
            worker[name] = generate()
    variables = {**wrangler.deployed["vars"], **wrangler.record.answers.variables}
    for variable, name in _GENERATED_FOR.items():
        if variables.get(variable) and name not in worker:
            worker[name] = _webhook_secret()
    secrets.save()
    for variable, name in _ASKED_FOR.items():
        if not variables.get(variable) or name in worker:
            continue
        if ask is None:
            raise NotDeployed(
                f"{variable} needs the secret {name}: name a file with it by --secrets."
            )
        worker[name] = ask(name, variable)
        secrets.save()
