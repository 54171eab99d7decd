"""The log: one line of JSON an event, with what was named and nothing else."""

import logging

import pytest

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.platform.json import JsonObject, load_object


def told(caplog: pytest.LogCaptureFixture) -> JsonObject:
    [record] = caplog.records
    assert "\n" not in record.message
    return load_object(record.message)


def test_an_event_is_one_line_with_its_fields(caplog: pytest.LogCaptureFixture) -> None:
    log.info(
        "step.completed", run="run_1", step="ocr-extract", attempt=2, duration_ms=31, account=None
    )
    line = told(caplog)
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "level": "info",
        "event": "step.completed",
        "run": "run_1",
        "step": "ocr-extract",
        "attempt": 2,
        "duration_ms": 31,
    }


def test_an_error_of_a_service_is_told_in_one_bounded_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log.warning("delivery.failed", error=HttpFailed("no\nanswer " + "x" * 1000))
    line = told(caplog)
    assert line["error_class"] == "HttpFailed"
    assert str(line["error"]).startswith("no answer xxx")
    assert len(str(line["error"])) == 300


def test_a_fault_of_ours_is_told_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("GREEN GARDEN CAFE")
    except ValueError as error:
        log.crash("request.failed", error, route="/api/runs")
    line = told(caplog)
    assert (line["error_class"], line["level"]) == ("ValueError", "error")
    assert "test_log.py" in str(line["where"])
    assert "GREEN" not in caplog.text


def test_of_a_library_only_is_told_who_said_something() -> None:
    record = logging.LogRecord(
        "pypdf", logging.WARNING, "/x/reader.py", 12, "bad header: GREEN GARDEN", (), None
    )
    line = load_object(log.foreign_line(record))
    assert (line["event"], line["level"], line["source"], line["where"]) == (
        "library.said",
        "warning",
        "pypdf",
        "reader:12",
    )
    assert "GREEN" not in str(line)
