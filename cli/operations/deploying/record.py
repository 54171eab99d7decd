"""What this machine knows of a deployment: answers, ids, and how far it has come. Git ignores these
files.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.names import check_name
from local.places import ROOT
from tillroll_durable.platform.shards import FIRST_BINDING
from tillroll_local.files import close_to_others, write_private

_FOLDER: Final = ROOT / "deployments"
_VARIABLE: Final = "TILLROLL_DEPLOYMENTS"


@dataclass
class Answers:
    """What was asked before anything was made. `jurisdiction` is empty where none was asked for,
    `host` where the deployment is reached at workers.dev. `imports_late` makes the snapshot smaller
    (src/late.py).
    """

    account: str
    jurisdiction: str = ""
    host: str = ""
    mail_domain: str = ""
    is_quiet: bool = False
    imports_late: bool = False
    variables: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Release:
    """What of a release decides whether another can be beside it.

    Attributes:
        revision: the commit that it was made of.
        consumers: of each queue that it takes messages from, the settings, as JSON.
        keys: the names of its ENCRYPTION_KEYS.
        settings: the SHA-256 of the answers and secrets that it was deployed with.
    """

    revision: str
    workflows: list[str]
    crons: list[str]
    queues: list[str]
    contracts: list[str]
    consumers: dict[str, str] = field(default_factory=dict[str, str])
    keys: list[str] = field(default_factory=list[str])
    settings: str = ""


@dataclass
class Record:
    """A deployment.

    Attributes:
        begun: parts that were begun to be made here, so that finding one means to have made it.
        ids: Cloudflare's id of each part that there is, or its name where it has no id.
        migrated: the SHA-256 of each migration, as it was applied to the first database;
            `migrated_further` the same of each other one, by its binding.
        version: the Worker's version that all requests go to; `canary` gets some of them;
            `previous` did before.
        address: where it answers, once it is attached there.
        is_attached: whether it is.
        is_restored: whether its database was a backup's before the first release.
        watched: the last version that answered all requests after it was a canary; empty before the
            first.
        people: the first account and the check's, once both are made.
        startup: how long the Worker took to start when it was uploaded, in ms, as Cloudflare told;
            None: it did not.
        checked_run: the run of the sample receipt, once it is complete.
    """

    name: str
    answers: Answers
    begun: list[str] = field(default_factory=list[str])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    migrated: dict[str, str] = field(default_factory=dict[str, str])
    migrated_further: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    version: str = ""
    canary: str = ""
    previous: str = ""
    release: Release | None = None
    previous_release: Release | None = None
    address: str = ""
    is_attached: bool = False
    is_restored: bool = False
    watched: str = ""
    people: dict[str, str] = field(default_factory=dict[str, str])
    startup: int | None = None
    checked_run: str = ""

    def save(self) -> None:
        _write(self.name, "json", asdict(self))

    def migrated_in(self, binding: str) -> dict[str, str]:
        """The SHA-256 of each migration, as it was applied to a database."""
        if binding == FIRST_BINDING:
            return self.migrated
        return self.migrated_further.get(binding, {})

    def set_migrated(self, binding: str, sums: dict[str, str]) -> None:
        if binding == FIRST_BINDING:
            self.migrated = sums
        else:
            self.migrated_further[binding] = sums
        self.save()

    @classmethod
    def of(cls, name: str) -> Self | None:
        """The deployment's record; None where there is none. Raises NotDeployed: it cannot be
        read.
        """
        document = _read(name, "json")
        if document is None:
            return None
        try:
            document["answers"] = Answers(**document["answers"])
            for which in ("release", "previous_release"):
                if document[which] is not None:
                    document[which] = Release(**document[which])
            return cls(**document)
        except (KeyError, TypeError) as error:
            raise NotDeployed(
                f"{_path(name, 'json')} is not what the command has written: {error}"
            ) from error


@dataclass
class Secrets:
    """What must not be shown: the Worker's secrets by their names, and what the first people get.
    `given` are the names of those that were not generated here.
    """

    name: str
    worker: dict[str, str] = field(default_factory=dict[str, str])
    given: list[str] = field(default_factory=list[str])
    sql: str = ""
    link: str = ""
    token: str = ""
    check_token: str = ""

    def save(self) -> None:
        _write(self.name, "secrets.json", asdict(self))

    @property
    def path(self) -> Path:
        return _path(self.name, "secrets.json")

    @classmethod
    def of(cls, name: str) -> Self:
        """Raises NotDeployed: they cannot be read."""
        document = _read(name, "secrets.json")
        if document is None:
            return cls(name)
        try:
            return cls(**document)
        except TypeError as error:
            raise NotDeployed(
                f"{_path(name, 'secrets.json')} is not what the command has written: {error}"
            ) from error


def folder() -> Path:
    """Where records lie: in the project, unless TILLROLL_DEPLOYMENTS names another folder."""
    return Path(os.environ.get(_VARIABLE) or _FOLDER)


def deployments() -> list[str]:
    """The names of the deployments that this machine knows."""
    found = {path.name.removesuffix(".json") for path in folder().glob("*.json")}
    return sorted(each for each in found if "." not in each)


def _path(name: str, suffix: str) -> Path:
    return folder() / f"{check_name(name)}.{suffix}"


def _read(name: str, suffix: str) -> dict[str, Any] | None:
    path = _path(name, suffix)
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotDeployed(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise NotDeployed(f"{path} is not what the command has written.")
    return document  # pyright: ignore[reportUnknownVariableType] - what JSON has


def _write(name: str, suffix: str, document: dict[str, Any]) -> None:
    close_to_others(folder())
    write_private(_path(name, suffix), json.dumps(document, indent=2) + "\n")
