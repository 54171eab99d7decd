"""Releases compared: what a new one adds, changes and removes that belongs to no version."""

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from cli.operations.deploying.keys import key_names
from cli.operations.deploying.names import named
from cli.operations.deploying.record import Record, Release, Secrets
from local.places import ROOT
from tillroll.workflows.registry import REGISTRY

_UNKNOWN: Final = "unknown"
_DIRTY: Final = "-dirty"


def release_of(record: Record, deployed: Mapping[str, Any], secrets: Secrets) -> Release:
    """What this folder would release for a deployment. `deployed` is wrangler.jsonc."""
    settings = json.dumps([asdict(record.answers), secrets.worker], sort_keys=True)
    return this_release(
        named(deployed, record.name),
        is_quiet=record.answers.is_quiet,
        keys=key_names(secrets),
        settings=hashlib.sha256(settings.encode()).hexdigest(),
    )


def this_release(
    deployed: Mapping[str, Any],
    *,
    is_quiet: bool = False,
    keys: Sequence[str] = (),
    settings: str = "",
) -> Release:
    """What this folder would release, by a configuration of wrangler's and the registry. A quiet
    deployment has no cron and takes no messages. `keys` are the names of those that encrypt
    secrets, `settings` is as `Release` has it.
    """
    queues = deployed["queues"]
    crons: list[str] = []
    consumers: dict[str, str] = {}
    if not is_quiet:
        crons = sorted(deployed["triggers"]["crons"])
        consumers = {
            each["queue"]: json.dumps(each, sort_keys=True) for each in queues["consumers"]
        }
    return Release(
        revision=_revision(),
        workflows=sorted(each["class_name"] for each in deployed["workflows"]),
        crons=crons,
        queues=sorted({each["queue"] for each in (*queues["producers"], *queues["consumers"])}),
        contracts=sorted(
            f"{kind} {version}" for kind in REGISTRY.kinds for version in REGISTRY.versions(kind)
        ),
        consumers=consumers,
        keys=sorted(keys),
        settings=settings,
    )


def additions(old: Release, new: Release) -> Iterator[str]:
    """What only all of the Worker can have at once: a Workflow, a cron and a queue are not a
    version's, a run of a new contract cannot be executed by the old code, nor what a new key
    encrypted be read by it.
    """
    for what, before, after in (
        ("Workflow", old.workflows, new.workflows),
        ("cron", old.crons, new.crons),
        ("queue", old.queues, new.queues),
        ("consumer of the queue", [*old.consumers], [*new.consumers]),
        ("contract version", old.contracts, new.contracts),
        ("encryption key", old.keys, new.keys),
    ):
        for each in sorted(set(after) - set(before)):
            yield f"the {what} {each}"


def changes(old: Release, new: Release) -> Iterator[str]:
    """What belongs to no version and has other settings: a version leaves it as it is."""
    for queue, settings in sorted(new.consumers.items()):
        if old.consumers.get(queue, settings) != settings:
            yield f"the consumer of the queue {queue}"


def removals(old: Release, new: Release) -> Iterator[str]:
    """What would go on by itself if the new release were a version only."""
    for each in sorted(set(old.crons) - set(new.crons)):
        yield f"the cron {each}"
    for each in sorted(old.consumers.keys() - new.consumers.keys()):
        yield f"the consumer of the queue {each}"


def is_commit(revision: str) -> bool:
    """Whether the revision says all of the code."""
    return revision != _UNKNOWN and not revision.endswith(_DIRTY)


def _revision() -> str:
    """The commit of this folder, in short, with `-dirty` where files have changed since; `unknown`
    where it is no working copy of git.
    """
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or _UNKNOWN
