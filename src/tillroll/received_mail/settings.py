"""The domain that receipts are mailed to."""

import re
from dataclasses import dataclass
from typing import Final, Self

from tillroll_durable.platform.settings import InvalidSetting, Variable

_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class MailedInSettings:
    """`domain` is what stands behind the @ of each account's address; empty where no mail is
    taken.
    """

    domain: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: it is no domain."""
        domain = variable("RECEIPTS_MAIL_DOMAIN").strip().lower()
        if domain and not _DOMAIN.fullmatch(domain):
            raise InvalidSetting(
                "RECEIPTS_MAIL_DOMAIN must be empty or a domain, such as receipts.example.com"
            )
        return cls(domain)
