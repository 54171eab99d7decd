"""What is fetched from an account is readable for the one who fetched it only, also where the file
existed.
"""

import os
from pathlib import Path

import pytest

from cli.client.private_files import open_private, write_private
from tillroll_command.endings import Stopped


@pytest.fixture(autouse=True)
def _usual_umask() -> None:
    os.umask(0o022)


def test_a_new_file_and_an_existing_one_are_closed_to_others(tmp_path: Path) -> None:
    existing = tmp_path / "existing"
    existing.write_bytes(b"a longer text than the new one")
    existing.chmod(0o644)
    for file in (existing, tmp_path / "new"):
        write_private(file, b"content")
        assert file.read_bytes() == b"content"
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_part_is_continued(tmp_path: Path) -> None:
    part = tmp_path / "part"
    for piece in (b"one ", b"two"):
        with open_private(part, appends=True) as file:
            file.write(piece)
    assert part.read_bytes() == b"one two"
    assert part.stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="cannot be written"):
        write_private(tmp_path / "no folder" / "file", b"")
