"""Which server is asked, and with whose token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..endings import Code, Stopped

STATE = Path(".tillroll")
URL, TOKEN, ACCOUNT = "TILLROLL_URL", "TILLROLL_TOKEN", "TILLROLL_ACCOUNT"


@dataclass(frozen=True)
class Asked:
    """What options say of the server; None where they say nothing."""

    url: str | None = None
    token_file: Path | None = None
    state: Path | None = None
    account: str | None = None


@dataclass(frozen=True)
class Server:
    """`found_by` says which setting names it; `account` is the account that requests are meant for, if that is said."""

    url: str
    token: str | None = field(repr=False)
    found_by: str
    account: str | None = None


def find_server(asked: Asked, environment: Mapping[str, str], folder: Path) -> Server:
    """The server that options name, else the environment, else what `make dev` wrote down in `folder` or above it.

    The token of `make dev` goes to its own server only.

    Raises:
        Stopped: none is named, or what names one cannot be read.
    """
    written = written_down(asked.state, folder)
    named = asked.url or environment.get(URL)
    if named:
        url, found_by = _checked(named), "--url" if asked.url else URL
    elif written is not None:
        url, found_by = _checked(str(written[1].get("url", ""))), str(written[0])
    else:
        raise Stopped(
            Code.UNREACHABLE,
            f"No server is known here. Start one with `make dev` and give this command in its folder, or set {URL} and "
            f"{TOKEN}.",
        )
    own = written[1] if written is not None and str(written[1].get("url", "")).rstrip("/") == url else {}
    token = _token_in(asked.token_file) or environment.get(TOKEN) or own.get("token")
    return Server(url, token, found_by, asked.account or environment.get(ACCOUNT))


def written_down(state: Path | None, folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The file of `make dev`, and what is in it."""
    folders = [state] if state is not None else [each / STATE for each in (folder, *folder.parents)]
    for each in folders:
        file = each / "dev.json"
        try:
            return file, json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise Stopped(Code.UNREACHABLE, f"{file} cannot be read: {error}. Start `make dev` again.") from error
    return None


def _token_in(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(Code.NOT_ALLOWED, f"The token could not be read from {file}: {error}") from error
    if not token:
        raise Stopped(Code.NOT_ALLOWED, f"{file} is empty: it should hold a token, till_….")
    return token


def _checked(url: str) -> str:
    """Without a slash at its end. Raises Stopped, which does not repeat a password."""
    parts = urlsplit(url.strip())
    if "@" in (parts.netloc or url):
        raise Stopped(
            Code.USAGE,
            "The address of a server has no name or password in it (NAME:PASSWORD@): write "
            "https://tillroll.example.com, and give the token by --token-file or TILLROLL_TOKEN.",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Stopped(Code.USAGE, f"{url!r} is no address of a server: write https://tillroll.example.com.")
    return url.strip().rstrip("/")
