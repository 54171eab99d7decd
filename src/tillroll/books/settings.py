"""The apps that this deployment has at providers of books and CRMs, and where they are reached."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from tillroll.books.oauth import Provider
from tillroll.books.targets import hubspot, quickbooks, xero
from tillroll.durable.errors import AccessDenied
from tillroll.platform.settings import InvalidSetting, Variable, read_address


@dataclass(frozen=True)
class App:
    """A client at a provider. `url` stands for all of the provider's hosts where it is not empty: a local server."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    url: str = ""

    def at(self, host: str) -> str:
        """The address of one of the provider's hosts."""
        return self.url or host


@dataclass(frozen=True)
class BooksSettings:
    """An app without an id is not set up."""

    xero: App = App()
    quickbooks: App = App()
    hubspot: App = App()

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        return cls(**{name: _app(name.upper(), variable) for name in _PROVIDERS})

    def app(self, name: str) -> App:
        """Raises AccessDenied: this deployment has no app at the provider of this name."""
        found = getattr(self, name) if name in _PROVIDERS else App()
        if not isinstance(found, App) or not found.client_id:
            raise AccessDenied(f"this deployment has no {name.upper()}_CLIENT_ID")
        return found

    def provider(self, name: str) -> Provider:
        """Raises AccessDenied."""
        return _PROVIDERS[name](self.app(name)) if name in _PROVIDERS else self._none(name)

    def _none(self, name: str) -> Provider:
        raise AccessDenied(f"there is no provider {name}")

    @property
    def names(self) -> list[str]:
        """The providers at which there is an app."""
        return [name for name in _PROVIDERS if getattr(self, name).client_id]


def _app(name: str, variable: Variable) -> App:
    app = App(
        variable(f"{name}_CLIENT_ID").strip(),
        variable(f"{name}_CLIENT_SECRET").strip(),
        read_address(f"{name}_URL", variable).rstrip("/"),
    )
    if bool(app.client_id) != bool(app.client_secret):
        raise InvalidSetting(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET must be set together")
    return app


def _xero(app: App) -> Provider:
    return Provider(
        "xero",
        f"{app.at('https://login.xero.com')}/identity/connect/authorize",
        f"{app.at('https://identity.xero.com')}/connect/token",
        f"{app.at('https://identity.xero.com')}/connect/revocation",
        xero.SCOPES,
        app.client_id,
        app.client_secret,
        has_pkce=True,
    )


def _quickbooks(app: App) -> Provider:
    return Provider(
        "quickbooks",
        f"{app.at('https://appcenter.intuit.com')}/connect/oauth2",
        f"{app.at('https://oauth.platform.intuit.com')}/oauth2/v1/tokens/bearer",
        f"{app.at('https://developer.api.intuit.com')}/v2/oauth2/tokens/revoke",
        quickbooks.SCOPES,
        app.client_id,
        app.client_secret,
    )


def _hubspot(app: App) -> Provider:
    return Provider(
        "hubspot",
        f"{app.at('https://app.hubspot.com')}/oauth/authorize",
        f"{app.at('https://api.hubapi.com')}/oauth/2026-03/token",
        f"{app.at('https://api.hubapi.com')}/oauth/2026-03/token/revoke",
        hubspot.SCOPES,
        app.client_id,
        app.client_secret,
        in_body=True,
    )


_PROVIDERS: Final[dict[str, Callable[[App], Provider]]] = {
    "xero": _xero,
    "quickbooks": _quickbooks,
    "hubspot": _hubspot,
}
