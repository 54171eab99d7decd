"""Where a crash lies: the path in the sources, in whatever folder a person keeps the project."""

from pathlib import PurePosixPath

import pytest

from tillroll_durable._record.crashes import place_of

CHECKOUTS = [
    "/projects/ann/tillroll",
    "/projects/ann/tests",
    "/projects/tests/tillroll/tests",
    "/projects/ann/a folder/tillroll",
    "/projects/tillroll/src/tillroll",
]


@pytest.mark.parametrize("checkout", CHECKOUTS)
@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("src/tillroll/bank/statements/workflow.py", "tillroll/bank/statements/workflow.py"),
        ("src/tillroll/tests/workflow.py", "tillroll/tests/workflow.py"),
        ("tests/simulation/test_crashes.py", "tests/simulation/test_crashes.py"),
        ("local/banks/bank.py", "bank.py"),
        (".venv/lib/python3.11/site-packages/pydantic/main.py", "main.py"),
    ],
)
def test_a_place_is_the_path_in_the_sources(checkout: str, file: str, place: str) -> None:
    root = PurePosixPath(checkout)
    assert place_of(root / file, root / "src") == place


@pytest.mark.parametrize("file", ["/usr/tillroll/json.py", "/projects/tests/shop.py", "<string>"])
def test_a_file_elsewhere_has_its_name_only(file: str) -> None:
    assert (
        place_of(PurePosixPath(file), PurePosixPath("/projects/ann/tillroll/src"))
        == file.rpartition("/")[2]
    )
