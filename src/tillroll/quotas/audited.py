"""What is written into the audit of quotas."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "account.quotas_set": "whoever runs the deployment set an account's own quotas; null: the deployment's",
}
