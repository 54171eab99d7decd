"""The Worker that imports late (src/late.py), as a deployment is checked and verified: on the genuine stack."""

from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.client.api import Api
from cli.client.server import Server
from cli.operations.deploying.checking import check
from cli.operations.deploying.record import Answers, Record, Secrets
from cli.operations.verifying.checks import Verified, verify
from cli.operations.verifying.lines import Stand
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


def test_the_check_of_a_deployment_passes(late: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    with closing(Api(Server(late.url, late.token, "the test"))) as api:
        seen = Verified(api, datetime.now(UTC), photos=[photo], startup=400)
        lines = {line.about: line for line in verify(seen)}
    assert [line for line in lines.values() if line.stand is Stand.DIFFERS] == []
    assert {about for about, line in lines.items() if line.stand is Stand.PROVEN} == {
        "D1, R2, Queue",
        "cron",
        "a waiting Workflow wakes up",
        "JPEG lunch.jpg",
        "model answers, finish_reason, tokens",
        "start-up CPU",
    }
