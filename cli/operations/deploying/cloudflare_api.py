"""What wrangler has no command for, asked of Cloudflare's API with wrangler's login."""

from collections.abc import Mapping
from typing import Any, Final

import httpx

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.wrangler import Wrangler, json_of, run

_API: Final = "https://api.cloudflare.com/client/v4"
_TIMEOUT: Final = httpx.Timeout(60, connect=10)


def ask(wrangler: Wrangler, method: str, path: str, body: object) -> Any:
    """The result of a call about the account; `path` begins behind the account's id.
    Raises NotDeployed.
    """
    whole_path = f"/accounts/{wrangler.record.answers.account}{path}"
    document = _answer(wrangler, method, whole_path, body)
    if not document.get("success"):
        raise NotDeployed(
            f"Cloudflare refused {method} {path}: {document.get('errors')}. Give the command again."
        )
    return document["result"]


def ask_figures(wrangler: Wrangler, query: str, variables: Mapping[str, str]) -> Any:
    """What the GraphQL Analytics API answers about the account. Raises NotDeployed."""
    body = {"query": query, "variables": {**variables, "account": wrangler.record.answers.account}}
    document = _answer(wrangler, "POST", "/graphql", body)
    try:
        [account] = document["data"]["viewer"]["accounts"]
    except (KeyError, TypeError, ValueError) as error:
        raise NotDeployed(f"Cloudflare has no figures: {document.get('errors')}") from error
    return account


def _answer(wrangler: Wrangler, method: str, path: str, body: object) -> dict[str, Any]:
    base = wrangler.environment.get("CLOUDFLARE_API_BASE_URL", _API)
    headers = _login(wrangler)
    try:
        answer = httpx.request(
            method, f"{base}{path}", json=body, headers=headers, timeout=_TIMEOUT
        )
        document = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NotDeployed(
            f"Cloudflare did not answer {method} {path}: {error!r}. Give the command again."
        ) from error
    if not isinstance(document, dict):
        raise NotDeployed(
            f"Cloudflare's answer to {method} {path} is no object. Give the command again."
        )
    return document  # pyright: ignore[reportUnknownVariableType] - what JSON has


def _login(wrangler: Wrangler) -> Mapping[str, str]:
    login = json_of(run(["auth", "token", "--json"], {**wrangler.environment}))
    if login["type"] == "api_key":
        return {"x-auth-key": login["key"], "x-auth-email": login["email"]}
    return {"authorization": f"Bearer {login['token']}"}
