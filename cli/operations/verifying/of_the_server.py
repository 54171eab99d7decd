"""What the deployment answers: its parts, the count of queries, the cron, a Workflow that waits,
and mail.
"""

from pathlib import Path
from typing import Final

from cli.operations.verifying.deployment import Deployment
from cli.operations.verifying.lines import Finding, failed, not_proven, proven
from cli.operations.verifying.papers import paper_without_total
from cli.upload.sending import send

_LATEST_TICK_SECONDS: Final = 180.0
_LAST_TICK: Final = "tillroll_reconciler_last_tick_timestamp_seconds"


def parts(deployment: Deployment) -> Finding:
    health = deployment.api.get("/api/health", {"deep": "true"})
    if health["status"] == "ok":
        return proven("each answers the Worker")
    return failed(f"{health.get('parts')}")


def query_count(deployment: Deployment) -> Finding:
    check = deployment.api.get("/api/query-check")
    if check["refusal"] is None:
        return proven(
            f"D1 took {check['queries']} batches of two statements in one request, of "
            f"{check['limit']}"
        )
    return failed(
        f"D1 refused a query after {check['refusedAfter']} of {check['limit']}: {check['refusal']}"
    )


def reads_near(deployment: Deployment) -> Finding:
    check = deployment.api.get("/api/query-check")
    if check["readsNear"] is None:
        return not_proven("`READS_NEAR` is off: set it to on, and ask again")
    if check["readsNear"]:
        return proven("a session of D1 gave a bookmark, and another one read by it")
    return failed("a session of D1 gives no bookmark: set `READS_NEAR` to off")


def cron(deployment: Deployment) -> Finding:
    """A tick within the last three minutes, or within the time that is waited for one."""

    def is_recent() -> bool:
        tick = _last_tick(deployment)
        return tick is not None and deployment.clock() - tick < _LATEST_TICK_SECONDS

    if deployment.comes_about(is_recent):
        return proven("a tick ended within the last three minutes")
    return failed("no tick ended within the last three minutes: look at the Worker's Triggers")


def _last_tick(deployment: Deployment) -> float | None:
    text = deployment.api.answer("GET", "/api/metrics").text
    for line in text.splitlines():
        if line.startswith(_LAST_TICK):
            return float(line.rsplit(" ", 1)[1])
    return None


def wake_up(deployment: Deployment) -> Finding:
    """A run that waits for a person goes on once it is decided."""
    api = deployment.api
    sent = send(api, Path("letter.pdf"), paper_without_total(deployment.now))
    if not sent.run_id:
        return failed(f"a letter was refused: {sent.says}")
    status = deployment.settled(sent.run_id)
    if status != "needs_review":
        return failed(
            f"a letter without a total does not wait for a person: {sent.run_id} is {status}"
        )
    path = f"/api/runs/{sent.run_id}"
    api.send(
        "POST", f"{path}/review", {"decision": "reject", "comment": "a check of the deployment"}
    )
    if deployment.comes_about(lambda: api.get(path)["status"] == "rejected"):
        return proven(f"{sent.run_id} waited, and ended when it was decided")
    return failed(f"{sent.run_id} was decided, and does not go on")


def mail_headers(deployment: Deployment) -> Finding:
    domain = deployment.record.answers.mail_domain
    if not domain:
        return not_proven("no mail comes in: deploy with --mail-domain to have this looked at")
    mails = deployment.api.get("/api/received-mail", {"limit": 1})["items"]
    if not mails:
        return not_proven(
            "sign in to the account of the checks, and send a receipt to its address under "
            f"Settings, Receipts by mail ({domain})"
        )
    [newest] = mails
    if newest["isAuthenticated"]:
        return proven(
            f"the newest mail is {newest['state']}: its sender's domain has proven that it sent it"
        )
    return failed(
        f"the newest mail is {newest['state']}, and its sender's domain has not proven that it "
        "sent it"
    )
