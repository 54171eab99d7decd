"""The Worker itself: released, released beside the last release, and taken back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import httpx

from cli.operations.deploying.comparing import (
    additions,
    changes,
    is_commit,
    release_of,
    removals,
)
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Record, Release, Secrets
from cli.operations.deploying.wrangler import Wrangler, WranglerFailed

_ALL: Final = 100
_NO_CONSUMER: Final = "No worker consumer"
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


def release_first(wrangler: Wrangler, secrets: Secrets, say: Say, *, again: bool) -> None:
    """Deploy the Worker, which answers nobody yet; another time where the code, an answer or a
    secret has changed, or with `again`. Raises NotDeployed.
    """
    new = release_of(wrangler.record, wrangler.deployed, secrets)
    if again or wrangler.record.release != new or not is_commit(new.revision):
        say("Deploying the Worker …")
        _at_once(wrangler, secrets, new)


def update(wrangler: Wrangler, secrets: Secrets, watch: Watch, say: Say, *, at_once: bool) -> None:
    """Deploy another release: by a canary, or for all at once where that cannot be.

    Raises:
        NotDeployed: wrangler failed, or the canary was not well and was taken back.
    """
    new = release_of(wrangler.record, wrangler.deployed, secrets)
    old = wrangler.record.release
    if old is None:
        raise NotDeployed("There is no release yet.")
    reasons = _reasons(old, new)
    if not reasons and not at_once:
        _by_canary(wrangler, secrets, new, watch, say)
        return
    if reasons:
        say(f"Deploying for all at once, for the release {', and '.join(reasons)}.")
    _at_once(wrangler, secrets, new)


def _reasons(old: Release, new: Release) -> list[str]:
    """Why the new release cannot be a version beside the old one; empty where it can."""
    parts = {
        "adds": list(additions(old, new)),
        "changes": list(changes(old, new)),
        "removes": list(removals(old, new)),
    }
    return [f"{verb} {', '.join(names)}" for verb, names in parts.items() if names]


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
    if not anyway:
        _check_way_back(record)
    wrangler.run("rollback", record.previous, "--yes", "--message", "rollback")
    record.version = record.previous
    record.previous = ""
    record.release = _behind_a_rollback(record)
    record.previous_release = None
    record.save()
    say(
        f"Version {record.version} answers all requests. The database keeps its newer tables, "
        "which the code before ignores."
    )


def _check_way_back(record: Record) -> None:
    """Raises NotDeployed: the version before would not do what the last release does, or what it
    did itself."""
    old = record.previous_release
    new = record.release
    if old is None or new is None:
        return
    added = list(additions(old, new))
    if added:
        raise NotDeployed(
            f"The last release added {', '.join(added)}, which the one before does not know: what "
            "was begun or encrypted under it stands still until you deploy forward. Add --anyway "
            "to go back all the same."
        )
    removed = list(removals(old, new))
    if removed:
        raise NotDeployed(
            f"The last release removed {', '.join(removed)}, which a rollback does not bring "
            "back. Deploy the old code, or add --anyway to go back all the same."
        )


def _behind_a_rollback(record: Record) -> Release | None:
    """The release that answers then. Its cron and queues stay those of the newer one: they belong
    to no version."""
    old = record.previous_release
    new = record.release
    if old is None or new is None:
        return old
    return replace(old, crons=new.crons, consumers=new.consumers)


def _at_once(wrangler: Wrangler, secrets: Secrets, new: Release) -> None:
    record = wrangler.record
    version = wrangler.released("deploy", "--tag", new.revision, secrets=secrets.worker)
    if record.release is not None:
        for queue in sorted(record.release.consumers.keys() - new.consumers.keys()):
            _stop_consuming(wrangler, queue)
    _succeed(record, version, new)


def _stop_consuming(wrangler: Wrangler, queue: str) -> None:
    """Have the Worker take no more messages of a queue: `deploy` leaves a consumer that the
    configuration no longer names. Raises WranglerFailed."""
    try:
        wrangler.run("queues", "consumer", "worker", "remove", queue, wrangler.record.name)
    except WranglerFailed as error:
        if _NO_CONSUMER not in str(error):
            raise


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
