"""The Worker itself: released, released beside the last release, and taken back."""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.keys import key_names
from cli.operations.deploying.record import Record, Release, Secrets
from cli.operations.deploying.wrangler import Wrangler
from local.places import ROOT
from tillroll.workflows.registry import REGISTRY

_ALL: Final = 100
_UNKNOWN: Final = "unknown"
_DIRTY: Final = "-dirty"
_BETWEEN_LOOKS_SECONDS: Final = 5.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Watch:
    """How a canary is watched: its percentage of the requests, for how long, and how it is asked.
    `sleep` and `clock` are the machine's; tests have others.
    """

    percentage: int
    seconds: float
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def this_release(
    deployed: Mapping[str, Any], *, is_quiet: bool = False, keys: Sequence[str] = ()
) -> Release:
    """What this folder would release, by wrangler.jsonc and its registry. A quiet deployment has no
    cron. `keys` are the names of those that encrypt secrets.
    """
    queues = deployed["queues"]
    return Release(
        revision=_revision(),
        workflows=sorted(each["class_name"] for each in deployed["workflows"]),
        crons=[] if is_quiet else sorted(deployed["triggers"]["crons"]),
        queues=sorted({each["queue"] for each in (*queues["producers"], *queues["consumers"])}),
        contracts=sorted(
            f"{kind} {version}" for kind in REGISTRY.kinds for version in REGISTRY.versions(kind)
        ),
        keys=sorted(keys),
    )


def news(old: Release, new: Release) -> Iterator[str]:
    """What only all of the Worker can have at once: a Workflow, a cron and a queue are not a
    version's, a run of a new contract cannot be executed by the old code, nor what a new key
    encrypted be read by it.
    """
    for what, before, after in (
        ("Workflow", old.workflows, new.workflows),
        ("cron", old.crons, new.crons),
        ("queue", old.queues, new.queues),
        ("contract version", old.contracts, new.contracts),
        ("encryption key", old.keys, new.keys),
    ):
        for each in sorted(set(after) - set(before)):
            yield f"the {what} {each}"


def _this_release(wrangler: Wrangler, secrets: Secrets) -> Release:
    return this_release(
        wrangler.deployed, is_quiet=wrangler.record.answers.is_quiet, keys=key_names(secrets)
    )


def release_first(wrangler: Wrangler, secrets: Secrets, say: Say, *, again: bool) -> None:
    """Deploy the Worker, which answers nobody yet; another time where the code has changed, or with
    `again`. Raises NotDeployed.
    """
    new = _this_release(wrangler, secrets)
    old = wrangler.record.release
    if again or old is None or old.revision != new.revision or not _is_commit(new.revision):
        say("Deploying the Worker …")
        _at_once(wrangler, secrets, new)


def update(wrangler: Wrangler, secrets: Secrets, watch: Watch, say: Say, *, at_once: bool) -> None:
    """Deploy another release: by a canary, or for all at once where that cannot be.

    Raises:
        NotDeployed: wrangler failed, or the canary was not well and was taken back.
    """
    new = _this_release(wrangler, secrets)
    old = wrangler.record.release
    if old is None:
        raise NotDeployed("There is no release yet.")
    reasons = list(news(old, new))
    if not reasons and not at_once:
        _by_canary(wrangler, secrets, new, watch, say)
        return
    if reasons:
        say(f"Deploying for all at once, for the release adds {', '.join(reasons)}.")
    _at_once(wrangler, secrets, new)


def roll_back(wrangler: Wrangler, say: Say, *, anyway: bool) -> None:
    """Have all requests go to the version before: the canary's predecessor, or the last release's.

    Raises:
        NotDeployed: there is none, or runs of the newer version could not be executed by it.
    """
    record = wrangler.record
    if record.canary:
        _take_back_canary(wrangler)
        say(f"Version {record.version} answers all requests again.")
        return
    if not record.previous:
        raise NotDeployed("There is no release before this one.")
    if record.release is not None and record.previous_release is not None and not anyway:
        added = list(news(record.previous_release, record.release))
        if added:
            raise NotDeployed(
                f"The last release added {', '.join(added)}, which the one before does not know: "
                "what was begun or "
                "encrypted under it stands still until you deploy forward. Add --anyway to go back "
                "all the same."
            )
    wrangler.run("rollback", record.previous, "--yes", "--message", "rollback")
    record.version = record.previous
    record.previous = ""
    record.release = record.previous_release
    record.previous_release = None
    record.save()
    say(
        f"Version {record.version} answers all requests. The database keeps its newer tables, "
        "which the code before "
        "ignores."
    )


def _at_once(wrangler: Wrangler, secrets: Secrets, new: Release) -> None:
    record = wrangler.record
    version = wrangler.released("deploy", "--tag", new.revision, secrets=secrets.worker)
    _succeed(record, version, new)


def _by_canary(wrangler: Wrangler, secrets: Secrets, new: Release, watch: Watch, say: Say) -> None:
    record = wrangler.record
    # Also where one was uploaded before: the code may be another since.
    say("Uploading a version beside the one that answers …")
    record.canary = wrangler.released(
        "versions", "upload", "--tag", new.revision, secrets=secrets.worker
    )
    record.save()
    say(
        f"{watch.percentage} % of the requests go to version {record.canary} for "
        f"{watch.seconds:.0f} s …"
    )
    shares = (
        f"{record.version}@{_ALL - watch.percentage}%",
        f"{record.canary}@{watch.percentage}%",
    )
    wrangler.run("versions", "deploy", *shares, "--yes", "--message", "canary")
    trouble = _trouble_of(record, watch)
    if trouble:
        _take_back_canary(wrangler)
        raise NotDeployed(
            f"The new version is not well, so the old one answers all requests again: {trouble}"
        )
    wrangler.run("versions", "deploy", f"{record.canary}@{_ALL}%", "--yes", "--message", "deploy")
    record.watched = record.canary
    _succeed(record, record.canary, new)


def _take_back_canary(wrangler: Wrangler) -> None:
    record = wrangler.record
    wrangler.run(
        "versions", "deploy", f"{record.version}@{_ALL}%", "--yes", "--message", "canary taken back"
    )
    record.canary = ""
    record.save()


def _succeed(record: Record, version: str, new: Release) -> None:
    if record.version and record.version != version:
        record.previous = record.version
        record.previous_release = record.release
    record.version = version
    record.canary = ""
    record.release = new
    record.save()


def _trouble_of(record: Record, watch: Watch) -> str:
    """What the canary answers that it should not; empty where it is well until the end."""
    overridden = {"cloudflare-workers-version-overrides": f'{record.name}="{record.canary}"'}
    end = watch.clock() + watch.seconds
    with httpx.Client(transport=watch.transport, timeout=30) as client:
        while True:
            try:
                answer = client.get(
                    f"{record.address}/api/health", params={"deep": ""}, headers=overridden
                )
            except httpx.HTTPError as error:
                return repr(error)
            if not answer.is_success:
                return f"/api/health?deep answered {answer.status_code}: {answer.text[:500]}"
            if watch.clock() >= end:
                return ""
            watch.sleep(_BETWEEN_LOOKS_SECONDS)


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


def _is_commit(revision: str) -> bool:
    """Whether the revision says all of the code."""
    return revision != _UNKNOWN and not revision.endswith(_DIRTY)
