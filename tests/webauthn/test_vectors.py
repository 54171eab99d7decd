"""The suite of cases on both: the host's verifier, and WebCrypto inside the genuine workerd."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.suite import answers_of_suite
from tests.webauthn.cases import CASES, Case
from tillroll_testing.host.verifying import HostVerifier

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "vectors.json").read_text(encoding="utf-8"))["vectors"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_on_the_host(case: Case) -> None:
    await case(HostVerifier(), {each["name"]: each for each in VECTORS})


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | None]]:
    """What each case gave in workerd."""
    variables = {"vars": {"VECTORS": json.dumps(VECTORS)}}
    with answers_of_suite(HERE, tmp_path_factory.mktemp("webauthn"), variables) as answers:
        yield answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_in_workerd(case: Case, results: dict[str, str | None]) -> None:
    assert results[case.__name__] is None
