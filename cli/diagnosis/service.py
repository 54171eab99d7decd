"""The server: whether it answers, how its parts are, and what waits there for somebody."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tillroll_command.endings import Code, Stopped

from ..client.problems import Refused, told
from ..client.server import Server
from .finding import Finding, bad, good, worth_knowing
from .rates import look_at_rates

if TYPE_CHECKING:
    import httpx

    from ..client.api import Api, JsonObject

_LARGEST_SKEW_SECONDS: Final = 30
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# What is looked at of a list, page by page.
_LISTED: Final = 5_000
_FORBIDDEN: Final = 403


def look_at_service(
    api: "Api", now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Finding]:
    """What the server says, as far as it can be asked."""
    yield _address(api.server)
    try:
        began = time.monotonic()
        health = api.health()
        took = time.monotonic() - began
        version = api.get("/api/openapi.json")["info"]["version"]
    except Stopped as stopped:
        remedy = (
            "Start it (make dev), or correct the address. Behind a proxy, look whether that lets "
            "you through."
        )
        yield bad("server", str(stopped), remedy, Code.UNREACHABLE)
        return
    yield _health(health, took, version)
    yield from _beside(told(health))
    yield _clock(health, now())
    try:
        who = api.get("/api/session")
    except Refused as refused:
        yield bad("token", str(refused), _token_remedy(api.server), refused.code)
        return
    user, account = who["user"], who["account"]
    role = ", ".join(
        [*user["roles"], *(["the deployment's operator"] if user["isOperator"] else [])]
    )
    yield good(
        "token",
        f"It is {user['name']}'s ({role}), in the account {account['name']} ({account['id']}).",
    )
    yield from _waiting(api)
    yield from look_at_rates(api)
    if user["isOperator"]:
        yield from _alerts(api)


def _address(server: Server) -> Finding:
    parts = urlsplit(server.url)
    says = f"{server.url}, from {server.found_by}."
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        remedy = "Use https: the token and the receipts go over the network as they are."
        return worth_knowing("address", says, remedy)
    return good("address", says)


def _health(answer: "httpx.Response", seconds: float, version: str) -> Finding:
    health = told(answer)
    status = health.get("status")
    took = f"It answers, after {1000 * seconds:.0f} ms; its API is {version}."
    if status == "ok":
        return good("server", took)
    parts: Mapping[str, str] = health.get("parts") or {}
    failing = [name for name, state in parts.items() if state != "ok"]
    says = f"{took} It says of itself: {status}."
    if failing:
        says = f"{says} What does not answer as it must: {', '.join(failing)}."
    return bad("server", says, "Look into its log (docs/operations.md).")


def _beside(answer: "Mapping[str, Any]") -> Iterator[Finding]:
    """What goes wrong while requests are answered all the same."""
    if answer.get("jobs") == "overdue":
        says = "A job of the cron is overdue: what happens by itself does not happen."
        yield bad("cron", says, "An operator asks `tillroll jobs` which one, and why.")
    if answer.get("jobs") == "stopped":
        says = (
            "The cron has not run for fifteen minutes: nothing happens by itself, and no alert "
            "comes."
        )
        yield bad("cron", says, "An operator asks `tillroll jobs` since when, and what to do.")
    if answer.get("secrets") == "unreadable":
        says = (
            "Some secrets cannot be read: their key is not in ENCRYPTION_KEYS, or they were "
            "changed."
        )
        yield bad(
            "secrets",
            says,
            "An operator asks `tillroll secrets status` which, and puts the key back.",
        )


def _clock(answer: "httpx.Response", now: datetime) -> Finding:
    there = _time_of(answer)
    if there is None:
        says = f"{now:%Y-%m-%d %H:%M} UTC here. The server says no time, so this was not compared."
        return worth_knowing(
            "clock", says, "Compare this machine's clock with another one yourself."
        )
    skew = abs((there - now).total_seconds())
    if skew > _LARGEST_SKEW_SECONDS:
        says = f"This machine's clock and the server's are {skew:.0f} seconds apart."
        return worth_knowing(
            "clock",
            says,
            "Set this machine's clock: deadlines and links that expire are the server's.",
        )
    return good("clock", f"{now:%Y-%m-%d %H:%M} UTC, as on the server.")


def _time_of(answer: "httpx.Response") -> datetime | None:
    """The server's time: by the header, which `make dev` has none of, or when it looked at its
    parts, at most ten seconds ago.
    """
    header = answer.headers.get("date")
    if header is not None:
        return parsedate_to_datetime(header)
    looked = told(answer).get("checkedAt")
    return None if looked is None else datetime.fromisoformat(looked)


def _token_remedy(server: Server) -> str:
    if server.token is None:
        return (
            "Set TILLROLL_TOKEN, or give --token-file. The page makes a token (settings), or "
            "`tillroll token create`."
        )
    return (
        "Make a new one on the page (settings) or by `tillroll token create`, and set "
        "TILLROLL_TOKEN."
    )


def _waiting(api: "Api") -> Iterator[Finding]:
    for asked, about, remedy in (
        (
            {"status": "needs_review"},
            "reviews",
            "See what is asked: `tillroll runs --status needs_review`.",
        ),
        (
            {"unresolved": "true"},
            "runs that failed or stand still",
            "See why, and what is safe to do: `tillroll runs --unresolved`.",
        ),
    ):
        page = api.items("/api/runs", asked, _LISTED)
        count = f"{len(page['items'])}{'+' if page['nextCursor'] else ''}"
        if page["items"]:
            yield worth_knowing(about, f"{count} wait for a person.", remedy)
        else:
            yield good(about, "None waits.")


# By an alert's rule, the command that says more of it. Of the others that name a run, the run does.
_LOOKS: Final = {
    "secrets_unreadable": "`tillroll secrets status`",
    "database_filling": "`tillroll databases`",
    "job_overdue": "`tillroll jobs`",
    "model_failing": "`GET /api/ai-calls`",
    "run_failed": "`tillroll runs --unresolved`",
    "run_escalated": "`tillroll runs --unresolved`",
    "archive_failing": "`tillroll archive verify`",
    "delivery_failing": "`tillroll deliveries list`",
    "delivery_given_up": "`tillroll deliveries list`",
}


# Rules whose alerts ask nobody to do anything now, by the table in docs/operations.md.
NEEDS_NOBODY: Final = frozenset({"review_overdue", "ai_budget", "cron_gap"})


def _remedy_of(alert: "JsonObject") -> str:
    look = _LOOKS.get(alert["rule"], "")
    if alert["rule"] == "payout_refused":
        look = f"`tillroll payouts show {alert['runId']}`"
    elif not look and alert.get("runId"):
        look = f"`tillroll run {alert['runId']}`"
    more = f"{look} shows more, and " if look else ""
    return f"{alert['rule']}: {more}docs/operations.md#alerts has what to do at night."


def _alerts(api: "Api") -> Iterator[Finding]:
    try:
        found = api.items("/api/alerts", {"open": "true"}, _LISTED)["items"]
    except Refused as refused:
        if refused.status != _FORBIDDEN:
            raise
        return
    for alert in found:
        if alert["rule"] in NEEDS_NOBODY:
            yield worth_knowing("alert", alert["sentence"], _remedy_of(alert))
        else:
            yield bad("alert", alert["sentence"], _remedy_of(alert))
    if not found:
        yield good("alerts", "None is open.")
