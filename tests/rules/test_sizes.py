"""A file has one subject, and a folder no more files than somebody takes in at once."""

from collections import Counter
from typing import Final

from local.places import ROOT
from tests.rules.sources import files, text

MOST_LINES: Final = 600
MOST_FILES: Final = 22
_FOLDERS: Final = ("src", "cli", "local", "testing")
# What is longer, and why.
_LONG: Final = {
    "src/tillroll_documents/reading/text/countries.py": "a table: a row a country",
}
_MANY: Final = {
    "src/tillroll_documents/reading/languages": "a file a language",
    "src/tillroll_durable": "modules that authors and applications import by their names",
}


def _lines_of_long_files() -> dict[str, int]:
    counts = {
        path.relative_to(ROOT).as_posix(): len(text(path).splitlines())
        for folder in _FOLDERS
        for path in files(folder, ".py")
    }
    return {path: count for path, count in counts.items() if count > MOST_LINES}


def _files_of_full_folders() -> dict[str, int]:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in files("src", ".py")
        if path.name != "__init__.py"
    )
    return {folder: count for folder, count in counts.items() if count > MOST_FILES}


def test_no_file_is_longer_than_its_subject() -> None:
    assert _lines_of_long_files().keys() == _LONG.keys(), (
        f"split what has more than {MOST_LINES} lines by subject, or take the exception away"
    )


def test_no_folder_has_more_files_than_one_takes_in() -> None:
    assert _files_of_full_folders().keys() == _MANY.keys(), (
        f"give what has more than {MOST_FILES} files rooms, or take the exception away"
    )
