"""Papers from elsewhere: what is accepted is right, and what is no receipt is asked."""

from typing import Final

import pytest

from tests.unit.tillroll_documents.reading.elsewhere.papers import FILES, fault, papers_of

_LEAST: Final = 555


def test_there_are_papers_of_each_kind() -> None:
    assert sum(1 for file in FILES for _ in papers_of(file)) >= _LEAST


@pytest.mark.parametrize("file", FILES)
def test_nothing_sure_is_wrong(file: str) -> None:
    faults = {paper.name: fault(paper) for paper in papers_of(file)}
    assert {name: wrong for name, wrong in faults.items() if wrong is not None} == {}
