"""Instances of `make dev` that run, as scripts and the command `tillroll` find them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from local.places import SERVERS
from local.wrangler import information_file
from tillroll_local.files import write_private


def announce(state: Path, information: Mapping[str, object]) -> None:
    """Write down how the instance on a state folder is asked: in the folder, and in the project
    where the folder is.
    """
    write_private(information_file(state), json.dumps(information) + "\n")
    SERVERS.mkdir(parents=True, exist_ok=True)
    write_private(_pointer(state), json.dumps({"state": str(state.resolve())}) + "\n")


def withdraw(state: Path) -> None:
    """Nothing runs on the state folder; scripts must not take what an instance that was killed has
    left for one.
    """
    information_file(state).unlink(missing_ok=True)
    _pointer(state).unlink(missing_ok=True)


def _pointer(state: Path) -> Path:
    return SERVERS / f"{hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]}.json"
