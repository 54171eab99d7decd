"""The local configuration of a project, made of its wrangler.jsonc at each start."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import json5

from tillroll_local.files import write_private
from tillroll_local.tools import LOCAL_FLAGS

_RESERVED: Final = ".example"
"""What nobody has on the Internet (RFC 2606)."""
_LEFT_OUT: Final = frozenset({"$schema", "ai", "build"})


def read(path: Path) -> dict[str, Any]:
    """A wrangler.jsonc, parsed. Raises ValueError: it cannot be read."""
    return cast("dict[str, Any]", json5.loads(path.read_text(encoding="utf-8")))


def localise(
    deployed: Mapping[str, Any], environment: Mapping[str, str], other_side: str
) -> dict[str, Any]:
    """The configuration for this machine. A variable of the environment takes the place of one of
    wrangler.jsonc; `other_side` is the address of what answers for hosts below .example.
    """
    local = {key: value for key, value in deployed.items() if key not in _LEFT_OUT}
    local["compatibility_flags"] = [*deployed.get("compatibility_flags", []), *LOCAL_FLAGS]
    variables = {
        name: environment.get(name, _here(value, other_side))
        for name, value in deployed.get("vars", {}).items()
    }
    # The other side is on this machine, too.
    local["vars"] = {"ALLOW_PRIVATE_ADDRESSES": "true", **variables}
    return local


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a local configuration beside wrangler.jsonc, where wrangler looks for packages."""
    note = "// Made of wrangler.jsonc by `tillroll dev`. Edits are lost."
    write_private(path, f"{note}\n{json.dumps(content, indent=2)}\n")


def workflows_in(deployed: Mapping[str, Any]) -> list[str]:
    """The names of the workflows that wrangler.jsonc binds."""
    return [each["name"] for each in deployed.get("workflows", [])]


def crons_in(deployed: Mapping[str, Any]) -> list[str]:
    """The crons that wrangler.jsonc has."""
    return list(deployed.get("triggers", {}).get("crons", []))


def told_of_missing(deployed: Mapping[str, Any]) -> list[str]:
    """What wrangler.jsonc lacks that the library asks for, each with the line to add."""
    # Each command loads this module, and few need it.
    from tillroll_durable.platform.bindings.missing import sentence_for  # noqa: PLC0415 - see above

    bound = {each.get("binding") for each in deployed.get("r2_buckets", [])}
    if "BUCKET" in bound:
        return []
    what = "What a step gives, and is larger than 64 KiB, can be kept nowhere"
    return [f"{sentence_for('BUCKET')}. {what}."]


def _here(value: Any, other_side: str) -> Any:
    """A variable's value, with the other side's address in place of a host that nobody has."""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        return value
    parts = urlsplit(value)
    host = parts.hostname or ""
    if not host.endswith(_RESERVED):
        return value
    return f"{other_side}/{host}{parts.path}"
