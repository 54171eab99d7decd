"""Ids of one isolate sort as they were made, though its clock stands still."""

import time

import pytest

from tillroll_durable.platform.ids import new_id


def test_ids_sort_as_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)
    made = [new_id("run") for _ in range(500)]
    assert made == sorted(set(made))
    monkeypatch.setattr(time, "time_ns", lambda: now - 1_000_000_000)
    assert new_id("run") > made[-1], "nor does a clock that goes back change it"
