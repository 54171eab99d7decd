"""What the soak's clients do when they get no answer, and what counts as a broken promise."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from xml.etree import ElementTree

import pytest

from bench.soak.clients import Photos, Remembered, SoakClient
from bench.soak.memory import Sample, graph
from bench.soak.promises import broken
from tests.support.http_server import Answer, LocalServer, Request

_TABLES = """
    CREATE TABLE runs (id, status);
    CREATE TABLE expenses (id, run_id, status);
    CREATE TABLE audit_events (stream, seq, action, detail);
    CREATE TABLE ai_calls (run_id, purpose, state);
    INSERT INTO runs VALUES ('run_1', 'complete');
    INSERT INTO expenses VALUES ('exp_1', 'run_1', 'approved');
    INSERT INTO audit_events VALUES ('run_1', 1, 'step.completed', '{"step": "read"}');
    INSERT INTO ai_calls VALUES ('run_1', 'transcribe', 'completed');
"""


def _broken(remembered: Remembered, *changes: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_TABLES)
        for change in changes:
            database.execute(change)
        return broken(database, remembered)


def _remembered(**runs: str) -> Remembered:
    return Remembered(runs=dict(enumerate(runs.values() or ["run_1"])), approved={"exp_1"})


def test_nothing_is_broken_where_all_is_as_it_was_told() -> None:
    assert _broken(_remembered()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE runs SET status = 'processing'", "a run has not ended"),
        (
            "INSERT INTO audit_events SELECT stream, 2, action, detail FROM audit_events",
            "a step was completed twice",
        ),
        ("UPDATE audit_events SET seq = 2", "a run's audit has a gap"),
        ("INSERT INTO ai_calls SELECT * FROM ai_calls", "a model was paid twice for one run"),
        ("DELETE FROM expenses", "an acknowledged upload has no expense"),
        (
            "INSERT INTO expenses VALUES ('exp_2', 'run_2', 'ready')",
            "an expense is of no acknowledged upload",
        ),
        ("UPDATE expenses SET status = 'ready'", "an acknowledged approval is not there"),
    ],
)
def test_each_promise_can_be_seen_to_be_broken(change: str, said: str) -> None:
    found = _broken(_remembered(), change)
    assert any(sentence.startswith(said) for sentence in found), found


def test_two_photos_have_two_runs() -> None:
    found = _broken(_remembered(first="run_1", second="run_1"))
    assert found == ["two photos were answered with one run: 1"]


class _Server(LocalServer):
    """Answers with these, one after the other."""

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__()
        self.answers, self.keys = answers, list[str]()

    def answer(self, request: Request) -> Answer:
        self.keys.append(request.headers["idempotency-key"])
        return self.answers.pop(0)


def _photos() -> Iterator[bytes]:
    return (b"%d" % number for number in count())


@pytest.mark.parametrize("refused", [503, 429, 409])
def test_a_client_sends_again_under_the_same_key(refused: int) -> None:
    with _Server([Answer(refused, "{}"), Answer(202, '{"runId": "run_1"}')]) as server:
        remembered = Remembered()
        client = SoakClient(server.url, Photos(_photos()), remembered, random.Random(1))
        client.upload()
        client.close()
    assert (remembered.runs, remembered.errors, remembered.sent_again) == ({0: "run_1"}, [], 1)
    assert len(server.keys) == 2
    assert len(set(server.keys)) == 1


def test_a_refusal_is_an_error_at_once() -> None:
    with _Server([Answer(422, "no")]) as server:
        remembered = Remembered()
        client = SoakClient(server.url, Photos(_photos()), remembered, random.Random(1))
        client.upload()
        client.close()
    assert remembered.errors == ["POST /api/receipts: 422: no"]
    assert remembered.runs == {}


def test_the_graph_has_a_line_a_name_and_one_a_kill() -> None:
    samples = [Sample(0.5, 100, 10), Sample(1.0, 200, 20)]
    drawing = graph({"A & B": samples, "C": samples}, lambda each: each.workerd, [0.75])
    drawn = ElementTree.fromstring(drawing)  # noqa: S314 - our own
    found = [part.tag.partition("}")[2] for part in drawn]
    assert (found.count("polyline"), found.count("line")) == (2, 1)
