"""The Worker waits for its bucket no longer than it says: on the genuine R2 of workerd."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.suite import answers_of_suite

HERE: Final = Path(__file__).parent
# By name: the cases import what only workerd has.
CASES: Final = (
    "a_call_without_an_answer_ends",
    "the_bucket_answers_again_after_it",
    "a_refusal_of_the_bucket_is_one",
    "a_body_that_stops_coming_ends",
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | None]]:
    """What each case gave in workerd."""
    bucket = {"r2_buckets": [{"binding": "BUCKET", "bucket_name": "suite-bucket"}]}
    with answers_of_suite(HERE, tmp_path_factory.mktemp("bucket"), bucket) as answers:
        yield answers


def test_every_case_is_asked_for(results: dict[str, str | None]) -> None:
    assert sorted(results) == sorted(CASES)


@pytest.mark.parametrize("case", CASES)
def test_in_workerd(case: str, results: dict[str, str | None]) -> None:
    assert results[case] is None
