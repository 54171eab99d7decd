"""How each provider of books and CRMs grants, by OAuth 2."""

from collections.abc import Callable
from typing import Final

from tillroll.books.connections.oauth import Provider
from tillroll.books.settings import App
from tillroll.books.targets import hubspot, quickbooks, xero


def _xero(app: App) -> Provider:
    return Provider(
        "xero",
        f"{app.at('https://login.xero.com')}/identity/connect/authorize",
        token_url=f"{app.at('https://identity.xero.com')}/connect/token",
        revoke_url=f"{app.at('https://identity.xero.com')}/connect/revocation",
        scopes=xero.SCOPES,
        client_id=app.client_id,
        client_secret=app.client_secret,
        has_pkce=True,
    )


def _quickbooks(app: App) -> Provider:
    return Provider(
        "quickbooks",
        f"{app.at('https://appcenter.intuit.com')}/connect/oauth2",
        token_url=f"{app.at('https://oauth.platform.intuit.com')}/oauth2/v1/tokens/bearer",
        revoke_url=f"{app.at('https://developer.api.intuit.com')}/v2/oauth2/tokens/revoke",
        scopes=quickbooks.SCOPES,
        client_id=app.client_id,
        client_secret=app.client_secret,
        # As Intuit's own clients send it (intuit/oauth-pythonclient, intuitlib/client.py `revoke`).
        revokes_by_json=True,
    )


def _hubspot(app: App) -> Provider:
    return Provider(
        "hubspot",
        f"{app.at('https://app.hubspot.com')}/oauth/authorize",
        token_url=f"{app.at('https://api.hubapi.com')}/oauth/2026-03/token",
        revoke_url=f"{app.at('https://api.hubapi.com')}/oauth/2026-03/token/revoke",
        scopes=hubspot.SCOPES,
        client_id=app.client_id,
        client_secret=app.client_secret,
        in_body=True,
    )


PROVIDERS: Final[dict[str, Callable[[App], Provider]]] = {
    "xero": _xero,
    "quickbooks": _quickbooks,
    "hubspot": _hubspot,
}
