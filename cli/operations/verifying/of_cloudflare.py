"""What Cloudflare counted of the Worker's invocations."""

from datetime import datetime, timedelta
from typing import Final

from cli.operations.deploying.cloudflare_api import ask_figures
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.wrangler import Wrangler
from cli.operations.verifying.deployment import Deployment, Invocations
from cli.operations.verifying.lines import Finding, failed, not_proven, proven

_DAY: Final = timedelta(days=1)
_SOME_USE: Final = 1_000
"""Invocations without which a day says little of memory: the cron alone makes 1,440."""
_EXCEEDED: Final = "exceeded"
_QUERY: Final = """
query Invocations($account: string, $script: string, $since: string, $until: string) {
  viewer { accounts(filter: {accountTag: $account}) {
    workersInvocationsAdaptive(
      limit: 100, filter: {scriptName: $script, datetime_geq: $since, datetime_leq: $until}
    ) { sum { requests } dimensions { status } }
  } }
}"""
"""https://developers.cloudflare.com/analytics/graphql-api/tutorials/querying-workers-metrics"""


def count_invocations(wrangler: Wrangler, now: datetime) -> Invocations:
    """How many invocations of the last day ended in which status. Raises NotDeployed."""
    variables = {
        "script": wrangler.record.name,
        "since": f"{now - _DAY:%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{now:%Y-%m-%dT%H:%M:%SZ}",
    }
    figures = ask_figures(wrangler, _QUERY, variables)
    counts: dict[str, int] = {}
    try:
        for group in figures["workersInvocationsAdaptive"]:
            status = group["dimensions"]["status"]
            counts[status] = counts.get(status, 0) + group["sum"]["requests"]
    except (KeyError, TypeError) as error:
        raise NotDeployed(f"Cloudflare's figures have another shape: {error!r}") from error
    return counts


def memory(deployment: Deployment) -> Finding:
    """Whether an invocation was killed for its memory or time: its status says so.

    An isolate above 128 MB is replaced without an error, which these figures do not show.
    """
    try:
        counts = deployment.count_invocations()
    except NotDeployed as error:
        return not_proven(f"the login may not read figures, or they are not there: {error}")
    exceeded = {status: count for status, count in counts.items() if _EXCEEDED in status.lower()}
    total = sum(counts.values())
    if exceeded:
        return failed(f"of {total} invocations of the last day: {exceeded}")
    if total < _SOME_USE:
        return not_proven(
            f"{total} invocations in the last day: ask again after a day of use with scans"
        )
    return proven(
        f"{total} invocations in the last day, and nothing was killed. How often an isolate was "
        "replaced, the log says: isolate.born"
    )
