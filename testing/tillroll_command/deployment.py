"""HTTP of a deployment: the one that `tillroll dev` runs here, or the one that is named."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode, urlsplit

from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import TOKEN_VARIABLE

if TYPE_CHECKING:
    from tillroll_local.saves import Loaded

_SECONDS: Final = 60
_CODES: Final = {
    401: Code.NOT_ALLOWED,
    403: Code.NOT_ALLOWED,
    404: Code.NOT_FOUND,
}
_FIRST_FAULT: Final = 500
_NOT_RUNNING: Final = (
    "Nothing runs here: start `tillroll dev`, or name a deployment by --url, with its token in "
    f"the variable {TOKEN_VARIABLE}."
)

# A start that is stuck is begun again after 30 seconds; on a slow machine one takes over a minute.
_LONGEST_RELOAD_SECONDS: Final = 180.0
_LOOK_SECONDS: Final = 0.2
_RELOADS: Final = "The Worker has not taken up what was saved last. Waiting for it …\n"
_STUCK: Final = (
    "The Worker has not taken up what was saved last. The terminal of `tillroll dev` says why."
)


@dataclass(frozen=True)
class Deployment:
    """Where a deployment answers, and the token that it is asked with."""

    url: str
    token: str

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | Sequence[str] | None] | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        """What is answered. Raises Stopped: it was refused, or there was no answer."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        address = f"{self.url}{path}"
        if given:
            address = f"{address}?{urlencode(given, doseq=True)}"
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        if key is not None:
            headers["idempotency-key"] = key
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, sent, headers, method=method)  # noqa: S310 - its scheme was checked
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - its scheme was checked
                return cast("dict[str, Any]", json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except (OSError, ValueError) as error:
            raise Stopped(
                Code.UNREACHABLE, f"{self.url} did not answer: {error}. Try again."
            ) from error


def deployment(url: str | None) -> Deployment:
    """The deployment that a command asks. The one here is asked once it runs what was saved last.
    Raises Stopped: there is none, or it has no token, or it does not come to what was saved.
    """
    if url is not None:
        return _named(url)
    from tillroll_command.project import nearest_project  # noqa: PLC0415 - not where one is named

    project = nearest_project()
    state = project.root / ".tillroll"
    file = state / "dev.json"
    try:
        information = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stopped(Code.UNREACHABLE, _NOT_RUNNING) from error
    from tillroll_local.runtime.loaded import LOADED  # noqa: PLC0415 - as above
    from tillroll_local.saves import Loaded  # noqa: PLC0415 - as above

    wait_for_saves(Loaded(state / LOADED, project.sources))
    return Deployment(str(information["url"]), str(information["token"]))


def wait_for_saves(loaded: "Loaded", longest_seconds: float = _LONGEST_RELOAD_SECONDS) -> None:
    """Wait until no module that the Worker has is another by now.

    Raises Stopped: it takes too long.
    """
    if not loaded.has_another():
        return
    sys.stderr.write(_RELOADS)
    deadline = time.monotonic() + longest_seconds
    while loaded.has_another():
        if time.monotonic() >= deadline:
            raise Stopped(Code.UNREACHABLE, _STUCK)
        time.sleep(_LOOK_SECONDS)


def _named(url: str) -> Deployment:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Stopped(Code.USAGE, f"--url is {url}: give it as https://shop.example.workers.dev.")
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        says = (
            f"Put a token into {TOKEN_VARIABLE}: `tillroll token create NAME --remote` makes one."
        )
        raise Stopped(Code.NOT_ALLOWED, says)
    return Deployment(url.rstrip("/"), token)


def _refused(error: urllib.error.HTTPError) -> Stopped:
    code = _CODES.get(error.code, Code.REFUSED)
    if error.code >= _FIRST_FAULT:
        code = Code.UNREACHABLE
    try:
        problem = json.loads(error.read())
    except ValueError:
        return Stopped(code, f"The deployment answered {error.code}.")
    faults = [f"{each['field']}: {each['message']}" for each in problem.get("errors", [])]
    return Stopped(code, " ".join([str(problem.get("detail", error.code)), *faults]))
