"""The library's source distribution: what is built of it is the published wheel."""

import importlib.util
import tarfile
from email import message_from_bytes
from pathlib import Path
from types import ModuleType

from local import wheel
from local.release import sdist

_TIME = 1_800_000_000


def _backend_of(folder: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("unpacked_backend", folder / "backend.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_wheel_that_is_built_of_it_is_the_published_one(tmp_path: Path) -> None:
    packed = sdist.build(tmp_path, time=_TIME)
    published = wheel.build(tmp_path / "published")
    with tarfile.open(packed) as archive:
        # Python 3.11.0 to 3.11.3 have no filters; 3.14 wants one.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path / "unpacked")  # noqa: S202 - it is ours
    backend = _backend_of(tmp_path / "unpacked" / wheel.full_name())
    assert backend.get_requires_for_build_wheel() == []
    built = tmp_path / backend.build_wheel(str(tmp_path))
    assert built.name == published.name
    assert built.read_bytes() == published.read_bytes()


def test_it_tells_of_itself_what_the_wheel_does(tmp_path: Path) -> None:
    packed = sdist.build(tmp_path, time=_TIME)
    again = tmp_path / "again"
    again.mkdir()
    assert sdist.build(again, time=_TIME).read_bytes() == packed.read_bytes()
    with tarfile.open(packed) as archive:
        information = archive.extractfile(f"{wheel.full_name()}/PKG-INFO")
        assert information is not None
        told = message_from_bytes(information.read())
    assert (told["Name"], told["Version"]) == (wheel.NAME, wheel.version())
