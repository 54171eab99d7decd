"""The three columns of `make accuracy` are counted apart, and the public one is the headline."""

from pathlib import Path

import pytest

from bench.accuracy.certainty import Document
from bench.accuracy.columns import Column, Count, DocumentSet, Source, columns_table, headline
from bench.accuracy.reported import reported
from bench.accuracy.sets import is_lost
from bench.labelled_transcripts import Receipt, Truth
from bench.truth import read_date, read_total
from tests.support.campaigns import only_whole
from tillroll_documents.reading.extraction import Transcript


def document(
    *, is_accepted: bool = True, is_wrong: bool = False, is_lost: bool = False
) -> Document:
    wrong = {"total": ("1.00", "2.00")} if is_wrong else {}
    return Document("a paper", {}, is_accepted, wrong, picture="", is_lost=is_lost)


def a_set(column: Column, *documents: Document) -> DocumentSet:
    return DocumentSet(str(column), column, documents)


def test_the_headline_is_that_of_public_documents() -> None:
    public = a_set(Column.PUBLIC, *[document()] * 99, document(is_wrong=True))
    invented = a_set(Column.INVENTED, *[document(is_wrong=True)] * 50)
    assert headline([invented, public]) == (
        "of a hundred public documents 99.0 are accepted and right, 1.0 accepted and wrong; of 100"
        " accepted ones 1 are wrong (1.00%, below 4.66% in 95 of 100 samples)"
    )


def test_without_public_documents_there_is_no_headline() -> None:
    assert "TRANSCRIPTS" in headline([a_set(Column.INVENTED, document())])
    assert "TRANSCRIPTS" in headline([a_set(Column.PUBLIC, document(is_accepted=False))])


def test_what_ocr_had_lost_is_counted_apart() -> None:
    some = [document(is_wrong=True, is_lost=True), document(is_wrong=True), document(is_lost=True)]
    assert Count.of(some) == Count(documents=3, accepted=3, wrong=2, lost=1)


def test_each_column_has_a_row_also_without_documents() -> None:
    printed = columns_table([a_set(Column.REPORTED, document())])
    assert all(str(column) in printed for column in Column)
    assert "none were read" in printed


@pytest.mark.parametrize(
    ("readme", "source"),
    [
        ("# Slips of a town\nLicence: CC BY 4.0.", Source("Slips of a town", "CC BY 4.0")),
        ("# Slips\nunder EUPL-1.2", Source("Slips", "EUPL-1.2")),
        ("# Slips\nnobody knows", Source("Slips", "not stated")),
    ],
)
def test_a_folder_names_itself_and_its_licence(tmp_path: Path, readme: str, source: Source) -> None:
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")
    assert Source.of(tmp_path) == source


def test_a_folder_without_a_name_says_so(tmp_path: Path) -> None:
    assert "no README.md" in Source.of(tmp_path).licence


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("SHOP\n24/09/2026\nTOTAL 1,250.40", False),
        ("SHOP\n24/09/2026\nTOTAL 1,258.40", True),
        ("SHOP\n2?/09/2026\nTOTAL 1,250.40", True),
    ],
)
def test_a_value_is_lost_that_the_text_does_not_hold(text: str, *, lost: bool) -> None:
    day = read_date("24/09/2026")
    total = read_total("1250.40")
    assert day is not None
    assert total is not None
    receipt = Receipt("one", Transcript.from_text(text), Truth("SHOP", day, total))
    assert is_lost(receipt) is lost


@only_whole
def test_no_case_after_a_bug_report_is_accepted_and_wrong() -> None:
    wrong = [
        each.name
        for documents in reported().values()
        for each in documents
        if each.is_wrongly_accepted
    ]
    assert wrong == []
