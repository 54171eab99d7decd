"""Where the library is installed from, as a project names it."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from tillroll_command import VERSION

NAME: Final = "tillroll-durable"


def requirement(wheel: Path | None = None, extra: str = "") -> str:
    """The library as a requirement: the wheel where it lies, or else its version."""
    name = f"{NAME}[{extra}]" if extra else NAME
    address = _installed_from() if wheel is None else wheel.resolve().as_uri()
    return f"{name} @ {address}" if address else f"{name}=={VERSION}"


def _installed_from() -> str | None:
    """The file that the library was installed from; None where it came from a registry."""
    try:
        said = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    if said is None:
        return None
    address = str(json.loads(said)["url"])
    return address if address.endswith(".whl") else None
