"""What options of several commands have in common."""

from datetime import date

import typer


def day(text: str) -> str:
    """A day, as the API takes it."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter("write the day as YYYY-MM-DD, such as 2026-01-31") from error


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
