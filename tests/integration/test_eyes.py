"""The genuine stack as those see it who watch: a reader of the log, a scraper, an operator, a
collector of traces.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.drawing import draw_receipt
from tests.support.host_platform import WEBHOOK_SECRET
from tests.support.otlp import attributes, read_spans
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tests.support.scraping import parse
from tests.support.sink import Sink
from tillroll.observability.trace_export import trace_id

MERCHANT = "QUOKKA GARDEN SDN BHD"


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def watched(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    variables = {
        "ALERT_WEBHOOK_URL": f"{sink.url}/alerts",
        "ALERT_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "OTLP_ENDPOINT": sink.url,
        "OTLP_HEADERS": "authorization=Bearer%20of-the-collector",
        "PUBLIC_URL": "https://tillroll.test",
    }
    stack = RunningStack(tmp_path_factory.mktemp("eyes"), variables)
    try:
        stack.start()
        yield stack
        print(stack.logs())  # noqa: T201 - pytest shows it where a test fails
    finally:
        stack.stop()


def test_a_run_is_seen_by_everybody_who_watches(watched: RunningStack, sink: Sink) -> None:
    watched.fire_cron()  # from here on traces are sent
    run_id = watched.upload(draw_receipt(clear_receipt(MERCHANT, "77.31"))).json()["runId"]
    ended = watched.wait_for_status(run_id, "complete", "needs_review")
    watched.d1(
        "INSERT INTO run_endings (minute, ended, failed)"
        " SELECT strftime('%Y-%m-%dT%H:%M', 'now'), 10, 10 WHERE 1 ON CONFLICT DO NOTHING"
    )
    for _ in range(3):
        watched.fire_cron()

    assert {json.loads(body)["data"]["rule"] for body in sink.bodies("/alerts")} == {"error_rate"}
    ids = [taken.headers["webhook-id"] for taken in sink.taken if taken.target == "/alerts"]
    assert len(set(ids)) == 1

    sent = [taken for taken in sink.taken if taken.target == "/v1/traces"]
    assert sent[-1].headers["authorization"] == "Bearer of-the-collector"
    spans = read_spans(sent[-1].body)
    assert {span.trace_id.hex() for span in spans} == {trace_id(run_id)}
    root = next(span for span in spans if not span.parent_span_id)
    assert attributes(root)["tillroll.state"] == ended["state"]
    with watched.client() as client:
        shown = client.get(f"/api/runs/{run_id}/trace")
        scraped = client.get("/api/metrics")
    assert read_spans(shown.text) == spans
    values = {
        (s.name, *s.labels.values()): s.value
        for family in parse(scraped.text)
        for s in family.samples
    }
    assert values["tillroll_runs_started_total", "receipt"] == 1
    assert values["tillroll_steps_total", "receipt", "ocr-extract", "completed"] == 1
    assert values["tillroll_alerts_open", "error_rate"] == 1
    assert values[("tillroll_events_behind",)] == 0

    log = watched.stack.state / "logs" / "wrangler.log"
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"')]
    steps = [
        line["step"]
        for line in lines
        if line["event"] == "step.completed" and line["run"] == run_id
    ]
    assert steps[0] == "ocr-extract"
    (taken,) = [
        line for line in lines if line["event"] == "request.answered" and line.get("run") == run_id
    ]
    assert (taken["route"], taken["status"], taken["subject"][:4]) == (
        "/api/receipts",
        httpx.codes.ACCEPTED,
        "rec_",
    )
    assert "QUOKKA" not in log.read_text().upper()
    assert "77.31" not in log.read_text()


def test_nobody_else_sees_the_metrics(watched: RunningStack) -> None:
    assert (
        httpx.get(f"{watched.url}/api/metrics", timeout=PATIENCE_SECONDS).status_code
        == httpx.codes.UNAUTHORIZED
    )
