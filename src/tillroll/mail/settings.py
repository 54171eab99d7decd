"""The settings of mail: who sends it, by which provider, and where its links lead."""

import re
from dataclasses import dataclass, field
from typing import Self

from tillroll.platform.settings import InvalidSetting, Variable, is_webhook_secret, read_address

_SENDER = re.compile(r"(?:[^<>@\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)")
_RESEND = "https://api.resend.com"


@dataclass(frozen=True)
class MailSettings:
    """
    Attributes:
        sender: an address, or a name with one: Tillroll <tillroll@example.com>. Empty where no mail is sent.
        api_key: the provider's key.
        api_url: the provider's API, without a slash at its end.
        public_url: where links lead: MAIL_LINKS_URL, or PUBLIC_URL.
        webhook_secret: key of the provider's events, whsec_ and base64; empty where none are taken.
    """

    sender: str = ""
    api_key: str = field(default="", repr=False)
    api_url: str = _RESEND
    public_url: str = ""
    webhook_secret: str = field(default="", repr=False)

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            sender=variable("MAIL_FROM").strip(),
            api_key=variable("MAIL_API_KEY"),
            api_url=read_address("MAIL_API_URL", variable).rstrip("/") or _RESEND,
            public_url=(read_address("MAIL_LINKS_URL", variable) or read_address("PUBLIC_URL", variable)).rstrip("/"),
            webhook_secret=variable("MAIL_WEBHOOK_SECRET"),
        )
        if settings.webhook_secret and not is_webhook_secret(settings.webhook_secret):
            raise InvalidSetting("MAIL_WEBHOOK_SECRET must be whsec_ and base64, as the provider shows it")
        if settings.sender and not _SENDER.fullmatch(settings.sender):
            raise InvalidSetting("MAIL_FROM must be an address, or a name with one: Tillroll <tillroll@example.com>")
        if settings.sender and not (settings.api_key and settings.public_url):
            raise InvalidSetting(
                "MAIL_FROM is set, so MAIL_API_KEY must be the provider's key, and PUBLIC_URL the address of this "
                "deployment, for the links in the mail"
            )
        return settings

    @property
    def sends(self) -> bool:
        return bool(self.sender)
