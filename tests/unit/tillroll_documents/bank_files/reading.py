"""Reading a file in a test."""

from typing import Any

import pytest

from tillroll_documents.bank_files.csv.files import MappingNeeded
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.files import walk
from tillroll_documents.bank_files.printed import BankStatement, Entry, UnreadableFile

Read = tuple[BankStatement, list[Entry]]


def statements(file: bytes, *, piece: int = 1 << 16, **given: Any) -> list[Read]:
    """The statements of a file that is read in pieces. `given` are the parameters of `walk`."""
    found: list[Read] = []
    entries: list[Entry] = []
    pieces = (file[at : at + piece] for at in range(0, max(len(file), 1), piece))
    for item in walk(pieces, **given):
        if isinstance(item, BankStatement):
            found.append((item, entries))
            entries = []
        else:
            entries.append(item)
    assert not entries, "a statement comes after its entries"
    return found


def only(file: bytes, **given: Any) -> Read:
    """The one statement of a file."""
    [found] = statements(file, **given)
    return found


def proposed(file: bytes, **given: Any) -> CsvMapping:
    """The mapping that is proposed for a CSV file."""
    with pytest.raises(MappingNeeded) as needed:
        statements(file, **given)
    return needed.value.proposal


def from_csv(file: bytes, currency: str = "EUR", **changes: Any) -> Read:
    """The statement of a CSV file by the mapping that is proposed, with changes."""
    return only(file, mapping=proposed(file).model_copy(update=changes), currency=currency)


def refused(file: bytes, **given: Any) -> UnreadableFile:
    """Why a file is refused."""
    with pytest.raises(UnreadableFile) as error:
        statements(file, **given)
    return error.value
