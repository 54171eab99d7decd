"""What options of several commands have in common."""

from datetime import date, timedelta

import typer


def day(text: str) -> str:
    """A day, as the API takes it."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter("write the day as YYYY-MM-DD, such as 2026-01-31") from error


def month(text: str) -> str:
    """A month, as the API takes it."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise typer.BadParameter("write the month as YYYY-MM, such as 2026-03") from error
    return first.isoformat()[:7]


def days_of(month: str) -> tuple[str, str]:
    """The first and the last day of a month, as the API takes them."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return first.isoformat(), (following - timedelta(days=1)).isoformat()


def assignments(texts: list[str]) -> dict[str, str | None]:
    """NAME=VALUE of each; nothing behind the sign takes the value away.

    Raises:
        BadParameter: there is no sign in one, or a name comes twice.
    """
    found: dict[str, str | None] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise typer.BadParameter(f"{text!r}: write --set NAME=VALUE, such as --set total=12.30")
        if name in found:
            raise typer.BadParameter(f"{name} is set twice: set it once")
        found[name] = value or None
    return found
