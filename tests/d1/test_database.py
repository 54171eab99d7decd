"""The suite of database cases on both: the host's SQLite adapter, and D1 inside the genuine
workerd.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.d1.cases import CASES, CASES_OF_D1, Case
from tests.support.suite import answers_of_suite
from tillroll_testing.host.sqlite import SqliteDatabase

HERE = Path(__file__).parent


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_on_the_host(case: Case) -> None:
    database = SqliteDatabase()
    await case(database)
    database.close()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | None]]:
    """What each case gave on D1: a Worker of the cases and the platform runs them."""
    database = {"binding": "DB", "database_name": "suite", "database_id": "suite"}
    with answers_of_suite(
        HERE, tmp_path_factory.mktemp("d1"), {"d1_databases": [database]}
    ) as answers:
        yield answers


@pytest.mark.parametrize("case", [*CASES, *CASES_OF_D1], ids=lambda case: case.__name__)
def test_on_d1(case: Case, results: dict[str, str | None]) -> None:
    assert results[case.__name__] is None
