"""The files that describe the API are what the code makes."""

from cli.reference.files import files_of
from local.places import ROOT
from tests.support.host_api import description


def test_the_reference_is_made_from_the_api() -> None:
    made = files_of(description())
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in made.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs` and commit public/api"
