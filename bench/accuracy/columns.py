"""The three columns of `make accuracy`, which are never added up: documents invented here, public
ones with somebody else's truth, and cases after bug reports. The public ones are the headline: who
writes both rules and documents knows the answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.accuracy.certainty import Document, upper_bound
from bench.report import table

_LICENCE = re.compile(
    r"\b(?:CC0|CC[ -]BY(?:-(?:SA|NC|ND))*(?: ?\d\.\d)?|MIT|Apache(?:[ -]2\.0)?|EUPL(?:[ "
    r"-]1\.2)?|GPL-?\d?"
    r"|BSD-\d-Clause|public domain)\b",
    re.IGNORECASE,
)


class Column(StrEnum):
    """Who made the documents and their truths."""

    PUBLIC = "public, with somebody else's truth"
    INVENTED = "invented here"
    REPORTED = "after bug reports"


@dataclass(frozen=True)
class Source:
    """Where public documents are from."""

    name: str
    licence: str

    @classmethod
    def of(cls, folder: Path) -> "Source":
        """By the folder's README.md: its title, and the first licence that it names."""
        readme = folder / "README.md"
        if not readme.exists():
            return cls(folder.name, "not stated: the folder has no README.md")
        text = readme.read_text(encoding="utf-8")
        title = next(
            (line.lstrip("# ") for line in text.splitlines() if line.startswith("# ")), folder.name
        )
        licence = _LICENCE.search(text)
        if licence is None:
            return cls(title, "not stated")
        return cls(title, licence[0])


@dataclass(frozen=True)
class DocumentSet:
    """Documents of one column that were read."""

    name: str
    column: Column
    documents: Sequence[Document]
    source: Source | None = None


@dataclass(frozen=True)
class Count:
    """What came out of some documents."""

    documents: int
    accepted: int
    wrong: int
    """Accepted, and wrong."""
    lost: int
    """Of the wrong ones, those whose right value no reader could find: OCR had lost it."""

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Count":
        """Count them."""
        wrong = [each for each in documents if each.is_wrongly_accepted]
        return cls(
            documents=len(documents),
            accepted=sum(each.is_accepted for each in documents),
            wrong=len(wrong),
            lost=sum(each.is_lost for each in wrong),
        )

    @property
    def bound(self) -> float:
        """The share of wrong ones is below this in 95 of 100 samples."""
        if not self.accepted:
            return 1.0
        return upper_bound(self.wrong, self.accepted)


def documents_of(sets: Sequence[DocumentSet], column: Column) -> list[Document]:
    """All documents of a column."""
    return [document for each in sets if each.column is column for document in each.documents]


def headline(sets: Sequence[DocumentSet]) -> str:
    """What public documents say: the one sentence to quote."""
    count = Count.of(documents_of(sets, Column.PUBLIC))
    if not count.accepted:
        return "no public document was accepted: name folders with TRANSCRIPTS and INVOICES"
    right = 100 * (count.accepted - count.wrong) / count.documents
    wrong = 100 * count.wrong / count.documents
    return (
        f"of a hundred public documents {right:.1f} are accepted and right, "
        f"{wrong:.1f} accepted and wrong; "
        f"of {count.accepted} accepted ones {count.wrong} are wrong "
        f"({count.wrong / count.accepted:.2%}, below {count.bound:.2%} in 95 of 100 samples)"
    )


def columns_table(sets: Sequence[DocumentSet]) -> str:
    """A row for each column, and one for each set in it."""
    rows: list[list[str]] = []
    for column in Column:
        of_column = [each for each in sets if each.column is column]
        if not of_column:
            rows.append([f"**{column}**", "none were read", "", "", "", "", ""])
            continue
        rows.append([f"**{column}**", *_cells(Count.of(documents_of(sets, column)))])
        rows += [[each.name, *_cells(Count.of(each.documents))] for each in of_column]
    heads = [
        "",
        "documents",
        "accepted",
        "wrong among them",
        "share",
        "95 % bound",
        "of these lost by OCR",
    ]
    return table(heads, rows)


def _cells(count: Count) -> list[str]:
    share = count.wrong / max(1, count.accepted)
    return [
        str(count.documents),
        str(count.accepted),
        str(count.wrong),
        f"{share:.2%}",
        f"{count.bound:.2%}",
        str(count.lost),
    ]


def sources_table(sets: Sequence[DocumentSet]) -> str:
    """The public sets: whose they are, how many documents, and under which licence."""
    rows = [
        [each.name, each.source.name, str(len(each.documents)), each.source.licence]
        for each in sets
        if each.source is not None
    ]
    return table(["public set", "from", "documents", "licence"], rows)
