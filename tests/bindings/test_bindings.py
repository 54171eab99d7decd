"""The suite of cases on both: the host's adapters, and R2 and WebCrypto inside the genuine
workerd.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bindings.cases import CASES, SECRET, Case
from tests.support.suite import answers_of_suite
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.signing import HostSigner

HERE = Path(__file__).parent


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_on_the_host(case: Case) -> None:
    await case(MemoryObjects(), HostSigner(SECRET))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | None]]:
    """What each case gave in workerd: a Worker of the cases and the platform runs them."""
    bucket = {"binding": "BUCKET", "bucket_name": "suite"}
    with answers_of_suite(
        HERE, tmp_path_factory.mktemp("bindings"), {"r2_buckets": [bucket]}
    ) as answers:
        yield answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_in_workerd(case: Case, results: dict[str, str | None]) -> None:
    assert results[case.__name__] is None
