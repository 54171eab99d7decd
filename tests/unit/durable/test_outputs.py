"""What a step may hand back, and the words in which anything else is refused."""

from datetime import date
from typing import cast

import pytest

from tillroll.durable.running.outputs import LARGEST_OUTPUT_BYTES, UnfitOutput, as_stored
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.json import Json


def test_json_is_stored_in_its_canonical_form() -> None:
    assert as_stored("check", {"b": [1, 2.5, None, True], "a": "ü"}) == '{"a":"ü","b":[1,2.5,null,true]}'


def test_the_largest_output_is_one_mebibyte_with_its_quotes() -> None:
    assert len(as_stored("check", "x" * (LARGEST_OUTPUT_BYTES - 2))) == LARGEST_OUTPUT_BYTES


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("x" * (LARGEST_OUTPUT_BYTES - 1), "exceeds 1 MiB: put it into the object store, hand back its key"),
        ("ü" * (LARGEST_OUTPUT_BYTES // 2), "exceeds 1 MiB"),
        # 600,000 letters and one of them beyond Latin-1: the engine keeps each with two bytes.
        ("x" * 600_000 + "€", "exceeds 1 MiB"),
        (float("nan"), "the number nan"),
        ([float("inf")], "the number inf"),
        ({"total": 2**53}, "an integer beyond 2^53"),
        ({"on": date(2026, 1, 1)}, "a date"),
        (("a", "b"), "a tuple"),
        ([{1: "one"}], "an object whose keys are no text"),
        ("\ud800", "half of a surrogate pair"),
    ],
)
def test_what_the_engine_would_refuse_is_refused_for_good(output: object, words: str) -> None:
    with pytest.raises(UnfitOutput) as refused:
        as_stored("check", cast("Json", output))
    assert words in str(refused.value)
    assert "check" in str(refused.value)
    assert isinstance(refused.value, NonRetryable)
