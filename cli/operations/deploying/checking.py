"""That a new deployment does what it is for: the sample receipt goes in, and its expense comes
out.
"""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

import httpx

from cli.client.api import Api
from cli.client.server import Server
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.record import Record, Secrets
from cli.upload.sending import send_file
from local.places import ROOT
from tillroll_command.endings import Stopped

SAMPLE: Final = ROOT / "public" / "sample-receipt.pdf"
# A custom domain gets its certificate within some minutes.
_PATIENCE_SECONDS: Final = 600.0
_BETWEEN_SECONDS: Final = 2.0


def check(
    record: Record,
    secrets: Secrets,
    say: Callable[[str], None],
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the deployment answers, upload the sample receipt, and wait for its expense.
    Raises NotDeployed.
    """
    if record.checked_run:
        return
    server = Server(record.address, secrets.check_token, "the deployment")
    with closing(Api(server, transport, sleep)) as api:
        say(f"Waiting until {record.address} answers …")
        _wait_until_well(api, sleep)
        if record.is_restored:
            record.checked_run = "none: its accounts are a backup's"
        elif SAMPLE.exists():
            say("Uploading the sample receipt …")
            record.checked_run = _read_sample(api, sleep)
        else:
            record.checked_run = "none: this deployment reads no receipts"
    record.save()


def _wait_until_well(api: Api, sleep: Callable[[float], None]) -> None:
    waited = 0.0
    while True:
        try:
            api.get("/api/health", {"deep": "true"})
        except Stopped as stopped:
            if waited >= _PATIENCE_SECONDS:
                raise NotDeployed(
                    f"{api.server.url} is not well after ten minutes: {stopped}"
                ) from stopped
        else:
            return
        sleep(_BETWEEN_SECONDS)
        waited += _BETWEEN_SECONDS


def _read_sample(api: Api, sleep: Callable[[float], None]) -> str:
    """Upload the sample. Equal bytes are one receipt, so a second upload answers with the first."""
    try:
        sent = send_file(api, SAMPLE)
        status = _decided(api, f"/api/runs/{sent.run_id}", sleep) if sent.run_id else sent.says
    except Stopped as stopped:
        raise NotDeployed(f"The sample receipt was not read: {stopped}") from stopped
    if not sent.run_id or status != "complete":
        raise NotDeployed(f"The sample receipt did not become an expense: {sent.run_id} {status}")
    return sent.run_id


def _decided(api: Api, path: str, sleep: Callable[[float], None]) -> str:
    """How the sample's run ends. It has no date, so the run waits for a person, and goes on once
    there is one. Raises NotDeployed, Stopped.
    """
    if _settled(api, path, "processing", sleep) == "needs_review":
        values = {"date": f"{datetime.now(UTC):%Y-%m-%d}"}
        api.send("POST", f"{path}/review", {"decision": "approve", "values": values})
        _settled(api, path, "needs_review", sleep)
    return _settled(api, path, "processing", sleep)


def _settled(api: Api, path: str, passing: str, sleep: Callable[[float], None]) -> str:
    """The run's status once it is no longer `passing`. Raises NotDeployed: it stays so; Stopped."""
    waited = 0.0
    while True:
        status = str(api.get(path)["status"])
        if status != passing:
            return status
        if waited >= _PATIENCE_SECONDS:
            raise NotDeployed(f"The sample receipt's run is {passing} after ten minutes: {path}")
        sleep(_BETWEEN_SECONDS)
        waited += _BETWEEN_SECONDS
