"""The documentation as a site, with this version alone."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from local.places import BUILD, ROOT
from local.release.archives import write_zip
from local.site.__main__ import SITE, write_versions

# What Sphinx remembers of earlier builds.
_KEPT: Final = BUILD / "site-kept"


class NotBuilt(Exception):
    """The site was not built; the message says why."""


def build(folder: Path, *, version: str, time: int) -> Path:
    """Write the site into a folder; its path. `time` is that of the sources.

    Raises NotBuilt.
    """
    for earlier in (SITE / version, _KEPT):
        shutil.rmtree(earlier, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "local.site"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src:testing", "SOURCE_DATE_EPOCH": str(time)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotBuilt(done.stdout)
    name = f"tillroll-site-{version}"
    path = folder / f"{name}.zip"
    with tempfile.TemporaryDirectory(prefix="tillroll-site-") as alone:
        top = Path(alone)
        shutil.copytree(SITE / version, top / version)
        write_versions(top)
        files = [each for each in sorted(top.rglob("*")) if each.is_file()]
        contents = {each.relative_to(top).as_posix(): each.read_bytes() for each in files}
    write_zip(path, {f"{name}/{each}": content for each, content in contents.items()})
    return path
