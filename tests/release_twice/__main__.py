"""A release is built twice and compared: `make release-twice`.

Two clones, in folders of other names, lengths and depths, for another zone, locale, umask and hash
seed, give the same files to the byte. Then the files are used: the sums are right, pip builds the
published wheel of the source distribution, and wrangler would upload of the Worker's bundle what it
would upload of the repository.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local.places import BUILD, HOST_PYTHON, ROOT
from local.release import worker
from local.release.__main__ import SUMS
from local.release.sources import Commit, commit
from local.wheel import version
from tests.support.linked import link_tree

_INSTALLED: Final = (".venv", "node_modules", "python_modules", ".venv-workers")
_PATHS: Final = "tillroll.pth"
_PLACES: Final[Mapping[str, Mapping[str, str]]] = {
    "one": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "a second folder/deeper/tillroll": {
        "TZ": "Asia/Kolkata",
        "LC_ALL": "C",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "2",
    },
}
_UMASKS: Final = (0o022, 0o077)


def main() -> int:
    BUILD.mkdir(exist_ok=True)
    # Beside what is installed: files of another disk cannot be linked to.
    with tempfile.TemporaryDirectory(prefix="twice-", dir=BUILD) as folder:
        # Somebody may commit while the first one is built.
        source = commit()
        builds = [
            _build(Path(folder) / name, source, variables, umask)
            for (name, variables), umask in zip(_PLACES.items(), _UMASKS, strict=True)
        ]
        first, second = builds
        names = sorted(path.name for path in first.iterdir())
        assert names == sorted(path.name for path in second.iterdir()), "they have other files"
        # The sums differ with any of the others, so they say least.
        told = [_difference(first / name, second / name) for name in names if name != SUMS]
        differences = [difference for difference in told if difference is not None]
        assert differences == [], "\n".join(differences)
        assert _difference(first / SUMS, second / SUMS) is None
        _check_sums(first)
        _check_sdist(first, Path(folder) / "of-sdist")
        _check_bundle(first, Path(folder) / "of-bundle")
        size = sum(path.stat().st_size for path in first.iterdir())
    print(f"Proved: {len(names)} files of {size // 10**6} MB are the same in two builds")
    return 0


def _build(project: Path, source: Commit, variables: Mapping[str, str], umask: int) -> Path:
    """Build a release in a clone with what is installed here; the folder of its files."""
    began = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", ROOT, project], check=True)
    subprocess.run(["git", "checkout", "--quiet", "--detach", source.name], cwd=project, check=True)
    for name in _INSTALLED:
        link_tree(ROOT / name, project / name)
    (project / ".build").mkdir()
    # What builds the site is installed at the first time, by its hashes.
    if (BUILD / "site-tools").exists():
        link_tree(
            BUILD / "site-tools",
            project / ".build" / "site-tools",
            without=("setup.lock",),
        )
    for stamp in BUILD.glob("*.stamp"):
        shutil.copy(stamp, project / ".build")
    # A link is to be replaced, and not to be written through.
    [paths] = (project / ".venv").glob(f"lib/python3.*/site-packages/{_PATHS}")
    paths.unlink()
    sources = [project, project / "src", project / "testing"]
    paths.write_text("".join(f"{each}\n" for each in sources), encoding="utf-8")
    given = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    # The first describes the API, as `make setup` does.
    for words in (["cli.reference.files"], ["local.release", version()]):
        subprocess.run(
            [project / ".venv" / "bin" / "python", "-m", *words],
            cwd=project,
            env={**given, **variables},
            stdout=subprocess.DEVNULL,
            check=True,
            umask=umask,
        )
    print(f"{project.name}: built in {time.monotonic() - began:.0f} s", flush=True)
    return project / ".build" / "release" / version()


def _difference(first: Path, second: Path) -> str | None:
    """What is not the same in two files of one name; None where they are equal."""
    if first.read_bytes() == second.read_bytes():
        return None
    parts = ""
    if first.suffix == ".zip":
        with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
            names = {*one.namelist()} ^ {*other.namelist()}
            both = {*one.namelist()} & {*other.namelist()}
            names |= {name for name in both if one.read(name) != other.read(name)}
        parts = f": {sorted(names)[:10]}"
    return f"two builds of {first.name} differ{parts}"


def _check_sums(folder: Path) -> None:
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = [path for path in folder.iterdir() if path.name != SUMS]
    assert told == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _check_sdist(folder: Path, into: Path) -> None:
    [packed] = folder.glob("*.tar.gz")
    [published] = folder.glob("*.whl")
    pip = [HOST_PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", into, packed], check=True)
    assert (into / published.name).read_bytes() == published.read_bytes(), "pip builds another"


def _check_bundle(folder: Path, into: Path) -> None:
    [packed] = folder.glob("tillroll-worker-*.zip")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(into)
    root = into / packed.stem
    uploaded = worker.collect(root)
    there = {
        path.relative_to(top).as_posix(): path.read_bytes()
        for top in (root / "src", root)
        for path in top.rglob("*")
        if path.is_file() and (top != root or path.is_relative_to(root / "python_modules"))
    }
    assert uploaded == there, sorted(uploaded.keys() ^ there.keys())[:10]


if __name__ == "__main__":
    sys.exit(main())
