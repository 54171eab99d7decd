"""Where the description comes from: the server, what was kept of it, or the project's folder."""

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from tillroll_command.endings import Stopped

from ..checkout import IN_PROJECT
from .operations import Description

if TYPE_CHECKING:
    from ..client.api import Api

_ROUTE: Final = "/api/openapi.json"
_NOT_MODIFIED: Final = 304


def description_of(api: "Api", environment: Mapping[str, str]) -> Description:
    """The description of the server that is asked. It is kept, and fetched again when it has
    changed.

    Raises:
        Stopped: the server does not answer.
    """
    file = _file_of(environment, api.server.url)
    kept = _read(file)
    tag = "" if kept is None else str(kept.get("etag", ""))
    answer = api.answer("GET", _ROUTE, headers={"if-none-match": tag} if tag else {})
    if answer.status_code == _NOT_MODIFIED and kept is not None:
        return Description(kept["document"])
    document: Any = answer.json()
    _keep(file, {"etag": answer.headers.get("etag", ""), "document": document})
    return Description(document)


def description_for_help(api: "Api", environment: Mapping[str, str]) -> Description:
    """The server's description; where no server answers, the one that is at hand.

    Raises:
        Stopped: there is none.
    """
    try:
        return description_of(api, environment)
    except Stopped:
        found = description_at_hand(environment, api.server.url)
        if found is None:
            raise
        return found


def description_at_hand(environment: Mapping[str, str], url: str | None) -> Description | None:
    """The description without asking anybody: what was kept of the server, or the project's."""
    if url is not None:
        kept = _read(_file_of(environment, url))
        if kept is not None:
            return Description(kept["document"])
    made = _read(_MADE) if IN_PROJECT else None
    return None if made is None else Description(made)


_MADE: Final = Path(__file__).resolve().parents[2] / "public" / "api" / "openapi.json"
"""What `make setup` makes in the project's folder."""


def _file_of(environment: Mapping[str, str], url: str) -> Path:
    cache = environment.get("XDG_CACHE_HOME")
    folder = Path(cache) if cache else Path.home() / ".cache"
    return folder / "tillroll" / f"api-{hashlib.sha256(url.encode()).hexdigest()[:16]}.json"


def _read(file: Path) -> dict[str, Any] | None:
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _keep(file: Path, kept: Mapping[str, object]) -> None:
    """Where it cannot be written, it is fetched again the next time."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(file)
