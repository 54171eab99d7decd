"""The build backend of the library's source distribution, where this file lies as backend.py
(PEP 517).

`wheel/` beside it has the wheel's files as they are, so a wheel that is built of the source
distribution is the published one, byte for byte. It needs the standard library alone, and no
network.
"""

import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# The first time that a ZIP file can have.
_TIME = (1980, 1, 1, 0, 0, 0)
_EXECUTABLE = "tillroll_local/runtime/workerd-offline"
_MODE, _EXECUTABLE_MODE = 0o100644, 0o100755


def write_wheel(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the files by their names, in the order that they come in.

    Nothing is compressed: two versions of zlib compress the same text differently.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _TIME)
            mode = _EXECUTABLE_MODE if name == _EXECUTABLE else _MODE
            entry.external_attr = mode << 16
            archive.writestr(entry, content)


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    """Nothing."""
    return []


def build_wheel(
    wheel_directory: str, config_settings: object = None, metadata_directory: object = None
) -> str:
    """Pack what lies in wheel/; the file's name."""
    root = _HERE / "wheel"
    [information] = root.glob("*.dist-info")
    record = (information / "RECORD").read_text(encoding="utf-8")
    names = [row[0] for row in csv.reader(record.splitlines())]
    wheel = f"{information.name.removesuffix('.dist-info')}-py3-none-any.whl"
    write_wheel(Path(wheel_directory) / wheel, {name: (root / name).read_bytes() for name in names})
    return wheel


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    """A source distribution is made of the repository alone."""
    raise NotImplementedError("make release, in the repository, writes the source distribution")
