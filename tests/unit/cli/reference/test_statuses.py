"""The table of statuses is true of every run there can be, and is on the page."""

from itertools import product

from cli.reference.page.statuses import status_table
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.runs import NO_MORE
from tillroll_durable.selection import LISTED_AS, OutsideStatus, status_of
from tillroll_durable.states import Status


def test_each_word_stands_for_the_statuses_that_such_runs_have() -> None:
    seen: dict[OutsideStatus, set[Status]] = {}
    for status, paused, waits, has_steps, version, resumptions in product(
        Status, (None, "2026-11-20"), (0, 1), (0, 1), (1, 2), (0, NO_MORE)
    ):
        row: Row = {
            "status": status,
            "paused_at": paused,
            "waits": waits,
            "has_steps": has_steps,
            "state_version": version,
            "place": 1,
            "queue_number": None,
            "escalated_at": None,
            "error_class": None,
            "resumptions": resumptions,
        }
        seen.setdefault(status_of(row), set()).add(status)
    assert {word: {*listed} for word, listed in LISTED_AS.items()} == seen


def test_the_table_has_every_word_of_both() -> None:
    shown = status_table()
    assert [word for word in (*OutsideStatus, *Status) if f"<code>{word}</code>" not in shown] == []
