"""What was read is right, wrong, or not there."""

import pytest

from tillroll_documents.reading.verdicts import held


@pytest.mark.parametrize(
    ("name", "read", "truth", "verdict"),
    [
        ("merchant", "PINE BOOKS", "Pine Books", "right"),
        ("merchant", "Pine", "Pine Books", "right"),
        ("merchant", "Pine Holding Ltd", "Pine Books", "right"),
        ("merchant", "Oak Inn", "Pine Books", "wrong"),
        ("total", "9.00", "-9.00", "right"),
        ("total", "9.00", "9.10", "wrong"),
        ("date", "2026-02-01", "2026-02-01", "right"),
        ("number", "RE 42", "RE-42", "right"),
        ("number", None, "RE-42", "silent"),
    ],
)
def test_a_value_is_held_against_the_confirmed_one(
    name: str, read: str | None, truth: str, verdict: str
) -> None:
    said = {} if read is None else {name: read}
    assert held(said, {name: truth}, "Pine Holding Ltd") == {name: verdict}


def test_what_nobody_confirmed_is_not_measured() -> None:
    assert held({"tax": "1.00"}, {}, None) == {}
