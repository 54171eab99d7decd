"""Which server is asked, and with whose token."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tillroll_command.endings import Code, Stopped

STATE = Path(".tillroll")
# Where each `make dev` says which state folder it has.
SERVERS = Path(".build", "servers")
URL, TOKEN, ACCOUNT = "TILLROLL_URL", "TILLROLL_TOKEN", "TILLROLL_ACCOUNT"


@dataclass(frozen=True)
class ServerOptions:
    """What options say of the server; None where they say nothing."""

    url: str | None = None
    token_file: Path | None = None
    state: Path | None = None
    account: str | None = None


@dataclass(frozen=True)
class Server:
    """`found_by` says which setting names it; `account` is the account that requests are meant for,
    if that is said.
    """

    url: str
    token: str | None = field(repr=False)
    found_by: str
    account: str | None = None


@dataclass(frozen=True)
class Instance:
    """A `make dev` by the file that it has written, and what is in it."""

    file: Path
    url: str
    token: str | None = field(repr=False)
    pid: int | None

    @property
    def is_running(self) -> bool:
        return self.pid is None or _runs(self.pid)


def find_server(options: ServerOptions, environment: Mapping[str, str], folder: Path) -> Server:
    """The server that options name, else the environment, else the `make dev` that runs in `folder`
    or above it.

    The token of `make dev` goes to its own server only.

    Raises:
        Stopped: none is named, several run, or what names one cannot be read.
    """
    found = instances(options.state, folder)
    named = options.url or environment.get(URL)
    if named:
        url, found_by = _checked(named), "--url" if options.url else URL
    else:
        chosen = _only(found, folder, options.state)
        url, found_by = _checked(chosen.url), str(chosen.file)
    own = next((each.token for each in found if each.url.rstrip("/") == url), None)
    token = _token_in(options.token_file) or environment.get(TOKEN) or own
    return Server(url, token, found_by, options.account or environment.get(ACCOUNT))


def instances(state: Path | None, folder: Path) -> list[Instance]:
    """What `make dev` wrote down in its state folder, or where none is given, in the nearest
    project: `folder` or one above it. One that was killed is among them.
    """
    if state is not None:
        return _written_in([state])
    for each in (folder, *folder.parents):
        if found := _written_in([each / STATE, *_announced(each / SERVERS)]):
            return found
    return []


def _announced(folder: Path) -> list[Path]:
    """The state folders of instances with a STATE of their own."""
    return [
        Path(said["state"])
        for file in sorted(folder.glob("*.json"))
        if (said := _read(file)) is not None
    ]


def _written_in(states: Sequence[Path]) -> list[Instance]:
    files: dict[Path, Path] = {}
    for state in states:  # the default one is named twice
        files.setdefault(state.resolve(), state / "dev.json")
    found = [(file, _read(file)) for file in files.values()]
    return [
        Instance(file, str(said.get("url", "")), said.get("token"), said.get("pid"))
        for file, said in found
        if said is not None
    ]


def _read(file: Path) -> dict[str, Any] | None:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Stopped(
            Code.UNREACHABLE, f"{file} cannot be read: {error}. Start `make dev` again."
        ) from error


def _only(found: Sequence[Instance], folder: Path, state: Path | None) -> Instance:
    """Raises Stopped: there is none, or several run."""
    running = [each for each in found if each.is_running]
    if len(running) > 1:
        each = "\n".join(
            f"  {one.url}  --state {_short(one.file.parent, folder)}" for one in running
        )
        raise Stopped(
            Code.USAGE, f"Several servers run here. Say which, by --state or {URL}:\n{each}"
        )
    if state is not None and not found:
        raise Stopped(
            Code.UNREACHABLE, f"No server runs on {state}. `make dev STATE={state}` starts it."
        )
    if not found:
        raise Stopped(
            Code.UNREACHABLE,
            "No server is known here. Start one with `make dev` and give this command in its "
            f"folder, or set {URL} and {TOKEN}.",
        )
    return (running or found)[0]


def _short(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so there is one
        return True
    return True


def _token_in(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(
            Code.NOT_ALLOWED, f"The token could not be read from {file}: {error}"
        ) from error
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
        raise Stopped(
            Code.USAGE, f"{url!r} is no address of a server: write https://tillroll.example.com."
        )
    return url.strip().rstrip("/")
