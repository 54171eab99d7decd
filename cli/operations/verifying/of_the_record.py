"""What this machine noted while the deployment was made and updated."""

from typing import Final

from cli.operations.verifying.deployment import Deployment
from cli.operations.verifying.lines import Finding, failed, not_proven, proven

_STARTUP_MILLISECONDS: Final = 1_000
"""https://developers.cloudflare.com/workers/platform/limits/ : what the global scope may take to
start.
"""


def first_deployment(deployment: Deployment) -> Finding:
    run = deployment.record.checked_run
    if not run:
        return not_proven("the first deployment has not ended: give `tillroll deploy` again")
    if run.startswith("none"):
        return not_proven(f"no sample receipt was read, {run.removeprefix('none: ')}")
    return proven(f"the sample receipt became an expense by {run}")


def migrations_by_file(deployment: Deployment) -> Finding:
    migrated = deployment.record.migrated
    if not migrated:
        return not_proven("no migration was applied yet: give `tillroll deploy` again")
    return proven(f"D1 took {len(migrated)} migrations by import")


def canary(deployment: Deployment) -> Finding:
    record = deployment.record
    if record.canary:
        return failed(
            f"version {record.canary} is a canary still: give `tillroll deploy` or `tillroll "
            "rollback`"
        )
    if record.watched:
        return proven(f"version {record.watched} was well as a canary, and got all requests then")
    return not_proven(
        "the next release that adds no Workflow, cron, queue or contract begins as a canary"
    )


def startup(deployment: Deployment) -> Finding:
    took = deployment.record.startup
    if took is None:
        return not_proven("wrangler did not say it at the last deploy; the next one may")
    text = f"{took} of {_STARTUP_MILLISECONDS} ms, as Cloudflare measured it"
    if took < _STARTUP_MILLISECONDS:
        return proven(text)
    return failed(f"{text}: deploy with --late-imports")


def restored(deployment: Deployment) -> Finding:
    if deployment.record.is_restored:
        return proven("this deployment's database is that of a backup")
    return not_proven(
        "practise it: docs/operations.md, the restore drill; then verify the drill's deployment"
    )
