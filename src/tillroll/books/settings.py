"""The apps that this deployment has at providers of books and CRMs, and where they are reached."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from tillroll_durable.errors import AccessDenied
from tillroll_durable.platform.settings import InvalidSetting, Variable, read_address

if TYPE_CHECKING:
    from tillroll.books.connections.oauth import Provider

_NAMES: Final = ("xero", "quickbooks", "hubspot")


@dataclass(frozen=True)
class App:
    """A client at a provider. `url` stands for all of the provider's hosts where it is not empty: a
    local server.
    """

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
        return cls(**{name: _app(name.upper(), variable) for name in _NAMES})

    def app(self, name: str) -> App:
        """Raises AccessDenied: this deployment has no app at the provider of this name."""
        chosen = getattr(self, name) if name in _NAMES else App()
        if not isinstance(chosen, App) or not chosen.client_id:
            raise AccessDenied(f"this deployment has no {name.upper()}_CLIENT_ID")
        return chosen

    def provider(self, name: str) -> "Provider":
        """Raises AccessDenied."""
        # A start reads settings, and grants nothing.
        from tillroll.books.connections.providers import PROVIDERS  # noqa: PLC0415

        if name not in PROVIDERS:
            raise AccessDenied(f"there is no provider {name}")
        return PROVIDERS[name](self.app(name))

    @property
    def names(self) -> list[str]:
        """The providers at which there is an app."""
        return [name for name in _NAMES if getattr(self, name).client_id]


def _app(name: str, variable: Variable) -> App:
    app = App(
        variable(f"{name}_CLIENT_ID").strip(),
        variable(f"{name}_CLIENT_SECRET").strip(),
        read_address(f"{name}_URL", variable).rstrip("/"),
    )
    if bool(app.client_id) != bool(app.client_secret):
        raise InvalidSetting(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET must be set together")
    return app
