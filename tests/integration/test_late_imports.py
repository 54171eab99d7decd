"""The Worker that imports late (src/late.py), as a deployment is checked and verified: on the
genuine stack.
"""

from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.client.api import Api
from cli.client.server import Server
from cli.operations.deploying.checking import check
from cli.operations.deploying.record import Answers, Record, Secrets
from cli.operations.verifying.deployment import Deployment
from cli.operations.verifying.lines import Stand
from cli.operations.verifying.subjects import verify
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("late"), {}, main="src/late.py")
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def test_the_check_of_a_deployment_passes(
    late: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLROLL_DEPLOYMENTS", str(tmp_path))
    record = Record("late-play", Answers("a" * 32), address=late.url)
    said: list[str] = []
    check(record, Secrets("late-play", check_token=late.token), said.append)
    run = late.run(record.checked_run)
    assert run["status"] == "complete"
    assert run["expense"]["total"]


def test_each_line_is_looked_at(late: RunningStack, tmp_path: Path) -> None:
    photo = tmp_path / "lunch.jpg"
    photo.write_bytes(draw_receipt(clear_receipt("GREEN GARDEN CAFE SDN BHD", "12.90")))
    late.fire_cron()
    record = Record("late-play", Answers("a" * 32), address=late.url, startup=400)
    with closing(Api(Server(late.url, late.token, "the test"))) as api:
        deployment = Deployment(
            api,
            record,
            datetime.now(UTC),
            lambda: {"success": 1},
            photos=[photo],
        )
        lines = {line.subject: line.finding for line in verify(deployment)}
    assert [finding for finding in lines.values() if finding.stand is Stand.FAILED] == []
    assert {subject for subject, finding in lines.items() if finding.stand is Stand.PROVEN} == {
        "D1, R2, Queue",
        "query counting",
        "cron",
        "wake-up",
        "JPEG",
        "model answers and finish_reason",
        "start-up CPU",
    }
