"""Archives of the same contents are the same bytes, and others can read them."""

import gzip
import tarfile
import zipfile
from pathlib import Path

import pytest

from local.release.archives import write_tar_gz, write_zip

_CONTENTS = {"b/second.txt": b"2" * 70_000, "a/first.txt": b"1", "empty": b""}
_TIME = 1_800_000_000


def test_a_zip_is_the_same_twice_and_whole(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_zip(tmp_path / name, _CONTENTS)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == _CONTENTS


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_a_tar_is_the_same_twice_and_whole(tmp_path: Path, size: int) -> None:
    contents = {**_CONTENTS, "large": b"x" * size}
    for name in ("one.tar.gz", "two.tar.gz"):
        write_tar_gz(tmp_path / name, contents, time=_TIME)
    packed = (tmp_path / "one.tar.gz").read_bytes()
    assert packed == (tmp_path / "two.tar.gz").read_bytes()
    assert len(gzip.decompress(packed)) % tarfile.BLOCKSIZE == 0
    with tarfile.open(tmp_path / "one.tar.gz") as archive:
        members = archive.getmembers()
        assert {member.mtime for member in members} == {_TIME}
        files = {member.name: archive.extractfile(member) for member in members}
        assert {name: file.read() for name, file in files.items() if file} == contents
