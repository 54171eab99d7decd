"""The library's source distribution: what the wheel has, and a backend that packs it."""

from pathlib import Path
from typing import Final

from local import wheel
from local.places import ROOT
from local.release import backend
from local.release.archives import write_tar_gz

_PROJECT: Final = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def build(folder: Path, *, time: int) -> Path:
    """Write it into a folder; its path. `time`, in seconds since 1970, is that of its files."""
    name = wheel.full_name()
    files = {
        f"{name}/LICENSE": (ROOT / "LICENSE").read_bytes(),
        f"{name}/PKG-INFO": wheel.metadata(),
        f"{name}/backend.py": Path(backend.__file__).read_bytes(),
        f"{name}/pyproject.toml": _PROJECT.encode(),
    }
    files |= {f"{name}/wheel/{each}": content for each, content in wheel.contents().items()}
    path = folder / f"{name}.tar.gz"
    write_tar_gz(path, files, time=time)
    return path
