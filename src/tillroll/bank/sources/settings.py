"""Where the API of banks is asked."""

from dataclasses import dataclass
from typing import Final, Self

from tillroll_durable.platform.settings import Variable, read_address

_ENABLE_BANKING: Final = "https://api.enablebanking.com"


@dataclass(frozen=True)
class BankApiSettings:
    """The address of Enable Banking. `pages_url` is where a bank sends people back
    to, as links in mail lead: MAIL_LINKS_URL, or PUBLIC_URL; empty where neither is set."""

    enable_banking_url: str = _ENABLE_BANKING
    pages_url: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value is no address."""
        return cls(
            read_address("ENABLE_BANKING_API_URL", variable).rstrip("/") or _ENABLE_BANKING,
            (
                read_address("MAIL_LINKS_URL", variable) or read_address("PUBLIC_URL", variable)
            ).rstrip("/"),
        )
