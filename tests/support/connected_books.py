"""The local accounting software and CRM beside a stack, as tests connect them and act in them."""

from typing import Any

import httpx

from local.books.together import SIGNED_SECRET
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack


def signed_books(stack: RunningStack, name: str) -> str:
    """Connect the books that take signed requests; the connection's id. Only a person begins
    syncs.
    """
    asked = {"name": name, "provider": "signed", "firstDay": "2026-01-01", "onChange": False}
    reached = {"url": f"{stack.stack.books_url}/signed/books", "secret": SIGNED_SECRET}
    return stack.ask("/api/books/connections", **asked, **reached).raise_for_status().json()["id"]


def act(stack: RunningStack, provider: str, act: str, **given: Any) -> Any:
    """Do what a person would do there; what came of it."""
    asked = {"act": act, **given}
    answer = httpx.post(
        f"{stack.stack.books_url}/{provider}/_/acts", json=asked, timeout=PATIENCE_SECONDS
    )
    return answer.raise_for_status().json()["done"]


def state_of(stack: RunningStack, provider: str) -> dict[str, Any]:
    """All that a provider has."""
    return (
        httpx.get(f"{stack.stack.books_url}/{provider}/_/state", timeout=PATIENCE_SECONDS)
        .raise_for_status()
        .json()
    )
